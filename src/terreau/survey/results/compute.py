"""From the columns of answers to the results, through one door; pure: the same answers, the same figures."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from terreau.survey.definition import MEASURES
from terreau.survey.results import priorities, protecting, questions
from terreau.survey.results.columns import Column
from terreau.survey.results.comparing import Mean, difference, is_clear, mean_of
from terreau.survey.results.content import (
    CollegeFigures,
    CountedCrossing,
    Crossing,
    Difference,
    NeedFigures,
    Results,
    Sample,
    Stratum,
    StratumRow,
    Told,
)
from terreau.survey.results.protecting import Door
from terreau.survey.results.raking import Margin, Weighting, weigh
from terreau.survey.results.sampling import is_census_advised, margin_of_error, sample_size

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

ACTORS: Final = "actors"
COLLEGES: Final = (ACTORS, "elected", "staff")
# The only way of dividing the actors in which their needs are told.
CROSSED_BY: Final = "family"
# Beyond this, the bounds are so narrow that fewer draws give them as well.
_MANY_ANSWERS: Final = 20_000
_DRAWS_OF_MANY: Final = 200


@dataclass(frozen=True)
class Division:
    """A way of dividing actors: how many sheets in each category, in order, and what each is called."""

    key: str
    population: Mapping[str, int]
    labels: Mapping[str, str]
    ordered: bool = False


@dataclass(frozen=True)
class Gathered:
    """The answers of a survey, and the directory they are set against.

    `divided` gives each row its category in each division; `added` (rows × editions) says which rows each
    edition of the survey has not.
    """

    columns: Mapping[str, Column]
    colleges: NDArray[np.str_]
    channels: NDArray[np.str_]
    tied: NDArray[np.bool_]
    added: NDArray[np.bool_]
    divided: Mapping[str, Sequence[str]]
    divisions: Sequence[Division]
    population: int
    set_aside: int = 0


@dataclass(frozen=True)
class Subject:
    """What the results are of."""

    survey: str
    title: str
    territory: str
    territory_name: str
    opened_on: str
    as_of: str
    simulated: bool


@dataclass(frozen=True)
class _Scene:
    """What every part of the computation needs."""

    gathered: Gathered
    door: Door
    actors: Rows
    weighting: Weighting
    audience: questions.Audience
    needs: tuple[str, ...]
    scales: Mapping[tuple[str, str], Column]


def compute(
    gathered: Gathered, subject: Subject, *, least: int, former: Mapping[str, protecting.Former] | None = None
) -> Results:
    """All that the answers say, of which no figure rests on fewer than `least` answers.

    Args:
        gathered: the answers.
        subject: whose they are.
        least: see `protecting`.
        former: what was already published of this survey, by figure.
    """
    scene = _scene(gathered, Door(least, former or {}))
    seed = zlib.crc32(subject.survey.encode())
    replicates = _DRAWS_OF_MANY if len(gathered.colleges) > _MANY_ANSWERS else priorities.REPLICATES
    colleges = tuple(_college(scene, college, seed, replicates) for college in _in_order(gathered.colleges))
    return Results(
        survey=subject.survey,
        title=subject.title,
        territory=subject.territory,
        territory_name=subject.territory_name,
        opened_on=subject.opened_on,
        as_of=subject.as_of,
        simulated=subject.simulated,
        least=least,
        seed=seed,
        replicates=replicates,
        versions={
            f"{need}.{measure}": (column.question.comparable_since, column.question.version)
            for (need, measure), column in scene.scales.items()
        },
        sample=_sample(scene),
        colleges=colleges,
        questions=tuple(
            questions.figures(column.of(scene.actors), scene.audience) for column in _closed(gathered)
        ),
        crossing=_crossing(scene),
        counted=_counted(scene),
        differences=tuple(_differences(scene)),
    )


def _scene(gathered: Gathered, door: Door) -> _Scene:
    actors = np.flatnonzero(gathered.colleges == ACTORS)
    margins = [
        Margin(
            one.key, [gathered.divided[one.key][row] for row in actors.tolist()], one.population, one.ordered
        )
        for one in gathered.divisions
        if sum(one.population.values())
    ]
    scales = {
        (column.question.need, column.question.measure): column
        for column in gathered.columns.values()
        if column.question.need
    }
    # A need of which only one thing was asked has no score.
    needs = [need for need, measure in scales if measure == "importance" and (need, "satisfaction") in scales]
    weighting = weigh(len(actors), margins)
    audience = questions.Audience(door, weighting.weights, gathered.added[actors], gathered.population)
    return _Scene(gathered, door, actors, weighting, audience, tuple(needs), scales)


def _weights_of(scene: _Scene, college: str, rows: Rows) -> Floats:
    """Those of the actors; the others are few and known by no directory: each weighs the same."""
    return scene.weighting.weights if college == ACTORS else np.ones(len(rows))


def _rows(scene: _Scene, college: str) -> Rows:
    return scene.actors if college == ACTORS else np.flatnonzero(scene.gathered.colleges == college)


# --- Needs -------------------------------------------------------------------------------------------


def _mean(scene: _Scene, college: str, need: str, measure: str) -> tuple[Told, Mean | None]:
    """What a college says of a need by one measure."""
    rows = _rows(scene, college)
    values = scene.scales[need, measure].numbers[rows]
    base = ~np.isnan(values)
    reason = scene.door.reason(f"{college}.{need}.{measure}", base, scene.gathered.added[rows])
    if reason:
        return Told(None, None, masked=reason), None
    mean = mean_of(values, _weights_of(scene, college, rows))
    return (Told(mean.value, mean.answers), mean) if mean else (Told(None, 0), None)


def _college(scene: _Scene, college: str, seed: int, replicates: int) -> CollegeFigures:
    rows = _rows(scene, college)
    weights = _weights_of(scene, college, rows)
    found: dict[str, NeedFigures] = {}
    for need in scene.needs:
        found[need] = _need(need, *(_mean(scene, college, need, measure)[0] for measure in MEASURES))
    shown = [need for need in scene.needs if found[need].score.value is not None]
    if shown:
        importance, satisfaction = (
            np.column_stack([scene.scales[need, measure].numbers[rows] for need in shown])
            for measure in MEASURES
        )
        bounds = priorities.spreads(importance, satisfaction, weights, seed, replicates=replicates)
        ranks = priorities.ranks([found[need].score.value or 0.0 for need in shown])
        for need, spread, rank in zip(shown, bounds, ranks, strict=True):
            found[need] = _placed(found[need], spread, rank)
    count = len(rows) if len(rows) >= scene.door.least else None
    return CollegeFigures(college, count, tuple(found.values()))


def _need(need: str, importance: Told, satisfaction: Told) -> NeedFigures:
    if importance.value is None or satisfaction.value is None:
        reason = importance.masked or satisfaction.masked
        return NeedFigures(need, importance, satisfaction, Told(None, None, masked=reason))
    both = importance.value, satisfaction.value
    least = min(importance.n or 0, satisfaction.n or 0)
    return NeedFigures(
        need,
        importance,
        satisfaction,
        Told(priorities.gap(*both), least),
        opportunity=priorities.opportunity(*both),
        quadrant=priorities.quadrant(*both),
    )


def _placed(one: NeedFigures, spread: priorities.Spread | None, rank: int) -> NeedFigures:
    if spread is None:
        return one
    score = Told(one.score.value, one.score.n, spread.low, spread.high)
    return NeedFigures(
        one.need,
        one.importance,
        one.satisfaction,
        score,
        one.opportunity,
        one.quadrant,
        rank,
        min(spread.best, rank),
        max(spread.worst, rank),
    )


def _in_order(colleges: NDArray[np.str_]) -> list[str]:
    """The colleges that answered."""
    present = set(np.unique(colleges).tolist())
    return [one for one in COLLEGES if one in present]


def _differences(scene: _Scene) -> list[Difference]:
    """Where colleges differ: what chance alone would hardly make first, then the widest."""
    found = []
    for one, other in combinations(_in_order(scene.gathered.colleges), 2):
        for need in scene.needs:
            for measure in MEASURES:
                first = _mean(scene, one, need, measure)[1]
                second = _mean(scene, other, need, measure)[1]
                if first and second:
                    found.append(_difference(need, measure, one, other, first, second))
    return sorted(found, key=lambda one: (not one.clear, -abs(one.value), one.need, one.measure))


def _difference(need: str, measure: str, one: str, other: str, first: Mean, second: Mean) -> Difference:
    interval = difference(first, second)
    return Difference(
        need,
        measure,
        one,
        other,
        first.value,
        second.value,
        interval.value,
        interval.low,
        interval.high,
        is_clear(interval),
    )


# --- Groups of actors --------------------------------------------------------------------------------


Groups = tuple[tuple[str, ...], ...]


def _grouped(scene: _Scene, bases: Sequence[NDArray[np.bool_]]) -> tuple[Groups, NDArray[np.intp]]:
    """The actors' families put together until each has enough in every base; the group of each actor."""
    of = np.array([scene.gathered.divided[CROSSED_BY][row] for row in scene.actors], dtype="U32")
    counts = {
        str(name): min((int((base & (of == name)).sum()) for base in bases), default=0)
        for name in np.unique(of)
    }
    groups = tuple(protecting.together(counts, scene.door.least))
    rank = {name: at for at, names in enumerate(groups) for name in names}
    return groups, np.array([rank.get(name, -1) for name in of.tolist()], dtype=np.intp)


