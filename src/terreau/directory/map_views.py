"""The map of the directory: a still picture first and, when asked for, one to move about in. None writes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from shapely.geometry import Point

from terreau.accounts.rate_limits import limit, visitor_address
from terreau.core import mercator
from terreau.core.errors import TerreauError
from terreau.directory import asking as asked
from terreau.directory import clusters, listing, mapping, search
from terreau.directory.asking import Asking
from terreau.directory.models import Organisation
from terreau.directory.sheet import sheet_of
from terreau.directory.simulated import any_among
from terreau.directory.views import filters_of
from terreau.documents import base_map, supplied_map
from terreau.documents.vector_tiles import EXTENT, Feature, encode

TILES = "application/vnd.mapbox-vector-tile"
# The address of a tile changes with what it shows: whoever has it keeps it.
_FOR_GOOD = "public, max-age=86400, immutable"
_SCRIPT = "maplibre/maplibre.mjs"


@require_safe
def whole_map(request: HttpRequest) -> HttpResponse:
    """The map of the results, with its table."""
    limit(request, "search")
    asking = asked.read(request.GET)
    found = listing.run(asking)
    spots = clusters.spots(asking.query)
    address = asking.address()
    context = {
        "asking": asking,
        "query": asking.query,
        "address": address,
        "title": asked.describe(asking),
        "groups": found.groups,
        "filters": filters_of(asking),
        "all_address": reverse("directory:map"),
        "spots": spots,
        "unplaced": spots.total - spots.placed - spots.aged,
        "rows": mapping.rows(asking, found.places),
        "list_address": f"{reverse('directory:list')}{address}",
        "picture": f"{reverse('directory:picture')}{address}",
        "total": found.results.total,
        "simulated": any_among(asking.query),
        "interactive": _interactive(asking, spots),
        "credit": " ; ".join(base_map.credits()),
        "supplied_credit": known.credit if (known := _supplied()) else "",
    }
    return render(request, "directory/map.html", context)


@require_safe
def picture(request: HttpRequest) -> HttpResponse:
    """The still map of the results, as an SVG picture."""
    limit(request, "map", key=visitor_address(request))
    asking = asked.read(request.GET)
    narrow = request.GET.get("etroite") == "1"
    return HttpResponse(mapping.picture(asking, narrow=narrow), content_type="image/svg+xml")


# --- The map to move about in -----------------------------------------------------------------------


def is_installed() -> bool:
    """Whether the set-up brought what the interactive map needs."""
    return finders.find(_SCRIPT) is not None


def _interactive(asking: Asking, spots: clusters.Spots) -> str:
    """What the script of the page needs to know, in JSON; empty when there is nothing to open."""
    if not spots.placed or not is_installed():
        return ""
    address = asking.address()
    told: dict[str, Any] = {
        "script": static(_SCRIPT),
        "style": static("map.css"),
        "tiles": _pattern("map_tile", _tiles_version()) + ".pbf" + address,
        "deepest": clusters.DEEPEST,
        "ground": _pattern("map_ground", base_map.version()) + ".pbf",
        "groundDeepest": base_map.DEEPEST,
        "list": reverse("directory:map_list") + address,
        "directory": reverse("directory:list") + address,
        "near": f"{reverse('directory:list')}{asking.address(pres=None, tri=None)}",
        "sheet": reverse("directory:map_summary", args=["0"]).replace("/0/", "/{id}/"),
        "bounds": _extent(spots),
    }
    known = _supplied()
    if known is not None:
        told["supplied"] = {
            "tiles": _pattern("map_supplied", known.version),
            "vector": known.vector,
            "from": known.min_zoom,
            "to": known.max_zoom,
            "layers": known.layers,
        }
    return json.dumps(told, ensure_ascii=False)


def _pattern(name: str, version: str) -> str:
    address = reverse(f"directory:{name}", args=[version, 0, 1, 2]).removesuffix(".pbf")
    return address.removesuffix("0/1/2") + "{z}/{x}/{y}"


def _tiles_version() -> str:
    told = repr((search.mark(), timezone.localdate()))
    return hashlib.blake2b(told.encode(), digest_size=6).hexdigest()


def _extent(spots: clusters.Spots) -> tuple[float, ...]:
    """West, south, east, north of what is shown, with some room around."""
    x, y = [one.longitude for one in spots.spots], [one.latitude for one in spots.spots]
    west, south, east, north = min(x), min(y), max(x), max(y)
    room = max(east - west, north - south, 0.02) * 0.08
    return tuple(round(value, 3) for value in (west - room, south - room, east + room, north + room))


def _supplied() -> supplied_map.SuppliedMap | None:
    """The operator's base map; one that cannot be read is left out, and said at the start of the server."""
    if not settings.PMTILES:
        return None
    try:
        return supplied_map.describe(Path(settings.PMTILES))
    except TerreauError:
        return None


