"""The data package of a vintage: whole, described, the figures of elsewhere, nothing secret in it."""

from __future__ import annotations

import pytest

from terreau.core.errors import TerreauError
from terreau.observatory.figures import figures_of
from terreau.observatory.package.making import make, package_of
from terreau.observatory.store import SIMULATED, open_vintage
from terreau.project.cli import main
from tests.observatory.datapackages import Package, check_description, check_tables
from tests.observatory.test_generic import MAPPING, TERRITORIES, Abroad

GROUPED = TERRITORIES.replace("Cercle un,40000,ml-r1", "Cercle un,40000,ml-g1") + (
    "ml-g1,,grouping,Groupement inventé,,ml-r1\n"
)


@pytest.fixture
def abroad(tmp_path):
    one = Abroad(tmp_path)
    one.mapping |= {"size_public": True, "whole_economy": True}
    one.territories = GROUPED
    return one


def packed(abroad):
    abroad.build()
    return Package(make(abroad.folder / "out", "2026-11"))


def test_it_is_a_data_package(abroad):
    package = packed(abroad)
    check_description(package.description)
    check_tables(package)
    assert package.description["name"] == "ess-ml-2026-11"
    assert package.description["sources"] == [{"title": MAPPING["label"]}]
    assert package.description["simulated"] is False


def test_parquet_is_the_same_in_another_form(abroad, tmp_path):
    package = packed(abroad)
    for name in package.tables:
        key = package.resources[name]["schema"]["primaryKey"]
        both = [
            sorted(rows, key=lambda row: [row[column] for column in key])
            for rows in (package.rows(name), package.parquet(name, tmp_path))
        ]
        assert both[0] == both[1], name


def test_its_figures_are_those_of_each_territory(abroad):
    package = packed(abroad)
    told = {
        (row["territoire"], row["indicateur"], row["famille"], row["secteur"]): row
        for row in package.rows("chiffres")
    }
    assert {key[0] for key in told} == {"ml", "ml-r1", "ml-g1", "ml-c1", "ml-c2"}
    assert {key[2:] for key in told if key[0] == "ml-c1"} == {("total", "total")}, "the first ones only"
    for code in ("ml", "ml-g1", "ml-c1"):
        figures = {}
        for figure in figures_of(abroad.folder / "out", code, "2026-11").figures:
            kind, _, segment = figure.segment.partition(":")
            family = segment if kind == "famille" else "total"
            section = (segment or "inconnu") if kind == "section" else "total"
            figures[code, figure.id, family, section] = figure
        mine = {key: row for key, row in told.items() if key[0] == code}
        assert mine.keys() <= figures.keys()
        assert code == "ml-c1" or mine.keys() == figures.keys()
        for key, row in mine.items():
            assert (row["valeur"], row["borne_haute"]) == (figures[key].value, figures[key].high)
            assert row["date"].isoformat() == figures[key].on
            assert (row["valeur"] is None) == bool(row["motif"])


def test_its_counts_are_those_of_each_commune(abroad):
    package = packed(abroad)
    counts = {
        (row["territoire"], row["perimetre"]): row
        for row in package.rows("comptes")
        if (row["famille"], row["secteur"]) == ("total", "total")
    }
    for code in ("ml", "ml-r1", "ml-c1", "ml-c2"):
        found = figures_of(abroad.folder / "out", code, "2026-11")
        row = counts[code, "national"]
        for column, name in (
            ("etablissements", "etablissements"),
            ("structures", "structures"),
            ("employeurs", "employeurs"),
            ("emplois", "emplois"),
            ("creations", "creation"),
        ):
            assert row[column] == found.get(name, perimeter="national").value, (code, column)
        jobs = found.get("emplois", perimeter="national")
        assert (row["emplois_min"], row["emplois_max"]) == (jobs.low, jobs.high)
        whole = found.get("etablissements", perimeter="national").denominator
        assert counts[code, "ensemble"]["etablissements"] == whole


def test_families_and_sections_add_up_to_the_total(abroad):
    rows = packed(abroad).rows("comptes")
    of_field = [row for row in rows if row["perimetre"] == "national"]
    for code in {row["territoire"] for row in of_field}:
        mine = [row for row in of_field if row["territoire"] == code]
        total = next(row for row in mine if row["famille"] == row["secteur"] == "total")
        for axis, other in (("famille", "secteur"), ("secteur", "famille")):
            parts = [row for row in mine if row[axis] != "total" and row[other] == "total"]
            assert sum(row["etablissements"] for row in parts) == total["etablissements"]
        inner = [row for row in mine if "total" not in (row["famille"], row["secteur"])]
        assert sum(row["etablissements"] for row in inner) == total["etablissements"]


