"""A small published world, and the public pages one can visit in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from terreau.diagnosis.services import create_draft, publish
from terreau.directory.services import hide_organisation
from terreau.framework import library
from terreau.framework import services as framework
from terreau.framework.models import Barrier
from terreau.freshness.asking import token_of
from terreau.freshness.models import Question
from terreau.levers.services import publish as publish_levers
from terreau.portal import editorial
from terreau.portfolio.models import Project
from terreau.practices import services as practices
from terreau.practices.models import Practice
from terreau.survey.results.services import publish_results
from terreau.territories.models import Territory
from tests.directory import factories
from tests.evaluation import world as evaluated
from tests.framework.world import judged_open
from tests.framework.world import published as published_framework
from tests.plans.world import public_pages as plan_pages
from tests.practices.world import published as published_practice
from tests.selection.world import public_pages
from tests.strategy.world import public_pages as strategy_pages
from tests.survey.answered import answered_survey
from tests.survey.world import answering_pages

FAMILIES = ("association", "cooperative", "mutuelle", "fondation", "entreprise_sociale", "")


@dataclass(frozen=True)
class Showcase:
    """Public addresses by what they show, and the organisations behind."""

    pages: dict[str, str]
    organisations: list


def fill(place, count: int, *, start: int = 0) -> list:
    """Plainly fictional organisations of one territory, with every kind of value."""
    return [
        factories.organisation(
            name=f"Organisation d’essai n° {start + number}",
            where=place,
            description="Répare, prête et partage des objets d’essai entre voisins.",
            family=FAMILIES[number % len(FAMILIES)],
            sectors=["culture"],
            issues=["education", "emploi"],
        )
        for number in range(count)
    ]


def _question(organisation) -> str:
    """The page to which the yearly question leads."""
    question = Question.objects.create(
        organisation=organisation,
        year=timezone.localdate().year,
        asked_on=timezone.localdate(),
        expires_at=timezone.now() + timedelta(days=60),
    )
    return reverse("freshness:question", args=[token_of(question)])


def _practices(world) -> tuple[Practice, Practice]:
    """A practice that another town took up, with what it gave; another, taken off; towns to compare."""
    agent, taker = factories.agent_of(world.nantes), factories.agent_of(world.poitiers)
    shown = published_practice(
        agent, world.nantes, partners=["Une coopérative d’essai"], failed="Trop de pluie."
    )
    practices.take_up(
        person=taker, practice=shown, territory=world.poitiers, adaptation="Le samedi, d’essai."
    )
    withdrawn = published_practice(agent, world.nantes, title="Pratique d’essai retirée")
    practices.withdraw(person=agent, practice=withdrawn)
    for place, person in ((world.poitiers, taker), (world.nantes, agent)):
        Territory.objects.filter(pk=place.pk).update(opened_on=timezone.localdate())
        practices.portray(
            person=person,
            territory=place,
            version=0,
            kind="urban",
            coastal=False,
            yearly_budget=None,
            indicators=["organisations"],
        )
    return shown, withdrawn


def _framework(world) -> dict[str, str]:
    """The library, a framework that is published, another being judged, a point carried to a State."""
    library.load(lambda _done, _total: None)
    agent = factories.agent_of(world.poitiers)
    published_framework(agent, world.poitiers)
    framework.carry(person=agent, barrier=Barrier.objects.get(territory=world.poitiers))
    link = judged_open(factories.agent_of(world.nantes), world.nantes)
    code = world.poitiers.code
    return {
        "lois et textes": reverse("framework:library"),
        "textes d’un besoin": reverse("framework:library") + "?besoin=purchasing&pays=sn",
        "textes d’un pays": reverse("framework:country", args=["sn"]),
        "texte": reverse("framework:text", args=["ohada-auscoop"]),
        "versions d’un texte": reverse("framework:versions", args=["ohada-auscoop"]),
        "méthode du cadre réglementaire": reverse("framework:method"),
        "plaidoyer": reverse("framework:advocacy"),
        "cadre réglementaire": reverse("framework:latest", args=[code]),
        "édition du cadre réglementaire": reverse("framework:edition", args=[code, 1]),
        "grille à noter": reverse("framework:link", args=[link]),
        "domaine à noter": reverse("framework:link_area", args=[link, "finance"]),
    }


def _evaluation(world) -> dict[str, str]:
    """A decision that is published, on a public project; another evaluation, being judged by a link."""
    agent, place = factories.agent_of(world.poitiers), world.poitiers
    closed = evaluated.closed(place, agent, ("actors", 4, 2), titles=("Halle d’essai", "Atelier d’essai"))
    Project.objects.filter(territory=place, title="Halle d’essai").update(is_public=True)
    evaluated.decided(agent, closed, is_public=True)
    opened = evaluated.evaluation(place, agent, "Cantine d’essai")
    link = evaluated.token(agent, opened)
    return {
        "méthode de l’évaluation": reverse("evaluation:method"),
        "projets publics": reverse("portfolio:public", args=[place.code]),
        "projets évalués": reverse("evaluation:public", args=[place.code, closed.public_id]),
        "évaluation à noter": reverse("evaluation:link", args=[link]),
        "projet à noter": reverse("evaluation:link_sheet", args=[link, opened.projects.get().public_id]),
        "cartes à poser": reverse("evaluation:link_cards", args=[link]),
    }


def _levers(world) -> dict[str, str]:
    """The catalogue, and the levers of a town, published once its framework and its diagnosis are."""
    publish_levers(person=factories.agent_of(world.poitiers), territory=world.poitiers)
    code = world.poitiers.code
    return {
        "leviers": reverse("levers:catalogue"),
        "famille de leviers": reverse("levers:family", args=["purchasing"]),
        "méthode des leviers": reverse("levers:method"),
        "leviers d’un territoire": reverse("levers:latest", args=[code]),
        "édition des leviers": reverse("levers:edition", args=[code, 1]),
    }


def open_showcase(world, count: int = 30) -> Showcase:
    """Fill Poitiers, publish two editions of its diagnosis, and name the public pages."""
    organisations = fill(world.poitiers, count)
    secretary = factories.secretary()
    for _edition in range(2):
        draft = create_draft(person=secretary, territory=world.poitiers)
        publish(person=secretary, territory=world.poitiers, draft_key=draft.key)
        organisations += fill(world.poitiers, 3, start=len(organisations))
    withdrawn = factories.organisation("Organisation d’essai retirée", world.poitiers)
    hide_organisation(person=secretary, organisation=withdrawn, reason="Essai")
    factories.indexed()
    editorial.load(lambda _done, _total: None)
    practice, practice_withdrawn = _practices(world)
    survey, agent = answered_survey(world.poitiers, known=0)
    publish_results(person=agent, survey=survey)
    code, department = world.poitiers.code, world.vienne.code
    pages = {
        "accueil": "/",
        "annuaire": reverse("directory:list"),
        "recherche": reverse("directory:list") + "?q=organisatoin+essai",
        "recherche vide": reverse("directory:list") + "?q=zzzzzz",
        "seconde page": reverse("directory:list") + f"?page=2&territoire={code}&famille=association",
        "toutes les valeurs": reverse("directory:values", args=["enjeu"]),
        "fiche": reverse("directory:sheet", args=[organisations[0].public_id]),
        "fiche retirée": reverse("directory:sheet", args=[withdrawn.public_id]),
        "histoire d’une fiche": reverse("directory:history", args=[organisations[0].public_id]),
        "signaler": reverse("stewardship:report", args=[organisations[0].public_id]),
        "proposer": reverse("stewardship:propose", args=[code]),
        "carte": reverse("directory:map"),
        "carte d’un territoire": reverse("directory:map") + f"?territoire={code}",
        "territoires": reverse("territories:list"),
        "territoire": reverse("portal:territory", args=[code]),
        "pays": reverse("portal:territory", args=["fr"]),
        "diagnostic": reverse("diagnosis:latest", args=[code]),
        "édition": reverse("diagnosis:edition", args=[code, 1]),
        "éditions": reverse("diagnosis:editions", args=[code]),
        "partie d’une édition": reverse("diagnosis:part", args=[code, 2, "recommandations"]),
        "évolution du diagnostic": reverse("diagnosis:evolution", args=[code]),
        "comparaison": reverse("diagnosis:comparison", args=[code]) + "?a=1&b=2",
        "formes juridiques": reverse("portal:legal_forms"),
        "formes d’un pays": reverse("portal:legal_forms_of", args=["ml"]),
        "formes de France": reverse("portal:legal_forms_of", args=["fr"]),
        "méthodes": reverse("portal:methods"),
        "accessibilité": reverse("portal:accessibility"),
        "guide": reverse("editorial_guide"),
        "page du guide": "/guide/faire-le-diagnostic/",
        "nouvelles": reverse("editorial_news"),
        "chiffres": reverse("statistics:home") + "?q=poitiers",
        "chiffres d’un territoire": reverse("statistics:territory", args=[code]),
        "chiffres d’un pays": reverse("statistics:territory", args=["fr"]),
        "chiffres publiés seulement": reverse("statistics:territory", args=["be"]),
        "carte et tableau": reverse("statistics:map", args=[department]) + "?tri=nom&perimetre=statistical",
        "territoires comparés": reverse("statistics:comparison", args=[code])
        + "?avec=fr-dep-69&ajouter=lyon",
        "évolution": reverse("statistics:evolution", args=[code]),
        "tous les chiffres": reverse("statistics:everything", args=[code]),
        "méthodes de l’observatoire": reverse("statistics:method"),
        "tableaux de chiffres": reverse("statistics:tables", args=["fr"]) + "?niveau=department&par=secteurs",
        "apports des communes": reverse("statistics:contributions", args=[department]),
        "téléchargements": reverse("statistics:downloads", args=[code]),
        "connexion": reverse("account_login"),
        "compte fermé": reverse("account_inactive"),
        "code sur papier": reverse("freshness:code"),
        "question annuelle": _question(organisations[1]),
        "annuaire dans un cadre": reverse("opendata:frame", args=[code, "annuaire"]),
        "carte dans un cadre": reverse("opendata:frame", args=[code, "carte"]) + "?fond=222222&accent=777",
        "montrer sur un autre site": reverse("opendata:embed", args=[code]) + "?accent=ffdd00",
        "partager des résultats": reverse("opendata:share") + f"?territoire={code}",
        "annuaire imprimé": reverse("opendata:printed", args=[code]),
        "bonnes pratiques": reverse("practices:list") + "?besoin=networking",
        "bonne pratique": reverse("practices:sheet", args=[practice.public_id]),
        "bonne pratique retirée": reverse("practices:sheet", args=[practice_withdrawn.public_id]),
        "méthode des bonnes pratiques": reverse("practices:method"),
        "besoins des acteurs": reverse("survey:results", args=[code]),
        "édition des résultats": reverse("survey:results_edition", args=[code, 1]),
        "évolution des besoins": reverse("survey:results_trend", args=[code]),
        "méthodes de l’enquête": reverse("survey:results_method"),
        "villes semblables": reverse("practices:alike", args=[code]),
        **_framework(world),
        **_levers(world),
        **_evaluation(world),
        **plan_pages(world.poitiers, factories.agent_of(world.poitiers)),
        **public_pages(world.poitiers, factories.agent_of(world.poitiers)),
        **strategy_pages(world.poitiers, factories.agent_of(world.poitiers)),
        **answering_pages(world.poitiers),
        "introuvable": "/nulle-part/",
    }
    return Showcase(pages, organisations)
