"""The pages shown in a frame of another site: no cookie, a policy of their own, links to the whole site."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from terreau.accounts.rate_limits import limit
from terreau.directory import asking as asked
from terreau.directory import clusters, listing, mapping
from terreau.directory.asking import Asking
from terreau.directory.simulated import any_among
from terreau.opendata.colours import style_sheet
from terreau.opendata.embedding import Pairs, colours_of, theme_of
from terreau.opendata.enums import View
from terreau.opendata.scripts import EMBED
from terreau.opendata.services import ANYWHERE, frame_ancestors
from terreau.territories.models import Ancestry, Territory

_DAY = 86_400
_HOUR = 3600
# Filters without a box in the frame: a new search keeps them.
_CARRIED = frozenset({"source", "confirmee", "lieu", "pres", "zone", "cessees"})
_FACETS = ("family", "sector", "issue", "filiere", "territory")


@require_safe
@xframe_options_exempt
def frame(request: HttpRequest, code: str, view: str) -> HttpResponse:
    """A territory's directory or map, for another site."""
    colours = colours_of(request.GET)
    territory = Territory.objects.filter(code=code).first()
    if territory is None or view not in View.values:
        response = render(request, "opendata/frame_none.html", {"style": style_address(colours)}, status=404)
        return _framed(response, [ANYWHERE])
    limit(request, "search")
    asking = _asking(request, territory)
    template = "opendata/frame_map.html" if view == View.MAP else "opendata/frame_list.html"
    response = render(request, template, _context(territory, View(view), asking, colours))
    return _framed(response, frame_ancestors(territory))


def _framed(response: HttpResponse, ancestors: list[str]) -> HttpResponse:
    """Who may frame this page is told in its policy; all other pages keep theirs, which is nobody."""
    response._csp_replace = {"frame-ancestors": ancestors}  # type: ignore[attr-defined]
    return response


def _asking(request: HttpRequest, territory: Territory) -> Asking:
    """The question of the address, within the territory whatever it says."""
    parameters: QueryDict = request.GET.copy()
    wanted = parameters.getlist("territoire")
    inside = Ancestry.objects.filter(ancestor=territory, descendant__code__in=wanted) if wanted else None
    codes = list(inside.values_list("descendant__code", flat=True)) if inside is not None else []
    narrower = [code for code in codes if code != territory.code]
    parameters.setlist("territoire", narrower or [territory.code])
    return asked.read(parameters)


def _context(territory: Territory, view: View, asking: Asking, colours: Pairs) -> dict[str, Any]:
    found = listing.run(asking)
    own = reverse("opendata:frame", args=[territory.code, view.value])
    kept = urlencode(colours)

    def address(**changes: str | None) -> str:
        """The same frame, changed: its colours stay, the territory of its path is not said twice."""
        query = asking.address(drop=("territoire", territory.code), **changes).removeprefix("?")
        return f"{own}?{'&'.join(part for part in (query, kept) if part)}".rstrip("?")

    other = View.DIRECTORY if view is View.MAP else View.MAP
    pages = listing.pages(asking, found.results)
    return {
        "territory": territory,
        "asking": asking,
        "query": asking.query,
        "total": found.results.total,
        "lines": listing.lines(found.results) if view is View.DIRECTORY else [],
        "groups": [_group(group, territory) for group in found.groups if group.facet in _FACETS],
        "rows": mapping.rows(asking, found.places) if view is View.MAP else [],
        "placed": mapping.said(clusters.spots(asking.query)) if view is View.MAP else "",
        "own": own,
        "colours": colours,
        "carried": [pair for pair in asking.parameters if pair[0] in _CARRIED],
        "style": style_address(colours),
        "previous": address(page=str(pages.number - 1)) if pages.previous else "",
        "following": address(page=str(pages.number + 1)) if pages.following else "",
        "pages": pages,
        "other": address().replace(own, reverse("opendata:frame", args=[territory.code, other.value]), 1),
        "everything": f"{own}?{kept}" if kept else own,
        "narrowed": asking.parameters != (("territoire", territory.code),),
        "simulated": any_among(asking.query),
        "address": asking.canonical,
        "whole": f"{reverse('directory:list')}{asking.canonical}",
        "whole_map": f"{reverse('directory:map')}{asking.canonical}",
        "picture": f"{reverse('directory:picture')}{asking.canonical}",
    }


def _group(group: listing.Group, territory: Territory) -> listing.Group:
    """A facet without the territory of the frame itself, and without the link to a page outside it."""
    options = [one for one in group.options if one.code != territory.code]
    return listing.Group(group.facet, group.title, group.parameter, options)


def style_address(colours: Pairs) -> str:
    """The style sheet of these colours."""
    query = urlencode(colours)
    return f"{reverse('opendata:theme')}?{query}" if query else reverse("opendata:theme")


@require_safe
def theme(request: HttpRequest) -> HttpResponse:
    """The style sheet of a theme: colours are checked, all else in the address is left out."""
    found = theme_of(colours_of(request.GET))
    response = HttpResponse(style_sheet(found), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={_DAY}"
    return response


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """The script of the one line, at an address that never changes."""
    response = HttpResponse(EMBED.read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={_HOUR}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
