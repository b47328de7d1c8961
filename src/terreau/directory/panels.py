"""What the directory shows elsewhere: a territory's page, the chain, the workspace, the first page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.accounts.care import territories_looked_after
from terreau.accounts.perms import can_edit_sheets
from terreau.core.numbers import french_number
from terreau.core.registry import StepState
from terreau.directory import labels, listing, search
from terreau.directory.enums import Precision
from terreau.directory.freshness import fresh_from
from terreau.directory.models import Organisation
from terreau.directory.search import Query
from terreau.directory.simulated import any_among
from terreau.territories.models import Territory

_SHOWN = 5
_MOST_TERRITORIES = 20


def _of(territory: Territory, **more: Any) -> Query:
    return Query(territories=(territory.code,), size=_SHOWN, **more)


def _list_address(territory: Territory, **more: str) -> str:
    extra = "".join(f"&{name}={value}" for name, value in more.items())
    return f"{reverse('directory:list')}?territoire={territory.code}{extra}"


def _recently_confirmed(territory: Territory) -> int:
    since = fresh_from(timezone.localdate())
    return search.search(replace(_of(territory, confirmed_since=since), size=1)).total


def names(public_ids: Iterable[str]) -> dict[str, str]:
    """What each sheet is called now, by its public identifier, for the journal."""
    found = Organisation.objects.filter(public_id__in=list(public_ids))
    return dict(found.values_list("public_id", "name"))


def territory_panel(territory: Territory, _person: Any) -> dict[str, Any] | None:
    """How many actors a territory has, how well they are known, of which families, and some of them."""
    results = search.search(_of(territory, sort="recent", facets=("family", "source", "precision")))
    total = results.total
    if not total:
        return None
    known = dict(results.facets["precision"])
    pointed, centred = known.get(Precision.POINT, 0), known.get(Precision.COMMUNE, 0)
    confirmed = _recently_confirmed(territory)
    sources = labels.labels("source", [code for code, _count in results.facets["source"][:_SHOWN]])
    return {
        "total": total,
        "families": _families(territory, results.facets["family"], total),
        "lines": listing.lines(results),
        "confirmed": confirmed,
        "confirmed_share": confirmed / total,
        "confirmed_decimals": _share(confirmed, total)["decimals"],
        "placed_share": (pointed + centred) / total,
        "pointed": pointed,
        "centred": centred,
        "sources": list(sources.values()),
        "more_sources": len(results.facets["source"]) - len(sources),
        "simulated": any_among(_of(territory)),
        "today": timezone.localdate(),
        "list_address": _list_address(territory),
        "map_address": f"{reverse('directory:map')}?territoire={territory.code}",
        "picture": f"{reverse('directory:picture')}?territoire={territory.code}",
    }


def _families(territory: Territory, counts: list[tuple[str, int]], total: int) -> list[dict[str, Any]]:
    """Each family with its number and its share of those whose family is known, as a diagnosis counts it.

    Those whose family nobody tells come last, and have no share.
    """
    known = sum(number for _code, number in counts)
    rows: list[dict[str, Any]] = [
        {
            "label": labels.family_label(code, plural=number > 1),
            "count": number,
            "address": _list_address(territory, famille=code),
            **_share(number, known),
        }
        for code, number in counts
    ]
    if total > known:
        rows.append({"label": labels.family_label(""), "count": total - known, "address": "", "share": None})
    return rows


def _share(count: int, total: int) -> dict[str, Any]:
    """A share, the length of its bar, and decimals enough that few are not none, nor most all."""
    share = count / total
    close = 0 < share < 0.01 or 0.99 < share < 1
    return {"share": share, "width": max(1, round(100 * share)), "decimals": 1 if close else 0}


def chain_step(territory: Territory, person: Any) -> StepState:
    """The first step of the chain: are the actors known, and is what is known fresh?"""
    total = search.search(replace(_of(territory), size=1)).total
    if not total:
        text = _("Aucun acteur n’est encore recensé.")
        if not can_edit_sheets(person, territory):
            return StepState("later", text)
        return StepState("now", text, reverse("directory:add", args=[territory.code]), _("Ajouter une fiche"))
    confirmed = _recently_confirmed(territory)
    sheets = ngettext("%(count)s fiche", "%(count)s fiches", total) % {"count": french_number(total)}
    fresh = ngettext(
        "dont %(count)s confirmée depuis un an", "dont %(count)s confirmées depuis un an", confirmed
    ) % {"count": french_number(confirmed)}
    none = _("aucune confirmée depuis un an")
    text = f"{sheets}, {fresh if confirmed else none}"
    return StepState("done", text, _list_address(territory), _("Voir les acteurs"))


def add_door(territory: Territory) -> str:
    """Where a sheet is added by hand."""
    return reverse("directory:add", args=[territory.code])


def filieres_door(territory: Territory) -> str:
    """Where the territory names its filières."""
    return reverse("directory:filieres", args=[territory.code])


def changes_door(territory: Territory) -> str:
    """What changed in the sheets of the territory."""
    return reverse("directory:changes", args=[territory.code])


def duplicates_door(territory: Territory) -> str:
    """The sheets that may be of one organisation."""
    return reverse("directory:duplicates", args=[territory.code])


def workspace_tasks(person: Any) -> list[dict[str, Any]]:
    """For each territory that comes to the person, the sheets nobody has confirmed."""
    items = []
    for territory in territories_looked_after(person)[:_MOST_TERRITORIES]:
        unconfirmed = search.search(replace(_of(territory, confirmed=("no",)), size=1)).total
        if unconfirmed:
            items.append(
                {
                    "text": _("%(territory)s : fiches que personne n’a confirmées")
                    % {"territory": territory.name},
                    "url": _list_address(territory, confirmee="no"),
                    "count": unconfirmed,
                }
            )
    return items


def home_panel(_person: Any) -> dict[str, Any] | None:
    """The whole directory in figures, for the first page."""
    results = search.search(Query(size=1, facets=("family", "country", "source", "precision")))
    if not results.total:
        return None
    placed = sum(count for code, count in results.facets["precision"] if code in {"point", "commune"})
    return {
        "total": results.total,
        "placed": placed,
        "unplaced": results.total - placed,
        "countries": len(results.facets["country"]),
        "sources": len(results.facets["source"]),
        "simulated": any_among(Query()),
        "families": [
            {
                "label": labels.family_label(code, plural=True),
                "count": number,
                "address": f"{reverse('directory:list')}?famille={code}",
            }
            for code, number in results.facets["family"]
        ],
        "unknown": results.total - sum(number for _code, number in results.facets["family"]),
    }


def listed() -> QuerySet[Organisation, tuple[str, datetime]]:
    """The sheets that anyone reads, for search engines: those of one organisation told twice, once."""
    shown = Organisation.objects.shown().filter(merged_into=None).order_by("pk")
    return shown.values_list("public_id", "updated_at")
