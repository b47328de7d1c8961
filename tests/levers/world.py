"""What the tests of the levers share: a town that has actors, a diagnosis published, an opinion."""

from __future__ import annotations

from terreau.diagnosis.services import create_draft
from terreau.diagnosis.services import publish as publish_diagnosis
from terreau.levers import services
from terreau.survey.results.services import publish_results
from tests.directory import factories
from tests.framework import world as framework
from tests.survey.answered import answered_survey

THRESHOLDS = {
    "reserve": 4,
    "lot": 2,
    "clause": 1,
    "capable": 1,
    "jobs": 3,
    "bought": ["entretien"],
    "reach": "",
    "reason": "Nos lots d’essai sont petits.",
}
OPINION = {"stance": "aside", "cost": None, "months": None, "reason": "Déjà essayé, sans suite."}


def town(suppliers: int = 0, **values):
    """An opened town, its agent, and so many actors of one sector."""
    place, agent = framework.town(values.pop("country", "xx"))
    told = {"sectors": ["entretien"], **values}
    factories.organisations(
        [{"name": f"Entretien d’essai {place.code} {number}", **told} for number in range(suppliers)], place
    )
    factories.indexed()
    return place, agent


def diagnosed(place, agent):
    """Results of a survey, a framework and a diagnosis, all published."""
    framework.published(agent, place)
    survey, keeper = answered_survey(place, known=0)
    publish_results(person=keeper, survey=survey)
    draft = create_draft(person=agent, territory=place)
    return publish_diagnosis(person=agent, territory=place, draft_key=draft.key)


def opinion(agent, place, lever: str = "finance.calls", *, read: int = 0, project: str = "", **values):
    """What the agent says of a lever."""
    return services.give_opinion(
        person=agent, territory=place, lever=lever, read=read, project=project, values=OPINION | values
    )
