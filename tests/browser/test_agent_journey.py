"""The whole way of an agent in a real browser: import, review, moderate, merge, read the history, undo.

With script and without, wide and on a telephone; no page passed through breaks a rule of accessibility.
"""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from playwright.sync_api import expect

from terreau.accounts.enums import Role
from terreau.accounts.models import RoleGrant
from terreau.accounts.services import ensure_person
from terreau.directory.models import Merge, Organisation
from terreau.jobs.models import Job
from terreau.jobs.services import run_now
from terreau.stewardship.services import propose
from tests.browser.test_public_pages import RULES
from tests.directory import factories

pytestmark = pytest.mark.browser
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


@pytest.fixture(
    params=[(1200, 900, True), (360, 740, True), (1200, 900, False), (360, 740, False)],
    ids=["large", "360px", "large-sans-script", "360px-sans-script"],
)
def visit(chromium, request, live_server):
    """A browser on the site, which looks at every page it passes through."""
    width, height, script = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": height}, java_script_enabled=script, locale="fr-FR"
    )
    yield Visit(context.new_page(), live_server.url, script=script)
    context.close()


class Visit:
    """What an agent does, in their words; `broken` holds what was wrong on the way."""

    def __init__(self, page, site, *, script):
        self.page, self.site, self.script = page, site, script
        self.broken = {}

    def seen(self, title):
        """We are on the page of this title, and it is sound."""
        expect(self.page.locator("h1")).to_have_text(re.compile(title))
        if not self.script:
            return  # the same pages are looked at with script
        if self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            self.broken.setdefault(title, []).append("overflow")
        for violation in Axe().run(self.page, options=RULES).response["violations"]:
            nodes = [node["html"][:120] for node in violation["nodes"]][:3]
            self.broken.setdefault(title, []).append((violation["id"], nodes))

    def press(self, name):
        self.page.get_by_role("button", name=name).first.click()

    def follow(self, name):
        self.page.get_by_role("link", name=name).first.click()

    def shows(self, *texts):
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)

    def work_is_done(self):
        """The worker does what was asked; the page that follows it leads to the result."""
        self.page.wait_for_url(re.compile("/travaux/"))
        job = Job.objects.get(pk=re.search("/travaux/([^/]+)/", self.page.url)[1])
        done = run_now(job)
        assert done.state == "done", done.message
        self.page.reload()
        self.seen(job.title)
        self.follow("Voir le résultat")


@pytest.fixture
def town(transactional_db, small_world):
    return small_world.poitiers


@pytest.fixture
def agent(town):
    person = ensure_person(email="agente@exemple.test", display_name="Agente d’essai")
    RoleGrant.objects.create(person=person, role=Role.AGENT, territory=town)
    return person


@pytest.fixture
def proposed(town, agent):
    """A neighbour proposed an organisation, its name badly written."""
    return propose(
        person=factories.person(),
        territory=town,
        values={"name": "Velo d’Essai", "description": "Prête des vélos.", "website": "https://autre.test"},
        words="Mes voisins.",
        mine=False,
        once="essai",
    )


def test_an_agent_imports_reviews_moderates_merges_and_undoes(visit, town, agent, proposed):
    sign_in(visit, agent)
    import_a_list(visit)
    answer_a_row(visit)
    decide(visit)
    merge(visit)
    read_history(visit)
    undo(visit)
    assert visit.broken == {}


def sign_in(visit, agent):
    visit.page.goto(f"{visit.site}/espace/")
    visit.page.get_by_label("Adresse électronique").fill(agent.email)
    visit.page.locator("main button").first.click()
    expect(visit.page.get_by_label("Code")).to_be_visible()
    visit.page.get_by_label("Code").fill(re.search(r"^ {4}(\S+)$", mail.outbox[-1].body, re.M)[1])
    visit.page.locator("main button").first.click()
    visit.seen("Mon espace")
    visit.shows("La connexion est faite.", "à décider dans la file de modération")


