"""A plan in a real browser: opened, an action carried with an actor, paid, measured, ended; the way back.

Wide with script, and on a telephone without; no page passed through breaks a rule of accessibility.
"""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from terreau.plans.models import Action
from terreau.practices.models import Practice
from tests.browser.visiting import WAYS, visitor
from tests.directory import factories
from tests.plans.world import keeper_of

pytestmark = pytest.mark.browser


@pytest.fixture(params=WAYS)
def someone(chromium, live_server, request):
    """A person in a browser, who is whoever the story needs."""
    made = visitor(chromium, live_server, request.param)
    yield made
    made.page.context.close()


def becomes(someone, client, person):
    """The same browser, another person."""
    client.force_login(person)
    someone.page.context.clear_cookies()
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": someone.site}
    someone.page.context.add_cookies([cookie])


def fills(someone, label, text):
    someone.page.get_by_label(label, exact=True).first.fill(text)


def chooses(someone, label, option):
    someone.page.get_by_label(label, exact=True).select_option(label=option)


def test_a_plan_goes_from_a_need_to_a_practice_and_back(client, transactional_db, small_world, someone):
    town = small_world.poitiers
    agent = factories.agent_of(town)
    actor = keeper_of(factories.organisation("Coopérative d’essai", town))
    year = timezone.localdate().year
    becomes(someone, client, agent)
    _opens_a_plan(someone, town, year)
    _adds_an_action(someone, town, year)
    someone.follows("Qui la porte")
    someone.sees("Qui porte l’action")
    fills(someone, "Organisation", "Coopérative d’essai")
    someone.presses("Solliciter")
    someone.reads("sans réponse")
    becomes(someone, client, actor)
    someone.goes("/plan-d-action/porteurs/")
    someone.sees("Actions que je porte")
    someone.presses("Accepter")
    someone.follows("Dire où elle en est")
    someone.sees("Où en est l’action")
    chooses(someone, "État", "Terminée")
    someone.presses("Enregistrer")
    someone.sees("Ouvrir une halle d’essai")
    becomes(someone, client, agent)
    action = Action.objects.get()
    someone.goes(f"/plan-d-action/actions/{action.public_id}/")
    someone.reads("Dites ce qu’elle a donné", "Coopérative d’essai")
    _notes_what_was_paid(someone)
    someone.follows("Dire le résultat")
    someone.sees("Ce que l’action a donné")
    fills(someone, "Ce que l’action a donné", "Douze étals d’essai.")
    someone.presses("Enregistrer")
    someone.presses("En faire une bonne pratique")
    someone.sees("Ouvrir une halle d’essai")
    assert Practice.objects.get(shipped_as=None).versions.get().needs == ["premises"]
    for view, title in (
        ("", "Plan d’action"),
        ("tableau/", "Modifier en tableau"),
        ("calendrier/", "Calendrier"),
        ("frise/", "Frise"),
        ("argent/", "Argent"),
        ("du-besoin-au-resultat/", "Du besoin au résultat"),
    ):
        someone.goes(f"/espace/{town.code}/plan/{view}")
        someone.sees(title)
    someone.goes(f"/espace/{town.code}/plan/argent/")
    someone.follows(re.compile(r"1\s500"))
    someone.sees("De l’argent au besoin")
    someone.reads("Locaux et infrastructures", "Ouvrir une halle d’essai")
    someone.page.context.clear_cookies()
    someone.goes(f"/territoires/{town.code}/plan/")
    someone.sees("Plan d’essai")
    someone.reads("1 action promise", "Coopérative d’essai")
    assert someone.broken == {}


def _opens_a_plan(someone, town, year):
    someone.goes(f"/espace/{town.code}/plan/")
    someone.sees("Plan d’action")
    fills(someone, "Nom du plan", "Plan d’essai")
    fills(someone, "Du", f"{year}-01-01")
    fills(someone, "Au", f"{year + 2}-12-31")
    someone.presses("Ouvrir le plan")
    someone.sees("Axes et réglages")
    someone.page.locator("#axe").fill("Axe d’essai")
    someone.page.get_by_role("button", name="Ajouter").last.click()
    someone.types("Nouvel objectif", "Objectif d’essai")
    someone.presses("Ajouter")
    someone.presses("Rendre public")
    someone.reads("Le plan est public")


def _adds_an_action(someone, town, year):
    someone.follows("Ajouter une action")
    someone.sees("Nouvelle action")
    fills(someone, "Action", "Ouvrir une halle d’essai")
    chooses(someone, "Objectif", "Objectif d’essai")
    fills(someone, "Commence le", f"{year}-01-15")
    fills(someone, "Finit le", f"{year}-01-10")
    chooses(someone, "Besoin auquel elle répond", "Locaux et infrastructures")
    someone.presses("Enregistrer")
    someone.sees("Nouvelle action")
    someone.reads("est avant le début")
    fills(someone, "Finit le", f"{year + 1}-06-30")
    someone.presses("Enregistrer")
    someone.sees("Ouvrir une halle d’essai")
    assert Action.objects.count() == 1


def _notes_what_was_paid(someone):
    someone.follows("Noter un montant")
    someone.sees("Noter un montant")
    chooses(someone, "Ce que dit le montant", "Payé")
    fills(someone, "Montant", "1 500")
    chooses(someone, "Nature", "Investissement")
    fills(someone, "D’où vient l’argent", "Ville d’essai")
    someone.presses("Noter")
    someone.sees("Ouvrir une halle d’essai")
    someone.reads("1\u202f500")
