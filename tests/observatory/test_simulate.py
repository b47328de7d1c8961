"""A simulated register: in the genuine formats, plausible, and never taken for a real one."""

from __future__ import annotations

import csv
import io
import json

import duckdb
import pytest

from terreau.core.errors import TerreauError
from terreau.observatory.build import build
from terreau.observatory.figures import figures_of, written
from terreau.observatory.landing import Request
from terreau.observatory.simulate import KINDS, simulate
from terreau.observatory.sources.catalogue import mapping_path, source
from terreau.observatory.store import SIMULATED
from terreau.perimeters.rules import form
from tests.observatory.registers import ESTABLISHMENTS_2026, UNITS_2025, small

SIZE = 60_000


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulated")
    return simulate(SIZE, folder)


@pytest.fixture(scope="module")
def vintages(simulated):
    out = simulated[0].parent / "out"
    units, establishments, listed, _wages = simulated
    request = Request(
        source="sirene",
        vintage="2026-11",
        out=out,
        units=units,
        establishments=establishments,
        ess_list=listed,
    )
    build(request)
    return out


def ask(sql):
    return duckdb.connect().execute(sql).fetchall()


def columns(path):
    return [row[0] for row in ask(f"DESCRIBE SELECT * FROM '{path}'")]


def test_the_columns_are_those_of_the_genuine_files_and_a_mark(simulated):
    assert columns(simulated[0]) == [*UNITS_2025, "donneesSimulees"]
    assert columns(simulated[1]) == [*ESTABLISHMENTS_2026, "donneesSimulees"]
    for path in simulated:
        assert ask(f"SELECT DISTINCT donneesSimulees FROM '{path}'") == [(SIMULATED,)]


def test_every_name_says_that_it_is_simulated(simulated):
    names = "coalesce(denominationUniteLegale, nomUniteLegale)"
    assert ask(f"SELECT count(*) FROM '{simulated[0]}' WHERE {names} NOT LIKE '%SIMULÉ%'") == [(0,)]


def test_the_size_asked_for_and_the_same_draw_again(simulated, tmp_path):
    assert ask(f"SELECT count(*) FROM '{simulated[1]}'")[0][0] == pytest.approx(SIZE, rel=0.05)
    again = simulate(SIZE, tmp_path)
    for one, other in zip(simulated, again, strict=True):
        assert ask(f"FROM '{one}' EXCEPT FROM '{other}'") == []
    third = simulate(500, tmp_path / "other", seed=2, form="csv")
    assert [path.suffix for path in third] == [".csv"] * 4


def test_confidential_jobs_agree_with_public_bands(simulated):
    _units, establishments, _listed, wages = simulated
    bands = f"read_csv('{mapping_path('sirene', 'headcount_bands')}')"
    wrong = ask(
        f"""SELECT count(*) FROM '{wages}' AS w JOIN '{establishments}' AS e USING (siret)
        JOIN {bands} AS b ON b.code = e.trancheEffectifsEtablissement
        WHERE w.emplois < b.low OR w.emplois > b.high"""
    )
    assert wrong == [(0,)]
    employers = ask(f"SELECT count(*) FROM '{establishments}' WHERE caractereEmployeurEtablissement = 'O'")
    assert ask(f"SELECT count(*) FROM '{wages}'") == employers


def test_every_kind_is_of_a_form_of_the_tables():
    assert all(form("FR", kind.form) for kind in KINDS)
    declared = {column.name for column in source("sirene").columns["units"]}
    assert declared <= set(UNITS_2025)


def test_the_skews_are_near_those_of_the_published_figures(vintages):
    found = figures_of(vintages, "fr", "2026-11")
    weight = found.get("poids_emploi_total", perimeter="statistical").value
    associations = found.get("part_emplois", perimeter="statistical", segment="famille:association").value
    assert 0.06 < weight < 0.16
    assert 0.6 < associations < 0.95


def test_the_mark_goes_to_the_last_export(vintages):
    found = figures_of(vintages, "fr-reg-75", "2026-11")
    assert found.notice == SIMULATED
    assert json.loads(written(found, "json"))["mention"] == SIMULATED
    rows = list(csv.DictReader(io.StringIO(written(found, "csv"), newline="")))
    assert {row["mention"] for row in rows} == {SIMULATED}


def test_simulated_and_real_files_are_never_read_together(simulated, workshop):
    units, establishments = workshop.write(*small())
    with pytest.raises(TerreauError, match="ne se lisent pas ensemble"):
        workshop.build(units, establishments, ess_list=simulated[2])


@pytest.mark.parametrize("count", [0, -5])
def test_a_size_without_meaning(tmp_path, count):
    with pytest.raises(TerreauError, match="Il faut de un"):
        simulate(count, tmp_path)


def test_a_small_register_whose_list_names_nobody(workshop):
    units, establishments, listed, _secret = simulate(3, workshop.folder / "few")
    assert workshop.build(units, establishments, ess_list=listed).manifest["has_ess_list"]
