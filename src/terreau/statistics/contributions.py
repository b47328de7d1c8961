"""What the communes of a territory have brought of their knowledge, on a map and in tables.

A commune is at the furthest it has reached: opened in the network, a list or the sheets of its agent brought,
a diagnosis published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import lru_cache
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from terreau.core.numbers import french_number
from terreau.core.text import fold
from terreau.diagnosis.models import Edition
from terreau.diagnosis.reading.counting import attested, end_of
from terreau.directory.enums import SourceKind
from terreau.directory.models import Record, Source
from terreau.documents.maps import Area, Look, area_map
from terreau.statistics import charts
from terreau.statistics.outlines import mainland, outlines_inside
from terreau.statistics.scene import Scene, frame
from terreau.territories.enums import Kind
from terreau.territories.models import Ancestry, Territory, TerritoryQuerySet
from terreau.territories.panels import PLURALS

# Beyond, communes cannot be told apart on a map: their share is drawn by department.
_MOST_ON_A_MAP: Final = 6_000
_LISTED: Final = 60
_ABOVE_COMMUNES: Final = (Kind.REGION, Kind.DEPARTMENT)


class Degree(IntEnum):
    """How far a commune has gone."""

    NOTHING = 0
    OPENED = 1
    BROUGHT = 2
    PUBLISHED = 3


WORDS: Final[dict[Degree, Promise]] = {
    Degree.NOTHING: gettext_lazy("rien encore"),
    Degree.OPENED: gettext_lazy("ouverte dans le réseau"),
    Degree.BROUGHT: gettext_lazy("liste ou fiches apportées"),
    Degree.PUBLISHED: gettext_lazy("diagnostic publié"),
}


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of the network, and how far it went."""

    code: str
    name: str
    degree: Degree

    @property
    def word(self) -> str:
        """« diagnostic publié »."""
        return str(WORDS[self.degree])


@dataclass(frozen=True, slots=True)
class Line:
    """What the communes of one region or department have brought."""

    code: str
    name: str
    communes: int
    by_degree: tuple[int, ...]  # in the order of the degrees, the first left out

    @property
    def brought(self) -> int:
        """How many have brought something; those only opened have not yet."""
        return sum(self.by_degree[Degree.BROUGHT - 1 :])

    @property
    def share(self) -> float:
        """Their part of all communes, in per cent."""
        return 100 * self.brought / self.communes if self.communes else 0.0


def of_the_network(territory: Territory, on: date | None = None) -> list[Commune]:
    """The communes of a territory that had gone beyond nothing by a day, those that went furthest first."""
    day = on or timezone.localdate()
    said = Record.objects.filter(attested(day), source=OuterRef("pk"))
    sources = Source.objects.filter(
        Exists(said),
        territory=OuterRef("pk"),
        kind__in=(SourceKind.LIST, SourceKind.REGISTER, SourceKind.AGENT),
    )
    found: Any = (
        communes_of(territory)
        .annotate(
            published=Exists(Edition.objects.filter(territory=OuterRef("pk"), published_at__lte=end_of(day))),
            has_source=Exists(sources),
        )
        .filter(Q(published=True) | Q(has_source=True) | Q(opened_on__lte=day))
        .by_name()
    )
    communes = [Commune(one.code, one.name, _degree(one.published, one.has_source)) for one in found]
    return sorted(communes, key=lambda one: -one.degree)


def _degree(published: bool, has_source: bool) -> Degree:
    if published:
        return Degree.PUBLISHED
    return Degree.BROUGHT if has_source else Degree.OPENED


def communes_of(territory: Territory) -> TerritoryQuerySet:
    """The communes in force in a territory."""
    return Territory.objects.within(territory).current().filter(kind=Kind.COMMUNE)


def lines(territory: Territory, communes: Iterable[Commune], kind: str) -> list[Line]:
    """The same by region or by department, those whose communes brought most first."""
    degrees = {one.code: one.degree for one in communes}
    above = Ancestry.objects.filter(
        ancestor__kind=kind,
        ancestor__in=Territory.objects.within(territory).current().values("pk"),
        descendant__kind=Kind.COMMUNE,
        descendant__valid_to__isnull=True,
    ).order_by()
    totals = above.values_list("ancestor__code", "ancestor__name").annotate(count=Count("pk"))
    reached: dict[str, Counter[Degree]] = {}
    of_those = above.filter(descendant__code__in=list(degrees))
    for code, commune in of_those.values_list("ancestor__code", "descendant__code"):
        reached.setdefault(code, Counter())[degrees[commune]] += 1
    found = [
        Line(code, name, count, tuple(reached.get(code, Counter())[one] for one in Degree if one))
        for code, name, count in totals
    ]
    return sorted(found, key=lambda one: (-one.share, -sum(one.by_degree), fold(one.name)))


