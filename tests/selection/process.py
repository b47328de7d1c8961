"""Writes of choices under a budget, each killed at steps drawn by chance."""

from __future__ import annotations

import json
import random
import sys
from typing import Any

from tests.killing import Case, be_driver, kills

be_driver()

from terreau.directory.models import new_public_id  # noqa: E402
from terreau.portfolio.models import Project  # noqa: E402
from terreau.selection import services  # noqa: E402
from terreau.selection.models import Ballot, Choice, Selection  # noqa: E402
from terreau.selection.voting import ballot_of  # noqa: E402
from tests.directory import factories as make  # noqa: E402
from tests.evaluation.world import project, town  # noqa: E402
from tests.selection import world  # noqa: E402


def _opened() -> tuple[Any, Any, list[Project], Selection]:
    place, agent = town()
    made = [project(place, title) for title, _mark, _cost in world.PROJECTS]
    return place, agent, made, world.opened(place, agent, made)


def opened() -> Case:
    place, agent = town()
    made, once = [project(place, title) for title, _mark, _cost in world.PROJECTS], new_public_id()
    return Case(
        lambda: services.open_selection(
            person=agent,
            territory=place,
            title="Budget",
            projects=[one.public_id for one in made],
            budgets={"2027": 100},
            once=once,
        ),
        lambda: Selection.objects.filter(public_id=once, items__project__in=made).count() == 4,
    )


def amounts() -> Case:
    _place, agent, made, selection = _opened()
    costs = {one.public_id: {"2027": 10} for one in made[:3]}
    return Case(
        lambda: services.save_money(
            person=agent,
            selection=selection,
            version=1,
            title="Autre budget",
            budgets={"2027": 60},
            costs=costs,
            least_percents={},
        ),
        lambda: selection.items.count() == 3,
    )


def bound() -> Case:
    _place, agent, made, selection = _opened()
    once, values = new_public_id(), {"project": made[2].public_id}
    return Case(
        lambda: services.add_constraint(
            person=agent, selection=selection, kind="keep", values=values, once=once
        ),
        lambda: selection.constraints.count() == 1,
    )


def invited() -> Case:
    place, agent, _made, selection = _opened()
    voters = [make.organisation(where=place).public_id for _ in range(3)]
    once = new_public_id()
    return Case(
        lambda: services.invite(person=agent, selection=selection, organisations=voters, once=once),
        lambda: selection.ballots.count() == 3,
    )


def voted() -> Case:
    place, agent, made, selection = _opened()
    ballot = ballot_of(world.invited(place, agent, selection, count=1)[0])
    approved = [made[0].public_id]
    return Case(
        lambda: services.cast(ballot=ballot, approved=approved, version=ballot.version),
        lambda: Ballot.objects.get(pk=ballot.pk).approved == approved,
    )


def decided() -> Case:
    place, agent = town()
    made = world.judged_projects(place, agent)
    selection = world.opened(place, agent, made)
    Project.objects.filter(pk__in=[one.pk for one in made]).update(state="submitted")
    read = services.choose_again(person=agent, selection=selection)["digest"]
    return Case(
        lambda: services.decide(person=agent, selection=selection, read=read, portfolio=1, others="aside"),
        lambda: (
            Choice.objects.filter(selection=selection).count() == 1
            and sorted(
                Project.objects.filter(selection_items__selection=selection).values_list("state", flat=True)
            )
            == ["aside", "aside", "selected", "selected"]
        ),
    )


count = int(sys.argv[1])
chance = random.Random(6)
works = (opened, amounts, bound, invited, voted, decided)
print(json.dumps({one.__name__: kills(one, count, chance) for one in works}))
