"""Is this organisation in the field of the social and solidarity economy? Yes, no, or not determined.

Three answers, never two: a register that says nothing does not put an organisation out of the field. Each
answer carries the rule that gave it and a French explanation. France has two perimeters, side by side: the
legal one (list of ESS France, or the ESS flag of Sirene) and the statistical one (legal categories, minus
activities). When the flag or the list and the legal category disagree, the answer is « indéterminé »: the
case goes to a person. Elsewhere the country's table answers, whichever perimeter is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from terreau.core.countries import country_name
from terreau.perimeters.catalogue import RULES, explain, rule_rows
from terreau.perimeters.display import CountryTable, tables
from terreau.perimeters.forms import (
    LegalForm,
    countries_covered,
    country_rules,
    excluded_activities,
    family_of,
    find_form,
    form,
    forms_of,
    is_covered,
    version,
    versions,
)
from terreau.perimeters.vocabulary import (
    ANSWERS,
    CONDITIONS,
    FAMILIES,
    NATURES,
    OUTSIDE,
    RELIABILITY,
    STATUSES,
)

__all__ = [
    "ANSWERS",
    "CONDITIONS",
    "FAMILIES",
    "NATURES",
    "OUTSIDE",
    "PERIMETERS",
    "RELIABILITY",
    "RULES",
    "STATUSES",
    "Answer",
    "CountryTable",
    "Facts",
    "LegalForm",
    "Perimeter",
    "Remark",
    "Verdict",
    "check_membership",
    "countries_covered",
    "country_rules",
    "decide",
    "excluded_activities",
    "family_of",
    "find_form",
    "form",
    "forms_of",
    "is_covered",
    "perimeters_of",
    "rule_rows",
    "tables",
    "version",
]

Answer = Literal["oui", "non", "indetermine"]
Perimeter = Literal["legal", "statistical", "national"]

PERIMETERS: Final[Mapping[Perimeter, str]] = {
    "legal": "périmètre légal",
    "statistical": "périmètre statistique",
    "national": "table du pays",
}
# The act came into force the day after its publication; before it, nothing legal says what the ESS is.
_FRENCH_ACT: Final = date(2014, 8, 2)
# Codes of these two nomenclatures agree on everything the table of excluded activities names.
_KNOWN_ACTIVITIES: Final = frozenset({"nafrev2", "naf2025"})
_INFORMAL: Final = "groupement_informel"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an organisation on a day; None everywhere means « not known », never « no ».

    `ess_flag` is the variable economieSocialeSolidaireUniteLegale of Sirene; `approvals` and `refusals`
    hold condition keys (« esus », « agrement », « label », « market_activity ») known to be met or not met.
    """

    country: str
    on: date
    form_code: str | None = None
    region: str | None = None
    activity: str | None = None
    activity_nomenclature: str | None = None
    ess_flag: Literal["O", "N"] | None = None
    on_ess_list: bool | None = None
    approvals: frozenset[str] = frozenset()
    refusals: frozenset[str] = frozenset()
    informal: bool = False
    members: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, the family when it is known, the rule that decided, its explanation in French.

    `form_key` names the row of the tables that was read, for the record of a figure.
    """

    in_scope: Answer
    family: str | None
    rule_id: str
    explanation: str
    form_key: str | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """A fact that does not agree with the legal form; `rule_id` is stable, `message` is French."""

    rule_id: str
    message: str


def perimeters_of(country: str) -> tuple[Perimeter, ...]:
    """The perimeters between which a reader may choose in a country."""
    return ("legal", "statistical") if country.upper() == "FR" else ("national",)


def decide(facts: Facts, perimeter: Perimeter = "legal") -> Verdict:
    """Whether an organisation is in the field, by which rule and why.

    Args:
        facts: what is known of it, on a day.
        perimeter: « legal » or « statistical »; counts in France only, elsewhere the country has one table.
    """
    if not is_covered(facts.country, facts.region):
        return _verdict("pays-sans-regle", facts, form(facts.country, _code(facts), facts.region))
    item, trouble = _form_on(facts)
    if trouble is None and item is not None:
        trouble = _trouble_with(item, facts)
    if trouble is not None:
        return _verdict(trouble, facts, item)
    if facts.country.upper() == "FR":
        rule_id = (
            _french_statistical(item, facts) if perimeter == "statistical" else _french_legal(item, facts)
        )
        return _verdict(rule_id, facts, item)
    return _verdict(_by_table(item, facts), facts, item)


def check_membership(
    item: LegalForm,
    members: int | None,
    *,
    women: int | None = None,
    men: int | None = None,
    committee: int | None = None,
) -> list[Remark]:
    """Facts on membership that do not agree with the form or with one another.

    SCOOPS: five persons at least (OHADA uniform act on cooperatives, art. 204), management committee of
    three at most, or five from a hundred members on (art. 223); COOP-CA: fifteen at least.
    """
    remarks = []
    if members is not None and item.min_members is not None and members < item.min_members:
        text = f"{item.name} : au moins {item.min_members} membres sont demandés ; déclarés : {members}."
        remarks.append(Remark("membres-minimum", text))
    if members is not None and women is not None and men is not None and women + men != members:
        text = f"{women} femmes et {men} hommes font {women + men}, et non {members} membres."
        remarks.append(Remark("membres-somme", text))
    if committee is not None and item.code == "ohada-scoops":
        limit = 5 if members is not None and members >= 100 else 3
        if committee > limit:
            text = f"{item.name} : comité de gestion de {committee} personnes, {limit} au plus sont permises."
            remarks.append(Remark("comite-maximum", text))
    return remarks


def _code(facts: Facts) -> str:
    return facts.form_code or ("gen-groupement" if facts.informal else "")


def _form_on(facts: Facts) -> tuple[LegalForm | None, str | None]:
    """The row in force on the day, or the rule that says why there is none."""
    code = _code(facts)
    if facts.informal and not facts.form_code and not versions(facts.country, code, facts.region):
        code = next((f.code for f in forms_of(facts.country, facts.region) if f.nature == _INFORMAL), "")
    if not code:
        # In France the flag or the list can answer without the legal category.
        return None, None if facts.country.upper() == "FR" else "forme-absente"
    rows = versions(facts.country, code, facts.region)
    if not rows:
        return None, "forme-inconnue"
    current = next((row for row in rows if row.in_force(facts.on)), None)
    return (current, None) if current else (_nearest(rows, facts.on), "hors-periode")


def _nearest(rows: tuple[LegalForm, ...], on: date) -> LegalForm:
    """The row that ended last before the day, else the first to begin after it."""
    dated = sorted(rows, key=lambda row: row.valid_from or date.min)
    return next((row for row in reversed(dated) if row.valid_to and row.valid_to < on), dated[0])


def _trouble_with(item: LegalForm, facts: Facts) -> str | None:
    if facts.informal and item.nature == "personne_morale":
        return "informel-contre-forme"
    if facts.members is not None and item.min_members is not None and facts.members < item.min_members:
        return "membres-insuffisants"
    return None


def _by_table(item: LegalForm | None, facts: Facts) -> str:
    if item is None:
        return "forme-absente"
    if item.status != "inclus_sous_condition":
        return {"inclus_de_droit": "table-de-droit", "exclu": "table-exclue"}.get(
            item.status, "table-a-decider"
        )
    met = _condition(item, facts)
    if met is None:
        return "table-condition-inconnue"
    return "table-condition-remplie" if met else "table-condition-refusee"


def _condition(item: LegalForm, facts: Facts) -> bool | None:
    """Whether one of the form's conditions is met; False only when each is known not to be."""
    known: dict[str, bool | None] = {
        "ess_flag": {"O": True, "N": False}.get(facts.ess_flag or ""),
        "ess_list": facts.on_ess_list,
    }
    for key in facts.refusals:
        known[key] = False
    for key in facts.approvals:
        known[key] = True
    answers = [known.get(key) for key in item.conditions]
    if True in answers:
        return True
    return False if answers and all(answer is False for answer in answers) else None


