"""What is written beside a figure, in French: one place for every word of every indicator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from terreau.core.numbers import french_number, french_quantity
from terreau.perimeters.rules import FAMILIES, PERIMETERS, Perimeter


@dataclass(frozen=True, slots=True)
class Told:
    """The words of an indicator; `anchor` is where docs/observatoire.md explains it."""

    label: str
    unit: str
    anchor: str
    numerator: str = ""
    denominator: str = ""
    note: str = ""


FEW: Final = "Moins de dix établissements employeurs\u00a0: ce quotient varie beaucoup pour un seul de plus."
FEW_EMPLOYERS: Final = "moins de trois employeurs"
CONFIDENTIAL: Final = "effectifs non publics\u00a0: il n’en paraît que des chiffres protégés"
PUBLIC_SIZES: Final = "effectifs par tranche d’un registre ouvert\u00a0: publics"
PUBLIC_COUNTS: Final = "comptes d’un registre ouvert\u00a0: publics"
# Why a figure from a protected table is masked, or is not; « part » is a figure made of one that is.
SECRET: Final[Mapping[str, str]] = {
    "published": "mesure confidentielle, protégée avant publication",
    "few": "secret statistique\u00a0: moins de trois structures",
    "dominant": "secret statistique\u00a0: une structure en fait plus de 85\u00a0%",
    "secondary": "secret statistique\u00a0: masqué pour en protéger un autre",
    "part": "secret statistique\u00a0: un des chiffres dont il est fait est masqué",
    "absent": "non renseigné\u00a0: la source ne dit rien des établissements qui sont ici",
}
NO_VALUE: Final = "la formule n’a pas de valeur ici"
_BANDS: Final = "Estimation au milieu des tranches d’effectifs\u00a0; les bornes sont celles des tranches."
_NO_SOLE: Final = "sans les entrepreneurs individuels"
_ALL_JOBS: Final = f"emplois salariés des personnes morales, {_NO_SOLE}"
_PRIVATE_JOBS: Final = (
    f"emplois salariés des personnes morales, {_NO_SOLE} ni les personnes morales de droit administratif"
)
_JOBS: Final = "emplois du champ"

INDICATORS: Final[Mapping[str, Told]] = {
    "etablissements": Told(
        "établissements",
        "établissements",
        "etablissements",
        "établissements actifs du champ",
        "établissements actifs",
    ),
    "structures": Told(
        "structures, au lieu de leur siège",
        "structures",
        "structures",
        "structures actives du champ",
        "structures actives",
        "Une structure est comptée une fois, là où est son siège.",
    ),
    "employeurs": Told(
        "établissements employeurs",
        "établissements",
        "employeurs",
        "établissements du champ d’au moins un salarié",
        "établissements d’au moins un salarié",
    ),
    "emplois": Told("emplois salariés", "emplois", "emplois"),
    "etablissements_indetermines": Told(
        "établissements dont l’appartenance n’est pas déterminée",
        "établissements",
        "indetermines",
        "établissements actifs d’appartenance indéterminée",
        "établissements actifs",
        "Ils ne sont pas comptés dans le champ.",
    ),
    "part_emplois": Told(
        "part des emplois du champ", "part", "structure", "emplois du segment", _JOBS, _BANDS
    ),
    "poids_emploi_total": Told(
        "poids dans l’ensemble de l’emploi salarié", "part", "poids", _JOBS, _ALL_JOBS, _BANDS
    ),
    "poids_emploi_prive": Told(
        "poids dans l’emploi salarié privé", "part", "poids", _JOBS, _PRIVATE_JOBS, _BANDS
    ),
    "densite_etab": Told(
        "établissements employeurs pour 1\u00a0000 habitants",
        "pour 1\u00a0000 habitants",
        "densites",
        "établissements employeurs du champ",
        "habitants",
    ),
    "densite_structures": Told(
        "structures pour 10\u00a0000 habitants",
        "pour 10\u00a0000 habitants",
        "densites",
        "structures du champ",
        "habitants",
    ),
    "ql": Told(
        "quotient de localisation",
        "quotient",
        "quotient-de-localisation",
        "part dans le territoire",
        "part dans le pays",
        "1 est la parité avec le pays\u00a0; intervalle à 95\u00a0%.",
    ),
    "krugman": Told(
        "indice de spécialisation de Krugman",
        "de 0 à 2",
        "krugman",
        note="0\u00a0: les mêmes secteurs que dans le pays\u00a0; 2\u00a0: aucun en commun.",
    ),
    "hhi_familles": Told("concentration des emplois entre familles (HHI)", "de 0 à 1", "concentration"),
    "hhi_familles_normalise": Told(
        "concentration des emplois entre familles (HHI normalisé)", "de 0 à 1", "concentration"
    ),
    "hhi_secteurs": Told("concentration des emplois entre secteurs (HHI)", "de 0 à 1", "concentration"),
    "hhi_secteurs_normalise": Told(
        "concentration des emplois entre secteurs (HHI normalisé)", "de 0 à 1", "concentration"
    ),
    "hhi_employeurs": Told("concentration des emplois entre employeurs (HHI)", "de 0 à 1", "concentration"),
    "top5": Told(
        "part des cinq premiers employeurs",
        "part",
        "cinq-premiers",
        "emplois des cinq premiers employeurs du champ",
        _JOBS,
        "Les établissements d’une même structure sont réunis.",
    ),
    "creation": Told("établissements créés dans l’année", "établissements", "flux"),
    "cessation": Told("établissements fermés dans l’année", "établissements", "flux"),
    "taux_creation": Told(
        "taux de création", "part", "flux", "établissements créés dans l’année", "établissements un an avant"
    ),
    "taux_cessation": Told(
        "taux de cessation",
        "part",
        "flux",
        "établissements fermés dans l’année",
        "établissements un an avant",
    ),
    "survie3": Told(
        "survie à trois ans",
        "part",
        "survie",
        "établissements encore actifs trois ans après leur création",
        "établissements créés entre quatre et trois ans avant",
        "Un établissement qui déménage ferme et renaît sous un autre numéro.",
    ),
    "croissance": Told(
        "évolution", "part", "evolution", "écart entre les deux millésimes", "valeur du premier millésime"
    ),
    "tcam": Told("évolution moyenne par an", "part par an", "evolution"),
    "emplois_exacts": Told("emplois salariés exacts", "emplois", "confidentiels"),
    "masse_salariale": Told("masse salariale de l’année", "monnaie", "confidentiels"),
    "chiffre_affaires": Told("chiffre d’affaires de l’année", "monnaie", "confidentiels"),
    "part_emplois_exacts": Told(
        "part des emplois exacts du champ", "part", "confidentiels", "emplois du segment", _JOBS
    ),
    "part_masse_salariale": Told(
        "part de la masse salariale du champ",
        "part",
        "confidentiels",
        "masse salariale du segment",
        "masse salariale du champ",
    ),
    "salaire_par_emploi": Told(
        "salaire moyen par emploi",
        "monnaie par emploi",
        "confidentiels",
        "masse salariale",
        "emplois exacts",
    ),
    "ql_emplois_exacts": Told(
        "quotient de localisation des emplois exacts",
        "quotient",
        "confidentiels",
        "part dans le territoire",
        "part dans le pays",
        "1 est la parité avec le pays.",
    ),
    "shift_national": Told("part de l’évolution due au pays", "emplois", "shift-share"),
    "shift_structurel": Told("part de l’évolution due aux secteurs présents", "emplois", "shift-share"),
    "shift_local": Told("part de l’évolution propre au territoire", "emplois", "shift-share"),
}

# What a count of one family or one section is, and what it is a part of: the field, not the whole register.
OF_SEGMENT: Final[Mapping[str, tuple[str, str]]] = {
    "etablissements": ("établissements actifs du segment", "établissements actifs du champ"),
    "employeurs": (
        "établissements du segment d’au moins un salarié",
        "établissements du champ d’au moins un salarié",
    ),
}


def segment_label(segment: str, sections: Mapping[str, str]) -> str:
    """« Famille : associations », « Secteur : enseignement », or what is measured."""
    kind, _, key = segment.partition(":")
    if kind == "famille":
        return FAMILIES[key].plural if key in FAMILIES else key
    if kind == "section":
        return sections.get(key, "activité sans secteur dans la nomenclature")
    return INDICATORS[key].label if kind == "de" else "ensemble"


def perimeter_label(perimeter: str) -> str:
    """« périmètre légal »."""
    return PERIMETERS[cast(Perimeter, perimeter)]


def date_of(sizes: bool, manifest: Mapping[str, Any]) -> str:
    """The day of what is measured: headcounts are of the last day of an earlier year."""
    year = manifest.get("headcount_year")
    return f"{year}-12-31" if sizes and year else str(manifest["on"])


def told_of(units: int, establishments: int) -> str:
    """How many a protected sum is of: what its source leaves out is not in it."""
    return (
        f"Somme de ce que la source dit de {_structures(units)}\u202f; "
        f"établissements du champ ici\u00a0: {french_number(establishments)}."
    )


def paid_by(wages: int, jobs: int) -> str:
    """How many the wages, and the jobs, of a ratio are of, when they are not of the same."""
    return f"Masse salariale de {_structures(wages)}, emplois de {_structures(jobs)}."


def _structures(units: int) -> str:
    return french_quantity(units, "structure" if units < 2 else "structures")


def unknown_sizes(unknown: int, unbounded: int) -> str:
    """What the interval does not hold."""
    text = _BANDS
    if unknown:
        text += f" {french_number(unknown)} établissements sans effectif connu, comptés pour zéro."
    if unbounded:
        text += " Un établissement de 10\u00a0000 salariés et plus\u00a0: rien ne borne vers le haut."
    return text
