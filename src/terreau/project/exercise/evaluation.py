"""Evaluations of the exercise: projects of Songemont judged by three colleges, then decided; two more begun.

Everything goes through the services that pages call.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils import timezone

from terreau.evaluation import criteria, opening, services
from terreau.evaluation.deciding import Said
from terreau.evaluation.gathering import gather
from terreau.evaluation.headline import Line, lines_of
from terreau.evaluation.models import Assessor, Candidate, Evaluation
from terreau.evaluation.weighing import Laid
from terreau.framework.enums import College
from terreau.portfolio.models import Project
from terreau.project.exercise import people
from terreau.project.exercise.people import person_of
from terreau.territories.models import Territory
from terreau.territories.services import resolve

_ONCE: Final = "23456789bd{}"
_MEMBERS: Final = {College.ELECTED: 3, College.STAFF: 3, College.ACTORS: 4}
# How good each project is on each factor, in the order of the portfolio, over and over.
_PROFILES: Final = (
    (4, 3, 3, 3, 3),
    (3, 3, 2, 3, 4),
    (3, 2, 3, 2, 3),
    (2, 2, 1, 2, 2),
    (4, 3, 3, 0, 2),
    (1, 1, 2, 2, 1),
    (2, 3, 3, 3, 2),
    (3, 2, 2, 1, 3),
)
# What each college sees better or worse than the others, by factor.
_LEANINGS: Final = {
    College.ELECTED: (0, 1, 0, 0, 0),
    College.STAFF: (0, 0, 0, 0, -1),
    College.ACTORS: (-1, -1, 1, 0, 0),
}
_RANKS: Final = {
    College.ELECTED: (5, 4, 1, 3, 2),
    College.STAFF: (3, 2, 1, 5, 4),
    College.ACTORS: (2, 1, 5, 3, 4),
}
_EVIDENCE: Final = (
    "lettre inventée au dossier",
    "plan de financement inventé, page 3",
    "rencontre inventée avec les porteurs",
    "budget inventé de l’an passé",
)


def evaluations() -> None:
    """Ten people judge, discuss, judge again, weigh; the council decides. Two more are judged at a table."""
    agent, town = person_of(people.SONGEMONT), resolve(people.SONGEMONT.territory)
    projects = list(opening.may_be_judged(town))
    _decide(agent, _judged(agent, town, projects[:-2]))
    _begin(agent, town, projects[-2:])


def _judged(agent: Any, town: Territory, projects: Sequence[Project]) -> Evaluation:
    day = timezone.localdate() - timedelta(days=60)
    opened = services.open_evaluation(
        person=agent,
        territory=town,
        projects=[one.public_id for one in projects],
        together=False,
        title="Comité inventé du printemps",
        once=_ONCE.format(2),
        today=day,
    )
    members = [
        opening.assessor_of_link(token)
        for place, (college, count) in enumerate(_MEMBERS.items())
        for token in services.invite(
            person=agent, evaluation=opened, college=college, count=count, once=_ONCE.format(place + 3)
        )
    ]
    candidates = list(opened.candidates.select_related("project"))
    services.declare_interest(person=None, assessor=members[-1], candidate=candidates[0], holds=True)
    for number, member in enumerate(members):
        _mark(member, candidates, random.Random(f"evaluation{number}"), spread=1)  # noqa: S311
        _lay(member, number)
    services.close_first(person=agent, evaluation=opened)
    services.open_second(person=agent, evaluation=opened)
    for number, member in enumerate(members[::2]):
        member.refresh_from_db()
        _mark(member, candidates, random.Random(f"second{number}"), spread=0)  # noqa: S311
    services.close(person=agent, evaluation=opened, today=day + timedelta(days=20))
    return services.use_weights(person=agent, evaluation=opened, weighting="cards")


def _mark(member: Assessor, candidates: Sequence[Candidate], chance: random.Random, *, spread: int) -> None:
    """One member's marks: what the project is, what their college sees, and some chance."""
    for place, candidate in enumerate(candidates):
        if member.interests.filter(candidate=candidate).exists():
            continue
        profile, leaning = _PROFILES[place % len(_PROFILES)], _LEANINGS[College(member.college)]
        marks = {
            one.key: _said(good + more, chance, spread)
            for one, good, more in zip(criteria.factors(), profile, leaning, strict=True)
        }
        services.save_marks(person=None, assessor=member, candidate=candidate, version=0, given=marks)
    services.send(person=None, assessor=member)


def _said(mean: int, chance: random.Random, spread: int) -> tuple[str, str]:
    if spread and chance.random() < 0.04:
        return "na", ""
    mark = min(4, max(0, mean + chance.randint(-spread, spread)))
    return str(mark), chance.choice(_EVIDENCE) if chance.random() < 0.3 else ""


def _lay(member: Assessor, number: int) -> None:
    """One member's cards."""
    ranks = _RANKS[College(member.college)]
    laid = {one.key: rank for one, rank in zip(criteria.factors(), ranks, strict=True)}
    white = {1 + number % 4: 1 + number % 2}
    services.save_cards(
        person=None, assessor=member, version=0, laid=Laid(laid, white, Decimal(4 + number % 3))
    )


def _decide(agent: Any, closed: Evaluation) -> None:
    gathered = gather(closed)
    services.decide(
        person=agent,
        evaluation=closed,
        read=gathered.digest,
        outcomes={one.candidate.project.public_id: _outcome(one) for one in lines_of(gathered)},
        reference="délibération inventée 2026-14",
        decided_on=timezone.localdate() - timedelta(days=35),
        is_public=True,
    )


def _outcome(line: Line) -> Said:
    if line.proposal.outcome:
        return Said(line.proposal.outcome, "")
    return Said("rework", "Le comité inventé attend les notes qui manquent.")


def _begin(agent: Any, town: Territory, projects: Sequence[Project]) -> None:
    """A table that has marked one of its projects."""
    opened = services.open_evaluation(
        person=agent,
        territory=town,
        projects=[one.public_id for one in projects],
        together=True,
        title="Table inventée d’été",
        once=_ONCE.format(9),
    )
    committee = opened.assessors.get()
    marks = {one.key: (str(mark), "") for one, mark in zip(criteria.factors(), (3, 3, 2, 2, 3), strict=True)}
    services.save_marks(
        person=agent,
        assessor=committee,
        candidate=opened.candidates.order_by("pk")[0],
        version=0,
        given=marks,
    )
