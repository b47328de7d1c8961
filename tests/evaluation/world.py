"""What the tests of evaluations share: a town, its projects, an evaluation marked by several people."""

from __future__ import annotations

from terreau.directory.models import new_public_id
from terreau.evaluation import criteria, marking, opening, services
from terreau.evaluation.deciding import Said
from terreau.evaluation.gathering import gather
from terreau.evaluation.headline import lines_of
from terreau.portfolio.models import Project
from tests.directory import factories

FACTORS = [one.key for one in criteria.factors()]


def town():
    """An opened town and its agent."""
    made = factories.territory(f"xx-com-{new_public_id()}", opened_on="2026-01-01")
    return made, factories.agent_of(made)


def project(place, title="Projet d’essai", **values):
    """A project of the town."""
    return Project.objects.create(territory=place, title=title, summary="Un essai.", currency="EUR", **values)


def evaluation(place, agent, *titles, together=False, once=""):
    """An evaluation opened on so many projects."""
    made = [project(place, title) for title in titles or ("Un", "Deux")]
    return services.open_evaluation(
        person=agent,
        territory=place,
        projects=[one.public_id for one in made],
        together=together,
        once=once or new_public_id(),
    )


def given(*marks):
    """The marks of a page, one for each factor; « na » is unknown."""
    return {key: (str(mark), "") for key, mark in zip(FACTORS, marks, strict=True)}


def link(agent, opened, college="actors"):
    """The assessor of a new link."""
    return opening.assessor_of_link(token(agent, opened, college))


def token(agent, opened, college="actors"):
    """A new link."""
    made = services.invite(person=agent, evaluation=opened, college=college, count=1, once=new_public_id())
    return made[0]


def mark(assessor, *sheets, person=None, sent=True):
    """An assessor marks the projects in their order: five marks each, or one for all."""
    opened = type(assessor.evaluation).objects.get(pk=assessor.evaluation_id)
    for candidate, marks in zip(opened.candidates.select_related("project"), sheets, strict=True):
        marks = marks if isinstance(marks, tuple) else (marks,) * len(FACTORS)
        kept = assessor.sheets.filter(candidate=candidate, round=opened.round).first()
        services.save_marks(
            person=person,
            assessor=assessor,
            candidate=candidate,
            version=kept.version if kept else 0,
            given=given(*marks),
        )
    return services.send(person=person, assessor=assessor) if sent else assessor


def together(agent, opened, *sheets):
    """All in the room mark the projects in their order."""
    return mark(marking.committee_of(opened), *sheets, person=agent, sent=False)


def closed(place, agent, *voices, titles=("Un", "Deux")):
    """An evaluation whose marking is over: each voice is a college and the marks of its projects."""
    opened = evaluation(place, agent, *titles)
    for college, *sheets in voices:
        mark(link(agent, opened, college), *sheets)
    services.close_first(person=agent, evaluation=opened)
    return services.close(person=agent, evaluation=opened)


def said(opened, **outcomes):
    """What the marks propose, or for a project of this title what is told here."""
    found = {}
    for one in lines_of(gather(opened)):
        outcome = one.proposal.outcome or "rework"
        reason = "" if one.proposal.outcome else "Des notes manquent."
        key = one.candidate.project.public_id
        found[key] = outcomes.get(one.candidate.project.title, Said(outcome, reason))
    return found


def decided(agent, opened, **values):
    """The decision that follows the marks."""
    opened.refresh_from_db()
    return services.decide(
        person=agent,
        evaluation=opened,
        read=gather(opened).digest,
        outcomes=said(opened),
        **values,
    )
