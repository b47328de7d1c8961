"""Which sheets may be of the same organisation: same number, or names near each other in one place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from terreau.core.identifiers import SCHEMES
from terreau.core.numbers import french_number
from terreau.directory import search
from terreau.directory.enums import Status
from terreau.directory.models import Distinct, Identifier, Organisation
from terreau.territories.enums import Kind
from terreau.territories.models import Territory

NEAR = 82
MOST = 10
_SEARCHED = 15
# Pairs looked at on one page of a territory.
PAGE = 30


@dataclass
class Alike:
    """A sheet that may be the same organisation as another, and what makes one think so."""

    sheet: Organisation
    reasons: list[str] = field(default_factory=list)


def _standing() -> QuerySet[Organisation]:
    found: QuerySet[Organisation] = Organisation.objects.filter(merged_into=None).exclude(
        status=Status.HIDDEN
    )
    return found.select_related("territory")


def alike(organisation: Organisation) -> list[Alike]:
    """The sheets that may be the same as this one, the surest first; those said to be others are left out."""
    reasons: dict[int, list[str]] = {}
    for key, reason in (*_same_number(organisation), *_near_names(organisation)):
        told = reasons.setdefault(key, [])
        if reason not in told:
            told.append(reason)
    for pair in Distinct.objects.filter(Q(first=organisation) | Q(second=organisation)):
        reasons.pop(pair.first_id, None)
        reasons.pop(pair.second_id, None)
    sheets = _standing().filter(pk__in=reasons).in_bulk()
    return [Alike(sheets[key], told) for key, told in reasons.items() if key in sheets][:MOST]


def _same_number(organisation: Organisation) -> Iterable[tuple[int, str]]:
    own = list(
        Identifier.objects.filter(record__organisation=organisation).values_list("scheme", "value").distinct()
    )
    if not own:
        return
    wanted = Q()
    for scheme, value in own:
        wanted |= Q(scheme=scheme, value=value)
    others = Identifier.objects.filter(wanted, record__organisation__isnull=False)
    for key, scheme, value in others.values_list("record__organisation", "scheme", "value"):
        if key != organisation.pk:
            yield key, same_number_text(scheme, value)


def same_number_text(scheme: str, value: str) -> str:
    """« même SIREN : 732829320 »."""
    label = SCHEMES[scheme].label if scheme in SCHEMES else scheme
    return _("même %(scheme)s\u00a0: %(value)s") % {"scheme": label, "value": value}


def _near_names(organisation: Organisation) -> Iterable[tuple[int, str]]:
    where = (organisation.territory.code,) if organisation.territory else ()
    found = search.search(
        search.Query(text=organisation.name, territories=where, ceased=True, size=_SEARCHED)
    )
    ids = [hit["id"] for hit in found.hits if hit.get("id") and hit["id"] != organisation.public_id]
    scored = []
    for key, name in Organisation.objects.filter(public_id__in=ids).values_list("pk", "name_folded"):
        likeness = fuzz.token_sort_ratio(organisation.name_folded, name)
        if likeness >= NEAR:
            scored.append((likeness, key))
    for likeness, key in sorted(scored, reverse=True):
        yield (
            key,
            _("noms voisins (ressemblance %(share)s\u00a0%%)") % {"share": french_number(round(likeness))},
        )


@dataclass(frozen=True)
class Pair:
    """Two sheets of a territory that may be one."""

    first: Organisation
    second: Organisation
    reason: str


def pairs_in(territory: Territory, start: int = 0) -> tuple[list[Pair], bool]:
    """The pairs of sheets of a territory with one number, then with one name in one place.

    Returns:
        A page of them, and whether others follow.
    """
    here = Organisation.objects.in_territory(territory).filter(merged_into=None).exclude(status=Status.HIDDEN)
    numbered = (
        Identifier.objects.filter(record__organisation__in=here)
        .values("scheme", "value")
        .annotate(
            sheets=Count("record__organisation", distinct=True),
            low=Min("record__organisation"),
            high=Max("record__organisation"),
        )
        .filter(sheets__gt=1)
        .order_by("scheme", "value")
        .values_list("low", "high", "scheme", "value")
    )
    named = (
        here.exclude(name_folded="")
        .values("territory", "territory__kind", "name_folded")
        .annotate(sheets=Count("pk"), low=Min("pk"), high=Max("pk"))
        .filter(sheets__gt=1)
        .order_by("name_folded", "territory")
        .values_list("low", "high", "territory__kind")
    )
    rows = [
        (low, high, same_number_text(scheme, value)) for low, high, scheme, value in _page(numbered, start)
    ]
    if len(rows) <= PAGE:
        rest = max(0, start - numbered.count())
        rows += [(low, high, _same_name_text(kind)) for low, high, kind in _page(named, rest)]
    return _told(rows[:PAGE]), len(rows) > PAGE


def _same_name_text(kind: str) -> str:
    """Two sheets of which only the country is known are hardly at the same place."""
    return _("même nom, dans le même pays") if kind == Kind.COUNTRY else _("même nom, au même endroit")


def _page(rows: Any, start: int) -> list[Any]:
    return list(rows[start : start + PAGE + 1])


def _told(rows: list[tuple[int, int, str]]) -> list[Pair]:
    keys = {key for low, high, _reason in rows for key in (low, high)}
    apart = set(Distinct.objects.filter(first__in=keys, second__in=keys).values_list("first", "second"))
    sheets = _standing().filter(pk__in=keys).in_bulk()
    found: dict[tuple[int, int], Pair] = {}
    for low, high, reason in rows:
        if (low, high) not in apart and low in sheets and high in sheets:
            found.setdefault((low, high), Pair(sheets[low], sheets[high], reason))
    return list(found.values())
