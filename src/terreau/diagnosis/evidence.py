"""What other applications published on a territory, as plain data: the diagnosis is made of it.

Nothing here says where it was read: see `reading/published.py`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """A need as the actors told it: gap score from 0 to 5 with its interval, means from 1 to 5."""

    code: str
    label: str
    score: float
    low: float | None
    high: float | None
    importance: float
    satisfaction: float
    quadrant: str  # act, keep, watch, enough
    rank: int
    best: int
    worst: int
    answers: int


@dataclass(frozen=True, slots=True)
class Obstacle:
    """How many of those who answered named a category of obstacle the most blocking."""

    category: str
    label: str
    count: int
    answers: int


@dataclass(frozen=True, slots=True)
class Survey:
    """The last results published of a territory's survey."""

    edition: int
    title: str
    date: str
    answers: int
    population: int
    margin: float | None  # points, at 95 %
    weighted: bool
    simulated: bool
    url: str
    needs: tuple[Need, ...]
    obstacles: tuple[Obstacle, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of the regulatory grid, judged: a verdict and what proves it."""

    code: str
    area: str
    label: str
    verdict: str  # strength, weakness, absent
    verdict_label: str
    level: str  # commune, grouping, state, supranational
    level_label: str
    score: float | None  # 0–10
    judges: int | None
    disputed: bool
    proof: str
    lever: str
    url: str
    needs: tuple[str, ...] = ()  # those it bears on


@dataclass(frozen=True, slots=True)
class Barrier:
    """A barrier of the register; severity and probability go from 1 to 5."""

    key: str
    category: str
    category_label: str
    label: str
    lifter: str  # town, state, network, donor
    lifter_label: str
    state: str  # open, under_way, lifted, advocacy
    state_label: str
    severity: int
    probability: int
    url: str


@dataclass(frozen=True, slots=True)
class Framework:
    """The last published assessment of a territory's regulatory framework, and its register of barriers."""

    edition: int
    date: str
    simulated: bool
    url: str
    statements: tuple[Statement, ...] = ()
    barriers: tuple[Barrier, ...] = ()


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice that answers a need, and why it is proposed."""

    key: str
    need: str
    need_label: str
    title: str
    place: str
    reason: str
    confirmed: bool  # by its own town
    simulated: bool
    url: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure among the nearest towns that let it be compared, beside the one of the territory."""

    key: str
    label: str
    unit: str
    mine: float | None
    towns: int
    median: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Likeness:
    """The towns that look most like this one, the closest first: name, country, what they share."""

    towns: tuple[tuple[str, str, str], ...]
    compared: tuple[Compared, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that was published elsewhere on a territory at the date of the edition; None where nothing was."""

    survey: Survey | None = None
    framework: Framework | None = None
    practices: tuple[Practice, ...] = ()
    likeness: Likeness | None = None

    @property
    def simulated(self) -> bool:
        """Whether any of it was invented for an exercise."""
        told = (self.survey, self.framework, *self.practices)
        return any(one.simulated for one in told if one is not None)
