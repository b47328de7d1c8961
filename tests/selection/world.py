"""What the tests of choices share: projects judged and decided, and the pages that everyone reads."""

from __future__ import annotations

from unittest.mock import patch

from django.urls import reverse

from terreau.directory.models import new_public_id
from terreau.evaluation import services as evaluations
from terreau.portfolio import services as projects
from terreau.portfolio.models import BudgetLine, Project
from terreau.selection import services
from tests.directory import factories
from tests.evaluation import world as judging


# Half of the time would go in draws, made again after each mark, that no test of a choice looks at.
@patch.multiple("terreau.evaluation.reading", _MOST_DRAWS=200, _LEAST_DRAWS=200)
def decided(place, agent, judged, marks, **values):
    """Projects judged at one table, each with one mark for all factors, and decided."""
    made = evaluations.open_evaluation(
        person=agent,
        territory=place,
        projects=[one.public_id for one in judged],
        together=True,
        once=new_public_id(),
    )
    by_title = {one.title: mark for one, mark in zip(judged, marks, strict=True)}
    candidates = made.candidates.select_related("project")
    judging.together(agent, made, *[by_title[one.project.title] for one in candidates])
    return judging.decided(agent, made, **values)


# Title, marks on the five factors, cost: the best under 100 is « Halle » with « Atelier ».
PROJECTS = (("Halle", 4, 60), ("Atelier", 3, 40), ("Jardin", 2, 50), ("Radio", 2, 30))


def judged_projects(place, agent, *, count=4):
    """Projects with a cost each, judged and decided."""
    told = PROJECTS[:count]
    made = [judging.project(place, title) for title, _mark, _cost in told]
    for one, (_title, _mark, cost) in zip(made, told, strict=True):
        Project.objects.filter(pk=one.pk).update(currency="")
        BudgetLine.objects.create(project=one, year=2027, nature="running", amount=cost)
    decided(place, agent, made, [mark for _title, mark, _cost in told])
    return made


def opened(place, agent, made, budget=100):
    """A choice among projects under a budget."""
    return services.open_selection(
        person=agent,
        territory=place,
        title="Budget 2027",
        projects=[one.public_id for one in made],
        budgets={"2027": budget},
        once=new_public_id(),
    )


def invited(place, agent, selection, count=5):
    """A vote, open, and the link of each organisation."""
    voters = factories.organisations([{"name": f"Association {rank}"} for rank in range(count)], place)
    given = services.invite(
        person=agent,
        selection=selection,
        organisations=[one.public_id for one in voters],
        once=new_public_id(),
    )
    return [token for _organisation, token in given]


def public_pages(place, agent):
    """The pages of a project, of a proposal, of an evaluation, of a vote and of a choice."""
    made = [judging.project(place, f"Projet d’essai {rank}", is_public=True) for rank in range(3)]
    for one in made:
        BudgetLine.objects.create(project=one, year=2027, nature="running", amount=10_000_00)
    judged = decided(place, agent, made, (4, 3, 3), is_public=True)
    chosen = services.open_selection(
        person=agent,
        territory=place,
        title="Budget d’essai",
        projects=[one.public_id for one in made],
        budgets={"2027": 20_000_00},
        once=new_public_id(),
    )
    content = services.choose_again(person=agent, selection=chosen)
    voted = services.open_selection(
        person=agent,
        territory=place,
        title="Vote d’essai",
        projects=[one.public_id for one in made],
        budgets={"2027": 20_000_00},
        once=new_public_id(),
    )
    voter = factories.organisation("Organisation d’essai qui vote", place)
    [(_voter, token)] = services.invite(
        person=agent, selection=voted, organisations=[voter.public_id], once=new_public_id()
    )
    services.decide(person=agent, selection=chosen, read=content["digest"], portfolio=1, is_public=True)
    proposal = projects.propose(
        territory=place, once=new_public_id(), title="Jardin d’essai", text="Un jardin d’essai."
    )
    evaluation = judged.evaluation.public_id
    return {
        "projet": reverse("portfolio:project", args=[made[0].public_id]),
        "proposer un projet": reverse("portfolio:propose", args=[place.code]),
        "récépissé": reverse("portfolio:receipt", args=[proposal.receipt]),
        "projets évalués": reverse("evaluation:public", args=[place.code, evaluation]),
        "méthode de l’évaluation": reverse("evaluation:method"),
        "projets choisis": reverse("selection:public", args=[place.code, chosen.public_id]),
        "méthode du choix": reverse("selection:method"),
        "bulletin": reverse("selection:ballot", args=[token]),
    }
