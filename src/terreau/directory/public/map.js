// The map of the directory, to move about in. Nothing of it is fetched before it is asked for, and nothing
// comes from elsewhere: the drawing library, the tiles and the list beside all come from this server.

const root = document.getElementById("carte-vive");
const opener = document.getElementById("ouvrir-carte");
const still = document.getElementById("carte-fixe");
const side = document.getElementById("carte-cote");
const said = document.getElementById("carte-dit");
const told = root ? JSON.parse(root.dataset.map) : null;
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
let map = null, opening = false, writing = false, waiting = 0, request = 0, here = null;

const absolute = (path) => new URL(path, location.origin).href.replaceAll("%7B", "{").replaceAll("%7D", "}");
const say = (text) => { said.textContent = text; said.hidden = !text; };
const rounded = (value, digits) => Number(value.toFixed(digits));

// --- Whether this device can bear it ---------------------------------------------------------------

function drawsIt() {
  try { return Boolean(document.createElement("canvas").getContext("webgl2")); } catch { return false; }
}

// Why the still picture is better here; empty when it is not.
function whyNot() {
  if (!drawsIt()) return root.dataset.undrawn;
  if (navigator.connection?.saveData) return root.dataset.saving;
  if (navigator.deviceMemory && navigator.deviceMemory <= 1) return root.dataset.small;
  return "";
}

// --- The view and the address ----------------------------------------------------------------------

