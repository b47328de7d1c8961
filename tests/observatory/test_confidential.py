"""Exact jobs and wages beside the register: in the vintage only protected, and masked on every way out."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections import defaultdict

import duckdb
import numpy as np
import pytest

from terreau.core.errors import TerreauError
from terreau.observatory.confidential import protected
from terreau.observatory.figures import figures_of, written
from terreau.observatory.releases import Former
from terreau.observatory.secrecy import protecting
from terreau.observatory.store import vintages
from tests.observatory.conftest import VINTAGE, Workshop, rows
from tests.observatory.registers import establishment, unit

POITIERS, CHATELLERAULT, LOUDUN, PARIS_1 = "86194", "86066", "86137", "75101"
NOTHING = Former()
HEADER = "siret,siren,emplois,masseSalariale"


def field(**changed):
    """A register of employers of the field, and what the State knows of each: siret → jobs and wages.

    Two cooperatives of Châtellerault: few; five of Poitiers. Associations everywhere; one has two sites in
    Loudun, which count as one.
    """
    sizes = {
        (POITIERS, "9220"): [3, 5, 8, 13, 21],
        (POITIERS, "5558"): [10, 11, 12, 14, 15],
        (CHATELLERAULT, "9220"): [4, 6, 9, 7],
        (CHATELLERAULT, "5558"): [17, 19],
        (LOUDUN, "9220"): [2, 6, 7],
        (PARIS_1, "9220"): [30, 31, 37],
        (PARIS_1, "5558"): [41, 43, 47],
    }
    units, establishments, known = [], [], {}
    number = 200_000_001
    for (commune, form), jobs in sizes.items():
        for count in jobs:
            siren = str(number)
            units.append(unit(siren, form, ess="O"))
            establishments.append(establishment(siren, commune, "11"))
            known[f"{siren}00011"] = (count, count * 31_013 + number % 97)
            number += 1
    siren = units[16]["siren"]
    establishments.append(establishment(siren, LOUDUN, "02", nic="00029", seat="false"))
    known[f"{siren}00029"] = (1, 30_011)
    return units, establishments, known | changed


def office_of(workshop):
    """Builds a vintage with what the State knows."""

    def build(units, establishments, known, **others):
        path = workshop.folder / "confidentiel.csv"
        lines = [f"{siret},{siret[:9]},{jobs},{wages}" for siret, (jobs, wages) in known.items()]
        path.write_text("\n".join([HEADER, *lines, ""]))
        return workshop.build(*workshop.write(units, establishments), confidential=path, **others)

    build.workshop = workshop
    return build


@pytest.fixture
def office(workshop):
    return office_of(workshop)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A vintage made once, with what only looks at it."""
    return office_of(Workshop(tmp_path_factory.mktemp("office")))(*field())


def figures(vintage, territory):
    return figures_of(vintage.folder.parent.parent, territory, VINTAGE)


def cells(vintage, measure="wages"):
    found = rows(
        vintage, "confidential", f"measure = '{measure}'", "territory, family, section, status, value"
    )
    return {(row[0], row[1], row[2]): (row[3], row[4]) for row in found}


CHATELLERAULT_COOPS = ("fr-com-86066", "cooperative", "*")


def test_what_is_masked_has_no_value_and_the_attacker_was_asked(built):
    told = cells(built)
    assert told[CHATELLERAULT_COOPS] == ("few", None)
    masked = {key for key, (status, _value) in told.items() if status != "published"}
    assert any(status == "secondary" for status, _value in told.values())
    assert all(value is None for key, (_status, value) in told.items() if key in masked)
    report = json.loads((built.folder / "secrecy.json").read_text("utf-8"))
    assert {measure: one["passed"] for measure, one in report["measures"].items()} == {
        "jobs": True,
        "wages": True,
    }
    assert report["perimeter"] == "statistical"


def test_contributors_are_legal_units_in_every_cell(built):
    found = rows(
        built,
        "confidential",
        "measure = 'jobs' AND section = '*' AND family = 'association' AND territory = 'fr-dep-86'",
        "units, value",
    )
    assert found == [(12, 3 + 5 + 8 + 13 + 21 + 4 + 6 + 9 + 7 + 2 + 6 + 7 + 1)]


def test_no_masked_value_is_anywhere_in_what_is_kept(built):
    _units, _establishments, known = field()
    coops = [known[f"{siren}00011"][1] for siren in ("200000015", "200000016")]
    secrets = {sum(coops), *coops}
    kept = [path for path in built.folder.parent.parent.rglob("*") if path.is_file()]
    assert any(path.suffix == ".parquet" and path.parent.name == ".published" for path in kept)
    for path in kept:
        content = path.read_bytes()
        if path.suffix == ".parquet":
            content = str(duckdb.connect().execute(f"FROM '{path}'").fetchall()).encode()
        for secret in secrets:
            assert str(secret).encode() not in content, path


