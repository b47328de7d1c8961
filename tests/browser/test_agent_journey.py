"""The whole way of an agent in a real browser: import, review, moderate, merge, read the history, undo.

With script and without, wide and on a telephone; no page passed through breaks a rule of accessibility.
"""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache

from terreau.accounts.enums import Role
from terreau.accounts.models import RoleGrant
from terreau.accounts.services import ensure_person
from terreau.directory.models import Merge, Organisation
from terreau.jobs.models import Job
from terreau.jobs.services import run_now
from terreau.stewardship.services import propose
from tests.browser.visiting import WAYS, received, visitor

pytestmark = pytest.mark.browser
FAR, WHY = "Essai des antipodes", "Elle n’est pas d’ici : proposez-la là où elle se trouve."
DOUBLE = "Vélos d’Essai réunis"
LIST = "\n".join(
    (
        "Nom;Ville;Code postal;Activité;Site",
        "Les Pommes de l’Essai;Poitiers;86000;Presse des pommes.;https://pommes.test",
        f"{DOUBLE};Poitiers;86000;Répare des vélos.;https://velos.test",
        "Atelier sans ville connue;Nulle-Part-sur-Essai;;;",
        ";Poitiers;86000;;",
    )
)


@pytest.fixture(params=WAYS)
def visit(chromium, live_server, request):
    """An agent, in each of the ways to see a page."""
    made = visitor(chromium, live_server, request.param)
    yield made
    made.page.context.close()


def work_is_done(visit):
    """The worker does what was asked; the page that follows it leads to the result."""
    visit.page.wait_for_url(re.compile("/travaux/"))
    job = Job.objects.get(pk=re.search("/travaux/([^/]+)/", visit.page.url)[1])
    done = run_now(job)
    assert done.state == "done", done.message
    visit.page.reload()
    visit.sees(job.title)
    visit.follows("Voir le résultat")


@pytest.fixture
def town(transactional_db, small_world):
    # Codes asked for are counted there.
    cache.clear()
    return small_world.poitiers


@pytest.fixture
def agent(town):
    person = ensure_person(email="agente@exemple.test", display_name="Agente d’essai")
    RoleGrant.objects.create(person=person, role=Role.AGENT, territory=town)
    return person


@pytest.fixture
def neighbour(town):
    return ensure_person(email="voisine@exemple.test", display_name="Voisine d’essai")


@pytest.fixture
def proposed(town, agent, neighbour):
    """A neighbour proposed two organisations, one with its name badly written."""
    whole = {"name": "Velo d’Essai", "description": "Prête des vélos.", "website": "https://autre.test"}
    for number, values in enumerate((whole, {"name": FAR})):
        propose(
            **{"person": neighbour, "territory": town, "values": values, "words": "Mes voisins."},
            **{"mine": False, "once": f"essai-{number}"},
        )


def test_an_agent_imports_reviews_moderates_merges_and_undoes(visit, town, agent, neighbour, proposed):
    sign_in(visit, agent)
    import_a_list(visit)
    answer_a_row(visit)
    decide(visit)
    merge(visit)
    read_history(visit)
    undo(visit)
    visit.signs_out()
    read_the_answers(visit, neighbour)
    assert visit.broken == {}


def sign_in(visit, agent):
    visit.goes("/espace/")
    visit.signs_in(agent.email)
    visit.sees("Mon espace")
    visit.reads("La connexion est faite.", "à décider dans la file de modération")