function viewInAddress() {
  const [zoom, latitude, longitude] = (location.hash.match(/^#vue=([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)$/) ?? []).slice(1).map(Number);
  return longitude === undefined ? null : { zoom, center: [longitude, latitude] };
}

function addressOfView() {
  const { lng, lat } = map.getCenter();
  return `#vue=${rounded(map.getZoom(), 2)}/${rounded(lat, 4)}/${rounded(lng, 4)}`;
}

// A step that « back » undoes: where one looked before a jump.
function step() { history.pushState(null, "", addressOfView()); }

function followAddress() {
  const view = viewInAddress();
  if (!view) { if (map) close(false); return; }
  if (!map) { if (!whyNot()) open(); return; }
  writing = true;
  map.jumpTo(view);
}

// --- Drawing ---------------------------------------------------------------------------------------

const line = (id, source, colour, width, from) => ({
  id, type: "line", source, "source-layer": id, minzoom: from,
  paint: { "line-color": colour, "line-width": width },
});

function ground() {
  return [
    { id: "land", type: "fill", source: "ground", "source-layer": "land", paint: { "fill-color": "#fffdf8", "fill-outline-color": "#a08f78" } },
    line("commune", "ground", "#e2d7c4", 0.7, 9),
    line("department", "ground", "#cbbb9f", 0.9, 6),
    line("region", "ground", "#a08f78", 1.1, 5),
  ];
}

// Layers of the usual schemes of base maps, by the name that each gives them.
const SUPPLIED = [
  ["fill", ["earth", "land"], { "fill-color": "#fffdf8" }],
  ["fill", ["landcover", "landuse", "park"], { "fill-color": "#eef0df", "fill-opacity": 0.7 }],
  ["fill", ["water", "ocean"], { "fill-color": "#dce7ea" }],
  ["line", ["waterway", "physical_line"], { "line-color": "#c3d6dc" }],
  ["fill", ["building", "buildings"], { "fill-color": "#e9dfcd" }],
  ["line", ["transportation", "roads", "transit"], { "line-color": "#d9cbb2", "line-width": ["interpolate", ["linear"], ["zoom"], 6, 0.4, 14, 2, 18, 6] }],
  ["line", ["boundary", "boundaries"], { "line-color": "#a08f78", "line-dasharray": [3, 2] }],
];

function suppliedLayers({ vector, layers }) {
  if (!vector) return [{ id: "supplied", type: "raster", source: "supplied" }];
  return SUPPLIED.flatMap(([type, names, paint]) => layers.filter((name) => names.includes(name)).map(
    (name) => ({ id: `supplied-${name}`, type, source: "supplied", "source-layer": name, paint,
      ...(type === "line" ? { filter: ["!=", ["geometry-type"], "Point"] } : {}) })));
}

const halo = { "text-halo-color": "#fffdf8", "text-halo-width": 1.4 };
const many = [">", ["get", "n"], 1];

function style() {
  const sources = {
    ground: { type: "vector", tiles: [absolute(told.ground)], maxzoom: told.groundDeepest },
    organisations: { type: "vector", tiles: [absolute(told.tiles)], maxzoom: told.deepest },
    me: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
  };
  if (told.supplied) {
    const { tiles, vector, from, to } = told.supplied;
    sources.supplied = { type: vector ? "vector" : "raster", tiles: [absolute(tiles)], minzoom: from, maxzoom: to, tileSize: vector ? 512 : 256 };
  }
  const points = { source: "organisations", "source-layer": "organisations" };
  return {
    version: 8, sources,
    layers: [
      { id: "sea", type: "background", paint: { "background-color": "#dce7ea" } },
      ...ground(),
      ...(told.supplied ? suppliedLayers(told.supplied) : []),
      { id: "town", type: "symbol", source: "ground", "source-layer": "town",
        layout: { "text-field": ["get", "name"], "text-size": 12, "symbol-sort-key": ["-", ["get", "people"]], "text-font": ["sans-serif"] },
        paint: { "text-color": "#5a3b22", ...halo } },
      { id: "cluster", type: "circle", ...points, filter: many,
        paint: { "circle-color": "#2e6b3e", "circle-stroke-color": "#fffdf8", "circle-stroke-width": 1.5,
          "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "n"]], 0.3, 10, 1, 12, 2, 15, 3, 19, 4, 23, 6, 30] } },
      { id: "number", type: "symbol", ...points, filter: many,
        layout: { "text-field": ["number-format", ["get", "n"], { locale: "fr" }], "text-size": 13, "text-font": ["sans-serif"], "text-allow-overlap": true },
        paint: { "text-color": "#ffffff" } },
      { id: "single", type: "circle", ...points, filter: ["==", ["get", "n"], 1],
        paint: { "circle-color": "#a6431f", "circle-radius": 7, "circle-stroke-color": "#fffdf8", "circle-stroke-width": 1.5 } },
      { id: "chosen", type: "circle", ...points, filter: ["==", ["get", "id"], "-"],
        paint: { "circle-color": "#fffdf8", "circle-radius": 9, "circle-stroke-color": "#a6431f", "circle-stroke-width": 4 } },
      { id: "name", type: "symbol", ...points, minzoom: 12, filter: ["==", ["get", "n"], 1],
        layout: { "text-field": ["get", "name"], "text-size": 12, "text-font": ["sans-serif"], "text-anchor": "top", "text-offset": [0, 0.8], "text-max-width": 12 },
        paint: { "text-color": "#1d1a16", ...halo } },
      { id: "me", type: "circle", source: "me",
        paint: { "circle-color": "#1d4f8c", "circle-radius": 8, "circle-stroke-color": "#ffffff", "circle-stroke-width": 3 } },
    ],
  };
}

// --- What stands beside ----------------------------------------------------------------------------

async function show(address, { focus = false, announce = "" } = {}) {
  const mine = ++request;
  side.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(answer.status);
    const text = await answer.text();
    if (mine !== request) return;
    // Who was on a name of the list stays on it when the list is made anew.
    const held = side.contains(document.activeElement) ? document.activeElement.dataset.sheet : "";
    side.innerHTML = text;
    if (held) side.querySelector(`a[data-sheet="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
    side.scrollTop = 0;
    say(announce);
    if (focus) side.querySelector("h2")?.focus();
  } catch {
    if (mine === request) say(root.dataset.failed);
  } finally {
    if (mine === request) side.removeAttribute("aria-busy");
  }
}

function zone(around) {
  if (around) {
    const [x, y] = around, near = 0.0005;
    return [x - near, y - near, x + near, y + near];
  }
  const bounds = map.getBounds();
  return [Math.max(-180, bounds.getWest()), Math.max(-90, bounds.getSouth()), Math.min(180, bounds.getEast()), Math.min(90, bounds.getNorth())];
}

function list({ around = null, focus = false, page = 1 } = {}) {
  clearTimeout(waiting);
  const address = new URL(told.list, location.origin);
  address.searchParams.set("zone", zone(around).map((value) => rounded(value, around ? 4 : 3)).join(","));
  address.searchParams.set("page", page);
  address.searchParams.set("partie", "1");
  choose("-");
  side.dataset.showing = "list";
  return show(address, { focus });
}

function choose(id) { if (map?.getLayer("chosen")) map.setFilter("chosen", ["==", ["get", "id"], id]); }

async function sheet(id) {
  clearTimeout(waiting);
  side.dataset.showing = "sheet";
  choose(id);
  await show(`${told.sheet.replace("{id}", id)}?partie=1`, { focus: true });
}

side?.addEventListener("click", (event) => {
  const link = event.target.closest("a, button");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (link.dataset.sheet) { event.preventDefault(); sheet(link.dataset.sheet); }
  if (link.dataset.page) { event.preventDefault(); list({ page: link.dataset.page, focus: true }); }
  if (link.dataset.back !== undefined) { event.preventDefault(); list({ focus: true }); }
});

// --- Moving ----------------------------------------------------------------------------------------

function go(view) { step(); calm ? map.jumpTo(view) : map.easeTo({ duration: 400, ...view }); }

function touched(event) {
  const feature = map.queryRenderedFeatures(event.point, { layers: ["single", "cluster"] })[0];
  if (!feature) return;
  const { id, same, n } = feature.properties;
  const at = feature.geometry.coordinates;
  if (n === 1 && id) { sheet(id); return; }
  if (same || map.getZoom() >= 17.5) { list({ around: at, focus: true }); return; }
  go({ center: at, zoom: Math.min(18, map.getZoom() + 2) });
}

function moved() {
  history.replaceState(history.state, "", addressOfView());
  writing = false;
  clearTimeout(waiting);
  if (side.dataset.showing !== "sheet") waiting = setTimeout(() => list(), 350);
}

function position() {
  if (!navigator.geolocation) { say(root.dataset.nowhere); return; }
  say(root.dataset.looking);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      // Shown where it is, here; looked at from afar, and told to nobody nearer than a kilometre.
      here = [rounded(coords.longitude, 2), rounded(coords.latitude, 2)];
      map.getSource("me").setData({ type: "Point", coordinates: [coords.longitude, coords.latitude] });
      side.dataset.showing = "list";
      go({ center: here, zoom: 11 });
      const near = document.getElementById("carte-pres");
      const address = new URL(told.near, location.origin);
      address.searchParams.set("pres", `${here[1]},${here[0]}`);
      near.href = address;
      near.hidden = false;
      say(root.dataset.found);
    },
    () => say(root.dataset.nowhere),
    { maximumAge: 600000, timeout: 15000 },
  );
}

const TOOLS = {
  nearer: () => map.zoomIn({ animate: !calm }),
  farther: () => map.zoomOut({ animate: !calm }),
  around: () => { step(); list({ focus: true }); },
  position,
  close: () => close(true),
};

// --- Opening and closing ---------------------------------------------------------------------------

async function open() {
  if (map || opening) return;
  opening = true;
  opener.disabled = true;
  say(root.dataset.opening);
  root.hidden = false;
  try {
    if (!document.getElementById("carte-style")) {
      const sheetOfStyle = Object.assign(document.createElement("link"), { id: "carte-style", rel: "stylesheet", href: told.style });
      const ready = new Promise((done) => { sheetOfStyle.onload = sheetOfStyle.onerror = done; });
      document.head.append(sheetOfStyle);
      await ready;
    }
    // One file for the page and for its worker, which finds it in the browser's cache.
    const { default: library } = await import(told.script);
    library.setWorkerUrl(absolute(told.script));
    const [west, south, east, north] = told.bounds;
    const view = viewInAddress() ?? { bounds: [[west, south], [east, north]], fitBoundsOptions: { maxZoom: 13, padding: 20 } };
    const made = new library.Map({
      container: "carte-fond", style: style(), ...view, maxZoom: 18, attributionControl: false, fadeDuration: calm ? 0 : 150,
      dragRotate: false, pitchWithRotate: false, touchPitch: false, renderWorldCopies: true, locale: { "Map.Title": root.dataset.title },
    });
    made.touchZoomRotate.disableRotation();
    await new Promise((done, failed) => { made.once("load", done); made.once("webglcontextlost", failed); setTimeout(done, 20000); });
    map = made;
    document.documentElement.dataset.carte = "ouverte";
    map.on("moveend", moved);
    map.on("click", touched);
    for (const layer of ["single", "cluster"]) {
      map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
      map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
    }
    still.hidden = true;
    opener.parentElement.hidden = true;
    say("");
    if (!viewInAddress()) step();
    await list();
    map.getCanvas().focus({ preventScroll: true });
  } catch (error) {
    root.hidden = true;
    still.hidden = false;
    opener.hidden = false;
    document.getElementById("carte-pourquoi").textContent = root.dataset.failed;
    document.getElementById("carte-pourquoi").hidden = false;
  } finally {
    opening = false;
    opener.disabled = false;
  }
}

function close(byHand) {
  clearTimeout(waiting);
  map.remove();
  map = null;
  side.innerHTML = "";
  delete side.dataset.showing;
  delete document.documentElement.dataset.carte;
  root.hidden = true;
  still.hidden = false;
  opener.parentElement.hidden = false;
  if (byHand) history.pushState(null, "", location.pathname + location.search);
  opener.focus();
}

if (root) {
  const why = whyNot();
  const note = document.getElementById("carte-pourquoi");
  note.textContent = why;
  note.hidden = !why;
  if (why) opener.textContent = root.dataset.insist;
  opener.parentElement.hidden = false;
  opener.addEventListener("click", open);
  root.querySelector(".tools").addEventListener("click", (event) => {
    const tool = event.target.closest("button[data-tool]");
    if (tool && map) TOOLS[tool.dataset.tool]();
  });
  addEventListener("popstate", followAddress);
  if (viewInAddress() && !why) open();
}
