"""The first thing read: what each project is worth over 100, and what is proposed of it."""

from __future__ import annotations

from dataclasses import dataclass

from terreau.decision import additive
from terreau.decision.marks import Criterion, Table
from terreau.evaluation.gathering import Gathered
from terreau.evaluation.models import Candidate
from terreau.evaluation.rules import Interval, Proposal, propose


@dataclass(frozen=True)
class Line:
    """One project: its marks by criterion, its value over 100 and its rank, at the least and at the most."""

    candidate: Candidate
    marks: dict[str, Interval]
    value: Interval
    middle: float
    rank: int
    ranks: tuple[int, int]
    proposal: Proposal

    @property
    def is_sure(self) -> bool:
        """Whether no mark is missing."""
        return self.value[0] == self.value[1]


def table_of(gathered: Gathered) -> Table:
    """The marks of all on all projects, as the methods read them."""
    asked = [Criterion(one.key, veto_below=one.floor) for one in gathered.criteria]
    return Table.of(asked, {one.project.public_id: gathered.agreed(one) for one in gathered.candidates})


def lines_of(gathered: Gathered) -> list[Line]:
    """The projects, the best first."""
    valued = additive.evaluate(table_of(gathered), gathered.weights)
    lines = [
        _line(gathered, candidate, one) for candidate, one in zip(gathered.candidates, valued, strict=True)
    ]
    return sorted(lines, key=lambda one: (one.rank, one.candidate.pk))


def _line(gathered: Gathered, candidate: Candidate, found: additive.Value) -> Line:
    marks = gathered.agreed(candidate)
    # What is left beyond is the rounding of the machine.
    low, middle, high = (round(100 * one, 9) for one in (found.low, found.value, found.high))
    vetoes = [(marks[one.key], one.floor) for one in gathered.criteria if one.floor is not None]
    return Line(
        candidate,
        marks,
        (low, high),
        middle,
        found.rank,
        found.ranks,
        propose((low, high), vetoes, gathered.evaluation.thresholds),
    )


def count_kept(lines: list[Line]) -> int:
    """How many projects the marks propose to keep, whose steadiness is looked at; one at the least."""
    return max(1, sum(one.proposal.outcome == "selected" for one in lines))
