"""The parts that a diagnosis lacks, and how its territory fills them. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Gap:
    """A missing part: its name, how the agent fills it, and the route of the agent's screen.

    `told` is what readers are told, empty for what they need not know.
    """

    key: str
    title: str
    told: str
    how: str
    route: str


_ALL: Final = (
    Gap(
        "besoins",
        "Les besoins des acteurs",
        "les besoins des acteurs\u00a0: aucun résultat d’enquête n’était publié",
        "Ouvrez une enquête, réunissez dix réponses au moins, puis publiez ses résultats.",
        "survey:surveys",
    ),
    Gap(
        "cadre",
        "Le cadre réglementaire",
        "le cadre réglementaire\u00a0: aucune évaluation n’était publiée",
        "Faites juger la grille par des élus, des services et des acteurs, ajoutez les preuves, puis "
        "publiez.",
        "framework:own",
    ),
    Gap(
        "semblables",
        "Les villes semblables",
        "",
        "Décrivez votre ville et choisissez ce qu’elle partage\u202f; d’autres villes doivent le "
        "faire aussi.",
        "practices:compare",
    ),
)
_PRACTICES: Final = Gap(
    "pratiques",
    "Des pratiques qui répondent aux besoins",
    "des pratiques qui répondent aux besoins\u00a0: aucune n’a été trouvée",
    "Cherchez parmi les bonnes pratiques, ou écrivez celle que vous connaissez.",
    "practices:own",
)


def gaps(present: Collection[str]) -> tuple[Gap, ...]:
    """What is missing among the parts that are there; practices are sought only where needs are known."""
    known = (*_ALL[:2], _PRACTICES, *_ALL[2:]) if "besoins" in present else _ALL
    return tuple(one for one in known if one.key not in present)
