"""The register of another State that tells exact jobs and wages: they leave it only protected."""

from __future__ import annotations

import csv
import io
import json
import re

import duckdb
import pytest

from terreau.core.errors import TerreauError
from terreau.observatory import labels
from terreau.observatory.build import build
from terreau.observatory.engine import Engine
from terreau.observatory.figures import figures_of, written
from terreau.observatory.landing import Request
from terreau.observatory.store import vintages
from terreau.observatory.verify import verify
from terreau.project.cli import main
from tests.observatory.conftest import rows
from tests.observatory.test_generic import MAPPING, Abroad

VINTAGE = "2026-11"
TERRITORIES = """code,places,kind,name,population,parent
ml,,country,Mali,20000000,
ml-r1,,region,Région inventée,500000,ml
ml-r2,,region,Autre région inventée,300000,ml
ml-c1,C1,commune,Cercle un,40000,ml-r1
ml-c2,C2,commune,Cercle deux,,ml-r1
ml-c3,C3,commune,Cercle trois,,ml-r2
"""
HEADER = ("Numéro", "Forme", "Activité", "Établissement", "Cercle", "Effectif", "Salaires versés")
# Jobs of each unit, by place, form and activity. Two cooperatives of Cercle deux rear cattle: few.
FIELD = {
    ("C1", "COOP-CA", "0111"): [703, 811, 907, 1009],
    ("C1", "association", "0111"): [211, 223, 227],
    ("C1", "COOP-CA", "0145"): [307, 311, 313],
    ("C2", "COOP-CA", "0111"): [401, 409, 419],
    ("C2", "COOP-CA", "0145"): [1613, 1721],
    ("C2", "association", "0145"): [503, 509, 521],
    ("C3", "COOP-CA", "0111"): [601, 607, 613],
    ("C3", "association", "0145"): [127, 131, 139],
}
FEW = ("ml-c2", "cooperative", "AB")


class Office(Abroad):
    """Builds a vintage of the register of a State; `rows` and `mapping` may be changed before."""

    def __init__(self, folder):
        super().__init__(folder)
        self.territories = TERRITORIES
        self.header = HEADER
        self.rows = [
            (f"RC-{number}", form, activity, "1", place, str(jobs), str(wages_of(jobs)))
            for number, (place, form, activity, jobs) in enumerate(
                ((*where, jobs) for where, each in FIELD.items() for jobs in each), start=1
            )
        ]
        # A second site of the first unit, where it is: one contributor.
        self.rows.append(("RC-1", "COOP-CA", "0111", "2", "C1", "7", str(wages_of(7))))
        self.mapping = MAPPING | {
            "bands": {},
            "seat": [],
            "units": {"id": "Numéro", "form": "Forme", "activity": "Activité"},
            "establishments": {
                "unit": "Numéro",
                "id": "Établissement",
                "place": "Cercle",
                "activity": "Activité",
                "size": "Effectif",
                "wages": "Salaires versés",
            },
        }

    def change(self, number, **columns):
        """Write other values in the row of a unit, by the names of the header."""
        at = next(rank for rank, row in enumerate(self.rows) if row[0] == f"RC-{number}")
        told = dict(zip(self.header, self.rows[at], strict=True)) | columns
        self.rows[at] = tuple(told.values())


