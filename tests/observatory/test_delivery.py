"""A folder of files of Sirene: found, dated, told apart from simulated ones."""

from __future__ import annotations

import gzip
import zipfile

import duckdb
import pytest

from terreau.core.errors import TerreauError
from terreau.observatory.delivery import delivery_in, is_simulated, vintage_of
from tests.observatory.registers import small


@pytest.fixture
def folder(workshop):
    workshop.write(*small())
    return workshop.folder


def packed(path, form):
    """The same file in another form, in place of it."""
    if form == "parquet":
        connection = duckdb.connect()
        connection.execute(
            f"COPY (SELECT * FROM read_csv('{path}', all_varchar = true)) "
            f"TO '{path.with_suffix('.parquet')}' (FORMAT parquet)"
        ).fetchall()
        connection.close()
    elif form == "gz":
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    elif form == "zip":
        with zipfile.ZipFile(path.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(path, path.name)
    if form != "csv":
        path.unlink()


@pytest.mark.parametrize("form", ["csv", "parquet", "gz", "zip"])
def test_the_files_are_found_and_dated_whatever_their_form(folder, form):
    for path in list(folder.glob("Stock*")):
        packed(path, form)
    (folder / "liste-ess-france.csv").write_text("SIREN\n")
    (folder / "lisez-moi.txt").write_text("rien")
    found = delivery_in(folder)
    assert found.units.name.startswith("StockUniteLegale_utf8")
    assert found.establishments.name.startswith("StockEtablissement_utf8")
    assert found.ess_list.name == "liste-ess-france.csv"
    assert found.rna is None
    # Worked on until the end of October, told at the start of November.
    assert vintage_of(found) == "2026-11"
    assert not any(map(is_simulated, found.files))


@pytest.mark.parametrize(
    ("treated", "month"), [("2026-11-01", "2026-11"), ("2026-12-31", "2027-01"), ("2026-11-09", "2026-11")]
)
def test_the_month_is_that_in_which_the_files_were_told(folder, treated, month):
    for path in folder.glob("Stock*"):
        text = path.read_text()
        path.write_text(text.replace("2026-10-28", treated).replace("2026-10-30", treated))
    assert vintage_of(delivery_in(folder)) == month


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(TerreauError, match="n’existe pas"):
        delivery_in(tmp_path / "absent")


def test_an_empty_folder_says_what_is_missing(tmp_path):
    with pytest.raises(TerreauError, match=r"StockUniteLegale_utf8, StockEtablissement_utf8.*data\.gouv\.fr"):
        delivery_in(tmp_path)


def test_one_file_of_the_two(folder):
    (folder / "StockEtablissement_utf8.csv").unlink()
    with pytest.raises(TerreauError, match=r"Il manque dans ce dossier.*StockEtablissement_utf8 "):
        delivery_in(folder)


def test_two_files_that_could_be_the_same(folder):
    (folder / "StockUniteLegale_utf8.parquet").write_bytes(b"PAR1")
    with pytest.raises(TerreauError, match=r"Plusieurs fichiers.*N’en laissez qu’un"):
        delivery_in(folder)


@pytest.mark.parametrize("name", ["StockUniteLegale_utf8.parquet", "StockUniteLegale_utf8.zip"])
def test_a_damaged_file_is_named(folder, name):
    (folder / "StockUniteLegale_utf8.csv").unlink()
    (folder / name).write_bytes(b"PAR1 or PK, and then nothing")
    with pytest.raises(TerreauError, match=f"{name}.*(abîmé|tronqué)"):
        vintage_of(delivery_in(folder))


def test_without_a_day_the_month_must_be_told(folder):
    for path in folder.glob("Stock*"):
        path.write_text(path.read_text().replace("2026-10-", "[ND] "))
    with pytest.raises(TerreauError, match="--vintage AAAA-MM"):
        vintage_of(delivery_in(folder))


def test_a_simulated_file_is_known_by_its_column(folder):
    path = folder / "StockUniteLegale_utf8.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([f"{lines[0]},donneesSimulees", *(f"{line},oui" for line in lines[1:])]))
    assert is_simulated(path)