def _crossing(scene: _Scene) -> Crossing | None:
    """The score of each need in each family; None when there are not two groups."""
    groups, rank = _grouped(scene, [_both(scene, need) for need in scene.needs])
    if len(groups) < 2:
        return None
    sizes = tuple(int((rank == at).sum()) for at in range(len(groups)))
    rows = {need: _crossed(scene, need, groups, rank) for need in scene.needs}
    return Crossing(CROSSED_BY, groups, sizes, rows)


def _both(scene: _Scene, need: str) -> NDArray[np.bool_]:
    """Which actors told both the importance of a need and how it is met."""
    importance, satisfaction = (scene.scales[need, measure].numbers[scene.actors] for measure in MEASURES)
    both: NDArray[np.bool_] = ~np.isnan(importance) & ~np.isnan(satisfaction)
    return both


def _crossed(
    scene: _Scene, need: str, groups: Sequence[tuple[str, ...]], rank: NDArray[np.intp]
) -> tuple[Told, ...]:
    importance, satisfaction = (scene.scales[need, measure].numbers[scene.actors] for measure in MEASURES)
    both = _both(scene, need)
    counts = [int((both & (rank == at)).sum()) for at in range(len(groups))]
    hide = protecting.hidden(counts, scene.door.least)
    weights, added = scene.weighting.weights, scene.gathered.added[scene.actors]
    told = []
    for at, group in enumerate(groups):
        base = both & (rank == at)
        key = f"crossing.{need}.{'+'.join(group)}"
        reason = protecting.GROUP if hide[at] else scene.door.reason(key, base, added)
        means = [mean_of(values[base], weights[base]) for values in (importance, satisfaction)]
        if reason or not all(means):
            told.append(Told(None, None, masked=reason or protecting.FEW))
        else:
            told.append(Told(priorities.gap(*(one.value for one in means if one)), counts[at]))
    return tuple(told)


