"""The words of the legal-form tables: families, natures, statuses, conditions, reliability.

The five families are those of the founding note on the social and solidarity economy; « hors familles » is
what none of them holds. The nature of a body (legal person, informal group, natural person) is a second
question, answered apart from the family.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OUTSIDE: Final = "hors_familles"


@dataclass(frozen=True, slots=True)
class Word:
    """A code of the tables with its French words."""

    code: str
    label: str
    plural: str
    definition: str = ""


def _by_code(*words: Word) -> dict[str, Word]:
    return {word.code: word for word in words}


# In the order of the founding note, which every table and chart keeps; « hors familles » closes the list.
FAMILIES: Final[dict[str, Word]] = _by_code(
    Word("cooperative", "coopérative", "coopératives"),
    Word("mutuelle", "mutuelle", "mutuelles"),
    Word("association", "association", "associations"),
    Word("fondation", "fondation", "fondations"),
    Word("entreprise_sociale", "entreprise sociale", "entreprises sociales"),
    Word(
        OUTSIDE,
        "hors familles",
        "hors familles",
        "Forme qui ne relève d’aucune des cinq familles de l’ESS, ou dont l’appartenance n’est pas établie.",
    ),
)

NATURES: Final[dict[str, Word]] = _by_code(
    Word("personne_morale", "personne morale", "personnes morales"),
    Word(
        "groupement_informel",
        "groupement sans personnalité morale",
        "groupements sans personnalité morale",
        "Tontine, groupement, association non déclarée : un acteur réel, sans existence juridique propre.",
    ),
    Word("personne_physique", "personne physique", "personnes physiques"),
)

STATUSES: Final[dict[str, Word]] = _by_code(
    Word("inclus_de_droit", "inclus de droit", "inclus de droit", "La forme suffit."),
    Word(
        "inclus_sous_condition",
        "inclus sous condition",
        "inclus sous condition",
        "La forme ne suffit pas : il faut en plus la condition indiquée.",
    ),
    Word("exclu", "exclu", "exclus", "La forme est hors du champ."),
    Word(
        "a_decider",
        "à décider",
        "à décider",
        "Aucune règle n’est arrêtée ou vérifiée : la réponse reste indéterminée "
        "et l’acteur n’est pas compté.",
    ),
)

CONDITIONS: Final[dict[str, Word]] = _by_code(
    Word("ess_flag", "signe ESS de Sirene", "signes ESS de Sirene"),
    Word("ess_list", "liste d’ESS France", "listes d’ESS France"),
    Word("esus", "agrément ESUS", "agréments ESUS"),
    Word("agrement", "agrément", "agréments"),
    Word("label", "label", "labels"),
    Word("market_activity", "activité marchande", "activités marchandes"),
)

RELIABILITY: Final[dict[str, Word]] = _by_code(
    Word("V", "vérifié dans la source", "vérifiés dans la source"),
    Word("K", "à confirmer", "à confirmer"),
)

ANSWERS: Final[dict[str, str]] = {
    "oui": "dans le champ",
    "non": "hors du champ",
    "indetermine": "indéterminé",
}