def context_of(scene: Scene, asked: str) -> dict[str, Any]:
    """Everything the page shows."""
    territory = scene.territory
    communes = of_the_network(territory)
    total = communes_of(territory).count()
    kinds = kinds_above_communes(territory)
    kind = asked if asked in kinds else next(iter(kinds), "")
    counts = Counter(one.degree for one in communes)
    counts[Degree.NOTHING] = total - len(communes)
    return (
        frame(scene, "contributions")
        | {
            "simulated": "",  # what the register holds is not shown here
            "total": total,
            "brought": sum(has_brought(one) for one in communes),
            "degrees": [(str(WORDS[one]), counts[one]) for one in sorted(Degree, reverse=True)],
            "heads": [str(WORDS[one]) for one in Degree if one],
            "kinds": [{"key": one, "label": PLURALS[one], "current": one == kind} for one in kinds],
            "lines": lines(territory, communes, kind) if kind else [],
            "communes": communes[:_LISTED],
            "hidden": max(0, len(communes) - _LISTED),
            "pictures": {width: scene.address("contributions_picture", width) for width in charts.WIDTHS},
            "simulated_sources": rests_on_simulated(communes),
            "by_commune": total <= _MOST_ON_A_MAP,
        }
    )


def rests_on_simulated(communes: Iterable[Commune]) -> bool:
    """Whether a list that counts here was invented."""
    return Source.objects.filter(simulated=True, territory__code__in=[one.code for one in communes]).exists()


def kinds_above_communes(territory: Territory) -> list[Kind]:
    """By what the communes of a territory can be told: its regions, its departments."""
    rank = list(Kind.values)
    if territory.kind == Kind.GROUPING:
        return []
    inside = Territory.objects.within(territory).current()
    return [
        kind
        for kind in _ABOVE_COMMUNES
        if rank.index(kind) > rank.index(territory.kind) and inside.filter(kind=kind).exists()
    ]


def picture(territory: Territory, narrow: bool) -> str | None:
    """The map of the territory as it is now; None where no outline is known."""
    communes = of_the_network(territory)
    if communes_of(territory).count() <= _MOST_ON_A_MAP:
        return _map_of_communes(territory, tuple(communes), narrow)
    return _map_of_shares(territory, tuple(lines(territory, communes, Kind.DEPARTMENT)), narrow)


@lru_cache(maxsize=24)
def _map_of_communes(territory: Territory, communes: tuple[Commune, ...], narrow: bool) -> str | None:
    degrees = {one.code: one.degree for one in communes}
    outlines, credit = outlines_inside(territory, Kind.COMMUNE)
    shown = mainland(outlines)
    if not shown:
        return None
    areas = [Area(code, "", outlines[code], degrees.get(code, Degree.NOTHING)) for code in shown]
    return area_map(
        areas,
        title=_title(territory),
        legend=_("Ce que chaque commune a apporté"),
        description=_told(communes),
        look=Look(narrow=narrow, categories=tuple(str(WORDS[one]) for one in Degree), credit=_credit(credit)),
    )


@lru_cache(maxsize=8)
def _map_of_shares(territory: Territory, found: tuple[Line, ...], narrow: bool) -> str | None:
    outlines, credit = outlines_inside(territory, Kind.DEPARTMENT)
    shown = mainland({one.code: outlines[one.code] for one in found if one.code in outlines})
    if not shown:
        return None
    areas = [Area(one.code, one.name, outlines[one.code], one.share) for one in found if one.code in shown]
    return area_map(
        areas,
        title=_title(territory),
        legend=_("Part des communes qui ont apporté quelque chose, en %"),
        look=Look(narrow=narrow, decimals=1, credit=_credit(credit)),
    )


def _title(territory: Territory) -> str:
    return _("%(name)s\u00a0: ce que les communes ont apporté") % {"name": territory.name}


def _credit(credit: str) -> str:
    return _("Contours\u00a0: %(credit)s") % {"credit": credit}


def has_brought(one: Commune) -> bool:
    """Whether it is more than opened."""
    return one.degree >= Degree.BROUGHT


def _told(communes: tuple[Commune, ...]) -> str:
    named = ", ".join(f"{one.name} ({one.word})" for one in communes[:5])
    number = sum(has_brought(one) for one in communes)
    count = ngettext(
        "%(n)s commune a apporté quelque chose", "%(n)s communes ont apporté quelque chose", number
    ) % {"n": french_number(number)}
    return f"{count}\u00a0: {named}" if named else count