def _check(zoom: int, x: int, y: int, deepest: int) -> None:
    if zoom > deepest or x >= 2**zoom or y >= 2**zoom:
        raise Http404


def _answer(body: bytes, content_type: str = TILES, *, lasting: bool = True) -> HttpResponse:
    response = HttpResponse(body, content_type=content_type)
    response["Cache-Control"] = _FOR_GOOD if lasting else "public, max-age=0, must-revalidate"
    return response


@require_safe
def tile(request: HttpRequest, version: str, zoom: int, x: int, y: int) -> HttpResponse:
    """What the results show in one tile of the map."""
    _check(zoom, x, y, clusters.DEEPEST)
    limit(request, "map", key=visitor_address(request))
    asking = asked.read(request.GET)
    features = [_feature(spot, zoom, x, y) for spot in clusters.in_tile(asking.query, zoom, x, y)]
    # The same address after a change, from a page opened before: what is now, kept by nobody.
    return _answer(encode({"organisations": features}), lasting=version == _tiles_version())


def _feature(spot: clusters.Spot, zoom: int, x: int, y: int) -> Feature:
    across, down = mercator.fractions(spot.longitude, spot.latitude)
    at = Point((across * 2**zoom - x) * EXTENT, (down * 2**zoom - y) * EXTENT)
    told: dict[str, Any] = {"n": spot.count}
    if spot.id:
        told |= {"id": spot.id, "name": spot.name}
    elif spot.same:
        told["same"] = True
    return Feature(at, told)


@require_safe
def ground(_request: HttpRequest, version: str, zoom: int, x: int, y: int) -> HttpResponse:
    """A tile of the outlines at hand."""
    _check(zoom, x, y, base_map.DEEPEST)
    return _answer(base_map.tile(zoom, x, y), lasting=version == base_map.version())


@require_safe
def supplied(_request: HttpRequest, version: str, zoom: int, x: int, y: int) -> HttpResponse:
    """A tile of the file that the operator supplies."""
    found = None
    known = _supplied()
    if known is not None and zoom <= known.max_zoom and max(x, y) < 2**zoom:
        found = supplied_map.tile(Path(settings.PMTILES), zoom, x, y)
    if known is None or found is None:
        # Nothing there: an empty answer, which is no error in the sea.
        return HttpResponse(status=204)
    response = _answer(found.body, found.content_type, lasting=version == known.version)
    if found.encoding:
        response["Content-Encoding"] = found.encoding
    return response


@require_safe
def in_view(request: HttpRequest) -> HttpResponse:
    """The sheets of the zone that the map shows: a part of a page, else the directory narrowed to it."""
    limit(request, "map", key=visitor_address(request))
    asking = asked.read(request.GET)
    if "partie" not in request.GET:
        return redirect(f"{reverse('directory:list')}{asking.address()}")
    query = asking.query
    if query.near is None and query.within is not None:
        west, south, east, north = query.within
        query = replace(query, near=((west + east) / 2, (south + north) / 2), sort="near")
    # What the map shows, and no more: the circles and the list count alike.
    results = search.search(replace(query, facets=(), on_map=timezone.localdate()))
    if asking.query.near is None:
        results = replace(results, distances=[])  # nobody asked how far the middle of the view is
    every = search.search(replace(query, facets=(), page=1, size=1)).total
    last = max(1, -(-min(results.total, search.MAX_PAGE_HITS) // asked.PAGE_SIZE))
    context = {
        "lines": listing.lines(results),
        "total": results.total,
        "aged": every - results.total,
        "directory": f"{reverse('directory:list')}{asking.address()}",
        "page": query.page,
        "last": last,
        "first": (query.page - 1) * asked.PAGE_SIZE + 1,
        "previous": query.page - 1,
        "following": query.page + 1,
    }
    return render(request, "directory/_map_list.html", context)


@require_safe
def summary(request: HttpRequest, public_id: str) -> HttpResponse:
    """One sheet in brief, beside the map: a part of a page, else the sheet itself."""
    if "partie" not in request.GET:
        return redirect("directory:sheet", public_id)
    found = (
        Organisation.objects.shown()
        .select_related("territory", "source__territory", "merged_into")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise Http404
    return render(request, "directory/_map_summary.html", {"organisation": found, "sheet": sheet_of(found)})
