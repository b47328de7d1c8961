"""The towns that look like mine, and what they let be read of their figures.

Candidates are the towns opened in the network, of the same rank: communes with communes, groupings with
groupings. All that is compared is public, but for what a town says of itself on its own screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils import timezone

from terreau.core.countries import country_name
from terreau.core.numbers import whole_number
from terreau.directory import search
from terreau.directory.freshness import fresh_from
from terreau.directory.search import Query
from terreau.framework.models import FrameworkEdition
from terreau.practices.alike import (
    HEAVIEST,
    Nearness,
    Spread,
    Town,
    Value,
    log_population,
    nearest,
    spread_of,
)
from terreau.practices.enums import Indicator, Variable
from terreau.practices.models import Consent, Profile
from terreau.practices.world import law_of, region_of
from terreau.territories.enums import Kind
from terreau.territories.models import Territory

# A town that the network knows by fewer sheets tells nothing by its sectors.
LEAST_SHEETS = 10
_LOCAL = (Kind.COMMUNE, Kind.BOROUGH, Kind.SECTOR, Kind.VILLAGE)
_SHARES = frozenset({Indicator.CONFIRMED, Indicator.COOPERATIVES})
_FINE = frozenset({*_SHARES, Indicator.FRAMEWORK})
# The families that members own together.
_SHARED = ("cooperative", "mutuelle")
_FACETS = ("sector", "family")


@dataclass(frozen=True)
class Counted:
    """What the directory counts in a town."""

    total: int
    confirmed: int
    sectors: tuple[tuple[str, int], ...]
    families: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Alike:
    """One of the nearest towns."""

    territory: Territory
    country: str
    nearness: Nearness
    shared: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Compared:
    """One figure among the nearest towns that let it be compared, beside mine."""

    indicator: Indicator
    mine: float | None
    spread: Spread

    @property
    def unit(self) -> str:
        """Of what it is a number."""
        return "%" if self.indicator in _SHARES else ""

    @property
    def decimals(self) -> int:
        """How finely it is told."""
        return 1 if self.indicator in _FINE else 0


def is_compared(territory: Territory) -> bool:
    """Whether a territory is one that others resemble: no State, no region."""
    return territory.kind in {*_LOCAL, Kind.GROUPING}


def candidates(territory: Territory, *, public: bool) -> list[Territory]:
    """The other towns of the same rank; for visitors, those that let at least one figure be compared."""
    kinds = [Kind.GROUPING] if territory.kind == Kind.GROUPING else list(_LOCAL)
    found = Territory.objects.opened().current().filter(kind__in=kinds).exclude(pk=territory.pk)
    if public:
        found = found.filter(consents__isnull=False).distinct()
    return list(found.order_by("pk"))


def described(territories: Iterable[Territory]) -> dict[int, Town]:
    """What is known of towns, by the names of the variables; what is not known is left out."""
    towns = list(territories)
    profiles = {one.territory_id: one for one in Profile.objects.filter(territory__in=[t.pk for t in towns])}
    given = Consent.objects.filter(territory__in=[t.pk for t in towns], indicator=Indicator.FRAMEWORK)
    framework = framework_of(given.values_list("territory", flat=True))
    return {town.pk: _described(town, profiles.get(town.pk), framework.get(town.pk)) for town in towns}


def framework_of(territories: Iterable[int]) -> dict[int, float]:
    """The average of the published framework of each territory that has one."""
    editions = FrameworkEdition.objects.filter(territory__in=list(territories))
    rows = editions.order_by("number").values_list("territory", "content__overall")
    return {territory: float(overall) for territory, overall in rows if overall is not None}


def _described(town: Territory, profile: Profile | None, framework: float | None) -> Town:
    counted = counts_of(town.code)
    known: dict[str, Value | None] = {
        Variable.REGION: region_of(town.country_code) or None,
        Variable.LAW: law_of(town.country_code) or None,
        Variable.POPULATION: log_population(town.population),
        Variable.KIND: (profile.kind if profile else "") or None,
        Variable.COAST: profile.coastal if profile else None,
        Variable.SECTORS: _shares(counted) if counted.total >= LEAST_SHEETS else None,
        Variable.FRAMEWORK: framework,
    }
    return {str(name): value for name, value in known.items() if value is not None}


def _shares(counted: Counted) -> Mapping[str, float] | None:
    total = sum(count for _code, count in counted.sectors)
    return {code: count / total for code, count in counted.sectors} if total else None


def counts_of(code: str) -> Counted:
    """What the directory counts in a town, kept until the index changes or the day does."""
    return _counts(code, search.mark(), fresh_from(timezone.localdate()))


@lru_cache(maxsize=2000)
def _counts(code: str, _mark: object, since: Any) -> Counted:
    found = search.search(Query(territories=(code,), size=1, facets=_FACETS))
    fresh = search.search(Query(territories=(code,), size=1, confirmed_since=since))
    return Counted(
        total=found.total,
        confirmed=fresh.total,
        sectors=tuple(found.facets.get("sector", ())),
        families=tuple(pair for pair in found.facets.get("family", ()) if pair[0]),
    )


def figures_of(territories: Iterable[Territory]) -> dict[int, dict[str, float]]:
    """The figures of towns that others may be shown; what nobody knows is left out."""
    towns = list(territories)
    framework = framework_of(one.pk for one in towns)
    found = {one.pk: _counted_figures(one) for one in towns}
    for key, overall in framework.items():
        found[key][Indicator.FRAMEWORK.value] = overall
    return found


def _counted_figures(territory: Territory) -> dict[str, float]:
    counted = counts_of(territory.code)
    if not counted.total:
        return {}
    figures = {
        Indicator.ORGANISATIONS.value: float(counted.total),
        Indicator.CONFIRMED.value: 100 * counted.confirmed / counted.total,
    }
    if counted.sectors:
        figures[Indicator.SECTORS.value] = float(len(counted.sectors))
    # Among those whose family is known: the others may be anything.
    if known := sum(count for _code, count in counted.families):
        told = dict(counted.families)
        figures[Indicator.COOPERATIVES.value] = 100 * sum(told.get(code, 0) for code in _SHARED) / known
    return figures


def weights_of(query: Mapping[str, str]) -> dict[str, float]:
    """How much each variable weighs, from 0 to 3; 1 where nothing is chosen."""
    return {one.value: min(HEAVIEST, whole_number(query.get(one.value, ""), 1)) for one in Variable}


def alike(
    territory: Territory, weights: Mapping[str, float], *, public: bool
) -> tuple[list[Alike], list[Compared], Town]:
    """The nearest towns, what their figures say together, and what is known of mine.

    Args:
        territory: mine.
        weights: of the variables.
        public: for visitors, only towns that let something be compared.
    """
    others = {one.pk: one for one in candidates(territory, public=public)}
    known = described([territory, *others.values()])
    mine = known.pop(territory.pk)
    near = nearest(mine, known, weights)
    labels = {one.value: str(one.label) for one in Variable}
    towns = [
        Alike(
            others[one.key],
            country_name(others[one.key].country_code),
            one,
            tuple(labels[name] for name in one.shared),
            tuple(labels[name] for name in one.missing),
        )
        for one in near
    ]
    return towns, compared(territory, [one.territory for one in towns], public=public), mine


def compared(territory: Territory, nearest_towns: Sequence[Territory], *, public: bool) -> list[Compared]:
    """Each figure among the nearest towns that let it be compared; visitors read mine on the same terms."""
    given: dict[int, set[str]] = {}
    for town, indicator in Consent.objects.filter(territory__in=[territory, *nearest_towns]).values_list(
        "territory", "indicator"
    ):
        given.setdefault(town, set()).add(indicator)
    theirs = figures_of([territory, *(one for one in nearest_towns if one.pk in given)])
    mine = theirs.pop(territory.pk)
    if public:
        mine = {name: value for name, value in mine.items() if name in given.get(territory.pk, ())}
    found = []
    for indicator in Indicator:
        values = [
            figures[indicator.value]
            for key, figures in theirs.items()
            if indicator.value in given[key] and indicator.value in figures
        ]
        found.append(Compared(indicator, mine.get(indicator.value), spread_of(values)))
    return found
