"""Songemont's choice under a budget: rules, a vote of the actors, what the council keeps."""

from __future__ import annotations

from typing import Final

from django.utils import timezone

from terreau.directory.models import Organisation
from terreau.evaluation.figures import valued_of
from terreau.project.exercise import people
from terreau.project.exercise.people import person_of
from terreau.selection import services
from terreau.selection.opening import may_be_chosen
from terreau.selection.voting import ballot_of
from terreau.territories.services import resolve

_ONCE: Final = "23456789s{}{}"
_VOTERS: Final = 7


def selections() -> None:
    """A choice decided after a vote, and another in preparation."""
    agent, town = person_of(people.SONGEMONT), resolve(people.SONGEMONT.territory)
    valued, year = valued_of(town), timezone.localdate().year + 1
    projects = [one for one in may_be_chosen(town) if one.public_id in valued]
    for rank, title in enumerate(("Budget de l’an prochain", "Si le fonds est refusé")):
        made = services.open_selection(
            person=agent,
            territory=town,
            title=title,
            projects=[one.public_id for one in projects],
            budgets={str(year): 260_000 - 80_000 * rank, str(year + 1): 130_000},
            once=_ONCE.format("b", "cd"[rank]),
        )
        for place, values in enumerate(
            (
                {"label": "public", "name": "young", "least": 2, "most": None},
                {"label": "lever", "name": "premises", "least": None, "most": 2},
            )
        ):
            services.add_constraint(
                person=agent,
                selection=made,
                kind="count",
                values=values,
                once=_ONCE.format("fg"[place], "cd"[rank]),
            )
        content = services.choose_again(person=agent, selection=made)
        if rank == 0 and content["result"] is not None:
            _voted(agent, made, [one.public_id for one in projects])
            services.decide(
                person=agent,
                selection=made,
                read=content["digest"],
                portfolio=1,
                reference="délibération inventée du printemps",
                is_public=True,
            )


def _voted(agent: object, made: object, projects: list[str]) -> None:
    town = resolve(people.SONGEMONT.territory)
    voters = Organisation.objects.in_territory(town).shown().order_by("name", "pk")[:_VOTERS]
    given = services.invite(
        person=agent,
        selection=made,  # type: ignore[arg-type]
        organisations=[one.public_id for one in voters],
        once=_ONCE.format("h", "j"),
    )
    for rank, (_organisation, token) in enumerate(given):
        ballot = ballot_of(token)
        services.cast(ballot=ballot, approved=projects[rank % 3 :: 2], version=ballot.version)
    services.close_vote(person=agent, selection=made)  # type: ignore[arg-type]
