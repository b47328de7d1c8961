"""The public pages of the directory: list, sheet, map. None of them writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from terreau.accounts.rate_limits import limit
from terreau.core.beginning import new_project
from terreau.core.registry import sheet_actions, sheet_panels
from terreau.core.text import of_place
from terreau.directory import asking as asked
from terreau.directory import exports, listing, mapping, perms
from terreau.directory.asking import PARAMETERS, Asking
from terreau.directory.enums import Status
from terreau.directory.labels import labels
from terreau.directory.models import Organisation
from terreau.directory.sheet import sheet_of
from terreau.directory.simulated import any_among


@require_safe
def organisations(request: HttpRequest) -> HttpResponseBase:
    """The directory: search, facets with counts, results."""
    limit(request, "search")
    asking = asked.read(request.GET)
    found = listing.run(asking)
    if asking.query.page > 1 and not found.results.hits:
        return redirect(f"{reverse('directory:list')}{asking.address()}")
    return render(request, "directory/list.html", _list_context(asking, found))


def _list_context(asking: Asking, found: listing.Found) -> dict[str, Any]:
    address, results = asking.address(), found.results
    return {
        "asking": asking,
        "query": asking.query,
        "address": address,
        "title": asked.describe(asking),
        "lines": listing.lines(results),
        "total": results.total,
        "simulated": any_among(asking.query),
        "match": results.match,
        "as_typed": asking.address(exact="1"),
        "groups": found.groups,
        "filters": filters_of(asking),
        "all_address": reverse("directory:list"),
        "sorts": _sorts(asking),
        "pages": listing.pages(asking, results),
        "places": _places(asking),
        "formats": _formats(address),
        "ceased_address": asking.address(cessees=None if asking.query.ceased else "oui"),
        "is_empty": not results.total and not asking.parameters,
    }


def filters_of(asking: Asking) -> list[dict[str, str]]:
    """The filters in force, each with the address without it."""
    names = {
        facet: labels(facet, [code for other, _name, code in asking.chosen if other == facet])
        for facet in {facet for facet, _name, _code in asking.chosen}
    }
    found = [
        {"label": names[facet][code], "without": asking.address(drop=(parameter, code))}
        for facet, parameter, code in asking.chosen
    ]
    if asking.query.within:
        found.append({"label": _("Zone de la carte"), "without": asking.address(zone=None)})
    if asking.near_label:
        near = _("Près %(of)s") % {"of": of_place(asking.near_label)}
        found.append({"label": near, "without": asking.address(pres=None)})
    return found


def _sorts(asking: Asking) -> list[dict[str, Any]]:
    choices = [("nom", "name", _("nom"))]
    if asking.query.text:
        choices.insert(0, ("pertinence", "relevance", _("pertinence")))
    if asking.query.near is not None:
        choices.append(("proximite", "near", _("proximité")))
    return [
        {"label": label, "current": asking.query.order == order, "address": asking.address(tri=name)}
        for name, order, label in choices
    ]


def _places(asking: Asking) -> list[dict[str, str]]:
    """Where the search may be narrowed to, or made around: what is named in the words, by name or by code."""
    if not asking.query.text or asking.query.territories:
        return []
    named = asked.places_named_in(asking.query.text)
    alike = Counter(place.name for place in named)
    limited = _("Limiter au territoire %(name)s")
    found = [
        {
            "label": limited
            % {"name": f"{place.name} ({place.get_kind_display()})" if alike[place.name] > 1 else place.name},
            "address": asking.address(territoire=place.code),
        }
        for place in named
    ]
    code, rest, served = asked.postal_code_in(asking.query.text)
    if code:
        near = _("Chercher près %(place)s") % {"place": of_place(f"{served[0].name} ({code})")}
        found.append({"label": near, "address": asking.address(q=rest, pres=code, tri=None)})
    for place in served:
        if place not in named:
            label = limited % {"name": f"{place.name} ({code})"}
            found.append({"label": label, "address": asking.address(q=rest, territoire=place.code)})
    return found


def _formats(address: str) -> list[dict[str, str]]:
    return [
        {"label": label, "address": f"{reverse('directory:export', args=[name])}{address}"}
        for name, label in exports.FORMATS.items()
    ]


@require_safe
def values(request: HttpRequest, parameter: str) -> HttpResponse:
    """All the values of one facet, with their counts, for the present search."""
    facet = next((facet for facet, (name, _attribute) in PARAMETERS.items() if name == parameter), None)
    if facet is None:
        raise Http404
    limit(request, "search")
    asking = asked.read(request.GET)
    groups = listing.run(asking, whole=facet).groups
    group = next((group for group in groups if group.facet == facet), None)
    context = {
        "asking": asking,
        "title": listing.titles()[facet],
        "options": group.options if group else [],
        "kept": [pair for pair in asking.parameters if pair[0] != parameter],
        "parameter": parameter,
        "back": f"{reverse('directory:list')}{asking.address()}",
    }
    return render(request, "directory/values.html", context)


@require_safe
def organisation(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """One organisation's sheet."""
    found = (
        Organisation.objects.select_related("territory", "source__territory", "merged_into")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise Http404
    if found.merged_into is not None:
        moved = redirect("directory:sheet", found.merged_into.public_id, permanent=True)
        # Sheets can be parted again, and browsers would never ask twice.
        moved["Cache-Control"] = "public, max-age=0, must-revalidate"
        return moved
    may_edit = bool(request.user.is_authenticated and perms.can_edit(request.user, found))
    if found.status == Status.HIDDEN and not may_edit:
        return render(request, "directory/withdrawn.html", status=410)
    sheet = sheet_of(found)
    context = {
        "organisation": found,
        "sheet": sheet,
        "may_edit": may_edit,
        "may_govern": may_edit and bool(perms.can_govern(request.user, found)),
        "is_hidden": found.status == Status.HIDDEN,
        "page_address": f"{settings.PUBLIC_URL}{reverse('directory:sheet', args=[public_id])}",
        "panels": _panels(found, request.user),
        "doors": _doors(found, request.user),
        "begins": _begins(found, request.user, sheet.values.get("actions") or ()),
    }
    return render(request, "directory/sheet.html", context)


def _begins(organisation: Organisation, person: Any, actions: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Action under way → where a project is begun from it, for those who may."""
    address = new_project(person, organisation.territory) if organisation.territory and actions else None
    if address is None:
        return {}
    return {one["what"]: address(sheet=organisation.public_id, action=one["what"]) for one in actions}


def _panels(organisation: Organisation, person: Any) -> list[dict[str, Any]]:
    """What other applications show on a sheet."""
    given = [(panel, panel.context(organisation, person)) for panel in sheet_panels]
    return [{"template": panel.template, "data": data} for panel, data in given if data is not None]


def _doors(organisation: Organisation, person: Any) -> list[dict[str, Any]]:
    """What may be done from a sheet, by this person."""
    found = [(action.label, action.url(organisation, person)) for action in sheet_actions]
    return [{"label": label, "url": url} for label, url in found if url]


@require_safe
def sheet_picture(request: HttpRequest, public_id: str) -> HttpResponse:
    """The still map of one organisation."""
    found = Organisation.objects.shown().select_related("territory").filter(public_id=public_id).first()
    drawn = mapping.sheet_picture(found) if found else ""
    if not drawn:
        raise Http404
    return HttpResponse(drawn, content_type="image/svg+xml")
