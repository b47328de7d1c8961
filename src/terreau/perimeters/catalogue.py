"""The rules that may give an answer, each with its answer and its French sentence.

A rule id is public: it is written beside figures and kept with them. It never changes its meaning; a rule
that changes gets a new id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from terreau.perimeters.display import french_date, period
from terreau.perimeters.forms import LegalForm

_OPEN: Final = re.compile(r"\{\w+\}")
ANSWER_WORDS: Final = {"oui": "oui", "non": "non", "indetermine": "indéterminé"}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: what it answers, and the sentence that explains it (fields are filled by `explain`)."""

    id: str
    in_scope: Literal["oui", "non", "indetermine"]
    sentence: str
    # Whether the answer rests on the form's row, so that the row's reliability must be told with it.
    reads_row: bool = True


def _rules(*rules: Rule) -> dict[str, Rule]:
    found = {rule.id: rule for rule in rules}
    if len(found) != len(rules):
        raise ValueError("two rules share an id")
    return found


RULES: Final[dict[str, Rule]] = _rules(
    Rule(
        "pays-sans-regle",
        "indetermine",
        "Aucune règle n’a été vérifiée ({country}) : l’appartenance à l’ESS n’y est pas établie.",
        reads_row=False,
    ),
    Rule(
        "forme-absente",
        "indetermine",
        "La forme juridique n’est pas connue : elle est nécessaire pour répondre.",
        reads_row=False,
    ),
    Rule(
        "forme-inconnue",
        "indetermine",
        "La forme « {code} » n’est pas dans la table ({country}).",
        reads_row=False,
    ),
    Rule(
        "hors-periode",
        "indetermine",
        "La règle de cette forme vaut {period} ; elle ne dit rien au {on}.",
        reads_row=False,
    ),
    Rule(
        "informel-contre-forme",
        "indetermine",
        "Le groupement est dit informel, mais cette forme suppose la personnalité "
        "morale : l’un des deux est faux.",
        reads_row=False,
    ),
    Rule(
        "membres-insuffisants",
        "indetermine",
        "Le nombre de membres déclaré est {members}, et cette forme en demande au moins {minimum} : à "
        "vérifier.",
    ),
    Rule("table-de-droit", "oui", "Cette forme relève de l’ESS par elle-même."),
    Rule("table-exclue", "non", "Cette forme est hors de l’ESS."),
    Rule(
        "table-a-decider",
        "indetermine",
        "Aucune règle n’est arrêtée ou vérifiée pour cette forme ({country}).",
        reads_row=False,
    ),
    Rule(
        "table-condition-remplie",
        "oui",
        "Cette forme relève de l’ESS sous condition, et elle est remplie : {condition}.",
    ),
    Rule(
        "table-condition-refusee",
        "non",
        "Cette forme relève de l’ESS sous une condition qui n’est pas remplie : {condition}.",
    ),
    Rule(
        "table-condition-inconnue",
        "indetermine",
        "Cette forme relève de l’ESS sous une condition dont on ne sait rien ici : {condition}.",
    ),
    Rule(
        "fr-conflit-signe-liste",
        "indetermine",
        "La liste d’ESS France nomme l’organisme, le signe ESS de Sirene dit « N » : à examiner.",
        reads_row=False,
    ),
    Rule(
        "fr-conflit-signe-agrement",
        "indetermine",
        "L’organisme est agréé ESUS, le signe ESS de Sirene dit « N » : à examiner.",
        reads_row=False,
    ),
    Rule(
        "fr-conflit-signe-non",
        "indetermine",
        "La forme est dans la liste statistique, le signe ESS de Sirene dit « N » : à examiner.",
    ),
    Rule(
        "fr-conflit-forme-exclue",
        "indetermine",
        "Le signe ESS, la liste d’ESS France ou un agrément désigne l’organisme, mais sa "
        "forme est hors du champ : "
        "à examiner.",
    ),
    Rule(
        "fr-conflit-activite",
        "indetermine",
        "L’organisme est reconnu par l’ESS, mais son activité ({activity}) est de celles "
        "qui sont hors du champ : "
        "à examiner.",
    ),
    Rule(
        "fr-legal-avant-loi",
        "indetermine",
        "La loi sur l’ESS n’est entrée en vigueur que le 02/08/2014 ; elle ne dit rien au {on}.",
        reads_row=False,
    ),
    Rule("fr-legal-signe", "oui", "Le signe ESS de Sirene est à « O ».", reads_row=False),
    Rule(
        "fr-legal-liste",
        "oui",
        "L’organisme est sur la liste des entreprises de l’ESS tenue par ESS France.",
        reads_row=False,
    ),
    Rule(
        "fr-legal-esus",
        "oui",
        "L’organisme est agréé « entreprise solidaire d’utilité sociale » (ESUS).",
        reads_row=False,
    ),
    Rule(
        "fr-legal-forme-exclue",
        "non",
        "La forme est hors du champ, et ni le signe ESS de Sirene ni la liste d’ESS "
        "France ne disent le contraire.",
    ),
    Rule("fr-legal-signe-non", "non", "Le signe ESS de Sirene est à « N ».", reads_row=False),
    Rule(
        "fr-legal-signe-absent",
        "indetermine",
        "Ni le signe ESS de Sirene ni la liste d’ESS France ne sont connus pour cet organisme : "
        "une absence n’est pas un refus.",
        reads_row=False,
    ),
    Rule(
        "fr-stat-forme-exclue",
        "non",
        "La forme n’est pas dans la liste statistique des catégories juridiques.",
    ),
    Rule(
        "fr-stat-a-decider",
        "indetermine",
        "Le sort de cette forme dans la liste statistique est à décider ; elle n’est pas comptée.",
        reads_row=False,
    ),
    Rule(
        "fr-stat-activite-exclue",
        "non",
        "La forme est dans la liste statistique, mais l’activité ({activity}) est de "
        "celles qui en sont retirées.",
    ),
    Rule(
        "fr-stat-activite-inconnue",
        "indetermine",
        "La forme est dans la liste statistique, mais l’activité n’est pas connue dans "
        "une nomenclature lisible : "
        "syndicats, cultes, partis et administrations en sont retirés.",
    ),
    Rule(
        "fr-stat-condition-refusee",
        "non",
        "Société commerciale que le signe ESS de Sirene dit hors de l’ESS (« N »).",
    ),
    Rule(
        "fr-stat-condition-inconnue",
        "indetermine",
        "Cette forme n’entre dans la liste statistique que sous une condition dont on ne "
        "sait rien ici : {condition}.",
    ),
    Rule(
        "fr-stat-condition-remplie",
        "oui",
        "La condition est remplie ({condition}), et l’activité ({activity}) n’est pas de "
        "celles qui sont retirées.",
    ),
    Rule(
        "fr-stat-forme",
        "oui",
        "La forme est dans la liste statistique, et l’activité ({activity}) n’est pas de "
        "celles qui en sont retirées.",
    ),
)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule in words, what depends on the organisation left open."""

    id: str
    answer: str
    sentence: str


def rule_rows() -> tuple[RuleRow, ...]:
    """Every rule in words, ready for a page."""
    return tuple(
        RuleRow(rule.id, ANSWER_WORDS[rule.in_scope], _OPEN.sub("…", rule.sentence).replace("….", "…"))
        for rule in RULES.values()
    )


def explain(
    rule: Rule,
    item: LegalForm | None,
    *,
    country: str,
    code: str,
    activity: str,
    on: date,
    members: int | None,
) -> str:
    """The rule's sentence for one organisation, naming the form read and how far its row is trusted."""
    condition = (item.condition if item else "").rstrip(".")
    sentence = rule.sentence.format(
        country=country,
        code=code,
        activity=activity,
        on=french_date(on),
        members=members,
        condition=condition[:1].lower() + condition[1:],
        minimum=item.min_members if item else "",
        period=period(item.valid_from, item.valid_to) if item else "",
    )
    if item is None:
        return sentence
    code_shown = f" ({item.code})" if item.nomenclature.startswith("insee") else ""
    trust = (
        ""
        if item.reliability == "V" or not rule.reads_row
        else " Règle à confirmer : elle n’a pas été relue dans sa source."
    )
    return f"{item.label}{code_shown} : {sentence[:1].lower()}{sentence[1:]}{trust}"
