"""The figures of a territory, from a small register counted by hand."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from pathlib import Path

import pytest

from terreau.core.errors import TerreauError
from terreau.observatory import labels
from terreau.observatory.figures import figures_of, written
from tests.observatory.registers import POITIERS, establishment, small, unit

DOCS = Path(__file__).resolve().parents[2] / "docs" / "observatoire.md"


@pytest.fixture(scope="module")
def poitiers(small_vintage):
    return figures_of(small_vintage.folder.parents[1], "fr-com-86194", "2026-11")


@pytest.mark.parametrize(
    ("name", "segment", "value", "numerator", "denominator"),
    [
        ("etablissements", "", 3, 3, 6),
        ("structures", "", 3, 3, 6),
        ("employeurs", "", 3, 3, 5),
        ("emplois", "", 110.5, None, None),
        ("emplois", "famille:cooperative", 74.5, None, None),
        ("part_emplois", "section:Q", 34.5 / 110.5, 34.5, 110.5),
        ("poids_emploi_total", "", 110.5 / 1614, 110.5, 1614),
        ("poids_emploi_prive", "", 110.5 / 114.5, 110.5, 114.5),
        ("densite_etab", "", 1000 * 3 / 89_916, 3, 89_916),
        ("top5", "", 1, 110.5, 110.5),
        ("hhi_employeurs", "", (34.5**2 + 74.5**2 + 1.5**2) / 110.5**2, None, None),
        ("etablissements_indetermines", "", 2, 2, 6),
    ],
)
def test_legal_perimeter(poitiers, name, segment, value, numerator, denominator):
    figure = poitiers.get(name, perimeter="legal", segment=segment)
    assert figure.value == pytest.approx(value)
    assert (figure.numerator, figure.denominator) == (numerator, denominator)


@pytest.mark.parametrize("name", ["etablissements", "employeurs"])
@pytest.mark.parametrize("segment", ["famille:cooperative", "section:Q"])
def test_what_a_part_is_counted_over_has_the_name_that_it_has_in_the_whole(poitiers, name, segment):
    whole = poitiers.get(name, perimeter="legal")
    part = poitiers.get(name, perimeter="legal", segment=segment)
    assert (part.denominator, part.denominator_label) == (whole.numerator, whole.numerator_label)
    assert part.numerator_label not in (whole.numerator_label, whole.denominator_label)


def test_a_family_and_a_sector_of_which_all_has_closed_are_no_part_of_a_concentration(workshop):
    units, establishments = small()
    closed = dict(state="F", created="2020-12-01", since="2026-03-01", activity="47.11A")
    units.append(unit("100000013", "8210", ess="O", state="C", activity="47.11A"))
    establishments.append(establishment("100000013", POITIERS, **closed))
    workshop.build(*workshop.write(units, establishments))
    figures = figures_of(workshop.out, "fr-com-86194", "2026-11")
    for name in ("hhi_familles", "hhi_secteurs"):
        index = (34.5**2 + 74.5**2) / 109**2
        assert figures.get(name, perimeter="legal").value == pytest.approx(index)
        told = figures.get(f"{name}_normalise", perimeter="legal")
        assert told.value == pytest.approx(2 * index - 1), "two parts, not three"


def test_the_two_perimeters_stand_side_by_side(poitiers):
    counts = {
        item.perimeter: item.value
        for item in poitiers.figures
        if (item.id, item.segment) == ("structures", "")
    }
    assert counts == {"legal": 3, "statistical": 4}


def test_jobs_are_an_interval_and_an_estimate(poitiers):
    jobs = poitiers.get("emplois", perimeter="legal")
    assert (jobs.low, jobs.high, jobs.estimated) == (71, 150, True)
    assert "Estimation" in jobs.note


def test_an_open_band_leaves_jobs_without_an_upper_bound(workshop):
    files = workshop.write([unit("100000001", "8210", ess="O")], [establishment("100000001", POITIERS, "53")])
    workshop.build(*files)
    jobs = figures_of(workshop.out, "fr", "2026-11").get("emplois", perimeter="legal")
    assert (jobs.low, jobs.high) == (10_000, None)
    assert "rien ne borne" in jobs.note


def test_every_figure_tells_what_is_needed_to_judge_it(poitiers):
    for figure in poitiers.figures:
        assert figure.perimeter_label
        assert figure.perimeter_version
        assert figure.vintage == "2026-11"
        assert "registre (novembre 2026)" in figure.reliability_label
        assert figure.on
        assert figure.reliability in "ABCDE"
        assert figure.reliability_label.startswith("fiabilité")
        assert figure.why
        assert figure.notice == ""


def test_every_method_is_explained():
    anchors = set(re.findall(r'<a id="([a-z0-9-]+)"></a>', DOCS.read_text()))
    assert {told.anchor for told in labels.INDICATORS.values()} == anchors


def test_the_levels_of_a_country_add_up(small_vintage):
    root = small_vintage.folder.parents[1]
    whole = figures_of(root, "fr", "2026-11").get("emplois", perimeter="statistical").value
    parts = [
        figures_of(root, code, "2026-11").get("emplois", perimeter="statistical").value
        for code in ("fr-reg-75", "fr-reg-11", "fr-reg-27")
    ]
    assert sum(parts) == whole


def test_a_territory_without_anything_has_figures_of_nothing(small_vintage):
    found = figures_of(small_vintage.folder.parents[1], "fr-com-01001", "2026-11")
    assert found.get("etablissements", perimeter="legal").value == 0
    assert found.get("poids_emploi_total", perimeter="legal").value is None
    few = found.get("hhi_employeurs", perimeter="legal")
    assert (few.value, few.masked, few.why) == (None, True, labels.FEW_EMPLOYERS)


def test_what_does_not_exist_is_said(small_vintage):
    root = small_vintage.folder.parents[1]
    with pytest.raises(TerreauError, match="n’existe pas dans le millésime"):
        figures_of(root, "fr-com-00000", "2026-11")
    with pytest.raises(TerreauError, match=r"il y a.: 2026-11"):
        figures_of(root, "fr", "2026-10")


def test_exports(poitiers):
    told = json.loads(written(poitiers, "json"))
    rows = list(csv.DictReader(io.StringIO(written(poitiers, "csv"), newline="")))
    assert len(told["chiffres"]) == len(rows) == len(poitiers.figures)
    assert told["territoire"]["code"] == "fr-com-86194"
    assert rows[0]["perimetre"] == "legal"
    assert {row["source"] for row in rows} == {told["source"]} == {poitiers.source}
    assert "(Licence Ouverte 2.0)" in told["source"]


def _later(rows):
    for row in rows:
        for name in row:
            if name.startswith("dateDernierTraitement"):
                row[name] = "2027-10-28T05:25:38"
    return rows


def _two(workshop, **changes):
    units, places = small()
    workshop.build(*workshop.write(units, places), nomenclature="nafrev2")
    more = establishment("100000003", POITIERS, "11", nic="00029", seat="false", activity="43.21A")
    files = workshop.write(_later(units), _later([*places, more]))
    workshop.build(*files, vintage="2027-11", **({"nomenclature": "nafrev2"} | changes))
    return figures_of(workshop.out, "fr-com-86194", "2027-11", since="2026-11")


def test_growth_between_two_vintages(workshop):
    found = _two(workshop)
    jobs = found.get("croissance", perimeter="legal", segment="de:emplois")
    assert (jobs.value, jobs.numerator, jobs.denominator) == (pytest.approx(14.5 / 109), 14.5, 109)
    terms = [
        found.get(name, perimeter="legal", segment="de:emplois").value
        for name in ("shift_national", "shift_structurel", "shift_local")
    ]
    assert sum(terms) == pytest.approx(14.5)


@pytest.mark.parametrize("change", ["list", "nomenclature", "version"])
def test_growth_is_refused_when_the_perimeters_differ(workshop, monkeypatch, change):
    changes = {}
    if change == "list":
        changes["ess_list"] = workshop.folder / "liste.csv"
        changes["ess_list"].write_text("SIREN\n100000012\n")
    elif change == "nomenclature":
        changes["nomenclature"] = "naf2025"
    else:
        versions = itertools.count()
        monkeypatch.setattr("terreau.observatory.manifest.version", lambda: str(next(versions)))
    found = _two(workshop, **changes)
    jobs = found.get("croissance", perimeter="legal", segment="de:emplois")
    assert jobs.value is None
    assert "Pas de comparaison" in jobs.note
    assert not [figure for figure in found.figures if figure.id.startswith("shift")]


def test_growth_follows_a_commune_that_merged_between(workshop):
    def rows(year):
        units, places = [unit("100000001", "9220", ess="O")], [establishment("100000001", "21213", "12")]
        for row in (*units, *places):
            for name in row:
                if name.startswith("dateDernierTraitement"):
                    row[name] = f"{year}-05-30T00:00:00"
        return units, places

    workshop.build(*workshop.write(*rows(2018)), vintage="2018-06")
    workshop.build(*workshop.write(*rows(2026)), vintage="2026-06")
    found = figures_of(workshop.out, "fr-com-21452", "2026-06", since="2018-06")
    assert found.get("croissance", perimeter="legal", segment="de:emplois").value == 0
