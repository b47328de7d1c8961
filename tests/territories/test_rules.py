"""Names of places folded, evidence weighed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.territories.currencies import currency_at
from terreau.territories.models import Territory
from terreau.territories.rules import (
    Finding,
    department_fits,
    department_of_postal_code,
    fold_place,
    normal_commune_code,
    normal_postal_code,
    split_borough,
    weigh,
    without_article,
)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("St-Étienne", "saint etienne"),
        ("Ste. Foy lès Lyon", "sainte foy les lyon"),
        ("Havre (Le)", "le havre"),
        ("Abymes (Les)", "les abymes"),
        ("CHALON S/ SAONE", "chalon sur saone"),
        ("Villeneuve-lez-Avignon", "villeneuve les avignon"),
        ("NANTES CEDEX 3", "nantes"),
        ("L’Haÿ-les-Roses", "l hay les roses"),
        ("  Siem   Reap ", "siem reap"),
        ("", ""),
    ],
)
def test_names_are_folded(written, folded):
    assert fold_place(written) == folded


@given(st.text(max_size=80))
def test_folding_what_is_folded_changes_nothing(text):
    once = fold_place(text)
    assert fold_place(once) == once


@pytest.mark.parametrize(
    ("written", "city", "number"),
    [
        ("Marseille 2è arr.", "marseille", 2),
        ("Paris 12e", "paris", 12),
        ("Paris 1er Arrondissement", "paris", 1),
        ("Lyon 03", "lyon", 3),
        ("LYON 3ÈME", "lyon", 3),
        ("Lyon", "lyon", None),
        ("Paris Cedex 12", "paris", None),
        ("Secteur 30 bis", "secteur 30 bis", None),
        ("12", "12", None),
    ],
)
def test_a_borough_is_read_in_the_name_of_its_city(written, city, number):
    assert split_borough(fold_place(written)) == (city, number)


@pytest.mark.parametrize(
    ("name", "bare"), [("l oie", "oie"), ("le", "le"), ("les sables", "sables"), ("lille", "lille")]
)
def test_the_leading_article_is_left_out(name, bare):
    assert without_article(name) == bare


@pytest.mark.parametrize(
    ("written", "code"), [("1004", "01004"), ("2a004", "2A004"), (" 86 194 ", "86194"), ("86194.0", "86194")]
)
def test_commune_codes_are_mended(written, code):
    assert normal_commune_code(written) == code


@pytest.mark.parametrize(("written", "code"), [("F-75011", "75011"), ("1000", "01000"), ("86 000", "86000")])
def test_postal_codes_are_mended(written, code):
    assert normal_postal_code(written) == code


@pytest.mark.parametrize(
    ("postal", "told", "department", "fits"),
    [
        ("86021", "86", "86", True),
        ("20000", "20", "2A", True),
        ("20200", "20", "2B", True),
        ("97400", "974", "974", True),
        ("75001", "75", "86", False),
    ],
)
def test_a_postal_code_tells_a_department(postal, told, department, fits):
    assert department_of_postal_code(postal) == told
    assert department_fits(told, department) is fits


def test_a_foreign_postal_code_tells_no_french_department():
    assert department_of_postal_code("H2X 1Y4") == ""


codes = st.lists(st.sampled_from(["fr-com-1", "fr-com-2", "fr-com-3"]), max_size=3, unique=True).map(tuple)
findings = st.lists(
    st.builds(Finding, codes=codes, words=st.just("Indice"), doubt=st.sampled_from(["", "doute"])), max_size=4
)
objections = st.lists(st.sampled_from(["", "objection"]), max_size=3)


@given(findings, objections)
def test_it_is_sure_only_of_one_place_without_doubt_or_objection(found, against):
    verdict = weigh(found, against)
    first = next((finding for finding in found if finding.codes), None)
    plain = first is not None and len(first.codes) == 1 and not first.doubt and not any(against)
    assert (verdict.certainty == "sure") is plain
    assert (verdict.certainty == "none") is (first is None)
    assert verdict.explanation.endswith(".")


@given(findings, objections)
def test_the_surest_finding_comes_first_among_candidates(found, against):
    verdict = weigh(found, against)
    first = next((finding for finding in found if finding.codes), None)
    assert verdict.codes[:1] == (first.codes[:1] if first else ())


def test_what_is_objected_brings_the_other_candidates():
    found = [Finding(("fr-com-1",), "Code"), Finding(("fr-com-2",), "Nom")]
    assert weigh(found, ["le nom est d’un autre lieu"]).codes == ("fr-com-1", "fr-com-2")
    assert weigh(found, []).codes == ("fr-com-1",)


@pytest.mark.parametrize(
    ("code", "country", "currency"),
    [
        ("fr-com-86194", "FR", "EUR"),
        ("fr-com-97411", "FR", "EUR"),
        ("fr-com-98818", "FR", "XPF"),
        ("fr-com-98735-quartier-du-port", "FR", "XPF"),
        ("fr-dep-986", "FR", "XPF"),
        ("fr", "FR", "EUR"),
        ("sn-gn-2253354", "SN", "XOF"),
    ],
)
def test_a_territory_counts_in_the_money_that_is_tender_there(code, country, currency):
    assert currency_at(Territory(code=code, country_code=country)) == currency
