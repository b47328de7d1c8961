"""Projects judged in a browser, blind by four people, with cards; then the result and the decision.

Wide with script, and on a telephone with script and without; no page passed through breaks a rule of
accessibility.
"""

from __future__ import annotations

import pytest

from terreau.directory.models import new_public_id
from terreau.evaluation import criteria, services
from terreau.evaluation.models import CardGame, Evaluation
from tests.browser.test_practice_journey import becomes, someone  # noqa: F401  (a fixture)
from tests.directory import factories
from tests.evaluation import world

pytestmark = pytest.mark.browser


@pytest.fixture
def town(transactional_db, small_world):
    return small_world.bamako


def marks(someone, mark):  # noqa: F811
    for one in criteria.factors():
        someone.page.locator(f"input[name=mark-{one.key}][value='{mark}']").check()
    someone.presses("Garder et continuer")


def lays_cards(someone):  # noqa: F811
    """By keyboard with script, by numbers without: strategy first, the risk beneath, after a white card."""
    someone.follows("Jouer aux cartes")
    someone.sees("Peser les critères avec des cartes")
    if someone.script:
        raise_strategy = someone.page.get_by_role("button", name="Monter : En phase")
        raise_strategy.focus()
        raise_strategy.press("Enter")
        someone.page.keyboard.press("Enter")
        someone.page.get_by_role("button", name="Ajouter une carte blanche").press("Enter")
        raise_risk = someone.page.get_by_role("button", name="Monter : Maîtrise")
        raise_risk.press("Enter")
    else:
        for one in criteria.factors():
            rank = {"strategy": "3", "risk": "2"}.get(one.key, "1")
            someone.page.locator(f"[name=rank-{one.key}]").fill(rank)
        someone.page.locator("[name=blank-2]").fill("1")
    someone.page.locator("[name=z]").fill("4")
    someone.presses("Enregistrer mes cartes")
    someone.reads("Les poids que donnent ces cartes")
    kept = CardGame.objects.get()
    assert [len(rank) for rank in kept.ranks] == [3, 1, 1]
    assert kept.ranks[1:] == [["risk"], ["strategy"]]
    assert sum(kept.blanks) == 1
    someone.follows("Revenir")


def test_projects_are_judged_at_a_table_then_blind_and_decided(client, town, someone):  # noqa: F811
    agent = factories.agent_of(town)
    for title in ("Halle d’essai", "Atelier d’essai"):
        world.project(town, title)
    becomes(someone, client, agent)
    someone.goes(f"/espace/{town.code}/evaluations/")
    someone.sees("Évaluations de projets")
    someone.follows("Évaluer des projets")
    someone.sees("Évaluer des projets")
    for title in ("Halle d’essai", "Atelier d’essai"):
        someone.page.get_by_label(title).check()
    someone.page.get_by_label("chacun de son côté").check()
    someone.presses("Commencer")
    someone.reads("Premier tour ouvert")
    opened = Evaluation.objects.get()
    for college in ("elected", "staff", "actors"):
        world.mark(world.link(agent, opened, college), 3, 1)
    token = services.invite(person=agent, evaluation=opened, college="actors", count=1, once=new_public_id())[
        0
    ]
    someone.page.context.clear_cookies()
    someone.goes(f"/evaluer/{token}/")
    someone.follows("Continuer")
    someone.sees("Atelier d’essai")
    marks(someone, 1)
    someone.sees("Halle d’essai")
    marks(someone, "na")
    someone.presses("Envoyer mes notes")
    someone.reads("Vos notes sont envoyées")
    lays_cards(someone)
    becomes(someone, client, agent)
    someone.goes(f"/espace/{town.code}/evaluations/{opened.public_id}/")
    someone.presses("Clore le premier tour")
    someone.reads("À discuter", "2 points d’écart", "Notes manquantes")
    someone.presses("Clore la notation")
    someone.follows("Lire tout le résultat")
    someone.sees("Résultat")
    someone.reads("Et si les poids étaient autres", "deux à deux")
    someone.presses("Poids tirés des cartes")
    someone.reads("pondérations qui respectent l’ordre des cartes")
    someone.goes(f"/espace/{town.code}/evaluations/{opened.public_id}/decider/")
    someone.sees("Décider")
    for place in range(2):
        someone.page.get_by_label("Écarté").nth(place).check()
        someone.page.get_by_label("Raison").nth(place).fill("Essai.")
    someone.presses("Enregistrer la décision")
    someone.sees("Décision")
    someone.reads("Écarté", "Elle ne change plus")
    assert someone.broken == {}
