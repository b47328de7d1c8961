"""A small published world, and the public pages one can visit in it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from terreau.diagnosis.services import create_draft, publish
from tests.directory import factories

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


def open_showcase(world, count: int = 30) -> Showcase:
    """Fill Poitiers, publish two editions of its diagnosis, and name the public pages."""
    organisations = fill(world.poitiers, count)
    secretary = factories.secretary()
    for _edition in range(2):
        draft = create_draft(person=secretary, territory=world.poitiers)
        publish(person=secretary, territory=world.poitiers, draft_key=draft.key)
        organisations += fill(world.poitiers, 3, start=len(organisations))
    factories.indexed()
    code = world.poitiers.code
    pages = {
        "accueil": "/",
        "annuaire": reverse("directory:list"),
        "recherche": reverse("directory:list") + "?q=organisatoin+essai",
        "recherche vide": reverse("directory:list") + "?q=zzzzzz",
        "fiche": reverse("directory:sheet", args=[organisations[0].public_id]),
        "carte": reverse("directory:map"),
        "territoires": reverse("territories:list"),
        "territoire": reverse("portal:territory", args=[code]),
        "pays": reverse("portal:territory", args=["fr"]),
        "diagnostic": reverse("diagnosis:latest", args=[code]),
        "édition": reverse("diagnosis:edition", args=[code, 1]),
        "comparaison": reverse("diagnosis:comparison", args=[code]) + "?a=1&b=2",
        "formes juridiques": reverse("portal:legal_forms"),
        "formes d’un pays": reverse("portal:legal_forms_of", args=["ml"]),
        "formes de France": reverse("portal:legal_forms_of", args=["fr"]),
        "méthodes": reverse("portal:methods"),
        "accessibilité": reverse("portal:accessibility"),
        "connexion": reverse("account_login"),
        "introuvable": "/nulle-part/",
    }
    return Showcase(pages, organisations)
