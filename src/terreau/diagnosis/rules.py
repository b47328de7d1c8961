"""The methods of the diagnosis: figures that never stand alone, and when one is refused.

Pure functions on dataclasses. Every refusal carries its reason in French, to be shown in place of the value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from terreau.directory.freshness import fresh_from

METHOD_VERSION: Final = "1"
"""Changes when a figure's definition does; two editions of different versions are not subtracted."""

MINIMUM_FOR_SHARE: Final = 10
"""Below this many, a percentage says more than is known: only the numbers are given (house rule)."""

NO_COVERAGE: Final = (
    "couverture inconnue\u00a0: aucune source n’est déclarée complète pour ce territoire, "
    "une densité mesurerait nos listes et non le territoire"
)
NO_POPULATION: Final = "population inconnue"
FEW: Final = f"un pourcentage n’aurait pas de sens sur moins de {MINIMUM_FOR_SHARE} organisations"


@dataclass(frozen=True, slots=True)
class Result:
    """A value, or the reason why there is none."""

    value: float | None
    reason: str = ""

    @property
    def refused(self) -> bool:
        """Whether the value was refused."""
        return self.value is None


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with all that it takes to understand it and to make it again.

    Attributes:
        id: stable identifier inside an edition, the same from one edition to the next.
        label: what it is, in a few words.
        value: rounded to `decimals`, so that screen, table, document and file give the same; None when
            refused or masked.
        unit: « organisations », « % », « pour 1 000 habitants ».
        numerator: what was counted, where the value is a ratio.
        denominator: what it was counted over, where the value is a ratio.
        counted: in words, what is counted and over what.
        date: the day, or the year, the figure speaks of; in words or ISO.
        perimeter: the territory it holds for.
        source: who says it.
        reliability: in words, with the reasons.
        method: key of the definition, in the edition's own section « Méthode et limites ».
        masked: whether the value was withheld.
        mask_reason: why, in French.
        decimals: digits after the comma.
        url: address of the source, for a figure published elsewhere.
        simulated: whether simulated data is among what was counted.
    """

    id: str
    label: str
    value: float | None
    unit: str = ""
    numerator: float | None = None
    denominator: float | None = None
    counted: str = ""
    date: str = ""
    perimeter: str = ""
    source: str = ""
    reliability: str = ""
    method: str = ""
    masked: bool = False
    mask_reason: str = ""
    decimals: int = 0
    url: str = ""
    simulated: bool = False


def round_to(value: float | None, decimals: int) -> float | None:
    """The value as it will be shown: half away from zero is not promised, only the same for all uses."""
    if value is None:
        return None
    rounded = round(value, decimals)
    return int(rounded) if decimals == 0 else rounded + 0.0


def withheld(figure: Figure, reason: str) -> Figure:
    """The same figure without its value, and without what would let someone make it again."""
    return replace(figure, value=None, numerator=None, denominator=None, masked=True, mask_reason=reason)


def density(count: int, population: int | None, *, coverage_known: bool, per: int = 1000) -> Result:
    """Organisations for `per` inhabitants (methods B.1, `densite_etab`).

    Refused where no source is known to be complete: the ratio would then measure the lists at hand.

    Raises:
        ValueError: when the count or the population is negative.
    """
    if count < 0 or (population or 0) < 0:
        raise ValueError("a count is never negative")
    if not coverage_known:
        return Result(None, NO_COVERAGE)
    if not population:
        return Result(None, NO_POPULATION)
    return Result(per * count / population)


def share(part: int, whole: int, *, minimum: int = MINIMUM_FOR_SHARE) -> Result:
    """The part over the whole, in per cent; refused when the whole is too small to speak of shares.

    Raises:
        ValueError: when the part is negative or greater than the whole.
    """
    if not 0 <= part <= whole:
        raise ValueError(f"{part} is not a part of {whole}")
    if whole < max(1, minimum):
        return Result(None, FEW)
    return Result(100 * part / whole)


@dataclass(frozen=True, slots=True)
class Concentration:
    """How unevenly a whole is spread over its classes (methods B.1, `hhi`).

    Attributes:
        index: sum of squared shares, from 1/n (even) to 1 (all in one class).
        normalised: the same brought to 0 (even) – 1 (all in one), comparable when n differs.
        equivalent: number of classes of equal size that would give the same index.
    """

    index: float
    normalised: float
    equivalent: float


def concentration(counts: Sequence[float]) -> Concentration | None:
    """Herfindahl–Hirschman index of the counts; empty classes count among the n possible ones.

    Returns:
        None when nothing is counted or there is one class only.
    """
    total = sum(counts)
    size = len(counts)
    if total <= 0 or size < 2:
        return None
    index = sum((count / total) ** 2 for count in counts)
    return Concentration(index, (index - 1 / size) / (1 - 1 / size), 1 / index)


def is_fresh(confirmed_on: date | None, as_of: date) -> bool:
    """Whether someone confirmed it within the twelve months before the day (and not after it)."""
    return confirmed_on is not None and fresh_since(as_of) <= confirmed_on <= as_of


def fresh_since(as_of: date) -> date:
    """The first day that still counts as within twelve months of the day."""
    return fresh_from(as_of)


@dataclass(frozen=True, slots=True)
class CoverageClaim:
    """What makes a coverage known: a source declared complete, for whom, and on what evidence."""

    source_code: str
    source_name: str
    field: str
    evidence: str
    stated_on: date


def known_coverage(claims: Sequence[CoverageClaim], as_of: date) -> tuple[CoverageClaim, ...]:
    """The claims that hold on the day: made by then, with evidence. None: coverage unknown."""
    return tuple(claim for claim in claims if claim.evidence.strip() and claim.stated_on <= as_of)


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one figure between two editions.

    Attributes:
        change: after minus before, in the figure's own unit (points for percentages).
        rate: change over before, in per cent; None where it would not make sense.
        note: why there is no change to show, where there is none.
    """

    id: str
    label: str
    unit: str
    decimals: int
    before: float | None
    after: float | None
    change: float | None = None
    rate: float | None = None
    note: str = ""


