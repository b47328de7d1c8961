"""What results are, as plain data: the same for the page, the files, the edition that never changes.

Codes, not words: labels of needs and categories are given when they are read. The wording of the questions
is kept, since it is what was answered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

FORMAT: Final = 1
METHOD_VERSION: Final = "1"


@dataclass(frozen=True, slots=True)
class Told:
    """A figure, its bounds, and how many answers it rests on; or why it is not told."""

    value: float | None
    n: int | None
    low: float | None = None
    high: float | None = None
    masked: str = ""


@dataclass(frozen=True, slots=True)
class NeedFigures:
    """What is known of one need, in one college."""

    need: str
    importance: Told
    satisfaction: Told
    score: Told
    opportunity: float | None = None
    quadrant: str = ""
    rank: int | None = None
    best: int | None = None
    worst: int | None = None


@dataclass(frozen=True, slots=True)
class CollegeFigures:
    """The needs as one college sees them; `n` None where so few answered that it is not said how many."""

    college: str
    n: int | None
    needs: tuple[NeedFigures, ...]


@dataclass(frozen=True, slots=True)
class ChoiceFigures:
    """The share of one choice among those who answered its question; `category` is that of an obstacle."""

    code: str
    label: str
    share: Told
    category: str = ""


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """How one closed question was answered by the actors; `mean` is that of a scale.

    `former` is how many answers were given to an earlier wording, and are not added.
    """

    id: str
    version: int
    block: str
    label: str
    kind: str
    n: int | None
    choices: tuple[ChoiceFigures, ...]
    mean: Told | None = None
    former: int = 0


@dataclass(frozen=True, slots=True)
class StratumRow:
    """One category of actors: how many sheets, how many of them have answered."""

    key: str
    label: str
    population: int
    answered: int | None


@dataclass(frozen=True, slots=True)
class Stratum:
    """A way of dividing the actors of the directory."""

    key: str
    rows: tuple[StratumRow, ...]
    used: bool = False
    groups: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """Who has answered, over who could, and what that allows to say."""

    population: int
    answers: int
    tied: int
    set_aside: int
    advised: int
    census: bool
    margin: float | None
    weighted: bool
    effective: float
    design_effect: float
    trimmed: int
    converged: bool
    channels: Mapping[str, int]
    strata: tuple[Stratum, ...]


@dataclass(frozen=True, slots=True)
class Crossing:
    """The score of each need in groups of actors: the only crossing of needs that is made."""

    key: str
    groups: tuple[tuple[str, ...], ...]
    sizes: tuple[int, ...]
    rows: Mapping[str, tuple[Told, ...]]


@dataclass(frozen=True, slots=True)
class CountedCrossing:
    """How many of each group named each kind of obstacle the worst, small cells masked; in all, last."""

    question: str
    key: str
    groups: tuple[tuple[str, ...], ...]
    categories: tuple[str, ...]
    counts: tuple[tuple[Told, ...], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """How much more one college says than another of a need."""

    need: str
    measure: str
    one: str
    other: str
    first: float
    second: float
    value: float
    low: float
    high: float
    clear: bool


@dataclass(frozen=True, slots=True)
class Rated:
    """What the committee gave to one need of its shortlist."""

    need: str
    size: float
    seriousness: float
    effectiveness: float
    pearl: tuple[bool, ...]
    basic: float
    overall: float
    rank: int


@dataclass(frozen=True, slots=True)
class Shortlisted:
    """The shortlist of the committee, by one named variant."""

    variant: str
    committee: str
    worked_on: str
    rows: tuple[Rated, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """All that a survey says, through one door (`least` answers a figure)."""

    survey: str
    title: str
    territory: str
    territory_name: str
    opened_on: str
    as_of: str
    simulated: bool
    least: int
    seed: int
    replicates: int
    # By need and measure, from which version of its question to which: what makes two surveys comparable.
    versions: Mapping[str, tuple[int, int]]
    sample: Sample
    colleges: tuple[CollegeFigures, ...]
    questions: tuple[QuestionFigures, ...]
    crossing: Crossing | None
    counted: CountedCrossing | None
    differences: tuple[Difference, ...]
    shortlist: Shortlisted | None = None
    method_version: str = METHOD_VERSION
    format: int = FORMAT

    def college(self, key: str) -> CollegeFigures | None:
        """What one college says, when it was asked."""
        return next((one for one in self.colleges if one.college == key), None)


def to_text(results: Results) -> str:
    """The canonical text: the same results always give the same."""
    return json.dumps(
        asdict(results), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def counts_of(results: Results) -> dict[str, int]:
    """How many answers each figure told rests on, by what names it from one edition to the next."""
    found: dict[str, int | None] = {}
    for college in results.colleges:
        for need in college.needs:
            found[f"{college.college}.{need.need}.importance"] = need.importance.n
            found[f"{college.college}.{need.need}.satisfaction"] = need.satisfaction.n
    for question in results.questions:
        found[f"question.{question.id}"] = question.n
        if question.mean:
            found[f"mean.{question.id}"] = question.mean.n
    if results.counted:
        # All the cells of the last row rest on the same answers; those that are masked do not say it.
        known = [one.n for one in results.counted.counts[-1] if one.n is not None]
        found[f"counted.{results.counted.question}"] = max(known, default=None)
    if results.crossing:
        for name, row in results.crossing.rows.items():
            for group, told in zip(results.crossing.groups, row, strict=True):
                found[f"crossing.{name}.{'+'.join(group)}"] = told.n
    return {key: count for key, count in found.items() if count is not None}


def digest(text: str) -> str:
    """What tells whether a text ever changed (SHA-256)."""
    return hashlib.sha256(text.encode()).hexdigest()


def from_text(text: str) -> Results:
    """The results of a canonical text.

    Raises:
        ValueError: when the text is of another format.
    """
    data = json.loads(text)
    if data.get("format") != FORMAT:
        raise ValueError(f"format {data.get('format')} is not {FORMAT}")
    counted, crossing, shortlist = data["counted"], data["crossing"], data["shortlist"]
    return Results(
        **{
            **data,
            "sample": _sample(data["sample"]),
            "colleges": tuple(_college(one) for one in data["colleges"]),
            "questions": tuple(_question(one) for one in data["questions"]),
            "crossing": crossing and _crossing(crossing),
            "counted": counted and _counted(counted),
            "versions": {name: (since, last) for name, (since, last) in data["versions"].items()},
            "differences": tuple(Difference(**one) for one in data["differences"]),
            "shortlist": shortlist and _shortlist(shortlist),
        }
    )


def _told(data: dict[str, Any]) -> Told:
    return Told(**data)


def _college(data: dict[str, Any]) -> CollegeFigures:
    told = {field.name for field in fields(NeedFigures)} & {"importance", "satisfaction", "score"}
    needs = tuple(
        NeedFigures(**{**one, **{name: _told(one[name]) for name in told}}) for one in data["needs"]
    )
    return CollegeFigures(data["college"], data["n"], needs)


def _question(data: dict[str, Any]) -> QuestionFigures:
    choices = tuple(ChoiceFigures(**{**one, "share": _told(one["share"])}) for one in data["choices"])
    mean = data["mean"] and _told(data["mean"])
    return QuestionFigures(**{**data, "choices": choices, "mean": mean})


def _groups(data: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(one) for one in data)


def _sample(data: dict[str, Any]) -> Sample:
    strata = tuple(
        Stratum(
            one["key"], tuple(StratumRow(**row) for row in one["rows"]), one["used"], _groups(one["groups"])
        )
        for one in data["strata"]
    )
    return Sample(**{**data, "strata": strata})


def _crossing(data: dict[str, Any]) -> Crossing:
    rows = {need: tuple(_told(one) for one in row) for need, row in data["rows"].items()}
    return Crossing(data["key"], _groups(data["groups"]), tuple(data["sizes"]), rows)


def _counted(data: dict[str, Any]) -> CountedCrossing:
    counts = tuple(tuple(_told(one) for one in row) for row in data["counts"])
    return CountedCrossing(
        data["question"],
        data["key"],
        _groups(data["groups"]),
        tuple(data["categories"]),
        counts,
    )


def _shortlist(data: dict[str, Any]) -> Shortlisted:
    rows = tuple(Rated(**{**one, "pearl": tuple(one["pearl"])}) for one in data["rows"])
    return Shortlisted(**{**data, "rows": rows})
