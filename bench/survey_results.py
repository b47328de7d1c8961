"""From a hundred thousand answers in the base to all the results of a survey, and the same written plainly.

The plain way reads each answer's values as Django gives them and works the two means of each need, the
shares of each choice and as many draws of the respondents in Python, on a sample from which its time is
carried over.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
import uuid
from collections.abc import Iterator
from typing import Any

from bench.report import Line

WORST = 5.0
SEED = 11
_SAMPLE = 2_000
_DRAWS = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--answers", type=int, default=100_000)


def run(options: argparse.Namespace) -> Iterator[Line]:
    survey = _survey(options.answers)
    from terreau.survey.results.gathering import gather
    from terreau.survey.results.population import read_population
    from terreau.survey.results.protecting import PUBLIC

    clock, work = time.perf_counter(), time.process_time()
    gathered, _keys = gather(survey, read_population(survey.territory))
    read = time.perf_counter() - clock
    results = _results(gathered, survey, PUBLIC)
    seconds, spent = time.perf_counter() - clock, time.process_time() - work
    plain = _plainly(survey, options.answers, results.replicates)
    from terreau.survey.definition import from_data

    questions = sum(1 for _one in from_data(survey.versions.get().definition).questions())
    what = f"enquête, {options.answers} réponses à {questions} questions\u00a0: "
    yield Line(what + "à tous les résultats", seconds, plain, "s", "écrit simplement (porté au nombre)")
    yield Line(what + "lire la base", read, WORST, "s", "seuil de tout")
    yield Line(what + "processeur", spent, WORST, "s", "seuil")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Line(what + "mémoire la plus haute du processus", peak, None, "Mo")


def _results(gathered: Any, survey: Any, least: int) -> Any:
    from terreau.survey.results.compute import compute
    from terreau.survey.results.services import subject_of

    return compute(gathered, subject_of(survey), least=least)


def _survey(count: int) -> Any:
    """A closed survey with so many drawn answers, written in the base."""
    from django.utils import timezone

    from terreau.survey.core_questionnaire import core
    from terreau.survey.definition import Choice, Question, as_data, extend
    from terreau.survey.exercise_answers import draw_answers
    from terreau.survey.models import FormVersion, Submission, Survey
    from terreau.territories.models import Territory

    survey = Survey.objects.create(
        territory=Territory.objects.order_by("pk").first(),
        slug="mesure",
        title="Mesure",
        purpose="mesurer",
        contact="personne",
        state="closed",
        simulated=True,
    )
    # With one of its own, a survey asks sixty questions.
    choices = (Choice("yes", {"fr": "Oui"}), Choice("no", {"fr": "Non"}))
    own = Question("own_market", "one", {"fr": "Vendez-vous sur un marché\u202f?"}, choices=choices)
    asked = extend(core(), "town_hall", (own,))
    form = FormVersion.objects.create(survey=survey, number=1, definition=as_data(asked), digest="mesure")
    now, batch = timezone.now(), []
    colleges = random.Random(SEED)
    for at, values in enumerate(draw_answers(asked, count, SEED)):
        batch.append(
            Submission(
                key=uuid.uuid4(),
                survey=survey,
                form=form,
                instance_id=str(at),
                channel="web",
                college="elected" if colleges.random() < 0.01 else "actors",
                state="complete",
                values=values,
                consented_at=now,
                started_at=now,
                completed_at=now,
            )
        )
        if len(batch) == 5_000:
            Submission.objects.bulk_create(batch)
            batch = []
    Submission.objects.bulk_create(batch)
    return survey


def _plainly(survey: Any, count: int, replicates: int) -> float:
    """What it takes written as it is said, carried over from a sample and a few draws."""
    clock = time.perf_counter()
    rows = list(survey.submissions.counted().values_list("values", flat=True)[:_SAMPLE])
    scales = [name for name in rows[0] if name.startswith("need_")]
    _means(rows, scales)
    shares: dict[tuple[str, str], int] = {}
    for row in rows:
        for name, value in row.items():
            for code in value if isinstance(value, list) else [value]:
                shares[name, str(code)] = shares.get((name, str(code)), 0) + 1
    once = time.perf_counter() - clock
    clock = time.perf_counter()
    chance = random.Random(SEED)
    for _draw in range(_DRAWS):
        _means([rows[chance.randrange(len(rows))] for _row in rows], scales)
    draw = (time.perf_counter() - clock) / _DRAWS
    return (once + draw * replicates) * count / _SAMPLE


def _means(rows: list[dict[str, Any]], scales: list[str]) -> dict[str, float]:
    found = {}
    for name in scales:
        values = [row[name] for row in rows if isinstance(row.get(name), int)]
        found[name] = sum(values) / len(values) if values else 0.0
    return found
