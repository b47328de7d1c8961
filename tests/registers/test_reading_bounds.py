"""What must be refused: too big, too long, booby-trapped, or not a list at all. In French, with a remedy."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from terreau.core.errors import TerreauError
from terreau.registers.reading import Limits, open_table
from terreau.registers.reading_limits import Budget, french_size

DATA = Path(__file__).parent / "data"


def refusal(path: Path, limits: Limits | None = None, **options) -> TerreauError:
    with pytest.raises(TerreauError) as caught, open_table(path, limits=limits, **options) as table:
        for _ in table.rows():
            pass
    assert caught.value.remedy
    return caught.value


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "est vide"),
        (b"\xef\xbb\xbf \r\n\r\n", "est vide"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "document PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "une image"),
        (b"\x1f\x8b\x08\x00" + b"x" * 50, "gzip"),
        (b"PAR1" + b"\x15\x04" * 30, "Parquet"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "page web"),
        (b'<?xml version="1.0"?><Workbook/>', "page web ou un document XML"),
        (bytes(range(256)) * 40, "fichier binaire"),
        (b"\x01\x02\x03\x04\x05\x06" * 400, "fichier binaire"),
        (b"PK\x03\x04" + b"\x00" * 80, "abîmé ou incomplet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "abîmé ou incomplet"),
        (b'[{"nom": "A"}, {"nom": "B', "s’arrête avant la fin"),
        (b'{"liste": [{"nom": "A"}, {"nom": nul}]}', "JSON valable"),
        (b'{"nom": "A"}', "pas de liste d’objets"),
        (b"[1, 2, 3]", "pas de liste d’objets"),
        (b"[]", "pas de liste d’objets"),
        (b";;;\n;;;\n", "aucune ligne remplie"),
    ],
)
def test_what_is_not_a_list_is_named_whatever_its_extension(tmp_path, content, message):
    assert message in refusal(write(tmp_path / "liste.csv", content)).message


def test_a_missing_file_is_told(tmp_path):
    assert "introuvable" in refusal(tmp_path / "absent.csv").message


def test_an_encrypted_workbook_asks_for_a_copy_without_password():
    assert "mot de passe" in refusal(DATA / "encrypted.xlsx").message


@pytest.mark.parametrize("name", ["aube_2017.xlsx", "aube_2017.ods", "aube_2017.xls"])
@pytest.mark.parametrize("kept", [0.5, 0.95])
def test_a_truncated_workbook_is_told(tmp_path, name, kept):
    content = (DATA / name).read_bytes()
    error = refusal(write(tmp_path / name, content[: int(len(content) * kept)]))
    assert "abîmé" in error.message


def zip_of(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"liste.csv": b"a;b"}, "archive ZIP"),
        ({"word/document.xml": b"<w/>"}, "document Word"),
        ({"mimetype": b"application/vnd.oasis.opendocument.text"}, "OpenDocument (texte"),
    ],
)
def test_other_archives_are_named(tmp_path, members, message):
    assert message in refusal(write(tmp_path / "a.xlsx", zip_of(members))).message


def test_a_zip_bomb_is_refused_by_what_it_declares(tmp_path):
    bomb = zip_of({"xl/worksheets/sheet1.xml": b"<c/>" * 5_000_000})
    assert len(bomb) < 100_000
    error = refusal(write(tmp_path / "a.xlsx", bomb), Limits(inflated=10_000_000))
    assert "Une fois décompressé" in error.message


def test_a_zip_bomb_that_lies_about_its_size_is_refused(tmp_path):
    content = bytearray(zip_of({"xl/worksheets/sheet1.xml": b"<c/>" * 5_000_000}))
    entry = content.rfind(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = (1000).to_bytes(4, "little")
    error = refusal(write(tmp_path / "a.xlsx", bytes(content)), Limits(inflated=10_000_000))
    assert "décompressé" in error.message or "abîmé" in error.message


def test_one_giant_cell_in_a_workbook_is_refused_before_it_is_loaded(tmp_path):
    shared = b"<sst><si><t>" + b"x" * 3_000_000 + b"</t></si></sst>"
    error = refusal(write(tmp_path / "a.xlsx", zip_of({"xl/sharedStrings.xml": shared})))
    assert "Une cellule du classeur dépasse" in error.message
    assert "sharedStrings" in error.where


def test_two_cells_in_opposite_corners_do_not_take_the_machine_down(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "nom")
        sheet.write(1_048_575, 16_383, "loin")
    assert path.stat().st_size < 20_000
    assert "trop étendu" in refusal(path).message


def test_a_long_cell_of_a_workbook_is_refused_with_its_place(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["nom", "note"])
        sheet.write_row(1, 0, ["A", "x" * 600])
    error = refusal(path, Limits(cell=500))
    assert "600 caractères" in error.message
    assert "Ligne 2" in error.where
    assert "B" in error.where


def test_too_heavy(tmp_path):
    error = refusal(write(tmp_path / "a.csv", "nom;ville\n" * 500), Limits(size=1000))
    assert "5\u00a0ko" in error.message


def test_too_many_rows_in_every_format(tmp_path):
    rows = [{"nom": f"A{n}", "ville": "Die"} for n in range(12)]
    csv = write(tmp_path / "a.csv", "nom;ville\n" + "".join(f"{r['nom']};Die\n" for r in rows))
    listed = write(tmp_path / "a.json", json.dumps(rows))
    book_path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(book_path) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, list(row.values()))
    for path in (csv, listed, book_path):
        assert "plus de 10 lignes" in refusal(path, Limits(rows=10)).message


def test_too_many_columns(tmp_path):
    header = ";".join(f"c{n}" for n in range(30))
    assert (
        "30 colonnes"
        in refusal(write(tmp_path / "a.csv", f"{header}\n{header}\n"), Limits(columns=20)).message
    )
    wide = json.dumps([{f"c{n}": n for n in range(30)}])
    assert "30 colonnes" in refusal(write(tmp_path / "a.json", wide), Limits(columns=20)).message


def test_a_long_cell_of_text_is_refused_with_its_place(tmp_path):
    path = write(tmp_path / "a.csv", "nom;note\nA;b\nB;" + "x" * 60_000 + "\n")
    error = refusal(path, Limits(cell=50_000))
    assert "Ligne 3" in error.where
    assert "note" in error.where


def test_an_unclosed_quote_does_not_swallow_the_file(tmp_path):
    body = "".join(f"A{n};Die\n" for n in range(40_000))
    error = refusal(write(tmp_path / "a.csv", f'nom;ville\n"B;Foix\n{body}'))
    assert "guillemet" in error.remedy


def test_an_unclosed_quote_near_the_end_spoils_one_row_only(tmp_path):
    body = "".join(f"A{n};Die\n" for n in range(150))
    path = write(tmp_path / "a.csv", f'nom;ville\n{body}"B;Foix\n{body}')
    with open_table(path) as table:
        records = list(table.records())
    assert [record.number for record in records if record.problem] == [152]
    assert len(records) == 151


def test_a_line_without_end_is_refused_before_it_is_loaded(tmp_path):
    path = write(tmp_path / "a.csv", b"nom;ville\nA;" + b"x" * 6_000_000)
    error = refusal(path)
    assert "Une ligne dépasse" in error.message
    assert "Ligne 1" in error.where or "Ligne 2" in error.where


def test_an_endless_json_value_is_refused_before_it_is_loaded(tmp_path):
    path = write(tmp_path / "a.json", b'[{"nom": "A"}, {"nom": "' + b"x" * 3_000_000 + b'"}]')
    error = refusal(path, Limits(item=1_000_000))
    assert "Un seul objet" in error.message
    assert "n°\u00a01" in error.where


def test_json_nested_without_end_is_refused(tmp_path):
    deep = '{"a":' * 60 + "1" + "}" * 60
    assert "imbriqué" in refusal(write(tmp_path / "a.json", f"[{deep}]")).message
    opened = b"[" * 200_000
    assert "JSON" in refusal(write(tmp_path / "b.json", opened)).message


def test_the_time_allowed_is_that_of_the_reader_and_is_held():
    budget = Budget(Limits(seconds=0.0))
    with pytest.raises(TerreauError, match="temps permis"), budget.turn():
        sum(range(1000))
    assert budget.left == 0


def test_no_time_left_stops_the_reading(tmp_path):
    path = write(tmp_path / "a.csv", "nom;ville\nA;Die\n")
    assert "temps permis" in refusal(path, Limits(seconds=0.0)).message


def test_sizes_are_told_in_french():
    assert [french_size(size) for size in (0, 12, 1500, 2_000_000, 3_400_000_000)] == [
        "0\u00a0octet",
        "12\u00a0octets",
        "1,5\u00a0ko",
        "2\u00a0Mo",
        "3,4\u00a0Go",
    ]


def test_brackets_inside_strings_are_not_nesting(tmp_path):
    tricky = ["[" * 500, '\\"[{' * 200, "\\", "]" * 10, '"' * 7]
    rows = [{"nom": f"A{n}", "note": text} for n in range(3000) for text in tricky]
    path = write(tmp_path / "a.json", json.dumps(rows))
    with open_table(path) as table:
        assert [row["note"] for _, row in table.rows()] == [text for _ in range(3000) for text in tricky]


def test_a_sheet_that_repeats_a_cell_without_end_is_refused(tmp_path):
    with zipfile.ZipFile(DATA / "aube_2017.ods") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    repeated = (
        b'<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        b'table:number-columns-repeated="16000" office:value-type="string"><text:p>x</text:p>'
        b"</table:table-cell></table:table-row></table:table>"
    )
    members["content.xml"] = members["content.xml"].replace(b"</table:table>", repeated, 1)
    message = refusal(write(tmp_path / "a.ods", zip_of(members)), Limits(memory=700_000_000)).message
    assert "trop étendu" in message
