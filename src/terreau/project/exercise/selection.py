"""Songemont's choice under a budget: rules, a vote of the actors, what the council keeps."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from django.utils import timezone

from terreau.directory.models import Organisation
from terreau.evaluation.figures import valued_of
from terreau.project.exercise import people
from terreau.project.exercise.people import person_of
from terreau.selection import services
from terreau.selection.models import Selection
from terreau.selection.opening import may_be_chosen
from terreau.selection.voting import ballot_of
from terreau.territories.models import Territory
from terreau.territories.services import resolve

_ONCE: Final = "23456789s{}{}"
_VOTERS: Final = 7
_YOUNG: Final = {"label": "public", "name": "young", "least": 2, "most": None}
_PREMISES: Final = {"label": "lever", "name": "premises", "least": None, "most": 2}


class Prepared(NamedTuple):
    """A choice: its budget of next year and of the year after, the rules that bind it."""

    title: str
    budgets: tuple[int, int]
    rules: tuple[dict[str, Any], ...]


def _quarter(name: str, least: int) -> dict[str, Any]:
    code = f"{people.SONGEMONT.territory}-quartier-{name}"
    return {"label": "zone", "name": code, "least": least, "most": None}


# The second rule of the second choice has a price; those of the third cannot be met with its budget.
_CHOICES: Final = (
    Prepared("Budget de l’an prochain", (260_000, 130_000), (_YOUNG, _PREMISES, _quarter("du-reveil", 2))),
    Prepared("Si le fonds est refusé", (180_000, 130_000), (_YOUNG, _quarter("du-reveil", 2))),
    Prepared("Deux projets à l’Oreiller", (180_000, 130_000), (_YOUNG, _quarter("de-l-oreiller", 2))),
)


def selections() -> None:
    """A choice decided after a vote, and two in preparation, one of which nothing can satisfy."""
    agent, town = person_of(people.SONGEMONT), resolve(people.SONGEMONT.territory)
    valued = valued_of(town)
    projects = [one.public_id for one in may_be_chosen(town) if one.public_id in valued]
    made = [_prepared(agent, town, rank, projects) for rank in range(len(_CHOICES))]
    contents = [services.choose_again(person=agent, selection=one) for one in made]
    if contents[0]["result"] is not None:
        _voted(agent, made[0], projects)
        services.decide(
            person=agent,
            selection=made[0],
            read=contents[0]["digest"],
            portfolio=1,
            reference="délibération inventée du printemps",
            is_public=True,
        )


def _prepared(agent: Any, town: Territory, rank: int, projects: list[str]) -> Selection:
    told, letter, year = _CHOICES[rank], "cdf"[rank], timezone.localdate().year + 1
    made = services.open_selection(
        person=agent,
        territory=town,
        title=told.title,
        projects=projects,
        budgets={str(year + more): amount for more, amount in enumerate(told.budgets)},
        once=_ONCE.format("b", letter),
    )
    for place, values in enumerate(told.rules):
        services.add_constraint(
            person=agent,
            selection=made,
            kind="count",
            values=values,
            once=_ONCE.format("fgh"[place], letter),
        )
    return made


def _voted(agent: Any, made: Selection, projects: list[str]) -> None:
    town = resolve(people.SONGEMONT.territory)
    voters = Organisation.objects.in_territory(town).shown().order_by("name", "pk")[:_VOTERS]
    given = services.invite(
        person=agent,
        selection=made,
        organisations=[one.public_id for one in voters],
        once=_ONCE.format("h", "j"),
    )
    for rank, (_organisation, token) in enumerate(given):
        ballot = ballot_of(token)
        services.cast(ballot=ballot, approved=projects[rank % 3 :: 2], version=ballot.version)
    services.close_vote(person=agent, selection=made)
