"""The letter that carries a code on paper: the same sentences on the page that is printed and in the PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.directory.labels import day_text
from terreau.directory.models import Organisation
from terreau.documents.pdf import render
from terreau.freshness.models import PaperCode

TEMPLATE: Final = Path(__file__).with_name("typst") / "lettre.typ"


def letter(organisation: Organisation, made: PaperCode, code: str) -> dict[str, Any]:
    """What the letter says, the code as it is written on paper."""
    until = day_text(timezone.localtime(made.expires_at).date().isoformat())
    return {
        "title": _("Votre fiche\u00a0: %(name)s") % {"name": organisation.name},
        "lead": f"{_whose(organisation)} {_yours()}",
        "code_label": _("Votre code :"),
        "code": code,
        "open": _("Sur un téléphone ou un ordinateur, ouvrez cette adresse :"),
        "address": f"{settings.PUBLIC_URL}{reverse('freshness:code')}",
        "steps": [
            _("Tapez le code. Les majuscules et le tiret sont sans importance."),
            _("Corrigez votre fiche, enregistrez. Si tout est déjà exact, dites-le d’un clic."),
        ],
        "notes": [
            _(
                "Le code sert jusqu’au %(until)s, autant de fois qu’il faut. Il n’ouvre que la fiche de "
                "votre organisation. Gardez-le pour vous ; s’il se perd, demandez à l’agent de "
                "votre ville de le remplacer."
            )
            % {"until": until},
            _(
                "Sans téléphone ni ordinateur, dites vos corrections à l’agent de votre ville : il les "
                "écrira pour vous."
            ),
        ],
    }


def _yours() -> str:
    return _(
        "Elle est à vous\u00a0: ce code vous permet de la corriger, sans compte ni adresse électronique."
    )


def _whose(organisation: Organisation) -> str:
    if organisation.territory is None:
        return _(
            "Votre organisation a une fiche dans l’annuaire de l’économie sociale et solidaire, que tout le "
            "monde peut lire."
        )
    return _(
        "%(place)s tient un annuaire des coopératives, mutuelles, associations, fondations et entreprises "
        "sociales de son territoire. Votre organisation y a une fiche, que tout le monde peut lire."
    ) % {"place": organisation.territory.name}


def letter_pdf(told: dict[str, Any]) -> bytes:
    """The letter as a document of one page. It is kept nowhere: the code is in it."""
    return render(TEMPLATE, told)
