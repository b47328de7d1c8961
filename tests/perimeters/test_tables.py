"""The tables of legal forms: whole, consistent, and able to recognise a form as files write it."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from terreau.perimeters import forms
from terreau.perimeters.rules import (
    CONDITIONS,
    FAMILIES,
    NATURES,
    OUTSIDE,
    RELIABILITY,
    STATUSES,
    countries_covered,
    excluded_activities,
    family_of,
    find_form,
    form,
    forms_of,
    is_covered,
    tables,
    version,
)

OHADA = ("BF", "BJ", "CD", "CF", "CG", "CI", "CM", "GA", "GN", "GQ", "GW", "KM", "ML", "NE", "SN", "TD", "TG")
UEMOA = ("BF", "BJ", "CI", "GW", "ML", "NE", "SN", "TG")
PLACES = [(country.country, country.region) for country in countries_covered()]
NOMENCLATURE = Path(__file__).parent / "data" / "categories_juridiques_niv3.csv"
METHOD = {
    "cooperative": "5191 5192 5193 5194 5195 5196 5203 5307 5309 5432 5443 5451 5453 5454 5455 5458 5459 "
    "5460 5532 5543 5547 5551 5552 5553 5554 5555 5558 5559 5560 5632 5643 5647 5651 5652 5653 5654 5655 "
    "5658 5659 5660 6316 6317 6318 6532 6543 6551 6554 6558 6560 6595 6596",
    "mutuelle": "6411 8210 8250 8290",
    "association": "9220 9221 9222 9223 9230 9260",
    "fondation": "9300",
}


def official_codes():
    with NOMENCLATURE.open(encoding="utf-8") as file:
        return {row["code"]: re.sub(r"\s+", " ", row["libelle"]).strip() for row in csv.DictReader(file)}


@pytest.mark.parametrize(("country", "region"), PLACES)
def test_each_row_uses_the_words_of_the_vocabulary_and_says_its_source(country, region):
    for row in forms_of(country, region):
        assert row.family in FAMILIES
        assert row.family_otherwise in FAMILIES
        assert row.nature in NATURES
        assert row.status in STATUSES
        assert row.reliability in RELIABILITY
        assert set(row.conditions) <= set(CONDITIONS)
        assert row.label
        assert row.source
        assert bool(row.conditions) == bool(row.condition) == (row.status == "inclus_sous_condition")
        assert (row.family != OUTSIDE) or row.status != "inclus_de_droit"
        assert row.url == "" or row.url.startswith("http")
        assert not (row.valid_from and row.valid_to) or row.valid_from <= row.valid_to


@pytest.mark.parametrize(("country", "region"), PLACES)
def test_dated_rows_of_one_form_never_overlap_and_keys_are_unique(country, region):
    rows = forms_of(country, region)
    assert [key for key, n in Counter(row.key for row in rows).items() if n > 1] == []
    for row in rows:
        others = [other for other in rows if other.code == row.code and other is not row]
        assert all(not other.in_force(row.valid_from or date.min) for other in others)


@pytest.mark.parametrize(("country", "region"), [*PLACES, ("KH", "")])
def test_no_name_leads_to_two_forms_of_one_place(country, region):
    """A synonym claimed twice would be settled by the order of the file, which no reader sees."""
    claims: dict[str, set[str]] = {}
    for row in forms_of(country, region):
        for name in {row.short, *row.synonyms} - {""}:
            claims.setdefault(forms._key(name), set()).add(row.code)
    labels = {forms._key(row.label): row.code for row in forms_of(country, region)}
    clashes = {name: codes | {labels.get(name, min(codes))} for name, codes in claims.items()}
    assert {name: codes for name, codes in clashes.items() if len(codes) > 1} == {}


def test_every_french_code_is_there_with_the_label_of_the_nomenclature():
    ours = {row.code: row.label for row in forms_of("FR") if row.nomenclature == "insee-cj-n3"}
    assert len(ours) == 260
    assert ours == official_codes()


@pytest.mark.parametrize(("family", "codes"), METHOD.items())
def test_the_statistical_list_of_the_method_is_the_one_shipped(family, codes):
    ours = {
        row.code
        for row in forms_of("FR")
        if row.nomenclature == "insee-cj-n3" and row.family == family and row.status == "inclus_de_droit"
    }
    assert ours == set(codes.split())


def test_what_the_french_list_does_not_name_is_out_except_commercial_companies():
    listed = set(" ".join(METHOD.values()).split()) | {"9210", "9240"}
    for row in forms_of("FR"):
        if row.nomenclature != "insee-cj-n3" or row.code in listed:
            continue
        commercial = row.code.startswith("5") and row.code not in {"5546", "5646"}
        assert row.status == ("inclus_sous_condition" if commercial else "exclu"), row.code
        assert row.family_otherwise == OUTSIDE


@pytest.mark.parametrize("code", ["9210", "9240"])
def test_undeclared_associations_and_congregations_are_to_be_decided(code):
    assert form("FR", code).status == "a_decider"


@pytest.mark.parametrize("country", OHADA)
def test_each_ohada_state_has_cooperatives_associations_and_informal_groups(country):
    codes = {row.code for row in forms_of(country)}
    wanted = {"scoops", "coop-ca", "union", "federation", "confederation", "reseau"}
    assert {f"ohada-{name}" for name in wanted} <= codes
    found = find_form(country, "association")
    assert found.code == f"{country.lower()}-association"
    assert found.family == "association"
    assert find_form(country, "tontine").nature == "groupement_informel"
    assert find_form(country, "groupement").nature == "groupement_informel"


@pytest.mark.parametrize("country", UEMOA)
def test_each_uemoa_state_has_social_mutuals(country):
    assert find_form(country, "mutuelle de santé").code == "uemoa-mutuelle-sociale"
    assert find_form(country, "Union de mutuelles").family == "mutuelle"


def test_outside_uemoa_the_regulation_on_mutuals_does_not_apply():
    assert form("GA", "uemoa-mutuelle-sociale") is None


def test_a_country_row_replaces_the_one_its_group_gives():
    assert form("ML", "ohada-scoops").status == "inclus_de_droit"
    assert form("SN", "ohada-scoops").status == "inclus_sous_condition"
    assert [row.code for row in forms_of("SN")].count("ohada-scoops") == 1


def test_a_law_that_followed_another_is_read_by_its_date():
    before, after = (
        form("BF", "bf-association", on=date(2020, 1, 1)),
        form("BF", "bf-association", on=date(2026, 1, 1)),
    )
    assert "064-2015" in before.source
    assert "2025" in after.source
    assert form("BF", "bf-association") == after
    assert [row.code for row in forms_of("BF", on=date(2026, 1, 1))].count("bf-association") == 1


def test_what_is_known_only_by_hearsay_says_so():
    associations = [find_form(country, "association") for country in OHADA]
    verified = {row.country for row in associations if row.reliability == "V"}
    assert verified == {"ML", "CM", "SN"}
    assert {row.status for row in forms_of("DJ")} == {"a_decider"}


def test_a_country_without_a_table_has_common_forms_all_to_be_decided():
    assert not is_covered("KH")
    rows = forms_of("KH")
    assert {row.country for row in rows} == {"KH"}
    assert {row.status for row in rows} == {"a_decider"}
    assert {row.family for row in rows} == set(FAMILIES)


def test_quebec_has_its_own_table_apart_from_the_rest_of_canada():
    assert find_form("CA", "OBNL", "qc").code == "qc-obnl"
    assert find_form("CA", "OBNL").status == "a_decider"
    assert find_form("CA", "coopérative", "QC").status == "inclus_de_droit"
    assert forms_of("CA", "on") == forms_of("CA")


@pytest.mark.parametrize(
    ("country", "text", "code"),
    [
        ("FR", "Association loi 1901", "9220"),
        ("FR", "association régie par la loi de 1901", "9220"),
        ("FR", "ASSOCIATIONS", "9220"),
        ("FR", "9220.0", "9220"),
        ("FR", " 9220 ", "9220"),
        ("FR", "9220,0", "9220"),
        ("FR", "SCOP SA", "5558"),
        ("FR", "Scop", "fr-scop"),
        ("FR", "S.A.R.L.", "5499"),
        ("FR", "S.A. à directoire", "5699"),
        ("FR", "SARL coopérative de production (SCOP)", "5458"),
        ("FR", "scic sa à capital variable", "5560"),
        ("FR", "Coopératives", "fr-cooperative"),
        ("FR", "association reconnue d’utilité publique", "9230"),
        ("FR", "fonds de dotation", "9300"),
        ("FR", "Entreprise sociale", "fr-entreprise-sociale"),
        ("FR", "Association syndicale libre", "9150"),
        ("BE", "asbl", "be-asbl"),
        ("BE", "A.S.B.L.", "be-asbl"),
        ("BE", "VZW", "be-asbl"),
        ("LU", "Société d'impact sociétal", "lu-sis"),
        ("ML", "SCOOPS", "ohada-scoops"),
        ("ML", "coop-ca", "ohada-coop-ca"),
        ("ML", "Coopérative", "ohada-cooperative"),
        ("ML", "ASACO", "ml-asaco"),
        ("CM", "G.I.C.", "cm-gic"),
        ("SN", "groupement de promotion feminine", "sn-gpf"),
        ("TN", "S.M.S.A", "tn-smsa"),
        ("MA", "mutuelle", "ma-mutuelle"),
        ("CD", "ASBL", "cd-association"),
        ("KH", "Entreprise", "gen-societe"),
        ("DE", "e. V.", "gen-association"),
    ],
)
def test_a_form_is_recognised_as_files_write_it(country, text, code):
    assert find_form(country, text).code == code


@pytest.mark.parametrize("text", ["", "   ", "9999", "association de malfaiteurs", "néant", "à", "()"])
def test_what_is_not_in_the_tables_is_left_to_a_person(text):
    assert find_form("FR", text) is None


def test_a_company_is_outside_the_families_until_its_condition_is_met():
    assert family_of("FR", "5710") == OUTSIDE
    assert family_of("FR", "5710.0", condition_met=True) == "entreprise_sociale"
    assert family_of("CA", "qc-obnl", "qc") == "association"
    assert family_of("FR", "6540", condition_met=True) == OUTSIDE
    assert family_of("FR", "0001") is None


def test_the_families_are_shown_in_one_order_with_the_outside_last():
    assert list(FAMILIES) == [
        "cooperative",
        "mutuelle",
        "association",
        "fondation",
        "entreprise_sociale",
        "hors_familles",
    ]
    assert FAMILIES["entreprise_sociale"].plural == "entreprises sociales"
    assert FAMILIES[OUTSIDE].label == "hors familles"


def test_both_versions_of_the_classification_exclude_the_same_activities():
    by_nomenclature: dict[str, set[str]] = {}
    for item in excluded_activities("FR"):
        by_nomenclature.setdefault(item.nomenclature, set()).add(item.prefix)
    assert by_nomenclature["NAFRev2"] == by_nomenclature["NAF2025"]
    assert by_nomenclature["NAFRev2"] == {"84", "94.11", "94.12", "94.20", "94.91", "94.92", "97", "98", "99"}
    assert excluded_activities("ML") == ()


def test_the_displayed_tables_hold_every_row_in_words():
    by_key = {table.key: table for table in tables()}
    assert len(by_key) == len(PLACES)
    assert {"fr", "ca-qc", "bf", "tn"} <= set(by_key)
    france = by_key["fr"]
    assert len(france.included) + len(france.excluded) == len(france.rows) == len(forms_of("FR"))
    assert france.rows[0].family == "coopérative"
    assert france.rows[-1].status == "exclu"
    assert 0 < france.verified < len(france.rows)
    mali = next(row for row in by_key["ml"].rows if row.code == "ohada-scoops")
    assert (mali.family, mali.nature, mali.status) == ("coopérative", "personne morale", "inclus de droit")
    assert (mali.reliability, mali.dates) == ("vérifié dans la source", "depuis le 15/02/2011")
    belgium = next(row for row in by_key["be"].rows if row.code == "be-scrl-fs")
    assert belgium.dates == "jusqu’au 31/12/2023"
    burkina = [row.dates for row in by_key["bf"].rows if row.code == "bf-association"]
    assert "du 20/10/2015 au 22/07/2025" in burkina


def test_the_tables_carry_a_mark_that_figures_can_keep():
    assert re.fullmatch(r"[0-9a-f]{8}", version())
