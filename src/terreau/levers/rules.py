"""Which levers come first for a territory or for a project, and why: no base, no request, no clock.

A score is the sum of its terms, each a whole number of points with what it rests on. The rule of thresholds
tells, from the number of suppliers and from what they can carry, how far a purchase may go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from terreau.levers.catalogue import Lever

# From the least to the most demanding: help them exist, a clause, a reserved lot, a reserved contract.
RUNGS: Final = ("emerge", "clause", "lot", "reserve")
# A finding weighs from 1 to 25 (impact × certainty): five of it for a point, so five points at most.
A_POINT: Final = 5
MOST_NEEDS: Final = 2  # the heaviest count; a lever is not better for naming many
OWN_NEED: Final = 15  # of a project, where the diagnosis says nothing of it
AT_THE_RUNG, TOO_HIGH, TOO_LOW = 4, -4, -1
CROWD_FITS, CROWD_LACKS = 2, -2
RECOMMENDED, SAME_ISSUE, SAME_SECTOR = 4, 3, 3
LAW_POINTS: Final = {
    "verified": 3, "unverified": 1, "related": 0, "later": 0, "unknown": -3, "refused": -6,
}  # fmt: skip
COST_POINTS: Final = {1: 2, 2: 0, 3: -2}
SOON, LATE = 12, 36  # months


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How many suppliers a town wants before it goes further, and of what size.

    Attributes:
        reserve: suppliers from which a whole contract may be reserved.
        lot: suppliers from which a lot may be.
        clause: suppliers from which a clause has somebody to answer it.
        capable: how many of them must be able to carry a reserved contract.
        jobs: from how many jobs a supplier is held to be able to.
    """

    reserve: int = 6
    lot: int = 3
    clause: int = 1
    capable: int = 2
    jobs: int = 5


@dataclass(frozen=True, slots=True)
class Suppliers:
    """The actors of one sector: how many, how many with enough jobs, how many whose jobs nobody told."""

    sector: str
    label: str
    count: int
    capable: int = 0
    untold: int = 0


@dataclass(frozen=True, slots=True)
class Fact:
    """Something published that speaks for or against levers.

    `key` is that of the diagnosis (« besoin.microcredit »), `code` what levers name: a need, a category of
    barriers, a statement. The weight goes from 1 to 25.
    """

    key: str
    code: str
    weight: int
    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class LawFact:
    """What the law of the country says of a lever: a grade of `LAW_POINTS`, the text, what it says."""

    grade: str
    text: str = ""
    label: str = ""
    ref: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class ProjectSubject:
    """What is asked of a project, told by whoever keeps projects."""

    public_id: str
    title: str
    url: str
    need: str = ""
    sectors: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    recommendation: str = ""
    lever: str = ""  # the one it was given


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the town itself says of a lever: an order of cost from 1 to 3, a delay in months."""

    cost: int | None = None
    months: int | None = None


@dataclass(frozen=True)
class Subject:
    """All that a ranking rests on, for a territory or for a project of it.

    Attributes:
        needs: those that press.
        reachable: barriers that somebody nearer than the State can lift, and obstacles that actors name.
        beyond: barriers that the State alone can lift.
        strengths: statements of the grid found to hold.
        weak: statements found weak or absent, that the town or its grouping decides.
        blocked: the same, that others decide.
        law: lever → what the law says of it.
        suppliers: of each sector that the town buys from, or of the project.
        actors: of each sector there is, bought from or not; those of the project where it names some.
        estimates: lever → what the town says it takes.
        project: what is asked, when it is about a project.
    """

    needs: tuple[Fact, ...] = ()
    reachable: tuple[Fact, ...] = ()
    beyond: tuple[Fact, ...] = ()
    strengths: tuple[Fact, ...] = ()
    weak: tuple[Fact, ...] = ()
    blocked: tuple[Fact, ...] = ()
    law: Mapping[str, LawFact] = field(default_factory=dict)
    suppliers: tuple[Suppliers, ...] = ()
    actors: tuple[Suppliers, ...] = ()
    estimates: Mapping[str, Estimate] = field(default_factory=dict)
    project: ProjectSubject | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """One reason of a score: its kind, its points, and what it rests on."""

    kind: str
    points: int
    fact: Fact | None = None
    law: LawFact | None = None
    suppliers: Suppliers | None = None
    rung: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A lever with its reasons."""

    lever: Lever
    terms: tuple[Term, ...]

    @property
    def score(self) -> int:
        """The sum of the points."""
        return sum(one.points for one in self.terms)


def rung_of(suppliers: Suppliers, thresholds: Thresholds) -> str:
    """How far a purchase of this sector may go. More suppliers, or larger ones, never bring it lower.

    Suppliers whose size nobody told are given the benefit of the doubt: the page says so.
    """
    able = suppliers.capable + suppliers.untold
    if suppliers.count >= thresholds.reserve and able >= thresholds.capable:
        return "reserve"
    if suppliers.count >= thresholds.lot:
        return "lot"
    return "clause" if suppliers.count >= thresholds.clause else "emerge"


def best_supplied(every: Iterable[Suppliers], thresholds: Thresholds) -> Suppliers | None:
    """The sector that lets a purchase go furthest; the most numerous of equals."""
    found = list(every)
    if not found:
        return None
    return max(
        found, key=lambda one: (RUNGS.index(rung_of(one, thresholds)), one.count, one.capable, one.sector)
    )