def _french_conflict(item: LegalForm | None, facts: Facts) -> str | None:
    """The rule of a disagreement between flag, list, approval and legal category, if there is one."""
    if facts.ess_flag == "N":
        if facts.on_ess_list:
            return "fr-conflit-signe-liste"
        if "esus" in facts.approvals:
            return "fr-conflit-signe-agrement"
        if item is not None and item.status == "inclus_de_droit" and _activity_excluded(facts) is not True:
            return "fr-conflit-signe-non"
    if item is not None and item.status == "exclu" and _recognised(facts):
        return "fr-conflit-forme-exclue"
    return None


def _recognised(facts: Facts) -> bool:
    return facts.ess_flag == "O" or facts.on_ess_list is True or "esus" in facts.approvals


def _french_legal(item: LegalForm | None, facts: Facts) -> str:
    if facts.on < _FRENCH_ACT:
        return "fr-legal-avant-loi"
    conflict = _french_conflict(item, facts)
    if conflict:
        return conflict
    if facts.ess_flag == "O":
        return "fr-legal-signe"
    if facts.on_ess_list:
        return "fr-legal-liste"
    if "esus" in facts.approvals:
        return "fr-legal-esus"
    if item is not None and item.status == "exclu":
        return "fr-legal-forme-exclue"
    return "fr-legal-signe-non" if facts.ess_flag == "N" else "fr-legal-signe-absent"