def test_a_masked_figure_says_why_on_every_way_out(built):
    found = figures(built, "fr-com-86066")
    figure = found.get("masse_salariale", perimeter="statistical", segment="famille:cooperative")
    assert figure.masked
    assert figure.value is None
    assert "moins de trois" in figure.why
    asked = ("masse_salariale", "famille:cooperative", "statistical")
    told = [
        *json.loads(written(found, "json"))["chiffres"],
        *csv.DictReader(io.StringIO(written(found, "csv"), newline="")),
    ]
    shown = [row for row in told if (row["indicateur"], row["segment"], row["perimetre"]) == asked]
    assert len(shown) == 2
    for row in shown:
        assert not row["valeur"]
        assert not row["numerateur"]
        assert not row["borne_basse"]


def test_a_ratio_is_masked_with_any_of_its_parts(built):
    found = figures(built, "fr-com-86066")
    pay = found.get("salaire_par_emploi", perimeter="statistical", segment="famille:cooperative")
    share = found.get("part_emplois_exacts", perimeter="statistical", segment="famille:cooperative")
    assert pay.masked
    assert share.masked
    for territory in ("fr", "fr-dep-86", "fr-com-86066", "fr-com-86194"):
        by = {measure: cells(built, measure) for measure in ("jobs", "wages")}
        for figure in figures(built, territory).figures:
            if figure.id != "salaire_par_emploi" or figure.perimeter != "statistical":
                continue
            kind, _, key = figure.segment.partition(":")
            cell = (
                territory,
                key if kind == "famille" else "*",
                key if kind == "section" else "*",
            )
            parts = [by[measure].get(cell, ("published", 0.0))[1] for measure in ("wages", "jobs")]
            assert figure.masked == (None in parts)
            if not figure.masked and parts[1]:
                assert figure.value == pytest.approx(parts[0] / parts[1])


def test_the_other_perimeter_has_no_such_figure(built):
    found = figures(built, "fr")
    assert {one.perimeter for one in found.figures if one.id == "masse_salariale"} == {"statistical"}


# --- one month, published twice; one month after the other ------------------------------------------------

TREES = [{"F": ["d", "e"], "d": ["a", "b"], "e": ["c"]}]


def table(**changed):
    """Cells of a country of three communes and two families, margins included."""
    figures = {
        ("a", "x"): [20, 21, 22, 40],
        ("a", "y"): [30, 30, 31],
        ("b", "x"): [5, 60],
        ("b", "y"): [12, 13, 14, 15],
        ("c", "x"): [9, 9, 9],
        ("c", "y"): [50, 51, 52],
    } | {tuple(key.split("_")): each for key, each in changed.items()}
    inside = {"F": "abc", "d": "ab", "e": "c", "a": "a", "b": "b", "c": "c"}
    found = []
    for place, parts in inside.items():
        for families in ("x", "y", "xy"):
            each = [one for part in parts for family in families for one in figures[part, family]]
            if not each:
                continue
            family = "*" if len(families) > 1 else families
            for section in ("S", "*"):
                found.append((place, family, section, len(each), float(sum(each)), float(max(each)), -1))
    return found


def release(found, former=NOTHING):
    told, report = protected(found, TREES, former)
    assert report["passed"]
    return told


def as_former(told):
    return Former(
        {row[:3]: row[5] for row in told if row[3] == "published"},
        frozenset(row[:3] for row in told if row[3] != "published"),
    )


def statuses(told):
    return {row[:3]: row[3] for row in told}


def test_the_same_month_again_is_masked_the_same():
    first = release(table())
    assert statuses(first)["b", "x", "*"] == "few"
    assert release(table(), as_former(first)) == first


def drawn(seed):
    """Cells of the same country, of a few units each, of which some are in several places."""
    chance = np.random.default_rng(seed)
    units = [
        (one, place, family, section, int(value))
        for one, value in enumerate(np.ceil(chance.lognormal(3, 1, 40)))
        for place in chance.choice(list("abc"), chance.choice([1, 1, 2]), replace=False)
        for family, section in [(chance.choice(list("xy")), chance.choice(list("ST")))]
    ]
    inside = {"F": "abc", "d": "ab", "e": "c", "a": "a", "b": "b", "c": "c"}
    found = []
    for (place, parts), family, section in itertools.product(inside.items(), "xy*", "ST*"):
        each = defaultdict(int)
        for one, *codes, value in units:
            if codes[0] in parts and family in (codes[1], "*") and section in (codes[2], "*"):
                each[one] += value
        if each:
            sole = next(iter(each)) if len(each) == 1 else -1
            sums = float(sum(each.values())), float(max(each.values()))
            found.append((place, family, section, len(each), *sums, sole))
    return found


@pytest.mark.parametrize("exact_cells", [0, 300])
@pytest.mark.parametrize("seed", [2, 4, 6, 7])
def test_what_was_masked_for_others_is_no_secret_when_built_again(monkeypatch, exact_cells, seed):
    """Held for the secret of somebody, it would have to be kept from those who are alone, and could not."""
    monkeypatch.setattr(protecting, "EXACT_CELLS", exact_cells)
    first = release(drawn(seed))
    assert release(drawn(seed), as_former(first)) == first


