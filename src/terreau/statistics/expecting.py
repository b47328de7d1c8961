"""How many organisations two lists lead to expect, in the diagnosis (methods B.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from terreau.core.numbers import french_number
from terreau.diagnosis.facts import Facts
from terreau.diagnosis.parts.common import COUNTED, UNIT, accompanied, ratio_figure
from terreau.diagnosis.rules import Figure, Result, round_to, share
from terreau.diagnosis.wording import organisations, quoted
from terreau.observatory.coverage import ENOUGH_IN_COMMON, Estimate, chapman, known_share
from terreau.statistics.two_lists import Pair, best_pair
from terreau.territories.models import Territory

_MORE_THAN_EXPECTED = (
    "l’annuaire en connaît déjà plus que l’estimation\u00a0: les deux listes ne visent pas tout ce qu’il "
    "compte"
)


@dataclass(frozen=True)
class Expected:
    """What two lists lead to expect in a territory, beside what the directory knows there."""

    facts: Facts
    pair: Pair
    estimate: Estimate

    @property
    def lists(self) -> str:
        """Both, by their names."""
        return f"{quoted(self.pair.first.told_name)} et {quoted(self.pair.second.told_name)}"

    @property
    def bounds(self) -> str:
        """« de 22 à 49 »."""
        return f"de {french_number(self.estimate.low, 0)} à {french_number(self.estimate.high, 0)}"


def expected(territory: Territory, facts: Facts) -> Expected | None:
    """What two lists lead to expect; None where no two lists share an organisation."""
    pair = best_pair(territory, facts.as_of) if facts.active else None
    estimate = chapman(pair.counts) if pair else None
    return Expected(facts, pair, estimate) if pair and estimate else None


def figures(one: Expected) -> Iterator[Figure]:
    """How many there may be in all, and the part that is known."""
    reliability = f"estimation, {one.bounds} (intervalle à 95\u00a0%)"
    if one.pair.counts.both < ENOUGH_IN_COMMON:
        reliability += f"\u202f; fragile\u00a0: moins de {ENOUGH_IN_COMMON} organisations en commun"
    source = f"annuaire, d’après {one.lists}"
    about: dict[str, Any] = {"source": source, "simulated": one.pair.simulated}
    yield Figure(
        id="couverture.estimees",
        label="organisations estimées en tout, connues ou non",
        value=round_to(one.estimate.value, 0),
        unit=UNIT,
        counted=f"organisations en activité que visent {one.lists}",
        method="couverture-estimee",
        **{**accompanied(one.facts), **about, "reliability": reliability},
    )
    known = one.facts.active
    yield ratio_figure(
        one.facts,
        "couverture.part",
        "de ces organisations sont connues de l’annuaire",
        _coverage(known, one.estimate),
        unit="%",
        numerator=known,
        denominator=round_to(one.estimate.value, 0),
        counted=f"{COUNTED}, sur celles qu’on estime",
        method="couverture-estimee",
        reliability=_share_bounds(known, one.estimate) or reliability,
        **about,
    )


def _coverage(known: int, estimate: Estimate) -> Result:
    found = known_share(known, estimate)
    if found is None:
        return Result(None, _MORE_THAN_EXPECTED)
    few = share(known, max(known, round(estimate.value)))
    return few if few.refused else Result(100 * found.value)


def _share_bounds(known: int, estimate: Estimate) -> str:
    found = known_share(known, estimate)
    if found is None:
        return ""
    low, high = french_number(100 * found.low, 0), french_number(100 * found.high, 0)
    return f"estimation, de {low} à {high}\u00a0% (intervalle à 95\u00a0%)"


def sentences(one: Expected) -> Iterator[str]:
    """Where the estimate comes from, and when it is worth nothing."""
    counts = one.pair.counts
    yield (
        f"{quoted(one.pair.first.told_name)} cite {organisations(counts.first)} comptées ici, "
        f"{quoted(one.pair.second.told_name)} en cite {french_number(counts.second)}, et "
        f"{french_number(counts.both)} sont dans les deux. Si elles ont été établies séparément, il y aurait "
        f"environ {organisations(round(one.estimate.value))} en tout ({one.bounds})."
    )
    yield (
        "Si l’une a été faite d’après l’autre, il y en a davantage\u202f; si elles ne visent pas les mêmes "
        "organisations, ce nombre ne veut rien dire."
    )