def wages_of(jobs):
    return jobs * 71_003 + 13


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A vintage made once, with what only looks at it."""
    return Office(tmp_path_factory.mktemp("office")).build(VINTAGE)


def cells(vintage, measure="wages"):
    found = rows(
        vintage, "confidential", f"measure = '{measure}'", "territory, family, section, status, value"
    )
    return {(row[0], row[1], row[2]): (row[3], row[4]) for row in found}


def figures(vintage, territory):
    return figures_of(vintage.folder.parent.parent, territory, VINTAGE)


# --- What comes out ---------------------------------------------------------------------------------------


def test_both_measures_are_protected_with_all_their_margins(built):
    for measure, of in (("jobs", lambda jobs: jobs), ("wages", wages_of)):
        told = cells(built, measure)
        assert told[FEW] == ("few", None)
        assert sum(status == "secondary" for status, _value in told.values()) > 0
        everyone = [of(jobs) for each in FIELD.values() for jobs in each] + [of(7)]
        assert told["ml", "*", "*"] == ("published", sum(everyone))
        here = [of(jobs) for where in FIELD if where[0] == "C1" for jobs in FIELD[where]] + [of(7)]
        assert told["ml-c1", "*", "*"] == ("published", sum(here))
    report = json.loads((built.folder / "secrecy.json").read_text("utf-8"))
    assert {name: one["passed"] for name, one in report["measures"].items()} == {"jobs": True, "wages": True}


def test_sites_of_a_unit_are_one_contributor(built):
    found = rows(
        built,
        "confidential",
        "measure = 'jobs' AND territory = 'ml-c1' AND family = 'cooperative' AND section = 'A'",
        "status, units, value",
    )
    assert found in ([("published", 4, 703 + 811 + 907 + 1009 + 7)], [("secondary", None, None)])
    found = rows(
        built,
        "confidential",
        "measure = 'jobs' AND territory = 'ml' AND family = '*' AND section = '*'",
        "units",
    )
    assert found == [(sum(len(each) for each in FIELD.values()),)]


def test_figures_have_the_words_of_the_country(built):
    found = figures(built, "ml")
    jobs = found.get("emplois_exacts", perimeter="national")
    wages = found.get("masse_salariale", perimeter="national")
    pay = found.get("salaire_par_emploi", perimeter="national")
    assert pay.value == wages.value / jobs.value
    assert (jobs.unit, wages.unit, pay.unit) == ("emplois", "monnaie", "monnaie par emploi")
    assert jobs.on == "2026-11-01"
    assert jobs.why == labels.SECRET["published"]
    assert not jobs.estimated
    share = found.get("part_emplois_exacts", perimeter="national", segment="section:AB")
    assert share.segment_label == "élevage"
    assert found.source == MAPPING["label"]
    assert found.get("emplois", perimeter="national").masked


def test_a_masked_figure_says_why_on_every_way_out(built):
    found = figures(built, "ml-c2")
    told = [
        *json.loads(written(found, "json"))["chiffres"],
        *csv.DictReader(io.StringIO(written(found, "csv"), newline="")),
    ]
    by = cells(built, "jobs")
    hidden = [
        f"section:{section}"
        for (place, family, section), (status, _value) in by.items()
        if place == "ml-c2" and family == "*" and section != "*" and status != "published"
    ]
    hidden += [
        f"famille:{family}"
        for (place, family, section), (status, _value) in by.items()
        if place == "ml-c2" and family != "*" and section == "*" and status != "published"
    ]
    assert hidden
    for row in told:
        if row["indicateur"] in ("emplois_exacts", "salaire_par_emploi") and row["segment"] in hidden:
            assert not row["valeur"]
            assert not row["numerateur"]
            assert "secret statistique" in row["motif"]


# --- What does not ----------------------------------------------------------------------------------------


def values_in(folder):
    """Every value of every file that is kept, and the bytes of those that are not tables."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        if path.suffix == ".parquet":
            with duckdb.connect() as connection:
                for row in connection.execute(f"FROM '{path}'").fetchall():
                    yield from ((path.name, value) for value in row)
        else:
            yield path.name, path.read_text(errors="replace")


def holds(value, secret):
    if isinstance(value, int | float):
        return value == secret
    return re.search(rf"(?<![\w.]){secret}(?![\w.])", str(value)) is not None