def test_a_cell_masked_once_stays_masked_in_the_month():
    """A third employer, with the same total: published now, it would tell what the first release hid."""
    first = release(table())
    again = release(table(b_x=[5, 30, 30]), as_former(first))
    assert statuses(again)["b", "x", "*"] == "secondary"
    assert {key for key, status in statuses(again).items() if status == "published"} == set(
        as_former(first).told
    )


@pytest.mark.parametrize("changed", [{"c_y": [50, 51, 53]}, {"b_x": [5, 61]}, {"c_x": []}])
def test_a_published_value_that_changes_in_the_month_is_refused(changed):
    """The difference between the two releases would be of one employer."""
    first = release(table())
    with pytest.raises(TerreauError, match=r"^case territoire = ., famille = .*déjà été publié"):
        release(table(**changed), as_former(first))


def as_month_before(told):
    before = as_former(told)
    return Former(told_before=before.told, masked_before=before.masked)


@pytest.mark.parametrize("exact_cells", [0, 300])
def test_what_a_month_hides_the_next_does_not_tell(monkeypatch, exact_cells):
    """A third employer, with the same total: told now, it would be read in the place of the month before."""
    monkeypatch.setattr(protecting, "EXACT_CELLS", exact_cells)
    before = as_month_before(release(table()))
    assert "published" not in {
        statuses(release(table(b_x=[5, 30, 30]), before))[key] for key in before.masked_before
    }
    assert set(statuses(release(table(b_x=[5, 30, 30]))).values()) == {"published"}


@pytest.mark.parametrize("exact_cells", [0, 300])
def test_what_a_month_tells_hides_nothing_in_the_next_at_the_same_value(monkeypatch, exact_cells):
    monkeypatch.setattr(protecting, "EXACT_CELLS", exact_cells)
    gone, former = table(b_x=[5, 60]), release(table(b_x=[5, 30, 31]))
    before = as_month_before(former)
    same = {row[:3] for row in gone if before.told_before.get(row[:3]) == row[4]}
    assert len(same) > 6
    hidden = [
        {key for key, status in statuses(release(gone, one)).items() if status == "secondary"}
        for one in (NOTHING, before)
    ]
    assert hidden[0] & same
    assert not hidden[1] & same


def test_a_month_that_the_one_before_tells_too_much_of_is_published_and_says_so():
    """A third employer gone: of all the cells that could hide the two left, none has another value."""
    first = release(table(b_x=[5, 30, 30]))
    gone = table(b_x=[5, 60])
    told, report = protected(gone, TREES, as_month_before(first))
    assert statuses(told)["b", "x", "*"] == "few"
    assert report["passed"]
    assert report["told_before"] == 0
    assert protected(table(), TREES, as_month_before(release(table())))[1]["told_before"] > 0


def test_the_state_of_the_releases_is_kept_whole(office, monkeypatch):
    office(*field())
    kept = office.workshop.out / ".published" / f"{VINTAGE}.parquet"
    before = kept.read_bytes()
    assert office(*field()).name == VINTAGE
    assert kept.read_bytes() == before

    def stopped(path, content):
        raise OSError(28, "full")

    monkeypatch.setattr("terreau.observatory.releases.write_atomically", stopped)
    with pytest.raises(TerreauError, match="plus de place"):
        office(*field())
    assert kept.read_bytes() == before
    with pytest.raises(TerreauError, match="autre découpage"):
        office(*field(), nomenclature="naf2025")
    assert vintages(office.workshop.out) == [VINTAGE]


# --- files that cannot be read ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("siret", "known", "told"),
    [
        ("20000001500011", (-1, 10), "négatif"),
        ("20000001500011", ("beaucoup", 10), "ne se lit pas"),
        ("20000001500011", ("nan", 10), "ne se lit pas"),
        ("20000001500011", (1, "inf"), "ne se lit pas"),
        ("2000000150001X", (1, 10), "2000000150001X"),
    ],
)
def test_a_line_that_cannot_be_read(office, siret, known, told):
    with pytest.raises(TerreauError, match=told):
        office(*field(**{siret: known}))
    assert vintages(office.workshop.out) == []


def test_a_file_without_a_measure(office, tmp_path):
    path = tmp_path / "vide.csv"
    path.write_text("siret\n20000001500011\n")
    units, establishments, _known = field()
    with pytest.raises(TerreauError, match="aucune des colonnes"):
        office.workshop.build(*office.workshop.write(units, establishments), confidential=path)


def test_a_simulated_file_beside_a_genuine_register(office, tmp_path):
    path = tmp_path / "simule.csv"
    path.write_text("siret,emplois,donneesSimulees\n20000001500011,3,données simulées\n")
    units, establishments, _known = field()
    with pytest.raises(TerreauError, match="ne se lisent pas ensemble"):
        office.workshop.build(*office.workshop.write(units, establishments), confidential=path)
