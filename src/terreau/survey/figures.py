"""What a territory's published survey says, for whoever builds on it: from published editions only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from terreau.survey.results.charts import ranked
from terreau.survey.results.content import NeedFigures, Results
from terreau.survey.results.models import ResultsEdition
from terreau.survey.results.services import read_edition
from terreau.survey.results.wording import category_label, need_label
from terreau.territories.models import Territory


@dataclass(frozen=True, slots=True)
class PublishedNeed:
    """One need as the actors of a territory told it (gap score, from 0 to 5; interval at 90 %)."""

    need: str
    label: str
    score: float
    low: float | None
    high: float | None
    importance: float
    satisfaction: float
    quadrant: str
    rank: int
    best: int
    worst: int
    answers: int


@dataclass(frozen=True, slots=True)
class PublishedBarrier:
    """How many of the actors named a kind of obstacle the worst."""

    category: str
    label: str
    share: float
    count: int
    answers: int


@dataclass(frozen=True, slots=True)
class PublishedResults:
    """The last published edition of a territory's surveys.

    `answers` of `population` sheets known; `weighted` says whether the answers were given the make-up of the
    directory. A need or an obstacle that secrecy masks is not here.
    """

    edition: int
    survey: str
    title: str
    as_of: date
    simulated: bool
    answers: int
    population: int
    margin: float | None
    weighted: bool
    needs: tuple[PublishedNeed, ...]
    barriers: tuple[PublishedBarrier, ...]
    url: str
    method_url: str

    def strongest(self, count: int = 5) -> tuple[PublishedNeed, ...]:
        """The needs of the first ranks; those that tie with the last are there too."""
        return tuple(one for one in self.needs if one.rank <= count)


def published_results(territory: Territory) -> PublishedResults | None:
    """What the last edition of a territory says; None where none was published."""
    edition = ResultsEdition.objects.of(territory).first()
    if edition is None:
        return None
    results = read_edition(edition)
    return PublishedResults(
        edition=edition.number,
        survey=results.survey,
        title=results.title,
        as_of=edition.as_of,
        simulated=results.simulated,
        answers=results.sample.answers,
        population=results.sample.population,
        margin=results.sample.margin,
        weighted=results.sample.weighted,
        needs=tuple(_need(one) for one in ranked(results)),
        barriers=_barriers(results),
        url=reverse("survey:results_edition", args=[territory.code, edition.number]),
        method_url=reverse("survey:results_method"),
    )


def _need(one: NeedFigures) -> PublishedNeed:
    return PublishedNeed(
        need=one.need,
        label=need_label(one.need),
        score=one.score.value or 0.0,
        low=one.score.low,
        high=one.score.high,
        importance=one.importance.value or 0.0,
        satisfaction=one.satisfaction.value or 0.0,
        quadrant=one.quadrant,
        rank=one.rank or 0,
        best=one.best or 0,
        worst=one.worst or 0,
        answers=one.score.n or 0,
    )


def _barriers(results: Results) -> tuple[PublishedBarrier, ...]:
    """The kinds of obstacles that are told, the most named first."""
    counted = results.counted
    if counted is None:
        return ()
    told = [
        PublishedBarrier(category, category_label(category), one.value / one.n, int(one.value), one.n)
        for category, one in zip(counted.categories, counted.counts[-1], strict=True)
        if one.value is not None and one.n
    ]
    return tuple(sorted(told, key=lambda one: (-one.count, one.category)))
