"""The whole way in a real browser: from a need that the diagnosis tells to the practice born of it, and back.

By what the pages offer only, wide with script and on a telephone without; no page passed through breaks a
rule of accessibility.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.core.cache import cache
from django.utils import timezone

from terreau.accounts.enums import Role
from terreau.accounts.models import RoleGrant
from terreau.accounts.services import ensure_person
from terreau.diagnosis import services as diagnosis
from terreau.diagnosis.reading import everything
from terreau.evaluation import criteria
from terreau.portfolio.models import BudgetLine
from tests.browser.test_agent_journey import work_is_done
from tests.browser.test_plan_journey import chooses, fills
from tests.browser.visiting import WAYS, visitor
from tests.diagnosis.evidence import need, survey, whole
from tests.diagnosis.world import many
from tests.evaluation.world import project

pytestmark = pytest.mark.browser
NEED, ADVICE = "Locaux et infrastructures", "Partager les lieux existants"
GAVE, LEVER, RIVAL = "Deux locaux d’essai prêtés.", "Prêt de locaux inoccupés", "Foire d’essai"
YEAR = timezone.localdate().year


@pytest.fixture(params=WAYS)
def way(request):
    """How the pages are seen."""
    return request.param


@pytest.fixture
def officer(chromium, live_server, way, town):
    """Who keeps the town, signed in from the first page on."""
    made = visitor(chromium, live_server, way)
    made.goes("/")
    made.follows("Se connecter")
    made.signs_in(person_of(town, Role.AGENT).email)
    made.sees("Mon espace")
    yield made
    made.page.context.close()
    assert made.broken == {}


@pytest.fixture
def others(chromium, live_server, way):
    """The browser of the other people, one after the other."""
    made = visitor(chromium, live_server, way)
    yield made
    made.page.context.close()
    assert made.broken == {}


@pytest.fixture
def town(transactional_db, small_world, monkeypatch):
    """A town whose survey tells that premises lack; its diagnosis is drafted, a project waits already."""
    cache.clear()  # codes asked for are counted there
    asked = survey(need("premises"), need("networking", rank=2, quadrant="watch"))
    known = replace(whole(), survey=asked)
    monkeypatch.setattr(everything, "read_evidence", lambda territory, as_of: known)
    place = small_world.poitiers
    place.opened_on = "2026-01-01"
    place.save(update_fields=["opened_on"])
    many(3, place, family="association", sectors=["culture"])
    rival = project(place, RIVAL, is_public=True)
    BudgetLine.objects.create(project=rival, year=YEAR, nature="running", amount=40_000_00)
    diagnosis.create_draft(person=person_of(place, Role.AGENT), territory=place)
    return place


def person_of(place, role):
    """Who holds this role there; asked again, the same."""
    held = ensure_person(email=f"{role}@exemple.test", display_name="Personne d’essai")
    RoleGrant.objects.get_or_create(person=held, role=role, territory=place)
    return held


def test_a_need_becomes_a_project_an_action_a_result_and_a_practice(officer, others, town):
    a_diagnosis_recommends(officer)
    a_project_begins(officer)
    four_people_judge(officer, others, town)
    it_is_decided(officer)
    it_is_chosen(officer)
    it_takes_a_lever(officer)
    an_action_carries_it(officer)
    it_is_paid_and_gives_a_result(officer)
    a_practice_is_born(officer)
    the_way_back(officer)
    the_next_diagnosis_tells(officer)


def a_diagnosis_recommends(officer):
    officer.follows("Diagnostic en préparation")
    officer.sees("Préparer le diagnostic")
    officer.presses("Publier cette édition")
    officer.sees("Poitiers")
    officer.reads("Ce qui est recommandé", ADVICE)


def a_project_begins(officer):
    """From the recommendation, with what it costs."""
    officer.follows("En faire un projet")
    officer.sees("Inscrire un projet")
    officer.reads(ADVICE)
    officer.presses("Commencer la fiche")
    officer.sees(ADVICE)
    fills(officer, "Année", str(YEAR))
    officer.page.get_by_label("Nature").first.select_option(label="investissement")
    fills(officer, "Montant", "50 000")
    officer.page.get_by_label("Public").check()
    officer.presses("Enregistrer")
    officer.sees(ADVICE)
    officer.reads("La fiche est enregistrée", NEED, "50\u202f000")


def four_people_judge(officer, others, town):
    """Blind: the officer, an elected reader, and two actors by the links they received."""
    officer.follows("Évaluer ce projet")
    officer.sees("Évaluer des projets")
    officer.page.get_by_label(RIVAL).check()
    officer.page.get_by_label("chacun de son côté").check()
    officer.presses("Commencer")
    officer.reads("Premier tour ouvert")
    chooses(officer, "Collège", "acteurs")
    officer.types("Combien de liens", "2")
    officer.presses("Créer les liens")
    officer.sees("Liens des évaluateurs")
    links = officer.page.locator(".link").all_inner_texts()
    officer.follows("Revenir")
    others.goes("/")
    others.follows("Se connecter")
    others.signs_in(person_of(town, Role.ELECTED).email)
    others.sees("Mon espace")
    others.follows("projets à noter")
    others.presses("Commencer")
    marks(others, 3)
    lays_cards(others)
    for link in links:
        others.page.context.clear_cookies()
        others.goes(link)
        marks(others, 4)
    officer.follows("Noter")
    officer.presses("Commencer")
    marks(officer, 4)


def marks(someone, mark):
    """The same for all the criteria of the project of the diagnosis, one less for its rival."""
    someone.follows("Continuer")
    someone.sees(RIVAL)
    for title, less in ((RIVAL, 1), (ADVICE, 0)):
        someone.is_on(title)
        for one in criteria.factors():
            someone.page.locator(f"input[name=mark-{one.key}][value='{mark - less}']").check()
        someone.presses("Garder et continuer")
    someone.presses("Envoyer mes notes")
    someone.reads("Vos notes sont envoyées")


def lays_cards(someone):
    """The strategy above all the rest, by its button with script, by its rank without."""
    someone.follows("Jouer aux cartes")
    someone.sees("Peser les critères avec des cartes")
    if someone.script:
        someone.presses("Monter : En phase")
    else:
        for one in criteria.factors():
            someone.page.locator(f"[name=rank-{one.key}]").fill("2" if one.key == "strategy" else "1")
    someone.presses("Enregistrer mes cartes")
    someone.reads("Les poids que donnent ces cartes")


def it_is_decided(officer):
    """Weighed by the cards, and kept."""
    officer.follows(re.compile("^Évaluation du"))
    officer.presses("Clore le premier tour")
    officer.presses("Clore la notation")
    officer.follows("Lire tout le résultat")
    officer.sees("Résultat")
    officer.presses("Poids tirés des cartes")
    officer.is_on("Résultat")
    officer.reads("pondérations qui respectent l’ordre des cartes")
    officer.follows("Décider")
    officer.sees("Décider")
    for place in range(2):
        officer.page.get_by_label("Retenu").nth(place).check()
    officer.presses("Enregistrer la décision")
    officer.sees("Décision")
    officer.reads("Elle ne change plus")


def it_is_chosen(officer):
    """Both would not fit in the budget."""
    officer.follows("Choisir sous un budget")
    officer.sees("Préparer un choix")
    officer.types("Intitulé", "Budget d’essai")
    officer.types(f"Budget {YEAR}", "60 000")
    officer.presses("Commencer")
    officer.sees("Budget d’essai")
    officer.presses("Calculer le choix")
    officer.reads("Le meilleur choix", f"Laissés de côté : {RIVAL}")
    officer.follows("Retenir un choix")
    officer.sees("Retenir un choix")
    officer.presses("Enregistrer le choix")
    officer.sees("Budget d’essai")
    officer.follows(ADVICE)
    officer.sees(ADVICE)
    officer.reads("Retenu", "Ce qu’il est devenu", "projet choisi")


def it_takes_a_lever(officer):
    officer.follows("Leviers de ce projet")
    officer.sees("Leviers du projet")
    officer.follows(f"Retenir, écarter ou chiffrer : {LEVER}")
    officer.sees(LEVER)
    chooses(officer, "Avis", "retenu")
    officer.types("Pourquoi", "Essai.")
    officer.presses("Enregistrer cet avis")
    officer.is_on("Leviers du projet")
    officer.reads("Levier du projet")
    officer.follows("Le projet")
    officer.is_on(ADVICE)
    officer.reads(LEVER)


def an_action_carries_it(officer):
    """In a plan that opens on the way: an axis, an objective, and the action filled with the project."""
    officer.follows("L’inscrire au plan d’action")
    officer.sees("Plan d’action")
    fills(officer, "Nom du plan", "Plan d’essai")
    fills(officer, "Du", f"{YEAR}-01-01")
    fills(officer, "Au", f"{YEAR + 2}-12-31")
    officer.presses("Ouvrir le plan")
    officer.sees("Axes et réglages")
    fills(officer, "Titre", "Axe d’essai")
    officer.presses("Ajouter")
    officer.types("Nouvel objectif", "Objectif d’essai")
    officer.presses("Ajouter")
    officer.presses("Rendre public")
    officer.reads("Le plan est public")
    officer.follows("Ajouter une action")
    officer.sees("Nouvelle action")
    fills(officer, "Commence le", f"{YEAR}-01-15")
    officer.presses("Enregistrer")
    officer.sees(ADVICE)
    officer.reads("L’action est ajoutée au plan", "Objectif d’essai", NEED)


def it_is_paid_and_gives_a_result(officer):
    officer.follows("Noter un montant")
    officer.sees("Noter un montant")
    chooses(officer, "Ce que dit le montant", "Payé")
    fills(officer, "Montant", "1 500")
    chooses(officer, "Nature", "Investissement")
    fills(officer, "D’où vient l’argent", "Ville d’essai")
    officer.presses("Noter")
    officer.is_on(ADVICE)
    officer.follows("Dire où elle en est")
    officer.sees("Où en est l’action")
    chooses(officer, "État", "Terminée")
    officer.presses("Enregistrer")
    officer.reads("Cette action est terminée")
    officer.follows("Dire le résultat")
    officer.sees("Ce que l’action a donné")
    fills(officer, "Ce que l’action a donné", GAVE)
    officer.presses("Enregistrer")
    officer.sees(ADVICE)


def a_practice_is_born(officer):
    officer.presses("En faire une bonne pratique")
    officer.sees(ADVICE)
    officer.reads("est rempli de ce que dit le plan", "Besoin des acteurs")
    officer.types("Contact", "service d’essai")
    officer.presses("Enregistrer")
    officer.presses("Envoyer aux relecteurs")
    officer.reads("Deux agents d’autres territoires")


def the_way_back(officer):
    """From the payment, a page for each step down to the need."""
    officer.follows("Mon espace")
    officer.follows("Plan d’action")
    officer.sees("Plan d’action")
    officer.follows("Argent")
    officer.sees("Argent")
    officer.follows(re.compile(r"1\s500"))
    officer.sees("De l’argent au besoin")
    officer.reads("payé", "Ville d’essai")
    for step, told in (
        ("Action", GAVE),
        ("Levier", LEVER),
        ("Projet", "Ce qu’il est devenu"),
        ("Recommandation", ADVICE),
        ("Besoin", NEED),
    ):
        officer.page.locator(f'.chain li:has(b:text-is("{step}"))').get_by_role("link").click()
        officer.reads(told)
        officer.page.go_back()


def the_next_diagnosis_tells(officer):
    """What became of the needs of the last one."""
    officer.follows("Mon espace")
    officer.follows("Diagnostic en préparation")
    officer.presses("Préparer un brouillon")
    work_is_done(officer)
    officer.reads("Ce que sont devenus les besoins du dernier diagnostic", GAVE)
