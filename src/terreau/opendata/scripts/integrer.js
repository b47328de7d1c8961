// One line in a page shows a territory's directory or map, in a frame that takes the height of what it holds:
// <script src="https://…/integrer.js" data-territoire="fr-com-86194" data-vue="carte" async></script>
(function () {
  "use strict";
  var script = document.currentScript;
  var said = script && script.dataset;
  if (!said || !said.territoire) return;
  var site = new URL(script.src).origin;
  var view = said.vue === "carte" ? "carte" : "annuaire";
  var query = new URLSearchParams(said.filtres || "");
  ["fond", "texte", "accent"].forEach(function (name) {
    if (said[name]) query.set(name, said[name].replace("#", ""));
  });
  var frame = document.createElement("iframe");
  var asked = query.toString();
  frame.src = site + "/integrer/" + encodeURIComponent(said.territoire) + "/" + view + "/" + (asked ? "?" + asked : "");
  frame.title = said.titre || (view === "carte" ? "Carte" : "Annuaire") + " de l’économie sociale et solidaire";
  frame.setAttribute("width", "100%");
  frame.setAttribute("height", String(parseInt(said.hauteur, 10) || 700));
  frame.loading = "lazy";
  frame.style.border = "0";
  frame.style.display = "block";
  var pages = 0;
  window.addEventListener("message", function (event) {
    // Only what our own frame says, and only from where it was loaded.
    if (event.origin !== site || event.source !== frame.contentWindow) return;
    var told = event.data && event.data.terreau;
    if (!told || typeof told.height !== "number" || !(told.height > 0 && told.height < 100000)) return;
    frame.setAttribute("height", String(Math.ceil(told.height)));
    if (told.loaded === true) {
      pages += 1;
      // The next page of a long list begins above what is seen.
      if (pages > 1 && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
    }
  });
  script.insertAdjacentElement("afterend", frame);
})();