ONLY_BEFORE: Final = "absent de la seconde édition"
ONLY_AFTER: Final = "absent de la première édition"
NOT_SAME: Final = "le champ compté n’est pas le même"


def difference(before: Figure | None, after: Figure | None) -> Change:
    """The change of a figure from one edition to another.

    Nothing is subtracted where a value is missing or withheld, or where what is counted, the territory
    or the unit differ (methods B.1: refuse when the perimeter differs between dates).

    Raises:
        ValueError: when neither is given, or they are not the same figure.
    """
    known = after or before
    if known is None:
        raise ValueError("nothing to compare")
    if before and after and before.id != after.id:
        raise ValueError("not the same figure")
    change = Change(
        known.id,
        known.label,
        known.unit,
        known.decimals,
        before.value if before else None,
        after.value if after else None,
    )
    reason = _refusal(before, after)
    if reason or change.before is None or change.after is None:
        return replace(change, note=reason)
    gap = round_to(change.after - change.before, known.decimals)
    whole = known.unit != "%" and change.before >= MINIMUM_FOR_SHARE
    rate = round(100 * (change.after - change.before) / change.before, 1) if whole else None
    return replace(change, change=gap, rate=rate)


_COUNTED_OVER: Final = re.compile(r"\bsur [\d\u00a0\u202f]*\d")


def _field(figure: Figure) -> str:
    """What is counted, whatever the number it is counted over: « sur 12 dont la famille est connue »."""
    return _COUNTED_OVER.sub("sur …", figure.counted)


def _refusal(before: Figure | None, after: Figure | None) -> str:
    if before is None:
        return ONLY_AFTER
    if after is None:
        return ONLY_BEFORE
    if (before.unit, _field(before), before.perimeter) != (after.unit, _field(after), after.perimeter):
        return NOT_SAME
    return next((one.mask_reason for one in (before, after) if one.masked), "")