def _french_statistical(item: LegalForm | None, facts: Facts) -> str:
    if item is None:
        return "forme-absente"
    conflict = _french_conflict(item, facts)
    if conflict:
        return conflict
    if item.status in ("exclu", "a_decider"):
        return "fr-stat-forme-exclue" if item.status == "exclu" else "fr-stat-a-decider"
    if _activity_excluded(facts):
        return "fr-conflit-activite" if _recognised(facts) else "fr-stat-activite-exclue"
    if item.status == "inclus_sous_condition" and not _recognised(facts):
        return "fr-stat-condition-refusee" if facts.ess_flag == "N" else "fr-stat-condition-inconnue"
    if _activity_excluded(facts) is None:
        return "fr-stat-activite-inconnue"
    return "fr-stat-forme" if item.status == "inclus_de_droit" else "fr-stat-condition-remplie"


def _activity_excluded(facts: Facts) -> bool | None:
    """Whether the activity is one of those out of the field; None when it is missing or in an old coding."""
    digits = (facts.activity or "").replace(".", "").strip().upper()
    nomenclature = (facts.activity_nomenclature or "").lower().replace(" ", "").replace(".", "")
    # Four digits and a letter are NAF rev. 2 or NAF 2025; older codings had three digits and a letter.
    plausible = len(digits) == 5 and digits[:4].isdigit() and digits[4].isalpha()
    if not plausible or (nomenclature and nomenclature not in _KNOWN_ACTIVITIES):
        return None
    return any(digits.startswith(item.prefix.replace(".", "")) for item in excluded_activities(facts.country))


def _family(item: LegalForm | None, answer: str) -> str | None:
    if item is None:
        return None
    return item.family if answer == "oui" else item.family_otherwise


def _verdict(rule_id: str, facts: Facts, item: LegalForm | None) -> Verdict:
    rule = RULES[rule_id]
    country = country_rules(facts.country, facts.region)
    return Verdict(
        in_scope=rule.in_scope,
        family=_family(item, rule.in_scope),
        rule_id=rule_id,
        explanation=explain(
            rule,
            item,
            country=country.name if country else country_name(facts.country.upper()),
            code=_code(facts),
            activity=facts.activity or "",
            on=facts.on,
            members=facts.members,
        ),
        form_key=item.key if item else None,
    )