def test_no_exact_size_is_in_any_file_of_the_vintage(built):
    """Of one establishment, of one unit, of a masked cell: neither the value nor what it is squared."""
    secrets = {one for each in FIELD.values() for jobs in each for one in (jobs, wages_of(jobs), jobs**2)}
    hidden = [key for key, (status, _value) in cells(built, "jobs").items() if status != "published"]
    assert FEW in hidden
    secrets |= {1613 + 1721, wages_of(1613) + wages_of(1721)}
    kept = list(values_in(built.folder.parent.parent))
    assert {name for name, _value in kept} >= {"cells.parquet", "territory_cells.parquet", "manifest.json"}
    found = {(name, secret) for name, value in kept for secret in secrets if holds(value, secret)}
    assert found == set()


def test_without_exact_jobs_the_counts_still_hold_no_size(office):
    """Bands that are not public are in no file either: who reads the tables is not who reads the pages."""
    office.mapping |= {"bands": {"49 à 4813": [49, 4813]}}
    del office.mapping["establishments"]["wages"]
    office.change(1, Effectif="49 à 4813")
    vintage = office.build(VINTAGE)
    assert "confidential" not in vintage.manifest["tables"]
    assert rows(vintage, "concentration") == []
    sizes = "sum(employers), sum(jobs_low), sum(jobs_high), sum(jobs), sum(open_sizes)"
    assert rows(vintage, "territory_cells", columns=sizes) == [(0, 0, 0, 0, 0)]


@pytest.mark.parametrize("written", ["1613,5", "1 613", "-1613"])
def test_a_size_that_cannot_be_read_is_not_repeated(office, written):
    office.change(17, Effectif=written)
    vintage = office.build(VINTAGE)
    (found,) = rows(vintage, "rejects", "kind = 'establishment'")
    assert found[1] == "RC-17 1"
    assert found[2] in ("effectif illisible", "effectif négatif")


# --- A register that cannot be read -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("-31", "masse salariale négative"),
        ("beaucoup", "masse salariale illisible"),
        ("12,5", "masse salariale illisible"),
        ("nan", "masse salariale illisible"),
        ("1e400", "masse salariale illisible"),
        ("9" * 40, "masse salariale illisible"),
    ],
)
def test_a_wage_that_is_not_one_is_a_row_with_its_reason(office, written, reason):
    office.change(1, **{"Salaires versés": written})
    vintage = office.build(VINTAGE)
    assert rows(vintage, "rejects", columns="row_id, reason") == [("RC-1 1", reason)]
    told = cells(vintage, "jobs")["ml", "*", "*"]
    assert told[1] == sum(jobs for each in FIELD.values() for jobs in each) - 703 + 7


def test_a_turnover_that_is_not_one_is_a_row_with_its_reason(office):
    office.header = (*HEADER, "CA")
    office.rows = [(*row, row[5]) for row in office.rows]
    office.mapping["establishments"] |= {"turnover": "CA"}
    office.change(1, CA="-1")
    vintage = office.build(VINTAGE)
    assert rows(vintage, "rejects", columns="reason") == [("chiffre d’affaires négatif",)]
    assert cells(vintage, "turnover")["ml-c3", "*", "*"][0] == "published"


def test_an_establishment_written_twice_is_not_counted(office):
    office.rows.append(office.rows[3])
    vintage = office.build(VINTAGE)
    assert (
        rows(vintage, "rejects", columns="row_id, reason")
        == [("RC-4 1", "établissement écrit plusieurs fois")] * 2
    )


def test_wages_that_are_all_text_stop_everything(office):
    office.rows = [(*row[:-1], "beaucoup") for row in office.rows]
    with pytest.raises(TerreauError, match="masse salariale illisible"):
        office.build(VINTAGE)
    assert vintages(office.folder / "out") == []


def test_wages_that_nobody_gives_have_no_figure(office):
    office.rows = [(*row[:-1], "") for row in office.rows]
    vintage = office.build(VINTAGE)
    assert {row[0] for row in rows(vintage, "confidential", columns="measure")} == {"jobs"}
    assert figures(vintage, "ml").get("emplois_exacts", perimeter="national").value > 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"wages": "Salaires"}, "Il manque la colonne «.Salaires.»"),
        ({"salaires": "Salaires versés"}, "Clé inconnue.*establishments.salaires"),
    ],
)
def test_a_mapping_that_names_what_is_not_there(office, change, words):
    office.mapping["establishments"] |= change
    with pytest.raises(TerreauError, match=words):
        office.build(VINTAGE)