def import_a_list(visit):
    visit.follows("Imports")
    visit.sees("Imports")
    visit.follows("Apporter une liste")
    visit.sees("Apporter une liste")
    visit.page.get_by_label("Fichier").set_input_files(
        {"name": "liste.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    )
    visit.page.get_by_label("Nom de la nouvelle source").fill("Liste d’essai")
    visit.presses("Envoyer et voir les colonnes")
    visit.sees("Que dit chaque colonne")
    visit.presses("Voir dix lignes")
    visit.reads("La ligne n’a pas de nom.", "https://pommes.test")
    visit.sees("Que dit chaque colonne")
    visit.presses("Comparer avec l’annuaire")
    work_is_done(visit)
    visit.sees("Ce qui changerait")
    visit.reads("Les Pommes de l’Essai", "Atelier sans ville connue", "Rien n’est encore écrit.")
    assert not Organisation.objects.exists()
    visit.presses("Appliquer")
    work_is_done(visit)
    visit.sees("C’est fait")
    assert set(Organisation.objects.values_list("name", flat=True)) == {"Les Pommes de l’Essai", DOUBLE}


def answer_a_row(visit):
    visit.follows("Examiner 1 ligne")
    visit.sees("Lignes à examiner")
    visit.page.get_by_label("Ailleurs").check()
    visit.page.get_by_label("Nom, code postal ou code public").fill("Poitiers")
    visit.presses("Répondre")
    visit.page.get_by_label("Poitiers, Vienne (commune)").check()  # the town, not its grouping
    visit.sees("Lignes à examiner")
    visit.presses("Répondre")
    visit.sees("Lignes à examiner")
    visit.reads("1 réponse enregistrée.", "Rien à examiner.")
    assert Organisation.objects.filter(name="Atelier sans ville connue").exists()


def decide(visit):
    visit.goes("/espace/")
    visit.follows("à décider dans la file de modération")
    visit.sees("Modération")
    visit.follows("Velo d’Essai")
    visit.sees("Velo d’Essai")
    visit.reads("Mes voisins.")
    visit.page.get_by_label("Nom de l’organisation", exact=True).fill(DOUBLE)
    visit.page.get_by_label("Un mot à l’auteur").fill("Merci, j’ai corrigé le nom.")
    visit.presses("Accepter")
    visit.sees("Modération")
    assert Organisation.objects.filter(name=DOUBLE).count() == 2
    refuse(visit)


def refuse(visit):
    """Never without a word to the author."""
    visit.follows(FAR)
    visit.sees(FAR)
    visit.presses("Refuser")
    visit.reads("Dites pourquoi")
    visit.sees(FAR)
    visit.types("Un mot à l’auteur", WHY)
    visit.presses("Refuser")
    visit.sees("Modération")
    visit.reads("Rien n’attend.")
    assert not Organisation.objects.filter(name=FAR).exists()


def merge(visit):
    visit.goes("/espace/")
    visit.follows("Doublons possibles")
    visit.sees("Doublons possibles")
    visit.reads("même nom, au même endroit")
    visit.follows("Comparer")
    visit.sees("Deux fiches côte à côte")
    choose(visit, "Site", "Fiche gardée")
    choose(visit, "Activité", "Autre fiche")
    visit.presses("Voir le résultat")
    visit.reads("Ce que montrera la fiche", "https://velos.test", "Prête des vélos.")
    visit.sees("Deux fiches côte à côte")
    visit.page.get_by_label("Pourquoi").fill("Une seule association")
    visit.presses("Réunir ces deux fiches")
    visit.sees(DOUBLE)
    visit.reads("https://velos.test", "Prête des vélos.")
    assert Organisation.objects.filter(name=DOUBLE, merged_into=None).count() == 1


def choose(visit, field, side):
    group = visit.page.get_by_role("group", name=re.compile(f"^{field}"))
    group.get_by_role("radio", name=side).check()


def read_history(visit):
    visit.follows("Tous les changements de cette fiche")
    visit.sees("Histoire de la fiche")
    visit.reads("Agente d’essai", "Une seule association", "Répare des vélos.", "Prête des vélos.")
    visit.follows("Revenir à l’état d’avant")
    visit.sees("Revenir à l’état d’avant")
    visit.follows("Ne rien changer")
    visit.sees("Histoire de la fiche")


def undo(visit):
    visit.follows("Séparer les fiches réunies")
    visit.sees("Enregistrements et liens")
    visit.presses("Séparer les deux fiches")
    visit.sees(DOUBLE)
    visit.reads("de nouveau séparées", "La fiche séparée, que voici", "La fiche où elle était")
    assert Merge.objects.get().undone_at is not None
    told = dict(Organisation.objects.filter(name=DOUBLE, merged_into=None).values_list("pk", "description"))
    assert sorted(told.values()) == ["Prête des vélos.", "Répare des vélos."]
    visit.follows("Tous les changements de cette fiche")
    visit.sees("Histoire de la fiche")


def read_the_answers(visit, neighbour):
    """Who proposed reads why, in the message and on the site."""
    assert WHY in received(neighbour.email).body
    visit.goes("/mes-fiches/")
    visit.signs_in(neighbour.email)
    visit.sees("Mes fiches")
    visit.reads(FAR, WHY, "Merci, j’ai corrigé le nom.")
    visit.follows(FAR)
    visit.sees(FAR)
    visit.reads("refusé", WHY)
