"""A made-up register of an OHADA country, read through a mapping file."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from terreau.core.errors import TerreauError
from terreau.observatory import labels
from terreau.observatory.build import build
from terreau.observatory.figures import figures_of
from terreau.observatory.generic import read_mapping
from terreau.observatory.landing import Request
from terreau.observatory.store import open_vintage
from terreau.project.cli import main
from tests.observatory.conftest import rows

MAPPING = {
    "country": "ML",
    "label": "Registre inventé des sociétés coopératives",
    "territories": "territoires.csv",
    "units": {"id": "Numéro RSC", "form": "Forme", "activity": "Activité"},
    "establishments": {
        "unit": "Numéro RSC",
        "id": "Établissement",
        "place": "Cercle",
        "activity": "Activité",
        "size": "Effectif",
        "created": "Créée le",
        "closed": "Radiée le",
        "seat": "Siège",
    },
    "date_format": "%d/%m/%Y",
    "nomenclature": "inventée",
    "forms": {"Coop. simplifiée": "ohada-scoops"},
    "seat": ["oui"],
    "bands": {"10 à 49": [10, 49], "50 et plus": [50, None]},
    "sections": {
        "A": {"label": "agriculture", "prefixes": ["01", "02"]},
        "AB": {"label": "élevage", "prefixes": ["014"]},
    },
}
TERRITORIES = """code,places,kind,name,population,parent
ml,,country,Mali,20000000,
ml-r1,,region,Région inventée,500000,ml
ml-c1,C1 C1bis,commune,Cercle un,40000,ml-r1
ml-c2,C2,commune,Cercle deux,,ml-r1
"""
HEADER = (
    "Numéro RSC",
    "Forme",
    "Activité",
    "Établissement",
    "Cercle",
    "Effectif",
    "Créée le",
    "Radiée le",
    "Siège",
)
ROWS = [
    ("RSC-1", "Coop. simplifiée", "0111", "1", "C1", "12", "05/03/2015", "", "oui"),
    ("RSC-1", "Coop. simplifiée", "0111", "2", "C2", "10 à 49", "01/02/2026", "", "non"),
    ("RSC-2", "COOP-CA", "0145", "1", "C1bis", "50 et plus", "05/03/2023", "", "oui"),
    ("RSC-3", "association", "94", "1", "C2", "", "05/03/2015", "01/06/2026", "oui"),
    ("RSC-4", "forme d’ailleurs", "94", "1", "C2", "3", "05/03/2015", "", "oui"),
]


class Abroad:
    def __init__(self, folder):
        self.folder = folder
        self.mapping = dict(MAPPING)
        self.territories = TERRITORIES
        self.header = HEADER
        self.rows = list(ROWS)

    def build(self, vintage="2026-11", **others):
        register = self.folder / "registre.csv"
        with register.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerows([self.header, *self.rows])
        (self.folder / "territoires.csv").write_text(self.territories, encoding="utf-8")
        mapping = self.folder / "mapping.json"
        mapping.write_text(json.dumps(self.mapping), encoding="utf-8")
        out = self.folder / "out"
        build(Request(source="generic", vintage=vintage, out=out, units=register, mapping=mapping, **others))
        return open_vintage(out, vintage)

    def figures(self, code="ml"):
        return figures_of(self.folder / "out", code, "2026-11")


@pytest.fixture
def abroad(tmp_path):
    return Abroad(tmp_path)


def test_the_country_s_own_rules_decide(abroad):
    vintage = abroad.build()
    decided = {
        row[0]: row[1:] for row in rows(vintage, "decisions", columns="form, national_answer, national_rule")
    }
    assert decided["ohada-scoops"][0] == decided["ohada-coop-ca"][0] == "oui"
    assert decided["ml-association"][0] == "oui"
    assert decided["forme d’ailleurs"] == ("indetermine", "forme-inconnue")
    assert vintage.manifest["perimeters"] == ["national"]


def test_counts_dates_sections_and_sizes(abroad):
    abroad.mapping["size_public"] = True
    vintage = abroad.build()
    cells = {
        (row[0], row[1]): row[2:]
        for row in rows(
            vintage,
            "territory_cells",
            "territory LIKE 'ml-c%' AND section <> ''",
            "territory, section, establishments, units, jobs_low, jobs_high, open_sizes, created, cohort",
        )
    }
    assert cells == {
        ("ml-c1", "A"): (1, 1, 12, 12, 0, 0, 0),
        ("ml-c1", "AB"): (1, 1, 50, 50, 1, 0, 1),
        ("ml-c2", "A"): (1, 0, 10, 49, 0, 1, 0),
    }
    whole = rows(vintage, "territory_cells", "territory = 'ml'", "establishments, closed")
    assert sum(row[0] for row in whole) == 4
    assert sum(row[1] for row in whole) == 1


def test_exact_sizes_of_a_state_are_not_shown_before_they_are_protected(abroad):
    abroad.build()
    found = abroad.figures()
    for name in ("emplois", "employeurs", "top5", "densite_etab", "krugman"):
        figure = found.get(name, perimeter="national")
        assert (figure.value, figure.numerator, figure.low, figure.masked) == (None, None, None, True)
    jobs = found.get("emplois", perimeter="national")
    assert jobs.why == labels.CONFIDENTIAL
    # How many are of unknown size, of 10 000 and more, or employers at all, is of the same column.
    assert "sans effectif connu" not in jobs.note
    assert "10\u00a0000" not in jobs.note
    for figure in found.figures:
        assert not figure.masked or (figure.note != labels.FEW and figure.why == labels.CONFIDENTIAL), figure
    assert found.get("structures", perimeter="national").value == 2


@pytest.mark.parametrize("public", [(False, True), (True, False), (False, False)])
def test_what_was_not_public_in_one_month_is_not_found_from_the_other(abroad, public):
    for vintage, is_public in zip(("2025-11", "2026-11"), public, strict=True):
        abroad.mapping["size_public"] = is_public
        abroad.build(vintage)
    found = figures_of(abroad.folder / "out", "ml", "2026-11", since="2025-11")
    for figure in found.figures:
        if figure.id in ("croissance", "tcam") and figure.segment in ("de:emplois", "de:employeurs"):
            assert (figure.value, figure.numerator, figure.denominator) == (None, None, None), figure
            assert figure.masked


def test_sizes_said_to_be_public_are_shown(abroad):
    abroad.mapping["size_public"] = True
    abroad.build()
    jobs = abroad.figures("ml-c1").get("emplois", perimeter="national")
    assert (jobs.value, jobs.low, jobs.high) == (62, 62, None)


def test_a_register_of_the_field_alone_gives_no_share_of_the_economy(abroad):
    abroad.build()
    assert not [figure for figure in abroad.figures().figures if figure.id.startswith("poids")]
    abroad.mapping |= {"whole_economy": True, "size_public": True}
    abroad.build()
    assert [figure.id for figure in abroad.figures().figures if figure.id.startswith("poids")] == [
        "poids_emploi_total"
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("RSC-1", "Coop. simplifiée", "0111", "9", "C1", "-3", "", "", "non"), "effectif négatif : -3"),
        (
            ("RSC-1", "Coop. simplifiée", "0111", "9", "C1", "beaucoup", "", "", "non"),
            "effectif illisible : beaucoup",
        ),
        (
            ("RSC-1", "Coop. simplifiée", "0111", "9", "C1", "", "31/02/2020", "", "non"),
            "date de création illisible : 31/02/2020",
        ),
        (
            ("RSC-1", "Coop. simplifiée", "0111", "9", "C9", "1", "", "", "non"),
            "commune inconnue au millésime : C9",
        ),
        (("", "COOP-CA", "0111", "9", "C1", "1", "", "", "non"), "unité absente : (vide)"),
    ],
)
def test_what_cannot_be_counted_is_kept_with_its_reason(abroad, row, reason):
    abroad.mapping["size_public"] = True
    abroad.rows += [(f"RSC-{n}", "COOP-CA", "0111", "1", "C1", "1", "", "", "oui") for n in range(10, 30)]
    abroad.rows.append(row)
    vintage = abroad.build()
    assert reason in {found[2] for found in rows(vintage, "rejects", "kind = 'establishment'")}


def test_a_unit_written_in_two_ways_is_not_counted_twice(abroad):
    abroad.rows += [(f"RSC-{n}", "COOP-CA", "0111", "1", "C1", "1", "", "", "oui") for n in range(10, 40)]
    abroad.rows.append(("RSC-2", "association", "0145", "3", "C1", "1", "", "", "non"))
    vintage = abroad.build()
    found = {(row[1], row[2]) for row in rows(vintage, "rejects", "kind = 'unit'")}
    assert found == {("RSC-2", "unité écrite de plusieurs façons")}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"units": {"id": "Numéro RSC"}}, "units.form"),
        ({"forme": {}}, "Clé inconnue.*forme"),
        ({"units": {"id": "Numéro RSC", "form": "Forme", "nom": "x"}}, "Clé inconnue.*units.nom"),
        ({"units": {"id": "N° RSC", "form": "Forme"}}, "Il manque la colonne «.N° RSC.»"),
        ({"units": {"id": None, "form": "Forme"}}, "«.units.» doit être un objet"),
        ({"units": "Numéro RSC"}, "«.units.» doit être un objet"),
        ({"country": "Mali"}, "«.country.» doit être le code ISO"),
        ({"territories": 3}, "«.territories.» doit être un texte"),
        ({"date_format": "%Q"}, "n’est pas une écriture de date"),
        ({"forms": {"Coop.": 3}}, "«.forms.» doit être un objet"),
        ({"seat": "oui"}, "«.seat.» doit être une liste"),
        ({"public_forms": "7"}, "«.public_forms.» doit être une liste"),
        ({"bands": {"10 à 49": [49, 10]}}, "«.bands.» doit être un objet"),
        ({"bands": {"10 à 49": [10]}}, "«.bands.» doit être un objet"),
        ({"bands": {"10 à 49": ["10", "49"]}}, "«.bands.» doit être un objet"),
        ({"sections": {"A": {"label": "agriculture"}}}, "«.sections.» doit être un objet"),
        ({"sections": {"A": {"label": "x", "prefixes": "01"}}}, "«.sections.» doit être un objet"),
        ({"whole_economy": "false"}, "«.whole_economy.» doit être true ou false"),
    ],
)
def test_a_mapping_that_cannot_be_followed(abroad, change, words):
    abroad.mapping |= change
    with pytest.raises(TerreauError, match=words):
        abroad.build()


@pytest.mark.parametrize("text", ["[]", "null", "3", '"x"', '{"country": "ML", "country": "FR"}', "{"])
def test_a_mapping_that_is_not_one(abroad, text):
    mapping = abroad.folder / "mapping.json"
    mapping.write_text(text)
    with pytest.raises(TerreauError, match=r"JSON|deux fois"):
        read_mapping(mapping)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (TERRITORIES.replace("40000", "-5"), "n’est pas un nombre d’habitants"),
        (TERRITORIES.replace("ml-c2,C2,commune,Cercle deux,,ml-r1", "ml-c2,C2,commune,x,,ml-r9"), "ml-r9"),
        (TERRITORIES.replace("500000,ml\n", "500000,\n"), "un seul territoire sans parent"),
        ("code,name\nml,Mali\n", "Il manque"),
        (TERRITORIES + "ml-c3,C3\n", "ligne 6"),
        (TERRITORIES + "ml-c2,C9,commune,Autre,5,ml-r1\n", "écrit deux fois"),
        (TERRITORIES + "ml-c3,C2,commune,Autre,5,ml-r1\n", "«.C2.» est dans deux territoires"),
        (TERRITORIES + "ml-r2,,region,Autre,5,ml-r9\n", "ml-r9"),
        (TERRITORIES.replace("ml-c2", "ML-C2"), "n’est pas le code d’un territoire"),
        (TERRITORIES.replace("ml-c2", "sn-c2"), "n’est pas le code d’un territoire"),
        (TERRITORIES.replace("40000", "²"), "n’est pas un nombre d’habitants"),
        (TERRITORIES.replace("40000", "9" * 30), "n’est pas un nombre d’habitants"),
    ],
)
def test_a_table_of_territories_that_does_not_hold(abroad, table, words):
    abroad.territories = table
    with pytest.raises(TerreauError, match=words):
        abroad.build()


@pytest.mark.parametrize("told", ["column", "key"])
def test_a_part_of_the_country_with_rules_of_its_own_is_read_by_them(tmp_path, told):
    """« Coopérative » is in the field in Québec; nothing is established for the rest of Canada."""
    abroad = Abroad(tmp_path)
    abroad.mapping |= {"country": "CA", "forms": {}}
    abroad.territories = abroad.territories.replace("ml", "ca").replace("Mali", "Canada")
    abroad.rows = [
        (*row[:1], form, *row[2:])
        for row, form in zip(ROWS[2:], ("Coopérative", "OBNL", "Inc."), strict=True)
    ]
    if told == "key":
        abroad.mapping["region"] = "qc"
    else:
        abroad.header = (*HEADER, "Province")
        abroad.rows = [(*row, "QC") for row in abroad.rows]
        abroad.mapping["units"] = abroad.mapping["units"] | {"region": "Province"}
    rules = abroad.build().manifest["counts"]["rules"]["national"]
    assert rules == {"table-de-droit": 1, "table-condition-inconnue": 1, "table-exclue": 1}


@pytest.mark.parametrize("column", [6, 7])
@pytest.mark.parametrize("written", ["15/06/26", "01/01/0001"])
def test_a_year_of_two_digits_is_not_one_of_the_romans(tmp_path, column, written):
    abroad = Abroad(tmp_path)
    abroad.rows += [(f"RSC-9{n}", *ROWS[0][1:]) for n in range(9)]
    abroad.rows[-1] = (*abroad.rows[-1][:column], written, *abroad.rows[-1][column + 1 :])
    reasons = [row[2] for row in rows(abroad.build(), "rejects")]
    assert [reason.partition(" illisible : ")[2] for reason in reasons] == [written]


# --- What an office of statistics gets wrong ----------------------------------------------------------------


def test_an_establishment_that_is_created_later_is_not_there_yet(abroad):
    """A register extracted after the month, or that keeps its whole past, tells the state of the month."""
    columns = "establishments, units, created"
    after, before = (
        rows(abroad.build(month, older=True), "territory_cells", "territory = 'ml'", columns)
        for month in ("2026-11", "2026-01")
    )
    assert [sum(row[0] for row in one) for one in (after, before)] == [4, 4]  # RSC-3 closed, RSC-1 2 created


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ({"ess_list": Path("liste.csv")}, "«.--ess-list.» n’a de sens qu’avec Sirene"),
        ({"rna": Path("rna.csv")}, "«.--rna.» n’a de sens"),
        ({"nomenclature": "naf2025"}, "«.--nomenclature.» n’a de sens"),
    ],
)
def test_what_is_of_sirene_is_refused_beside_another_register(abroad, option, words):
    with pytest.raises(TerreauError, match=words):
        abroad.build(**option)


def test_one_of_the_values_that_could_not_be_read_is_told(abroad):
    abroad.rows = [(*row[:4], "Bamako", *row[5:]) for row in abroad.rows]
    with pytest.raises(TerreauError, match=r"inconnue au millésime \(5, par exemple «.Bamako.»\)"):
        abroad.build()


def test_a_title_above_the_headings_is_said_to_be_there(abroad):
    abroad.header, abroad.rows = ("Registre au 1er novembre", *[""] * 8), [HEADER, *ROWS]
    with pytest.raises(TerreauError, match="n’est pas celle des titres"):
        abroad.build()


def test_a_month_to_come_is_refused(capsys):
    given = ["--units", "registre.csv", "--mapping", "mapping.json", "--out", "out"]
    assert main(["observatory", "build", "--source", "generic", "--vintage", "2126-11", *given]) == 1
    assert "Ce mois n’est pas encore venu" in capsys.readouterr().err
