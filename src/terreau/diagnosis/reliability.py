"""How far a count from lists can be trusted, in words (methods B.3: pedigree of declared data).

Five criteria are scored from 1 (best) to 5, and their sum gives a grade from A to E. It is an order, not
an interval: the factors published for such grids come from another field and are not used here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

# Who speaks: an official register is kept under the law; an actor or the town's agent speaks of what
# they see; a list was drawn up for another purpose.
SOURCE_SCORES: Final = {"register": 1, "actor": 2, "agent": 2, "list": 3}
UNKNOWN_SOURCE: Final = 4
# Years since the data were stated, upper bound of scores 1 to 4.
AGE_BOUNDS: Final = (1.0, 3.0, 6.0, 10.0)
# Share placed in a commune at least, and share whose family is known: lower bound of scores 1 to 4.
PLACING_BOUNDS: Final = (0.95, 0.80, 0.60, 0.30)
DEFINITION_BOUNDS: Final = (0.95, 0.80, 0.50, 0.20)
# Highest sum of the five scores for each grade.
GRADES: Final = ((7, "A"), (10, "B"), (13, "C"), (17, "D"), (25, "E"))
WORDS: Final = {"A": "très bonne", "B": "bonne", "C": "moyenne", "D": "faible", "E": "très faible"}
_KIND_WORDS: Final = {
    "register": "registre officiel",
    "actor": "dit par les organisations",
    "agent": "saisi par l’agent du territoire",
    "list": "liste",
}


@dataclass(frozen=True, slots=True)
class SourceShare:
    """One source's part in a count: who speaks, how many rows, stated when (oldest and newest)."""

    kind: str
    rows: int
    stated_on: date | None = None


@dataclass(frozen=True, slots=True)
class Pedigree:
    """Scores from 1 (best) to 5 of the five criteria."""

    source: int
    completeness: int
    freshness: int
    place: int
    definition: int

    @property
    def grade(self) -> str:
        """From A to E; never above C where completeness is unknown (a count is then a minimum)."""
        total = self.source + self.completeness + self.freshness + self.place + self.definition
        grade = next(letter for bound, letter in GRADES if total <= bound)
        return max(grade, "C") if self.completeness >= 4 else grade


def age_score(stated_on: date | None, as_of: date) -> int:
    """From 1, stated within the year, to 5, more than ten years ago or at an unknown date."""
    if stated_on is None:
        return 5
    years = max(0.0, (as_of - stated_on).days / 365.25)
    return next((rank for rank, bound in enumerate(AGE_BOUNDS, start=1) if years <= bound), 5)


def share_score(share: float, bounds: tuple[float, ...]) -> int:
    """From 1, at or above the first bound, to 5, below the last."""
    return next((rank for rank, bound in enumerate(bounds, start=1) if share >= bound), 5)


def _weighted(scores: Iterable[tuple[int, int]]) -> int:
    """Mean score weighted by rows, rounded towards the worse."""
    pairs = [(score, rows) for score, rows in scores if rows > 0]
    total = sum(rows for _, rows in pairs)
    if not total:
        return 5
    weighted = sum(score * rows for score, rows in pairs)
    return -(-weighted // total)


def pedigree(
    sources: Iterable[SourceShare],
    *,
    as_of: date,
    coverage_known: bool,
    placed_share: float,
    defined_share: float,
) -> Pedigree:
    """Score a count made from several sources.

    Args:
        sources: what each brought, in rows.
        as_of: the day the count speaks of.
        coverage_known: whether sources declared complete attest all that is counted.
        placed_share: part, from 0 to 1, of what is counted that is placed in a commune at least.
        defined_share: part, from 0 to 1, of what is counted whose family is known.
    """
    known = list(sources)
    return Pedigree(
        source=_weighted((SOURCE_SCORES.get(one.kind, UNKNOWN_SOURCE), one.rows) for one in known),
        completeness=1 if coverage_known else 4,
        freshness=_weighted((age_score(one.stated_on, as_of), one.rows) for one in known),
        place=share_score(placed_share, PLACING_BOUNDS),
        definition=share_score(defined_share, DEFINITION_BOUNDS),
    )


def in_words(
    scores: Pedigree, sources: Iterable[SourceShare], *, coverage_known: bool, partly: bool = False
) -> str:
    """« moyenne : liste de 2017, couverture inconnue », as it stands beside a figure."""
    known = sorted(sources, key=lambda one: -one.rows)
    kinds = list(dict.fromkeys(_KIND_WORDS.get(one.kind, "source inconnue") for one in known))
    years = sorted({one.stated_on.year for one in known if one.stated_on})
    if not years:
        when = "sans date"
    elif years[0] == years[-1]:
        when = str(years[0])
    else:
        when = f"{years[0]} à {years[-1]}"
    reasons = [*kinds, when] if kinds else ["aucune source"]
    if coverage_known:
        reasons.append("couverture connue")
    else:
        reasons.append("couverture connue en partie" if partly else "couverture inconnue")
    return f"{WORDS[scores.grade]}\u00a0: {', '.join(reasons)}"
