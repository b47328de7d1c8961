"""Files as people send them: every format and encoding, dirt included, read by their content."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from terreau.core.errors import TerreauError
from terreau.registers.reading import open_table
from terreau.registers.reading_values import parse_date, parse_number

DATA = Path(__file__).parent / "data"


def write(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def values(path: Path, **options) -> list[dict[str, str]]:
    with open_table(path, **options) as table:
        return [row for _, row in table.rows()]


@pytest.mark.parametrize("name", ["aube_2017.xlsx", "aube_2017.ods", "aube_2017.xls"])
def test_a_workbook_with_a_title_above_its_header(name):
    with open_table(DATA / name) as table:
        about = table.describe()
        rows = dict(table.rows())
    assert about.format == name.rsplit(".", 1)[1].upper()
    assert (about.sheet, about.header_row, about.rows, about.rows_exact) == ("Feuil1", 2, 7, True)
    assert rows[3]["Nom du bénéficiaire"] == "Association Centre Culturel International Rachi"
    assert rows[3]["Identification du bénéficiaire"] == "78035053400019"
    assert rows[3]["Date de la convention de subvention"] == "2017-11-16"
    assert list(rows) == [3, 4, 5, 6, 7, 8, 9]


def test_the_lot_list_in_windows_encoding_with_decimal_commas():
    with open_table(DATA / "lot_2017_cp1252.csv") as table:
        about = table.describe()
        rows = dict(table.rows())
    assert (about.encoding, about.separator) == ("cp1252", ";")
    assert rows[2]["nomBeneficiaire"] == "Association des maires et élus du Lot"
    assert rows[3]["nomBeneficiaire"] == 'Association "Ecaussystème"'
    assert rows[3]["objet"].startswith("Mise en œuvre de l'implantation")
    assert parse_number(rows[2]["montant"]) == 40_000
    assert str(parse_date(rows[2]["dateConvention"])) == "2017-12-21"


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("lot_head_macroman.csv", "mac_roman"),
        ("lot_head_cp850.csv", "cp850"),
        ("lot_head_latin1.csv", "cp1252"),
        ("lot_head_utf16.csv", "utf-16"),
        ("lot_head_mixed.csv", "utf-8+cp1252"),
    ],
)
def test_the_same_rows_are_read_whatever_the_encoding(name, encoding):
    expected = [row["nomBeneficiaire"] for row in values(DATA / "lot_2017_cp1252.csv")]
    with open_table(DATA / name) as table:
        assert table.describe().encoding == encoding
        names = [row["nomBeneficiaire"] for _, row in table.rows()]
    assert len(names) >= 4
    assert [name.replace("œ", "oe") for name in names] == [
        name.replace("œ", "oe") for name in expected[: len(names)]
    ]


def test_a_mixed_file_says_so():
    with open_table(DATA / "lot_head_mixed.csv") as table:
        assert "deux encodages" in " ".join(table.describe().warnings)
        assert "UTF-8 mêlé" in table.describe().sentence()


def test_cells_with_line_ends_keep_spreadsheet_row_numbers():
    with open_table(DATA / "poitiers_2017_head.csv") as table:
        numbers = [number for number, _ in table.rows()]
        assert numbers == list(range(2, 82))
        assert any("\n" in row["SUB_OBJ"] or "\r" in row["SUB_OBJ"] for _, row in table.rows())
        assert table.describe().rows == 80
        assert not [record for record in table.records() if record.problem]


def test_the_sirene_extract_and_its_comma():
    with open_table(DATA / "sirene_head.csv") as table:
        assert table.describe().separator == ","
        first = table.head(1)[0]
    assert first.number == 2
    assert first.values["denomination"] == "Le tiers lieu de carpentras"
    assert first.values["siret_siege"] == "06220119900031"


def test_json_with_uneven_keys_gives_one_table():
    with open_table(DATA / "supermarkets_extract.json") as table:
        rows = [row for _, row in table.rows()]
        assert table.describe().format == "JSON"
    assert "lattitude" in table.columns
    assert all(set(row) == set(table.columns) for row in rows)
    assert rows[0]["facebook"] == ""
    assert rows[0]["lattitude"] == "40.67473"


def test_geojson_gives_properties_and_position():
    with open_table(DATA / "susy_extract.geojson") as table:
        number, first = next(table.rows())
        assert table.describe().format == "GeoJSON"
    assert number == 1
    assert first["name"] == "Bulgarian Food Bank"
    assert (first["geometry.longitude"], first["geometry.latitude"]) == ("23.3351326", "42.698097")
    assert first["addr:city"] == "София"


def test_nested_json_is_flattened_with_dotted_names(tmp_path):
    content = {
        "meta": {"licence": "ODbL", "tags": ["a"]},
        "structures": [
            {"nom": "A", "adresse": {"ville": "Die", "cp": 26150}, "actif": True, "labels": ["x", "y"]},
            {"nom": "B", "contacts": [{"role": "p"}, {"role": "t"}], "adresse": None, "note": 1.5},
        ],
    }
    rows = values(write(tmp_path / "liste.txt", json.dumps(content)))
    assert rows[0]["adresse.ville"] == "Die"
    assert rows[0]["adresse.cp"] == "26150"
    assert rows[0]["actif"] == "true"
    assert rows[0]["labels"] == "x;y"
    assert rows[1]["contacts.role"] == "p;t"
    assert rows[1]["note"] == "1.5"
    assert rows[1]["adresse.ville"] == ""


def test_one_object_per_line_is_read_as_a_list(tmp_path):
    path = write(tmp_path / "a.jsonl", '{"nom": "A", "liens": [{"u": 1}]}\n{"nom": "B"}\n')
    assert [row["nom"] for row in values(path)] == ["A", "B"]


def test_json_in_utf16_is_read(tmp_path):
    path = write(tmp_path / "a.json", '[{"nom": "Épicerie"}]', "utf-16")
    assert values(path) == [{"nom": "Épicerie"}]


def test_areas_and_lines_are_marked_inside(tmp_path):
    crescent = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 9], [9, 9], [9, 1], [0, 1], [0, 0]]
    shapes = [
        {"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [4, 2], [0, 2], [0, 0]]]},
        {"type": "Polygon", "coordinates": [crescent]},
        {"type": "LineString", "coordinates": [[0, 0], [10, 0]]},
        {"type": "MultiPoint", "coordinates": [[0, 0], [1, 1], [9, 9]]},
        {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [3, 4]}]},
        {"type": "Polygon", "coordinates": [[["x", 0]]]},
        None,
    ]
    features = [{"type": "Feature", "id": rank, "properties": {"n": "x"}, "geometry": shape}
                for rank, shape in enumerate(shapes)]  # fmt: skip
    path = write(tmp_path / "a.geojson", json.dumps({"type": "FeatureCollection", "features": features}))
    rows = values(path)
    points = [(row["geometry.longitude"], row["geometry.latitude"]) for row in rows]
    assert points[0] == ("2.0", "1.0")
    longitude, latitude = map(float, points[1])
    assert 9 < longitude < 10 or latitude < 1 or latitude > 9
    assert points[2] == ("5.0", "0.0")
    assert points[3] == ("1.0", "1.0")
    assert points[4] == ("3.0", "4.0")
    assert points[5] == points[6] == ("", "")
    assert rows[4]["feature.id"] == "4"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_separator_and_line_end(tmp_path, separator, end):
    lines = [["nom", "montant", "ville"], ["Épi d'or", "1 200", "Die"], ["Le Local", "3", "Foix"]]
    path = write(tmp_path / "a.csv", end.join(separator.join(line) for line in lines))
    with open_table(path) as table:
        assert table.describe().separator == separator
        assert dict(table.rows())[3] == {"nom": "Le Local", "montant": "3", "ville": "Foix"}


def test_decimal_commas_do_not_pass_for_a_separator(tmp_path):
    rows = "".join(f"Structure {n};{n},50;{n * 3},75\n" for n in range(30))
    with open_table(write(tmp_path / "a.csv", "nom;montant;reste\n" + rows)) as table:
        assert table.columns == ["nom", "montant", "reste"]


def test_excel_separator_line_is_obeyed(tmp_path):
    path = write(tmp_path / "a.csv", "sep=|\nnom|ville\nA, B; C|Die\n")
    assert values(path) == [{"nom": "A, B; C", "ville": "Die"}]


def test_titles_blank_rows_and_columns_are_passed_over(tmp_path):
    content = (
        "Liste des associations;;;;\nmise à jour le 3 mars;;;;\n;;;;\n"
        "Nom;;Ville;Nom;\nA;;Die;a;\n;;;;\nB;;Foix;b;\n"
    )
    with open_table(write(tmp_path / "a.csv", content)) as table:
        assert table.columns == ["Nom", "Ville", "Nom (2)"]
        assert table.describe().header_row == 4
        assert list(table.rows()) == [
            (5, {"Nom": "A", "Ville": "Die", "Nom (2)": "a"}),
            (7, {"Nom": "B", "Ville": "Foix", "Nom (2)": "b"}),
        ]


def test_a_column_with_values_and_no_title_takes_its_letter(tmp_path):
    with open_table(write(tmp_path / "a.csv", "nom,,ville\nA,x,Die\nB,y,Foix\n")) as table:
        assert table.columns == ["nom", "Colonne B", "ville"]
        assert "Colonne B" in " ".join(table.describe().warnings)


def test_a_line_of_group_headings_is_not_the_header(tmp_path):
    content = (
        "Identité;;;Lieu;;\nnom;sigle;forme;ville;code;pays\nA;a;asso;Die;x;France\nB;b;scop;Foix;y;France\n"
    )
    with open_table(write(tmp_path / "a.csv", content)) as table:
        assert table.columns == ["nom", "sigle", "forme", "ville", "code", "pays"]


def test_a_person_may_choose_the_header_or_say_there_is_none(tmp_path):
    path = write(tmp_path / "a.csv", "12345;Die\n12346;Foix\n")
    with open_table(path) as table:
        assert "sans titres" in " ".join(table.describe().warnings)
    with open_table(path, header_row=0) as table:
        assert table.columns == ["Colonne A", "Colonne B"]
        assert len(list(table.rows())) == 2
    with pytest.raises(TerreauError, match="ligne 9 est vide"):
        open_table(path, header_row=9)


def test_a_row_cut_in_two_is_told(tmp_path):
    body = "".join(f"A{n};rue {n};Die;26150\n" for n in range(50))
    path = write(tmp_path / "a.csv", f"nom;rue;ville;cp\n{body}B;12 rue\nde la Paix;Die;26150\n")
    with open_table(path) as table:
        problems = {record.number: record.problem for record in table.records() if record.problem}
    assert set(problems) == {52, 53}
    assert "s’arrête après 2 colonnes sur 4" in problems[52]


def test_a_row_with_a_stray_separator_is_told_and_the_others_are_read(tmp_path):
    body = "".join(f"A{n};Die\n" for n in range(50))
    with open_table(write(tmp_path / "a.csv", f"nom;ville\n{body}B;C;Foix\n")) as table:
        records = list(table.records())
    assert [record.number for record in records if record.problem] == [52]
    assert "colonne C" in records[-1].problem
    assert len(records) == 51


def test_short_rows_are_sound_when_their_last_columns_are_often_empty(tmp_path):
    body = "".join(f"A{n};Die;{'note' if n % 5 == 0 else ''}\n" for n in range(50))
    with open_table(write(tmp_path / "a.csv", f"nom;ville;note\n{body}B;Foix\n")) as table:
        last = list(table.records())[-1]
    assert last.problem == ""
    assert last.values == {"nom": "B", "ville": "Foix", "note": ""}


def test_a_repeated_header_is_told(tmp_path):
    with open_table(write(tmp_path / "a.csv", "nom;ville\nA;Die\nnom;ville\nB;Foix\n")) as table:
        problems = [(record.number, record.problem) for record in table.records() if record.problem]
    assert problems == [(3, "La ligne répète les titres de colonnes.")]


def test_a_list_of_names_alone_is_a_table(tmp_path):
    with open_table(write(tmp_path / "a.csv", "nom\nLe Local, Foix\nLa Ruche\n")) as table:
        assert table.columns == ["nom"] or table.describe().separator == ","
    with open_table(write(tmp_path / "b.csv", "nom\nLe Local\nLa Ruche\n")) as table:
        assert [row["nom"] for _, row in table.rows()] == ["Le Local", "La Ruche"]
        assert table.describe().separator == ""


def make_workbook(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        hidden = book.add_worksheet("caché")
        hidden.write_row(0, 0, ["a", "b"])
        hidden.write_row(1, 0, ["1", "2"])
        hidden.hide()
        book.add_worksheet("vide").activate()
        sheet = book.add_worksheet("Liste")
        sheet.write_row(3, 1, ["nom", "siret", "jour", "actif", "taux"])
        sheet.write_row(5, 1, ["Épi", 12345678900012, "", True, 0.1])
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_number(5, 3, 43_090, day)
        sheet.write_formula(6, 1, '="B"&"o"', None, "Bo")
        other = book.add_worksheet("Autre")
        other.write_row(0, 0, ["x", "y"])
        other.write_row(1, 0, ["1", "2"])
    return path


def test_the_first_filled_visible_sheet_is_taken_and_another_can_be_chosen(tmp_path):
    path = make_workbook(tmp_path / "a.csv")
    with open_table(path) as table:
        about = table.describe()
        assert (about.format, about.sheet, about.sheets) == ("XLSX", "Liste", ("vide", "Liste", "Autre"))
        rows = dict(table.rows())
    assert rows[6] == {
        "nom": "Épi",
        "siret": "12345678900012",
        "jour": "2017-12-21",
        "actif": "true",
        "taux": "0.1",
    }
    assert rows[7]["nom"] == "Bo"
    assert values(path, sheet="Autre") == [{"x": "1", "y": "2"}]
    with pytest.raises(TerreauError, match=r"n’existe pas.*Liste"):
        open_table(path, sheet="Absente")


def test_rows_can_be_read_again_and_the_working_copy_goes_away(tmp_path):
    path = make_workbook(tmp_path / "a.xlsx")
    table = open_table(path)
    assert list(table.rows()) == list(table.rows())
    table.close()
    table.close()
    with pytest.raises(OSError, match=r"sheet\.csv"):
        list(table.rows())


def test_a_given_encoding_and_separator_win(tmp_path):
    path = write(tmp_path / "a.csv", "nom;ville\nЗемля;Die\n", "cp1251")
    assert values(path, encoding="cp1251", separator=";") == [{"nom": "Земля", "ville": "Die"}]
    with pytest.raises(TerreauError, match="encodage «\u00a0martien\u00a0»"):
        open_table(path, encoding="martien")


def test_arabic_in_its_windows_encoding_is_recognised(tmp_path):
    text = (
        "الاسم;المدينة\n"
        + "جمعية التضامن للتنمية المستدامة;الدار البيضاء\nتعاونية النساء القرويات;مراكش\n" * 8
    )
    with open_table(write(tmp_path / "a.csv", text, "cp1256")) as table:
        assert next(table.rows())[1]["الاسم"] == "جمعية التضامن للتنمية المستدامة"


def test_the_sentence_says_what_was_understood():
    with open_table(DATA / "aube_2017.xlsx") as table:
        sentence = table.describe().sentence()
    assert sentence == "XLSX, feuille «\u00a0Feuil1\u00a0», titres en ligne 2, 14 colonnes, 7 lignes."


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12).map(str.strip)
NAMES = st.text("abcdéèœ '\"", min_size=1, max_size=12).map(lambda text: f"A{text}".strip())


@given(
    rows=st.lists(st.tuples(NAMES, CELLS, CELLS), min_size=1, max_size=30),
    separator=st.sampled_from(";,\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_spreadsheet_writes_is_read_back(tmp_path_factory, rows, separator, encoding, end):
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL)
        writer.writerow(["dénomination", "sigle", "ville"])
        writer.writerows(rows)
    with open_table(path, separator=separator, header_row=1) as table:
        assert [tuple(row.values()) for _, row in table.rows()] == rows


def test_a_list_spelt_in_utf32_is_read(tmp_path):
    content = "\ufeffnom;ville\nÉpicerie;Die\n"
    for encoding in ("utf-32-le", "utf-32-be"):
        assert values(write(tmp_path / "a.csv", content, encoding)) == [{"nom": "Épicerie", "ville": "Die"}]


def test_a_few_rows_of_another_encoding_keep_their_letters(tmp_path):
    head, pasted = "nom;ville\nÉpicerie Mêlée;Die\n", "Théâtre mêlé d’été, côté rivière à Bué;Foix\n"
    path = write(tmp_path / "a.csv", head.encode() + pasted.encode("cp1252"))
    assert [row["nom"] for row in values(path)] == [
        "Épicerie Mêlée",
        "Théâtre mêlé d’été, côté rivière à Bué",
    ]
    with open_table(path) as table:
        assert "mêle deux encodages" in " ".join(table.describe().warnings)


def test_a_quote_never_closed_swallows_no_row_in_silence(tmp_path):
    content = 'nom;cp;ville;texte\nA;26150;Die;"sans fin\nB;09000;Foix;y\nC;09000;Foix;z\n'
    with open_table(write(tmp_path / "a.csv", content)) as table:
        (record,) = table.records()
    assert "un guillemet s’y ouvre sans doute sans se refermer" in record.problem
    assert "C;09000;Foix;z" in record.values["texte"]  # nothing of it is lost


def test_a_text_of_several_lines_is_one_value(tmp_path):
    content = 'nom,cp,ville\nA,26150,"Die, au sud\nlundi, mardi, jeudi\n; et ; encore"\n'
    with open_table(write(tmp_path / "a.csv", content)) as table:
        assert [record.problem for record in table.records()] == [""]


def test_no_two_columns_take_the_same_name(tmp_path):
    with open_table(write(tmp_path / "a.csv", "Nom;Nom;Nom (2);Ville\nA;B;C;Die\n")) as table:
        assert table.columns == ["Nom", "Nom (3)", "Nom (2)", "Ville"]
        assert [row for _, row in table.rows()] == [
            {"Nom": "A", "Nom (3)": "B", "Nom (2)": "C", "Ville": "Die"}
        ]


def test_characters_no_database_keeps_are_left_out(tmp_path):
    spelt = '[{"nom": "Le\\u0000 Local", "vi\\u0000lle": "Die"}]'
    assert values(write(tmp_path / "a.json", spelt)) == [{"nom": "Le Local", "ville": "Die"}]
    rows = "".join(f"Structure {n};Die\n" for n in range(5000))
    path = write(tmp_path / "a.csv", f"nom;ville\n{rows}Le\0 Local;Foix\n\0\0\n")
    assert values(path)[-1] == {"nom": "Le Local", "ville": "Foix"}


@pytest.mark.parametrize("content", ["[]", '{"type": "FeatureCollection", "features": []}'])
def test_an_empty_list_in_json_says_that_it_is_empty(tmp_path, content):
    with pytest.raises(TerreauError, match="est vide"):
        open_table(write(tmp_path / "a.json", content))


def test_a_town_merged_over_its_rows_is_that_of_each(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.merge_range("A1:D1", "Associations de 2026")
        page.merge_range("A2:A3", "Nom")
        page.merge_range("B2:C2", "Adresse")
        page.merge_range("D2:D3", "Adhérents")
        page.write_row("B3", ["Code postal", "Ville"])
        for row, name in enumerate(("Le Local", "La Cour", "Le Pré"), start=4):
            page.write(f"A{row}", name)
        page.merge_range("B4:B6", 26150)
        page.merge_range("C4:C6", "Die")
        page.merge_range("D4:D5", 12)
    with open_table(path) as table:
        assert table.columns == ["Nom", "Code postal", "Ville", "Adhérents"]
        rows = [list(row.values()) for _, row in table.rows()]
    assert rows == [
        ["Le Local", "26150", "Die", "12"],
        ["La Cour", "26150", "Die", ""],  # twelve are theirs together
        ["Le Pré", "26150", "Die", ""],
    ]


def ods(path: Path, sheets: dict[str, str]) -> Path:
    """An OpenDocument spreadsheet of which the rows are given in XML."""
    names = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    }
    spaces = " ".join(f'xmlns:{short}="{name}"' for short, name in names.items())
    tables = "".join(
        f'<table:table table:name="{name}">{rows}</table:table>' for name, rows in sheets.items()
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        archive.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{manifest}"/>')
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body>'
            f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def cell(text: str = "", **told: int) -> str:
    spans = "".join(f' table:number-{name.replace("_", "-")}="{number}"' for name, number in told.items())
    if not text:
        return f"<table:table-cell{spans}/>"
    return f'<table:table-cell office:value-type="string"{spans}><text:p>{text}</text:p></table:table-cell>'


def line(*cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'


def test_a_village_merged_over_its_groups_is_that_of_each_in_ods_too(tmp_path):
    covered = "<table:covered-table-cell/>"
    groups = (
        line(cell("Groupements de 2026", columns_spanned=3), covered, covered),
        line(cell(columns_repeated=3), repeated=2),
        line(cell("Nom"), cell("Ville"), cell("Activité")),
        line(cell("Benkadi"), cell("Foix", rows_spanned=2), cell("savon")),
        line(cell("Jigiya"), covered, cell("puits")),
        line(cell("Sinignèsigi"), cell("Die"), cell("épargne")),
    )
    other = line(cell("A", rows_spanned=2), cell("B")) + line(covered, cell("C"))
    path = ods(tmp_path / "a.ods", {"Groupements": "".join(groups), "Autre": other})
    with open_table(path) as table:
        assert table.columns == ["Nom", "Ville", "Activité"]
        rows = [list(row.values()) for _, row in table.rows()]
    assert rows == [
        ["Benkadi", "Foix", "savon"],
        ["Jigiya", "Foix", "puits"],
        ["Sinignèsigi", "Die", "épargne"],
    ]
