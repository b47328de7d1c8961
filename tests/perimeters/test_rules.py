"""Yes, no or undetermined: each rule on a case of its own, and what holds whatever the case."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.perimeters.rules import (
    FAMILIES,
    RULES,
    Facts,
    check_membership,
    countries_covered,
    decide,
    form,
    forms_of,
    perimeters_of,
)

TODAY = date(2026, 1, 1)


def french(form_code="9220", **known):
    return Facts("FR", known.pop("on", TODAY), form_code, **known)


LEGAL, STATISTICAL, NATIONAL = "legal", "statistical", "national"
CASES = [
    ("pays-sans-regle", Facts("KH", TODAY, "gen-societe"), NATIONAL),
    ("forme-absente", Facts("ML", TODAY), NATIONAL),
    ("forme-absente", french(None), STATISTICAL),
    ("forme-inconnue", Facts("ML", TODAY, "ml-inconnue"), NATIONAL),
    ("hors-periode", Facts("ML", date(2005, 1, 1), "ohada-scoops"), NATIONAL),
    ("hors-periode", Facts("BE", TODAY, "be-scrl-fs"), NATIONAL),
    ("informel-contre-forme", Facts("ML", TODAY, "ml-association", informal=True), NATIONAL),
    ("membres-insuffisants", Facts("ML", TODAY, "ohada-scoops", members=4), NATIONAL),
    ("membres-insuffisants", Facts("SN", TODAY, "ohada-coop-ca", members=14), NATIONAL),
    ("table-de-droit", Facts("ML", TODAY, "ohada-scoops", members=5), NATIONAL),
    ("table-de-droit", Facts("BF", TODAY, "bf-association"), NATIONAL),
    ("table-exclue", Facts("CA", TODAY, "qc-societe", region="qc"), NATIONAL),
    ("table-a-decider", Facts("DJ", TODAY, "dj-association"), NATIONAL),
    ("table-a-decider", Facts("ML", TODAY, informal=True), NATIONAL),
    ("table-condition-remplie", Facts("SN", TODAY, "sn-gie", approvals=frozenset({"agrement"})), NATIONAL),
    (
        "table-condition-remplie",
        Facts("CA", TODAY, "qc-obnl", region="qc", approvals=frozenset({"market_activity"})),
        NATIONAL,
    ),
    ("table-condition-refusee", Facts("TN", TODAY, "tn-societe", refusals=frozenset({"label"})), NATIONAL),
    ("table-condition-inconnue", Facts("SN", TODAY, "sn-association"), NATIONAL),
    ("table-condition-inconnue", Facts("SN", TODAY, informal=True), NATIONAL),
    ("fr-conflit-signe-liste", french(ess_flag="N", on_ess_list=True), LEGAL),
    ("fr-conflit-signe-agrement", french("5710", ess_flag="N", approvals=frozenset({"esus"})), LEGAL),
    ("fr-conflit-signe-non", french(ess_flag="N"), LEGAL),
    ("fr-conflit-signe-non", french(ess_flag="N", activity="88.99B"), STATISTICAL),
    ("fr-conflit-forme-exclue", french("6540", ess_flag="O"), LEGAL),
    ("fr-conflit-forme-exclue", french("6540", on_ess_list=True), STATISTICAL),
    ("fr-conflit-activite", french(ess_flag="O", activity="84.12Z"), STATISTICAL),
    ("fr-legal-avant-loi", french(ess_flag="O", on=date(2014, 8, 1)), LEGAL),
    ("fr-legal-signe", french(ess_flag="O"), LEGAL),
    ("fr-legal-signe", french(None, ess_flag="O"), LEGAL),
    ("fr-legal-signe", french("5710", ess_flag="O"), LEGAL),
    ("fr-legal-liste", french("5499", on_ess_list=True), LEGAL),
    ("fr-legal-esus", french("5710", approvals=frozenset({"esus"})), LEGAL),
    ("fr-legal-forme-exclue", french("7210"), LEGAL),
    ("fr-legal-signe-non", french("5710", ess_flag="N"), LEGAL),
    ("fr-legal-signe-non", french(ess_flag="N", activity="94.20Z"), LEGAL),
    ("fr-legal-signe-absent", french(), LEGAL),
    ("fr-legal-signe-absent", french("5710", on_ess_list=False), LEGAL),
    ("fr-stat-forme-exclue", french("6540", activity="68.20B"), STATISTICAL),
    ("fr-stat-a-decider", french("9210", activity="94.99Z"), STATISTICAL),
    ("fr-stat-activite-exclue", french(activity="94.20Z"), STATISTICAL),
    ("fr-stat-activite-exclue", french(activity="9492Y", activity_nomenclature="NAF 2025"), STATISTICAL),
    ("fr-stat-activite-inconnue", french(), STATISTICAL),
    ("fr-stat-activite-inconnue", french(activity="91.3E"), STATISTICAL),
    ("fr-stat-activite-inconnue", french(activity="91.33Z", activity_nomenclature="NAFRev1"), STATISTICAL),
    ("fr-stat-condition-refusee", french("5710", ess_flag="N", activity="62.01Z"), STATISTICAL),
    ("fr-stat-condition-inconnue", french("5710", activity="62.01Z"), STATISTICAL),
    ("fr-stat-condition-remplie", french("5710", ess_flag="O", activity="62.01Z"), STATISTICAL),
    ("fr-stat-forme", french(activity="94.99Z"), STATISTICAL),
    ("fr-stat-forme", french("5558", activity="43.21A", ess_flag="O"), STATISTICAL),
]


@pytest.mark.parametrize(("rule_id", "facts", "perimeter"), CASES)
def test_each_rule_answers_its_own_case(rule_id, facts, perimeter):
    verdict = decide(facts, perimeter)
    assert verdict.rule_id == rule_id
    assert verdict.in_scope == RULES[rule_id].in_scope


def test_every_rule_of_the_catalogue_has_a_case():
    assert {rule_id for rule_id, _, _ in CASES} == set(RULES)
    assert all(rule.id == rule_id for rule_id, rule in RULES.items())


def test_the_two_french_perimeters_stand_side_by_side():
    """The union of employees with the flag set, and the association nobody has flagged."""
    assert perimeters_of("fr") == ("legal", "statistical")
    assert perimeters_of("ML") == ("national",)
    unflagged = french(activity="93.12Z")
    assert decide(unflagged, LEGAL).in_scope == "indetermine"
    assert decide(unflagged, STATISTICAL).in_scope == "oui"


def test_outside_france_the_perimeter_asked_for_changes_nothing():
    facts = Facts("ML", TODAY, "ml-association")
    assert decide(facts, LEGAL) == decide(facts, STATISTICAL) == decide(facts, NATIONAL)


def test_the_family_follows_the_answer_for_companies_only():
    assert decide(french("5710", ess_flag="O"), LEGAL).family == "entreprise_sociale"
    assert decide(french("5710"), LEGAL).family == "hors_familles"
    assert decide(french(activity="94.20Z"), STATISTICAL).family == "association"
    assert decide(french(None, ess_flag="O"), LEGAL).family is None


def test_an_answer_tells_the_form_the_reason_and_how_far_to_trust_it():
    stated = decide(french(activity="94.99Z"), STATISTICAL)
    assert stated.explanation.startswith("Association déclarée (9220)")
    assert "94.99Z" in stated.explanation
    assert "à confirmer" in stated.explanation
    assert stated.form_key == "fr/9220"
    # The flag was read in the register itself: the doubt on the list of forms is not its own.
    assert "à confirmer" not in decide(french(ess_flag="O"), LEGAL).explanation
    assert "à confirmer" not in decide(Facts("ML", TODAY, "ohada-scoops"), NATIONAL).explanation


def test_outside_its_dates_the_nearest_row_is_told():
    before = decide(Facts("BF", date(2010, 1, 1), "bf-association"))
    assert (before.rule_id, before.form_key) == ("hors-periode", "bf/bf-association/2015-10-20")
    assert "la règle de cette forme vaut du 20/10/2015" in before.explanation


def test_an_unread_law_is_said_for_what_it_is():
    verdict = decide(Facts("KH", TODAY, "gen-societe"))
    assert verdict.in_scope == "indetermine"
    assert "Cambodge" in verdict.explanation
    assert decide(Facts("KH", TODAY)).rule_id == "pays-sans-regle"
    assert decide(Facts("CA", TODAY, "ca-organisme-sans-but-lucratif")).in_scope == "indetermine"


def test_codes_as_spreadsheets_write_them_are_understood():
    assert decide(french("9220.0", activity="94.99Z"), STATISTICAL).rule_id == "fr-stat-forme"


@pytest.mark.parametrize("perimeter", [LEGAL, STATISTICAL])
def test_every_french_code_gets_an_answer_of_its_own(perimeter):
    for row in forms_of("FR"):
        verdict = decide(french(row.code, activity="88.99B"), perimeter)
        assert verdict.rule_id not in {"forme-inconnue", "forme-absente", "hors-periode"}
        assert verdict.form_key


def test_one_approval_among_several_conditions_is_enough_but_one_refusal_is_not():
    company = form("FR", "5710")
    assert set(company.conditions) == {"ess_flag", "ess_list", "esus"}
    assert (
        decide(french("5710", on_ess_list=False, refusals=frozenset({"esus"})), LEGAL).in_scope
        == "indetermine"
    )
    assert decide(french("5710", on_ess_list=True, refusals=frozenset({"esus"})), LEGAL).in_scope == "oui"


@pytest.mark.parametrize(
    ("code", "members", "others", "expected"),
    [
        ("ohada-scoops", 5, {}, []),
        ("ohada-scoops", 4, {}, ["membres-minimum"]),
        ("ohada-coop-ca", 15, {}, []),
        ("ohada-coop-ca", 14, {}, ["membres-minimum"]),
        ("ohada-scoops", None, {}, []),
        ("ohada-scoops", 99, {"committee": 3}, []),
        ("ohada-scoops", 99, {"committee": 4}, ["comite-maximum"]),
        ("ohada-scoops", 100, {"committee": 5}, []),
        ("ohada-scoops", 100, {"committee": 6}, ["comite-maximum"]),
        ("ohada-coop-ca", 100, {"committee": 9}, []),
        # Mali, 2019: 962,626 members, 663,480 of one sex and 299,146 of the other.
        ("ohada-cooperative", 962_626, {"men": 663_480, "women": 299_146}, []),
        ("ohada-cooperative", 962_626, {"men": 663_480, "women": 299_145}, ["membres-somme"]),
        (
            "ohada-scoops",
            3,
            {"men": 2, "women": 2, "committee": 4},
            ["membres-minimum", "membres-somme", "comite-maximum"],
        ),
    ],
)
def test_membership_is_held_against_the_uniform_act(code, members, others, expected):
    remarks = check_membership(form("ML", code), members, **others)
    assert [remark.rule_id for remark in remarks] == expected
    assert all(remark.message.endswith((".", "membres.")) for remark in remarks)


COUNTRIES = sorted({item.country for item in countries_covered()} | {"KH", "DE"})
CONDITIONS_HELD = st.frozensets(st.sampled_from(["esus", "agrement", "label", "market_activity"]))


@st.composite
def any_facts(draw):
    country = draw(st.sampled_from(COUNTRIES))
    codes = [row.code for row in forms_of(country)]
    return Facts(
        country=country,
        on=draw(st.dates(date(1990, 1, 1), date(2040, 1, 1))),
        form_code=draw(st.none() | st.sampled_from(codes) | st.text("abz019-{}. ", max_size=8)),
        region=draw(st.none() | st.sampled_from(["qc", "ouest"])),
        activity=draw(st.none() | st.sampled_from(["94.20Z", "88.99B", "94.20Y", "62.0Z", "?"])),
        activity_nomenclature=draw(st.none() | st.sampled_from(["NAFRev2", "NAF2025", "NAP"])),
        ess_flag=draw(st.sampled_from([None, "O", "N"])),
        on_ess_list=draw(st.sampled_from([None, True, False])),
        approvals=draw(CONDITIONS_HELD),
        refusals=draw(CONDITIONS_HELD),
        informal=draw(st.booleans()),
        members=draw(st.none() | st.integers(0, 200)),
    )


@given(any_facts(), st.sampled_from([LEGAL, STATISTICAL, NATIONAL]))
def test_whatever_is_known_the_answer_has_its_rule_and_its_words(facts, perimeter):
    verdict = decide(facts, perimeter)
    assert verdict.in_scope == RULES[verdict.rule_id].in_scope
    assert verdict.family is None or verdict.family in FAMILIES
    assert verdict.explanation.endswith(".")
    assert "{country}" not in verdict.explanation
    assert "None" not in verdict.explanation
    if facts.country in {"KH", "DE", "DJ"}:
        assert verdict.in_scope == "indetermine"


@given(st.sampled_from([row.code for row in forms_of("FR")]), st.sampled_from([LEGAL, STATISTICAL]))
def test_silence_alone_never_puts_a_form_of_the_list_out_of_the_field(code, perimeter):
    verdict = decide(french(code), perimeter)
    if form("FR", code).status != "exclu":
        assert verdict.in_scope != "non"