def test_a_word_in_the_place_of_true_publishes_nothing(office):
    office.mapping["size_public"] = "false"
    with pytest.raises(TerreauError, match=r"size_public.*sans guillemets"):
        office.build(VINTAGE)


def test_sizes_that_are_public_leave_only_wages_to_protect(office):
    office.mapping["size_public"] = True
    vintage = office.build(VINTAGE)
    assert {row[0] for row in rows(vintage, "confidential", columns="measure")} == {"wages"}
    assert not figures(vintage, "ml").get("emplois", perimeter="national").masked


# --- Released once, then again ------------------------------------------------------------------------------


def test_the_same_month_cut_in_another_way_is_refused(office):
    office.build(VINTAGE)
    office.build(VINTAGE)
    office.mapping["sections"] = {"A": {"label": "agriculture et élevage", "prefixes": ["01"]}}
    with pytest.raises(TerreauError, match="déjà été publié"):
        office.build(VINTAGE)


def test_a_measure_that_is_not_told_any_more_is_refused(office):
    office.build(VINTAGE)
    office.rows = [(*row[:-1], "") for row in office.rows]
    with pytest.raises(TerreauError, match="déjà été publié"):
        office.build(VINTAGE)


# --- The command --------------------------------------------------------------------------------------------


def test_the_command_from_the_register_to_the_figures(office, capsys):
    office.build("2026-10")
    given = ["--units", str(office.folder / "registre.csv"), "--mapping", str(office.folder / "mapping.json")]
    out = ["--out", str(office.folder / "out")]
    asked = ["observatory", "build", "--source", "generic", "--vintage", VINTAGE, *given, *out]
    assert main([*asked, "--no-package"]) == 0
    assert main(["observatory", "verify", str(office.folder / "out")]) == 0
    told = capsys.readouterr().out
    assert "aucun effectif non public n’est dans les comptes\u00a0: bon" in told
    assert "aucune case masquée ne porte de valeur\u00a0: bon" in told
    where = ["--territory", "ml-r2", "--vintage", VINTAGE, "--dir", str(office.folder / "out")]
    assert main(["observatory", "figures", *where, "--format", "csv"]) == 0
    rows_ = list(csv.DictReader(io.StringIO(capsys.readouterr().out, newline="")))
    known = {row["indicateur"]: row for row in rows_ if not row["segment"]}
    assert float(known["emplois_exacts"]["valeur"]) == 601 + 607 + 613 + 127 + 131 + 139
    assert main([*asked, "--confidential", str(office.folder / "registre.csv")]) == 1
    told = capsys.readouterr().err
    assert "à côté de Sirene" in told
    assert "«\u00a0wages\u00a0»" in told


def test_a_cluster_does_not_protect(office, monkeypatch):
    monkeypatch.setattr("terreau.observatory.spark.SparkEngine", lambda *given, master: Engine(*given))
    office.build("2026-10")
    request = Request(
        source="generic",
        vintage=VINTAGE,
        out=office.folder / "out",
        units=office.folder / "registre.csv",
        mapping=office.folder / "mapping.json",
        spark="local[2]",
    )
    with pytest.raises(TerreauError, match="que sur cette machine"):
        build(request)
    assert vintages(request.out) == ["2026-10"]


def test_a_vintage_with_sizes_in_clear_does_not_pass(office):
    """Those built before sizes were left at the door hold them, and had better be built anew."""
    office.mapping["size_public"] = True
    vintage = office.build(VINTAGE)
    manifest = json.loads((vintage.folder / "manifest.json").read_text())
    manifest["source"]["size_public"] = False
    (vintage.folder / "manifest.json").write_text(json.dumps(manifest))
    bad = [line.text for line in verify(office.folder / "out") if not line.sound]
    assert bad == ["aucun effectif non public n’est dans les comptes"]