def test_a_register_of_which_nobody_is_known_to_be_in_the_field(abroad):
    abroad.rows = [(row[0], "forme d’ailleurs", *row[2:]) for row in abroad.rows]
    abroad.build()
    check_tables(Package(make(abroad.folder / "out", "2026-11")))


def test_a_commune_names_the_grouping_that_holds_it(abroad):
    places = {row["territoire"]: row for row in packed(abroad).rows("territoires")}
    assert places["ml-c1"]["groupement"] == "ml-g1"
    assert places["ml-c2"]["groupement"] is None
    assert (places["ml"]["parent"], places["ml"]["population"]) == (None, 20_000_000)


def test_what_is_not_public_is_in_no_file_of_it(abroad):
    abroad.mapping["size_public"] = False
    abroad.rows[0] = (*abroad.rows[0][:5], "48613", *abroad.rows[0][6:])
    package = packed(abroad)
    check_tables(package)
    for row in package.rows("comptes"):
        sizes = ("employeurs", "emplois", "emplois_min", "emplois_max", "effectif_inconnu")
        assert [row[column] for column in sizes] == [None] * 5
        assert row["masque"]
        assert "non publics" in row["motif"]
    masked = [row for row in package.rows("chiffres") if row["masque"]]
    assert masked
    for row in masked:
        values = ("valeur", "borne_basse", "borne_haute", "numerateur", "denominateur")
        assert [row[column] for column in values] == [None] * 5
        assert row["motif"]
    assert "48613" not in package.everything()


def test_simulated_data_say_so_in_every_file_that_holds_a_figure(abroad):
    abroad.header = (*abroad.header, "donneesSimulees")
    abroad.rows = [(*row, SIMULATED) for row in abroad.rows]
    package = packed(abroad)
    assert package.description["simulated"] is True
    for text in (package.description["title"], package.text("LISEZMOI.md")):
        assert "données simulées" in text
    for name in ("comptes", "chiffres"):
        assert {row["mention"] for row in package.rows(name)} == {"données simulées"}


def test_the_same_vintage_gives_the_same_archive(abroad):
    abroad.build()
    first = make(abroad.folder / "out", "2026-11").read_bytes()
    assert make(abroad.folder / "out", "2026-11").read_bytes() == first


def test_a_vintage_built_anew_does_not_serve_the_package_of_the_former(abroad):
    root = abroad.folder / "out"
    former = make(root, abroad.build().name)
    assert package_of(root, open_vintage(root, "2026-11")) == former
    abroad.rows = abroad.rows[:2]
    vintage = abroad.build()
    assert package_of(root, vintage) is None
    made = make(root, "2026-11")
    assert [path.name for path in (root / "packages").glob("*.zip")] == [made.name]
    assert package_of(root, vintage) == made


def test_a_package_that_fails_leaves_the_former_one(abroad):
    root = abroad.folder / "out"
    former = make(root, abroad.build().name)
    vintage = open_vintage(root, "2026-11")
    vintage.path("territory_cells").write_bytes(b"PAR1 broken")
    with pytest.raises(TerreauError, match="Parquet"):
        make(root, "2026-11")
    assert package_of(root, vintage) == former
    assert not (root / "packages" / ".draft").exists()


def test_what_a_killed_one_left_does_no_harm(abroad):
    root = abroad.folder / "out"
    first = make(root, abroad.build().name).read_bytes()
    (root / "packages" / ".draft").mkdir()
    (root / "packages" / ".draft" / "comptes.csv").write_text("half of a")
    assert make(root, "2026-11").read_bytes() == first
    assert not (root / "packages" / ".draft").exists()


def test_the_command_makes_the_newest_by_default(abroad, capsys):
    abroad.build()
    assert main(["observatory", "package", "--dir", str(abroad.folder / "out")]) == 0
    assert "ess-ml-2026-11-" in capsys.readouterr().out


def test_the_site_s_kept_pages_are_renewed(abroad, monkeypatch, tmp_path):
    """They were made when there was nothing to download."""
    monkeypatch.setenv("TERREAU_HOME", str(tmp_path / "home"))
    abroad.build()
    (tmp_path / "home" / "observatory").mkdir(parents=True)
    (abroad.folder / "out").rename(tmp_path / "home" / "observatory" / "ml")
    assert main(["observatory", "package"]) == 0
    assert (tmp_path / "home" / "content-stamp").exists()


def test_the_command_says_what_is_missing(tmp_path, capsys):
    assert main(["observatory", "package", "--dir", str(tmp_path)]) != 0
    assert "aucun millésime" in capsys.readouterr().err
