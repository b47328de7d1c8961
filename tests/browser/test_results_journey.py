"""From the answers of a survey to its public results, in a real browser: an agent, then a visitor."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from terreau.accounts.enums import Role
from terreau.accounts.models import RoleGrant
from terreau.accounts.services import ensure_person
from tests.browser.visiting import WAYS, visitor
from tests.survey.answered import answered_survey

pytestmark = pytest.mark.browser


@pytest.fixture(params=WAYS)
def visit(chromium, live_server, request):
    """Somebody on a telephone, or wide and without script."""
    made = visitor(chromium, live_server, request.param)
    yield made
    made.page.context.close()


@pytest.fixture
def survey(transactional_db, small_world):
    cache.clear()
    agent = ensure_person(email="agent@exemple.test")
    RoleGrant.objects.create(person=agent, role=Role.AGENT, territory=small_world.poitiers)
    made, agent = answered_survey(small_world.poitiers, agent=agent, answers=26, known=32, simulated=True)
    return made, agent


def test_an_agent_reads_calls_rates_shows_and_publishes(visit, survey):
    made, agent = survey
    code = made.territory.code
    visit.goes("/compte/connexion/")
    visit.signs_in(agent.email)
    visit.goes(f"/espace/{code}/enquetes/{made.slug}/resultats/")
    visit.sees("Résultats de travail")
    visit.reads("À ne pas diffuser", "Données simulées")
    visit.follows("Qui a répondu, qui appeler")
    visit.sees("Qui a répondu, qui appeler")
    visit.reads("6 organisations n’ont pas répondu", "ont répondu")
    visit.follows("Liste courte")
    visit.sees("La liste courte")
    visit.unfolds("Cofinancement")
    for label, rating in (("A, ampleur", "9"), ("B, gravité", "16"), ("C, efficacité", "4,5")):
        group = visit.page.get_by_role("group", name="Cofinancement", exact=True)
        group.get_by_label(label).fill(rating)
    visit.presses("Enregistrer")
    visit.reads("La liste courte est enregistrée.")
    visit.follows("Remarques")
    visit.sees("Avec leurs mots")
    visit.unfolds("Un local ouvert le soir.")
    visit.presses("Montrer à la réunion")
    visit.reads("La remarque sera montrée à la réunion.")
    visit.follows("Vue de réunion")
    visit.sees("Résultats pour la réunion")
    visit.reads("Un local ouvert le soir.", "Aucun chiffre ne repose sur moins de 5 réponses")
    visit.follows("Résultats de travail")
    visit.presses("Publier les résultats")
    # The drawings come after the page: until then their words stand in their place.
    visit.page.wait_for_url("**/besoins/1/", wait_until="networkidle")
    visit.sees("Ce dont les acteurs ont besoin")
    visit.reads("Les résultats sont publiés.", "37,5", "(A + B) × C ÷ 3")
    visit.page.context.clear_cookies()
    visit.goes(f"/territoires/{code}/besoins/")
    visit.sees("Ce dont les acteurs ont besoin")
    visit.reads("Données simulées", "Aucun chiffre ne repose sur moins de 10 réponses")
    visit.follows("Méthode")
    visit.sees("Méthodes de l’enquête")
    assert visit.broken == {}
