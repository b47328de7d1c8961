"""Would it work in my town? Ten questions, each with its evidence; the answer is in words. Pure.

Methods E, last point: understand, adapt, re-use. A mark without evidence counts as not answered. One door
that is shut (the law, the competence, the cost) shuts the whole; what is half open names what to adapt;
nothing is called transferable while a question is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from terreau.practices.enums import Criterion, Finding

BEST: Final = 4
# From this mark on, nothing is to be adapted.
GOOD: Final = 3
SHUT_DOORS: Final = frozenset({Criterion.LAW, Criterion.COMPETENCE, Criterion.COST})
# So many questions answered 0 or 1: too much would have to change.
TOO_MANY_WEAK: Final = 5

# Share of the town's yearly budget, up to which each mark is given.
_COST_MARKS: Final = ((0.005, 4), (0.01, 3), (0.03, 2), (0.10, 1))
_MONTH_MARKS: Final = ((12, 4), (24, 3), (36, 2), (60, 1))
_PARTNER_MARKS: Final = ((10, 4), (5, 3), (2, 2), (1, 1))
# Rank of the strongest of its needs among those that the town's own survey found.
_NEED_MARKS: Final = ((3, 4), (5, 3), (8, 2))
# How many times larger or smaller a town may be.
_SIZE_MARKS: Final = ((2.0, 4), (5.0, 3), (20.0, 2))


@dataclass(frozen=True)
class Answer:
    """One question answered: a mark from 0 to 4, and what allows to say so."""

    mark: int | None = None
    evidence: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is answered: a mark with its evidence."""
        return self.mark is not None and bool(self.evidence.strip())


@dataclass(frozen=True)
class Conclusion:
    """What comes out, and why: never a lone number."""

    finding: Finding
    comparable: tuple[Criterion, ...]
    adapt: tuple[Criterion, ...]
    blocking: tuple[Criterion, ...]
    missing: tuple[Criterion, ...]


def conclude(answers: Mapping[Criterion, Answer]) -> Conclusion:
    """What the answers say together."""
    marks = {one: answers[one].mark for one in Criterion if one in answers and answers[one].counts}
    known = {one: mark for one, mark in marks.items() if mark is not None}
    comparable = tuple(one for one, mark in known.items() if mark >= GOOD)
    weak = tuple(one for one, mark in known.items() if mark < GOOD)
    shut = tuple(one for one in weak if known[one] == 0 and one in SHUT_DOORS)
    poor = tuple(one for one in weak if known[one] <= 1)
    blocking = shut or (poor if len(poor) >= TOO_MANY_WEAK else ())
    missing = tuple(one for one in Criterion if one not in known)
    if blocking:
        finding = Finding.NO
    elif missing and not weak:
        finding = Finding.UNKNOWN
    else:
        finding = Finding.ADAPT if weak else Finding.TRANSFERABLE
    adapt = tuple(one for one in weak if one not in blocking)
    return Conclusion(finding, comparable, adapt, blocking, missing)


# --- What the platform knows by itself ------------------------------------------------------------


def mark_of_cost(yearly: float, budget: float) -> int | None:
    """By the share of a yearly budget that the practice would take."""
    if budget <= 0:
        return None
    return _up_to(_COST_MARKS, yearly / budget)


def mark_of_months(months: int) -> int:
    """By how long the practice took."""
    return _up_to(_MONTH_MARKS, months)


def mark_of_partners(organisations: int) -> int:
    """By how many organisations of the same sectors the directory knows."""
    return next((mark for least, mark in _PARTNER_MARKS if organisations >= least), 0)


def mark_of_size(mine: int, theirs: int) -> int:
    """By how many times larger one town is than the other."""
    times = max(mine, theirs) / max(1, min(mine, theirs))
    return next((mark for most, mark in _SIZE_MARKS if times <= most), 1)


def mark_of_need(rank: int) -> int:
    """By the rank of the need in the town's own survey."""
    return next((mark for last, mark in _NEED_MARKS if rank <= last), 1)


def mark_of_results(*, told: int, proven: int, confirmed: bool, taken_up: int) -> int | None:
    """By what the sheet tells and proves: results, their evidence, the town's word, other towns' results."""
    if not told:
        return None
    return min(BEST, 1 + (proven > 0) + bool(confirmed) + (taken_up > 0))


def _up_to(marks: tuple[tuple[float, int], ...], value: float) -> int:
    return next((mark for most, mark in marks if value <= most), 0)