def rank(levers: Iterable[Lever], subject: Subject, thresholds: Thresholds) -> tuple[Ranked, ...]:
    """Every lever with its reasons, the best first; of equals, in the order of the catalogue."""
    found = [Ranked(lever, _terms(lever, subject, thresholds)) for lever in levers]
    return tuple(sorted(found, key=lambda one: -one.score))


def by_stance(ranked: Iterable[Ranked], stances: Mapping[str, str]) -> tuple[Ranked, ...]:
    """What the town chose comes first, what it set aside last; the rest as the rule says."""
    place = {"chosen": 0, "aside": 2}
    return tuple(sorted(ranked, key=lambda one: place.get(stances.get(one.lever.code, ""), 1)))


def points_of(weight: int) -> int:
    """From 1 to 5 points for a weight from 1 to 25."""
    return -(-weight // A_POINT)


def _terms(lever: Lever, subject: Subject, thresholds: Thresholds) -> tuple[Term, ...]:
    return (
        *_needs(lever, subject),
        *_barriers(lever, subject),
        *_statements(lever, subject),
        *_project(lever, subject.project),
        *_suppliers(lever, subject, thresholds),
        *_crowd(lever, subject, thresholds),
        *_law(lever, subject),
        *_effort(lever, subject),
    )


def _heaviest(facts: Iterable[Fact], codes: Iterable[str], most: int = 1) -> list[Fact]:
    wanted = frozenset(codes)
    kept: dict[str, Fact] = {}
    # One finding for each code: two barriers of one kind are one reason.
    for one in sorted(facts, key=lambda one: (-one.weight, one.key)):
        if one.code in wanted:
            kept.setdefault(one.code, one)
    return list(kept.values())[:most]


def _needs(lever: Lever, subject: Subject) -> list[Term]:
    project = subject.project
    if project is None or not project.need:
        answered = _heaviest(subject.needs, lever.needs, MOST_NEEDS)
        return [Term("need", points_of(one.weight), fact=one) for one in answered]
    if project.need not in lever.needs:
        return []
    known = _heaviest(subject.needs, [project.need])
    own = known[0] if known else Fact(f"besoin.{project.need}", project.need, OWN_NEED, "")
    return [Term("own_need", points_of(max(own.weight, OWN_NEED)), fact=own)]


def _barriers(lever: Lever, subject: Subject) -> list[Term]:
    if lever.advocacy:
        heaviest = sorted(subject.beyond, key=lambda one: (-one.weight, one.key))[:1]
        return [Term("advocacy", points_of(one.weight), fact=one) for one in heaviest]
    return [
        *(
            Term("barrier", points_of(one.weight), fact=one)
            for one in _heaviest(subject.reachable, lever.barriers)
        ),
        *(
            Term("state_barrier", -points_of(one.weight), fact=one)
            for one in _heaviest(subject.beyond, lever.barriers)
        ),
    ]


def _statements(lever: Lever, subject: Subject) -> list[Term]:
    sides: tuple[tuple[str, tuple[Fact, ...], int], ...] = (
        ("strength", subject.strengths, 1),
        ("weak", subject.weak, 1),
        ("blocked", subject.blocked, -1),
    )
    return [
        Term(kind, sign * points_of(one.weight), fact=one)
        for kind, facts, sign in sides
        for one in _heaviest(facts, lever.statements)
    ]


def _project(lever: Lever, project: ProjectSubject | None) -> list[Term]:
    if project is None:
        return []
    shared: tuple[tuple[str, bool, int], ...] = (
        ("recommended", project.recommendation in lever.recommendations, RECOMMENDED),
        ("sector", not set(project.sectors).isdisjoint(lever.sectors), SAME_SECTOR),
        ("issue", not set(project.issues).isdisjoint(lever.issues), SAME_ISSUE),
    )
    return [Term(kind, points) for kind, holds, points in shared if holds]


def _suppliers(lever: Lever, subject: Subject, thresholds: Thresholds) -> list[Term]:
    best = best_supplied(subject.suppliers, thresholds)
    if not lever.rung or best is None:
        return []
    reached = rung_of(best, thresholds)
    gap = RUNGS.index(lever.rung) - RUNGS.index(reached)
    kind, points = ("rung", AT_THE_RUNG)
    if gap:
        kind, points = ("too_high", TOO_HIGH) if gap > 0 else ("too_low", TOO_LOW)
    return [Term(kind, points, suppliers=best, rung=lever.rung)]


def _crowd(lever: Lever, subject: Subject, thresholds: Thresholds) -> list[Term]:
    concerned = [one for one in subject.actors if not lever.sectors or one.sector in lever.sectors]
    if not lever.actors or not concerned:
        return []
    crowd = max(concerned, key=lambda one: (one.count, one.sector))
    enough = crowd.count >= thresholds.lot
    if lever.actors == "some":
        return [
            Term("crowd" if enough else "no_crowd", CROWD_FITS if enough else CROWD_LACKS, suppliers=crowd)
        ]
    return [] if enough else [Term("few", CROWD_FITS, suppliers=crowd)]


def _law(lever: Lever, subject: Subject) -> list[Term]:
    fact = subject.law.get(lever.code)
    return [Term("law", LAW_POINTS[fact.grade], law=fact)] if fact else []


def _effort(lever: Lever, subject: Subject) -> list[Term]:
    estimate = subject.estimates.get(lever.code, Estimate())
    terms = []
    if estimate.cost is not None:
        terms.append(Term("cost", COST_POINTS[estimate.cost], number=estimate.cost))
    if estimate.months is not None:
        points = 1 if estimate.months <= SOON else -1 if estimate.months > LATE else 0
        terms.append(Term("delay", points, number=estimate.months))
    return terms