def _counted(scene: _Scene) -> CountedCrossing | None:
    """The kinds of obstacle named the worst, by family."""
    for column in scene.gathered.columns.values():
        if column.question.kind == "one" and any(one.category for one in column.question.choices):
            here = column.of(scene.actors)
            groups, rank = _grouped(scene, [here.answered])
            return questions.counted(here, scene.audience, CROSSED_BY, groups, rank)
    return None


# --- Who has answered --------------------------------------------------------------------------------


def _closed(gathered: Gathered) -> list[Column]:
    """The closed questions that results are told of: neither who answers, nor needs, told apart."""
    return [
        column
        for column in gathered.columns.values()
        if not column.question.need and column.question.kind != "integer" and not column.about_who
    ]


def _sample(scene: _Scene) -> Sample:
    gathered, weighting = scene.gathered, scene.weighting
    count = len(scene.actors)
    informed = weighting.effective if weighting.weighted else float(count)
    return Sample(
        population=gathered.population,
        answers=count,
        tied=int(gathered.tied[scene.actors].sum()),
        set_aside=gathered.set_aside,
        advised=sample_size(gathered.population),
        census=is_census_advised(gathered.population),
        margin=margin_of_error(informed, gathered.population),
        weighted=weighting.weighted,
        effective=informed,
        design_effect=weighting.design_effect,
        trimmed=weighting.trimmed,
        converged=weighting.converged,
        channels=dict(sorted(Counter(gathered.channels[scene.actors].tolist()).items())),
        strata=tuple(_stratum(scene, one) for one in gathered.divisions),
    )


def _stratum(scene: _Scene, division: Division) -> Stratum:
    """Who has answered in each category, over how many sheets; small numbers are hidden by twos."""
    of = scene.gathered.divided[division.key]
    answered = Counter(of[row] for row in scene.actors if scene.gathered.tied[row])
    keys = list(dict.fromkeys([*division.population, *answered]))
    counts = [answered[key] for key in keys]
    hide = protecting.hidden(counts, scene.door.least)
    rows = tuple(
        StratumRow(
            key, division.labels.get(key, key), division.population.get(key, 0), None if off else count
        )
        for key, count, off in zip(keys, counts, hide, strict=True)
    )
    groups = scene.weighting.groups.get(division.key, ())
    return Stratum(division.key, rows, bool(groups), tuple(one.categories for one in groups))
