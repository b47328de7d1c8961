"""The directory as files."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import openpyxl
import pytest
from django.test import override_settings
from django.utils import timezone

from terreau.core.spreadsheets import neutral
from terreau.directory import exports, services
from terreau.project.cli import main
from terreau.territories.enums import Kind
from terreau.territories.models import Territory
from tests.directory import factories as make

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def towns():
    region = make.territory("xx-reg-1", "Région-Essai", kind=Kind.REGION)
    grouping = make.territory("xx-epci-7", "Groupement-Essai", kind=Kind.GROUPING, national_code="7")
    town = make.territory(
        "xx-com-1", "Ville-Essai", parent=region, groupings=(grouping,), national_code="001"
    )
    other = make.territory("xx-com-2", "Autre-Essai", parent=region)
    listed = make.source(town, code="liste", licence="Licence Ouverte")
    make.organisation(
        '=HYPERLINK("http://mal.test")',
        town,
        said_by=listed,
        ref="ligne 1",
        family="association",
        sectors=["sante", "culture"],
        description="@SUM(1+1) écrire à quelqu’un@essai.test ou au 05 49 00 00 00",
        website="https://essai.test",
        identifiers={"siren": "732829320"},
        place=make.place_of(town, longitude=-0.5, latitude=46.5),
    )
    make.organisation("Autre essai", other, said_by=make.source(other))
    gone = make.organisation("Essai fini", town, said_by=make.source(town, code="autre"), active="no")
    hidden = make.organisation("Essai retiré", town, said_by=make.source(town, code="encore"))
    services.hide_organisation(person=make.secretary(), organisation=hidden, reason="Essai")
    return {"town": town, "grouping": grouping, "region": region, "gone": gone}


def written(territory, form):
    out = io.BytesIO()
    count = exports.export(territory, form, out)
    return count, out.getvalue()


def test_numbers_come_in_one_order_whatever_the_database(towns):
    said = {"siret": "73282932000074", "siren": "732829320"}
    town = towns["town"]
    make.organisation("Essai aux numéros", town, said_by=make.source(town, code="nombres"), identifiers=said)
    _count, content = written(town, "csv")
    assert "siren:732829320|siret:73282932000074" in content.decode()


def test_csv(towns):
    count, content = written(towns["grouping"], "csv")
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert count == len(rows) == 2
    assert tuple(rows[0]) == exports.COLUMNS
    row = next(row for row in rows if row["source_id"] == "ligne 1")
    assert row["name"] == '\'=HYPERLINK("http://mal.test")'
    assert row["description"].startswith("'@SUM")
    assert (row["commune_code"], row["commune"], row["epci_code"]) == ("001", "Ville-Essai", "7")
    assert (row["country"], row["territory_code"], row["precision"]) == ("XX", "xx-com-1", "point")
    assert (row["longitude"], row["latitude"]) == ("-0.5", "46.5")
    assert (row["sectors"], row["identifiers"]) == ("sante|culture", "siren:732829320")
    assert (row["source"], row["licence"], row["confirmed_on"]) == ("liste", "Licence Ouverte", "")
    assert {row["status"] for row in rows} == {"active", "ceased"}


@pytest.mark.parametrize("form", exports.FORMATS)
def test_no_contact_and_nothing_withdrawn_leaves(towns, form):
    _count, content = written(towns["region"], form)
    text = content.decode() if form != "xlsx" else str(cells(content))
    assert "essai.test" in text
    assert "quelqu’un@" not in text
    assert "49 00 00" not in text
    assert "Essai retiré" not in text
    assert ("Autre essai" in text) == (form != "geojson")  # it has no place


def cells(content):
    page = openpyxl.load_workbook(io.BytesIO(content)).active
    return [[cell.value for cell in row] for row in page.iter_rows()]


def test_xlsx_holds_texts_never_formulas(towns):
    _count, content = written(towns["town"], "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book.active
    assert [cell.value for cell in page[1]] == list(exports.COLUMNS)
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    rows = cells(content)
    first = dict(zip(rows[0], rows[1], strict=True))
    assert first["name"] == '=HYPERLINK("http://mal.test")'
    assert first["longitude"] == -0.5
    assert page["A1"].font.bold


def test_geojson(towns):
    _count, content = written(towns["region"], "geojson")
    data = json.loads(content)
    assert data["type"] == "FeatureCollection"
    placed = data["features"]
    assert [feature["geometry"] for feature in placed] == [{"type": "Point", "coordinates": [-0.5, 46.5]}]
    assert placed[0]["properties"]["sectors"] == ["sante", "culture"]
    told = data["provenance"]
    assert (told["count"], told["placed"], told["unplaced"]) == (3, 1, 2)


def test_jsonld(towns):
    _count, content = written(towns["town"], "jsonld")
    data = json.loads(content)
    nodes = {node["name"]: node for node in data["@graph"]}
    # Within the file: whoever reads it asks no other site what its words mean.
    assert data["@context"]["@vocab"] == "https://schema.org/"
    assert nodes["Essai fini"]["@type"] == "Organization"
    assert nodes['=HYPERLINK("http://mal.test")']["license"] == "Licence Ouverte"


@pytest.mark.parametrize("form", exports.FORMATS)
def test_an_empty_territory_gives_an_empty_but_whole_file(form, db):
    empty = make.territory("xx-com-5", "Vide-Essai")
    count, content = written(empty, form)
    assert count == 0
    if form in {"geojson", "jsonld"}:
        json.loads(content)
    elif form == "csv":
        assert content.decode().splitlines() == [",".join(exports.COLUMNS)]
    else:
        assert len(cells(content)) == 1


def test_queries_do_not_grow_with_the_rows(towns, django_assert_max_num_queries):
    with django_assert_max_num_queries(11) as few:
        written(towns["region"], "csv")
    make.organisations([{"name": f"Essai {number}"} for number in range(40)], towns["town"])
    with django_assert_max_num_queries(11) as many:
        written(towns["region"], "csv")
    assert len(few) == len(many)


def test_on_screen_anyone_downloads_what_they_searched(client, towns):
    make.indexed()
    response = client.get("/annuaire/export.csv", {"famille": "association"})
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")  # so that a spreadsheet reads the accents
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["source_id"] for row in rows] == ["ligne 1"]
    day = timezone.localdate().isoformat()
    assert response["Content-Disposition"] == f'attachment; filename="annuaire-associations-{day}.csv"'
    assert client.get("/annuaire/export.exe").status_code == 404


@pytest.mark.parametrize(
    ("query", "stem"),
    [
        ("", "annuaire"),
        ("?territoire=xx-com-1&famille=association", "annuaire-associations-ville-essai"),
        ("?q=l’épicerie du cœur", "annuaire-l-epicerie-du-coeur"),
        ("?q=جمعية", "annuaire"),
        ("?famille=a%22%0d%0ab", "annuaire-a-b"),
        (f"?q={'mot ' * 40}", "annuaire" + "-mot" * 15),
    ],
)
def test_the_name_of_a_file_says_what_it_holds_and_when(client, towns, query, stem):
    make.indexed()
    day = timezone.localdate().isoformat()
    for form in ("csv", "csv-metadata.json"):
        response = client.get(f"/annuaire/export.{form}{query}")
        assert response["Content-Disposition"] == f'attachment; filename="{stem}-{day}.{form}"'


def test_on_screen_a_file_is_bounded(client, towns, monkeypatch):
    make.indexed()
    monkeypatch.setattr(exports, "MOST_ON_SCREEN", 1)
    response = client.get("/annuaire/export.csv")
    assert response.status_code == 400
    assert "trop pour un seul fichier" in response.content.decode()


@pytest.mark.parametrize("form", exports.FORMATS)
def test_the_door_of_a_person_is_in_no_file(towns, form):
    make.organisation(
        "Personne d’essai",
        towns["town"],
        said_by=make.source(towns["town"]),
        nature="personne_physique",
        address="2 rue de l’Essai",
        postal_code="00002",
        place=make.place_of(towns["town"], longitude=-0.54321, latitude=46.54321),
    )
    Territory.objects.filter(pk=towns["town"].pk).update(longitude=-0.25, latitude=46.25)
    _count, content = written(towns["town"], form)
    text = content.decode() if form != "xlsx" else str(cells(content))
    assert "Personne d’essai" in text
    assert "2 rue de l’Essai" not in text
    assert "00002" not in text
    assert "54321" not in text
    if form == "csv":
        rows = csv.DictReader(io.StringIO(text))
        row = next(row for row in rows if row["name"] == "Personne d’essai")
        assert (row["precision"], row["longitude"], row["commune"]) == ("commune", "", "Ville-Essai")


@pytest.mark.parametrize("form", exports.FORMATS)
def test_each_format_says_where_it_comes_from(client, towns, form):
    make.indexed()
    response = client.get(f"/annuaire/export.{form}?territoire=xx-com-1&famille=association")
    content = b"".join(response.streaming_content)
    if form == "csv":
        address = re.search("<(.+?)>", response["Link"])[1]
        told = client.get(address).json()
        assert [column["name"] for column in told["tableSchema"]["columns"]] == list(exports.COLUMNS)
        assert told["dc:license"] == ["Licence Ouverte"]
        told = told["notes"][0]
    elif form == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(content))["Provenance"]
        lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
        pairs = {line[0]: line[1] for line in lines[1:5]}
        assert "Licence Ouverte" in lines[-1]
        told = {"count": int(pairs["Nombre d’organisations"]), "url": pairs["Adresse de la liste"]}
        told |= {"filters": pairs["Filtres demandés"], "sources": [{"code": lines[-1][5]}]}
    elif form == "geojson":
        told = json.loads(content)["provenance"]
    else:
        node = json.loads(content)["@graph"][-1]
        assert node["@type"] == "Dataset"
        told = {"count": node["size"], "url": node["url"], "filters": node["description"]}
        told["sources"] = [{"code": one["identifier"]} for one in node["isBasedOn"]]
    assert told["count"] == 1
    assert told["filters"] == "Associations, Ville-Essai"
    assert told["url"].endswith("/annuaire/?famille=association&territoire=xx-com-1")
    assert [one["code"] for one in told["sources"]] == ["liste"]


def test_the_formats_agree(client, towns):
    """The same question, read back from each file, gives the same organisations with the same values."""
    make.indexed()
    files = {
        form: b"".join(client.get(f"/annuaire/export.{form}?cessees=oui").streaming_content)
        for form in exports.FORMATS
    }
    read = list(csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig"))))
    head, *lines = cells(files["xlsx"])
    sheet = [dict(zip(head, line, strict=True)) for line in lines]
    assert [row["id"] for row in read] == [row["id"] for row in sheet]
    for one, other in zip(read, sheet, strict=True):
        values = {key: "" if other[key] is None else str(other[key]) for key in exports.COLUMNS}
        assert one == {key: neutral(value) for key, value in values.items()} | {
            key: values[key] for key in ("longitude", "latitude")
        }
    graph = {node["@id"].split("/")[-2]: node for node in json.loads(files["jsonld"])["@graph"][:-1]}
    assert {row["id"]: row["name"] for row in sheet} == {key: node["name"] for key, node in graph.items()}
    placed = json.loads(files["geojson"])
    assert {feature["id"] for feature in placed["features"]} == {
        row["id"] for row in sheet if row["longitude"] is not None
    }
    assert placed["provenance"]["count"] == len(sheet)


def test_exports_are_limited_in_number(client, towns):
    make.indexed()
    codes = set()
    for _time in range(200):
        response = client.get("/annuaire/export.csv")
        codes.add(response.status_code)
        if response.status_code == 429:
            assert int(response["Retry-After"]) > 0
            break
        b"".join(response.streaming_content)
    assert codes == {200, 429}


# --- The command -------------------------------------------------------------------------------------------


@pytest.fixture
def _prepared(monkeypatch):
    monkeypatch.setattr("terreau.project.preparation.prepare_home", lambda *_arguments: None)


@pytest.mark.usefixtures("_prepared")
def test_the_command_writes_a_file_whole(towns, tmp_path, capsys):
    target = tmp_path / "export.geojson"
    assert main(["export", "--territory", "xx-com-1", "--format", "geojson", "--out", str(target)]) == 0
    assert json.loads(target.read_text())["provenance"]["count"] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["export.geojson"]
    assert "2 organisations de Ville-Essai" in capsys.readouterr().err


@pytest.mark.usefixtures("_prepared")
def test_the_command_writes_to_standard_output(towns, capfdbinary):
    assert main(["export", "--territory", "xx-com-1", "--format", "csv"]) == 0
    assert capfdbinary.readouterr().out.startswith(b"id,name,")


@pytest.mark.usefixtures("_prepared")
def test_a_failed_export_leaves_what_was_there(towns, tmp_path, capsys, monkeypatch):
    target = tmp_path / "export.csv"
    target.write_text("ancien")

    def fail(*_arguments):
        raise RuntimeError

    monkeypatch.setattr(exports, "_row", fail)
    with pytest.raises(RuntimeError):
        main(["export", "--territory", "xx-com-1", "--format", "csv", "--out", str(target)])
    assert target.read_text() == "ancien"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.usefixtures("_prepared")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--territory", "xx-com-404", "--format", "csv"], "inconnu"),
        (
            ["--territory", "xx-com-1", "--format", "csv", "--out", "/nulle/part/export.csv"],
            "Impossible d’écrire",
        ),
        (["--territory", "xx-com-1", "--format", "csv", "--out", "/tmp"], "pas un nom de fichier"),
        (["--territory", "xx-com-1", "--format", "csv", "--out", ""], "pas un nom de fichier"),
    ],
)
def test_a_refusal_is_in_french_with_status_one(towns, arguments, message, capsys):
    assert main(["export", *arguments]) == 1
    assert message in capsys.readouterr().err


@pytest.mark.usefixtures("_prepared")
def test_reindex(towns, capsys):
    from terreau.directory import search

    assert main(["reindex"]) == 0
    assert "Index reconstruit" in capsys.readouterr().out
    assert search.search(search.Query(ceased=True)).total == 3


# --- Documentation -----------------------------------------------------------------------------


def test_each_column_is_documented_in_its_order():
    text = (ROOT / "docs" / "formats.md").read_text()
    section = text[text.index("## Colonnes") : text.index("## Chiffres d’un diagnostic")]
    documented = re.findall(r"^\| `(\w+)` \|", section, re.M)
    assert tuple(documented) == exports.COLUMNS


@override_settings(PUBLIC_URL="https://terreau.test")
def test_addresses_in_exports_are_the_public_ones(towns):
    _count, content = written(towns["town"], "jsonld")
    nodes = json.loads(content)["@graph"]
    assert all(node["@id"].startswith("https://terreau.test/annuaire/") for node in nodes)
