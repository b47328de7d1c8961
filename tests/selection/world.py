"""What the tests of choices share: projects judged and decided, and the pages that everyone reads."""

from __future__ import annotations

from django.urls import reverse

from terreau.directory.models import new_public_id
from terreau.evaluation import services as evaluations
from terreau.portfolio import services as projects
from terreau.portfolio.models import BudgetLine
from terreau.selection import services
from tests.directory import factories
from tests.evaluation import world as judging


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