def import_a_list(visit):
    visit.follow("Imports")
    visit.seen("Imports")
    visit.follow("Apporter une liste")
    visit.seen("Apporter une liste")
    visit.page.get_by_label("Fichier").set_input_files(
        {"name": "liste.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    )
    visit.page.get_by_label("Nom de la nouvelle source").fill("Liste d’essai")
    visit.press("Envoyer et voir les colonnes")
    visit.seen("Que dit chaque colonne")
    visit.press("Voir dix lignes")
    visit.shows("La ligne n’a pas de nom.", "https://pommes.test")
    visit.seen("Que dit chaque colonne")
    visit.press("Comparer avec l’annuaire")
    visit.work_is_done()
    visit.seen("Ce qui changerait")
    visit.shows("Les Pommes de l’Essai", "Atelier sans ville connue", "Rien n’est encore écrit.")
    assert not Organisation.objects.exists()
    visit.press("Appliquer")
    visit.work_is_done()
    visit.seen("C’est fait")
    assert set(Organisation.objects.values_list("name", flat=True)) == {"Les Pommes de l’Essai", DOUBLE}


def answer_a_row(visit):
    visit.follow("Examiner 1 ligne")
    visit.seen("Lignes à examiner")
    visit.page.get_by_label("Ailleurs").check()
    visit.page.get_by_label("Nom, code postal ou code public").fill("Poitiers")
    visit.press("Répondre")
    visit.page.get_by_label("Poitiers, Vienne (commune)").check()  # the town, not its grouping
    visit.seen("Lignes à examiner")
    visit.press("Répondre")
    visit.seen("Lignes à examiner")
    visit.shows("1 réponse enregistrée.", "Rien à examiner.")
    assert Organisation.objects.filter(name="Atelier sans ville connue").exists()


def decide(visit):
    visit.page.goto(f"{visit.site}/espace/")
    visit.follow("à décider dans la file de modération")
    visit.seen("Modération")
    visit.follow("Velo d’Essai")
    visit.seen("Velo d’Essai")
    visit.shows("Mes voisins.")
    visit.page.get_by_label("Nom", exact=True).fill(DOUBLE)
    visit.page.get_by_label("Un mot à l’auteur").fill("Merci, j’ai corrigé le nom.")
    visit.press("Accepter")
    visit.seen("Modération")
    visit.shows("Rien n’attend.")
    assert Organisation.objects.filter(name=DOUBLE).count() == 2


def merge(visit):
    visit.page.goto(f"{visit.site}/espace/")
    visit.follow("Doublons possibles")
    visit.seen("Doublons possibles")
    visit.shows("même nom, au même endroit")
    visit.follow("Comparer")
    visit.seen("Deux fiches côte à côte")
    choose(visit, "Site", "Fiche gardée")
    choose(visit, "Activité", "Autre fiche")
    visit.press("Voir le résultat")
    visit.shows("Ce que montrera la fiche", "https://velos.test", "Prête des vélos.")
    visit.seen("Deux fiches côte à côte")
    visit.page.get_by_label("Pourquoi").fill("Une seule association")
    visit.press("Réunir ces deux fiches")
    visit.seen(DOUBLE)
    visit.shows("https://velos.test", "Prête des vélos.")
    assert Organisation.objects.filter(name=DOUBLE, merged_into=None).count() == 1


def choose(visit, field, side):
    group = visit.page.get_by_role("group", name=re.compile(f"^{field}"))
    group.get_by_role("radio", name=side).check()


def read_history(visit):
    visit.follow("Tous les changements de cette fiche")
    visit.seen("Histoire de la fiche")
    visit.shows("Agente d’essai", "Une seule association", "Répare des vélos.", "Prête des vélos.")
    visit.follow("Revenir à l’état d’avant")
    visit.seen("Revenir à l’état d’avant")
    visit.follow("Ne rien changer")
    visit.seen("Histoire de la fiche")


def undo(visit):
    visit.follow("Séparer les fiches réunies")
    visit.seen("Enregistrements et liens")
    visit.press("Séparer les deux fiches")
    visit.seen(DOUBLE)
    assert Merge.objects.get().undone_at is not None
    told = dict(Organisation.objects.filter(name=DOUBLE, merged_into=None).values_list("pk", "description"))
    assert sorted(told.values()) == ["Prête des vélos.", "Répare des vélos."]
    visit.follow("Tous les changements de cette fiche")
    visit.seen("Histoire de la fiche")
