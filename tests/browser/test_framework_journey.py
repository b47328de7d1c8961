"""A framework from the opened grid to the published edition; a barrier to the State and back.

Wide with script, and on a telephone with script and without; no page passed through breaks a rule of
accessibility.
"""

from __future__ import annotations

import pytest

from terreau.accounts.models import RoleGrant
from terreau.directory.models import new_public_id
from terreau.framework import grid, judging, services
from terreau.territories.models import Territory
from tests.browser.test_practice_journey import becomes, someone  # noqa: F401  (a fixture)
from tests.directory import factories
from tests.framework import world

pytestmark = pytest.mark.browser


@pytest.fixture
def town(transactional_db, small_world):
    return small_world.bamako


def rates_by_link(someone, town):  # noqa: F811
    """A judge opens the link on the page, and fills nine pages."""
    link = someone.page.locator(".link").first.inner_text()
    someone.page.context.clear_cookies()
    someone.goes(link)
    someone.sees("Cadre réglementaire")
    someone.follows("Continuer")
    areas = grid.current().areas
    for area in areas:
        someone.sees(area.label)
        for statement in area.statements:
            someone.page.locator(f"input[name={statement.key}][value='4']").check()
        if area == areas[0]:
            # One box cannot be emptied: the page is left once with a question unanswered instead.
            someone.follows("Cadre réglementaire")
            someone.sees("Cadre réglementaire")
            someone.follows("Continuer")
            someone.sees(area.label)
            someone.presses("Garder et continuer")
            someone.reads("Il manque 4 réponses")
            for statement in area.statements:
                someone.page.locator(f"input[name={statement.key}][value='na']").check()
        someone.presses("Garder et continuer")
    someone.sees("Cadre réglementaire")
    someone.presses("Envoyer mes notes")
    someone.reads("Vos notes sont envoyées")


def test_a_framework_is_judged_concluded_and_published(client, town, someone):  # noqa: F811
    agent = factories.agent_of(town)
    becomes(someone, client, agent)
    someone.goes(f"/espace/{town.code}/cadre/")
    someone.sees("Cadre réglementaire")
    someone.presses("Ouvrir la grille")
    someone.reads("Notation ouverte")
    someone.page.get_by_label("Collège").select_option("actors")
    someone.types("Combien de liens", "1")
    someone.presses("Créer les liens")
    someone.sees("Liens des juges")
    rates_by_link(someone, town)
    for token in services.invite(
        person=agent,
        assessment=judging.in_hand(town),
        college="actors",
        count=2,
        once=new_public_id(),
    ):
        world.rate(token, 4)
    becomes(someone, client, agent)
    someone.goes(f"/espace/{town.code}/cadre/")
    someone.presses("Clore la notation")
    someone.sees("Cadre réglementaire")
    someone.reads("Notation close", "Notes sur 10")
    someone.follows("Lire et écrire les constats")
    someone.sees("Constats")
    someone.follows("La commune achète aux acteurs de l’ESS")
    someone.sees("La commune achète aux acteurs de l’ESS")
    someone.page.get_by_label("Constat").select_option("weakness")
    someone.types("Ou un autre texte", "Règlement d’essai des achats")
    someone.types("Article", "article 4")
    someone.types("Date du texte", "2024")
    someone.types("Adresse où le lire", "https://essai.example/achats")
    someone.presses("Enregistrer")
    someone.sees("Constats")
    someone.reads("prouvé")
    someone.goes(f"/espace/{town.code}/cadre/")
    someone.presses("Publier le cadre réglementaire")
    someone.sees("Cadre réglementaire")
    someone.reads("Règlement d’essai des achats, article 4", "Elle ne change plus")
    assert someone.broken == {}


def test_a_barrier_goes_to_the_state_and_its_answer_comes_back(client, town, someone):  # noqa: F811
    state = factories.person()
    RoleGrant.objects.create(person=state, role="state", territory=Territory.objects.get(code="ml"))
    agent = factories.agent_of(town)
    becomes(someone, client, agent)
    someone.goes(f"/espace/{town.code}/freins/")
    someone.sees("Freins")
    someone.follows("Inscrire un frein")
    someone.sees("Nouveau frein")
    someone.types("Frein, en une phrase", "L’agrément d’essai est trop loin")
    for label, value in (
        ("Catégorie", "legal"),
        ("Qui peut le lever", "state"),
        ("Probabilité", "4"),
        ("Gravité", "5"),
        ("Maîtrise par la commune", "1"),
    ):
        someone.page.get_by_label(label).first.select_option(value)
    someone.presses("Enregistrer")
    someone.sees("L’agrément d’essai est trop loin")
    someone.presses("Porter en plaidoyer")
    someone.reads("Demande à l’État", "sans réponse")
    becomes(someone, client, state)
    someone.goes("/plaidoyer/demandes/")
    someone.sees("Demandes des villes à l’État")
    someone.follows("L’agrément d’essai est trop loin")
    someone.sees("L’agrément d’essai est trop loin")
    someone.page.get_by_label("Réponse", exact=True).select_option("accepted")
    someone.types("Texte de la réponse", "Un guichet d’essai ouvrira.")
    someone.presses("Enregistrer la réponse")
    someone.sees("Demandes des villes à l’État")
    someone.reads("Acceptée")
    becomes(someone, client, agent)
    someone.goes(f"/espace/{town.code}/freins/")
    someone.sees("Freins")
    someone.reads("acceptée")
    assert someone.broken == {}
