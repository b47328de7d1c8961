"""Whatever is wrong with the files is told in French, and what was served is still served."""

from __future__ import annotations

import errno
import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import zipfile

import duckdb
import pytest

from terreau.core.errors import TerreauError
from terreau.observatory import build as building
from terreau.observatory import checks, engine
from terreau.observatory.figures import figures_of
from terreau.observatory.reading import unreadable
from terreau.observatory.store import latest, vintages
from tests.observatory.conftest import rows
from tests.observatory.registers import (
    ESTABLISHMENTS_2026,
    POITIERS,
    UNITS_2025,
    establishment,
    small,
    unit,
    write,
)


def refused(workshop, files, match, **others):
    with pytest.raises(TerreauError, match=match) as caught:
        workshop.build(*files, **others)
    return str(caught.value)


def padded(count=40):
    """Sound rows around the bad one, so that it is a reject and not a refusal of the file."""
    units = [unit(f"2000000{n:02d}", "9220", ess="O") for n in range(count)]
    return units, [establishment(row["siren"], POITIERS) for row in units]


def reasons(vintage):
    return {row[2] for row in rows(vintage, "rejects")}


@pytest.mark.parametrize(
    "name", ["categorieJuridiqueUniteLegale", "siren", "economieSocialeSolidaireUniteLegale"]
)
def test_a_missing_column_is_named(workshop, name):
    units, places = workshop.write(*small())
    write(units, [column for column in UNITS_2025 if column != name], small()[0])
    refused(workshop, (units, places), f"Il manque la colonne «.{name}.»")


def test_a_renamed_column_is_named_with_what_it_may_have_become(workshop):
    units, places = workshop.write(*small())
    places.write_text(places.read_text().replace("codeCommuneEtablissement", "codeCommuneEtab", 1))
    refused(workshop, (units, places), "codeCommuneEtablissement.*codeCommuneEtab")


def test_a_short_row_is_a_reject(workshop):
    units, places = workshop.write(*padded())
    places.write_text(places.read_text() + "200000001,00099\n")
    vintage = workshop.build(units, places)
    assert reasons(vintage) == {"ligne trop courte"}


@pytest.mark.parametrize("opened_at", [(20,), (20, 90)])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_quote_never_closed_does_not_lose_the_rows_below_it(workshop, opened_at, pack):
    units, places = workshop.write(*padded(100))
    lines = places.read_text().splitlines()
    for number in opened_at:
        lines[number] = lines[number].replace(",", ',"', 1)
    places.write_bytes(pack("\n".join([*lines, ""]).encode()))
    assert "ligne 21" in refused(workshop, (units, places), "n’est pas fermé")


@pytest.mark.parametrize("end", [b"200000001,00099,2000", b'200000001,"00099,2000'])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_file_cut_in_the_middle_of_a_row_is_refused(workshop, end, pack):
    units, places = workshop.write(*padded())
    places.write_bytes(pack(places.read_bytes() + end))
    assert "ligne 42" in refused(workshop, (units, places), "est coupé")


@pytest.mark.parametrize("which", [0, 1])
def test_a_file_cut_between_two_rows_is_refused(workshop, which, monkeypatch):
    monkeypatch.setattr(checks, "_TELLING", 40)
    paths = workshop.write(*padded(100))
    lines = paths[which].read_text().splitlines(keepends=True)
    paths[which].write_text("".join(lines[:60]))
    refused(workshop, paths, "s’arrête bien avant")


def test_an_extract_whose_last_units_have_no_establishment_is_built(workshop):
    units, places = padded(100)
    workshop.build(*workshop.write(units, places[:50]))


def test_lines_that_end_as_no_other_file_s_do(workshop):
    units, places = workshop.write(*padded())
    places.write_bytes(places.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r"))
    refused(workshop, (units, places), "fins de ligne")


def test_a_row_of_another_encoding_is_a_reject(workshop):
    units, places = padded()
    paths = workshop.write([*units, unit("300000001", "9220", activity="Caf\u00e9")], places)
    paths[0].write_bytes(paths[0].read_bytes().replace("Café".encode(), "Café".encode("latin-1")))
    vintage = workshop.build(*paths)
    assert reasons(vintage) == {"caractères qui ne sont pas de l’UTF-8"}


def test_a_header_of_another_encoding_is_refused(workshop):
    paths = workshop.write(*small())
    paths[0].write_bytes("siren,dénomination\n".encode("latin-1"))
    refused(workshop, paths, "n’est pas en UTF-8")


def test_a_file_of_bad_rows_is_refused(workshop):
    paths = workshop.write(*small())
    paths[0].write_text(",".join(UNITS_2025) + "\n" + "100000001,O\n" * 20)
    refused(workshop, paths, "ne se lisent pas")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"codeCommuneEtablissement": "99999"}, "commune inconnue au millésime : 99999"),
        ({"codeCommuneEtablissement": ""}, "commune absente"),
        ({"trancheEffectifsEtablissement": "-3"}, "tranche d’effectifs inconnue : -3"),
        ({"etatAdministratifEtablissement": "X"}, "état administratif inconnu : X"),
        ({"dateCreationEtablissement": "invalid_date"}, "date de création illisible : invalid_date"),
        ({"dateDebut": "2010-13-45"}, "date de début illisible : 2010-13-45"),
        ({"codePaysEtrangerEtablissement": "99109"}, "établissement à l’étranger"),
        ({"siren": "12345"}, "siren illisible : 12345"),
        ({"siren": "987654321"}, "unité légale absente"),
    ],
)
def test_an_establishment_that_cannot_be_counted_is_kept_with_its_reason(workshop, changes, reason):
    units, places = padded()
    places.append(establishment("200000001", POITIERS, nic="00029") | changes)
    vintage = workshop.build(*workshop.write(units, places))
    assert reasons(vintage) == {reason}
    counts = vintage.manifest["counts"]
    assert counts["rejected"] == [{"kind": "establishment", "reason": reason.split(" : ")[0], "rows": 1}]
    assert counts["kept_establishments"] == 40


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"etatAdministratifUniteLegale": "Z"}, "état administratif inconnu : Z"),
        ({"economieSocialeSolidaireUniteLegale": "oui"}, "signe ESS inconnu : oui"),
        ({"siren": "3O0000001"}, "siren illisible : 3O0000001"),
    ],
)
def test_a_unit_that_cannot_be_decided_is_kept_with_its_reason(workshop, changes, reason):
    units, places = padded()
    vintage = workshop.build(*workshop.write([*units, unit("300000001", "9220") | changes], places))
    assert reasons(vintage) == {reason}


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_another_encoding_is_called_by_its_name(workshop, encoding):
    units, places = workshop.write(*small())
    units.write_bytes(units.read_text().replace("siren", "siren,é", 1).encode(encoding))
    refused(workshop, (units, places), "pas en UTF-8.*CSV .UTF-8")


def test_too_many_rejects_is_a_refusal(workshop):
    units, places = padded()
    for row in places[:15]:
        row["codeCommuneEtablissement"] = "99999"
    refused(workshop, workshop.write(units, places), "commune inconnue au millésime.*15")


def test_two_files_of_different_months(workshop):
    units, places = padded()
    for row in places:
        row["dateDernierTraitementEtablissement"] = "2026-09-30T06:00:00"
    refused(workshop, workshop.write(units, places), "pas du même mois.*2026-10.*2026-09")


@pytest.mark.parametrize(
    ("vintage", "words"), [("2026-09", "après le millésime"), ("2027-03", "bien avant le millésime")]
)
def test_files_of_another_month_than_the_vintage(workshop, vintage, words):
    refused(workshop, workshop.write(*padded()), words, vintage=vintage)


def test_two_files_that_do_not_go_together(workshop):
    units, places = padded()
    refused(workshop, workshop.write(units[:30], places), "n’ont pas d’unité légale")


def test_a_unit_written_twice(workshop):
    units, places = padded()
    refused(workshop, workshop.write([*units, units[3]], places), "plusieurs fois.*200000003")


def test_an_establishment_written_twice(workshop):
    units, places = padded()
    refused(workshop, workshop.write(units, [*places, places[7]]), "plusieurs fois.*200000007 00011")


def test_a_vintage_older_than_the_last(workshop):
    workshop.small()
    files = workshop.write(*padded())
    refused(workshop, files, "2026-11 est déjà construit", vintage="2026-10")
    workshop.build(*files, vintage="2026-10", older=True)
    assert vintages(workshop.out) == ["2026-10", "2026-11"]
    assert latest(workshop.out).name == "2026-11"


@pytest.mark.parametrize("name", ["2026", "2026-13", "../2026-11", "novembre"])
def test_what_is_not_a_month(workshop, name):
    refused(workshop, workshop.write(*small()), "AAAA-MM", vintage=name)


def _parquet(path, chosen="*"):
    packed = path.with_suffix(".parquet")
    connection = duckdb.connect()
    connection.execute(
        f"COPY (SELECT {chosen} FROM read_csv('{path}', all_varchar = true)) TO '{packed}'"
    ).fetchall()
    return packed


@pytest.mark.parametrize("kept", [0.4, 0.98])
def test_a_truncated_parquet(workshop, kept):
    units, places = workshop.write(*padded())
    packed = _parquet(places)
    packed.write_bytes(packed.read_bytes()[: int(kept * packed.stat().st_size)])
    refused(workshop, (units, packed), "tronqué ou abîmé")


def test_a_parquet_damaged_in_its_middle(workshop):
    units, places = workshop.write(*padded(5000))
    packed = _parquet(places)
    content = bytearray(packed.read_bytes())
    content[200 : len(content) // 2] = bytes(len(content) // 2 - 200)
    packed.write_bytes(content)
    with pytest.raises(TerreauError) as caught:
        workshop.build(units, packed)
    assert "Error" not in str(caught.value)


def test_a_parquet_with_a_hole_and_a_footer_that_is_whole(workshop):
    units, places = workshop.write(*padded(5000))
    packed = _parquet(places)
    content = packed.read_bytes()
    packed.write_bytes(content[:2000] + content[len(content) // 2 :])
    assert packed.name in refused(workshop, (units, packed), "tronqué ou abîmé")


@pytest.mark.parametrize(
    "told",
    [
        "Prefetch registered requested for bytes outside file",
        "Out of buffer",
        "don't know what type: ",
        "TProtocolException: Invalid data",
        "Invalid Input Error: Invalid unicode (byte sequence mismatch) detected in value construction",
    ],
)
def test_what_is_said_of_damage_is_not_the_words_of_the_engine(told):
    said = str(unreadable("places.parquet", duckdb.Error(told)))
    assert "abîmé" in said
    assert told not in said


def test_a_truncated_gzip_and_a_truncated_zip(workshop):
    units, places = workshop.write(*padded(500))
    packed = places.with_name("places.csv.gz")
    packed.write_bytes(gzip.compress(places.read_bytes())[:-300])
    refused(workshop, (units, packed), "tronqué ou abîmé")
    archive = places.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.write(places)
    archive.write_bytes(archive.read_bytes()[:-100])
    refused(workshop, (units, archive), "tronquée ou abîmée")


def test_an_archive_of_several_files(workshop):
    units, places = workshop.write(*padded())
    archive = places.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w") as file:
        file.write(places, "a.csv")
        file.write(places, "b.csv")
    refused(workshop, (units, archive), "2 fichiers")


def test_what_a_mac_puts_in_an_archive_is_not_a_second_file(workshop):
    units, places = workshop.write(*padded())
    archive = places.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w") as file:
        file.write(places, places.name)
        file.writestr(f"__MACOSX/._{places.name}", b"")
    assert workshop.build(units, archive).manifest["counts"]["kept_establishments"] == 40


@pytest.mark.parametrize(
    ("altered", "words"),
    [
        ({6: 1}, "mot de passe"),
        ({8: 97}, "manière qui ne se lit pas"),
        (None, "est vide"),
        ("xl/", "classeur"),
    ],
)
def test_an_archive_that_cannot_be_opened(workshop, altered, words):
    units, places = workshop.write(*padded())
    archive = places.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        if altered is not None:
            file.write(places, "xl/workbook.xml" if altered == "xl/" else places.name)
    content = bytearray(archive.read_bytes())
    for at, value in altered.items() if isinstance(altered, dict) else ():
        # The same is told before the file and in the list at the end.
        content[at] = content[content.find(b"PK\x01\x02") + at + 2] = value
    archive.write_bytes(content)
    refused(workshop, (units, archive), words)


def test_a_folder_given_for_a_file(workshop):
    units, _places = workshop.write(*padded())
    refused(workshop, (units, workshop.folder), "dossier")


@pytest.mark.parametrize("threads", [0, -1])
def test_a_number_of_processors_that_means_nothing(workshop, threads):
    refused(workshop, workshop.write(*padded()), "processeur", threads=threads)


@pytest.mark.parametrize("kind", ["[siren]", "{'number': siren}"])
def test_a_column_of_a_type_that_holds_no_code_is_named(workshop, kind):
    units, places = workshop.write(*padded())
    packed = _parquet(places, f"* REPLACE ({kind} AS siren)")
    assert packed.name in refused(workshop, (units, packed), "«.siren.»")


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("codeCommuneEtablissement", "BIGINT"),
        ("trancheEffectifsEtablissement", "BIGINT"),
        ("siren", "DOUBLE"),
        ("activitePrincipaleEtablissement", "BLOB"),
    ],
)
def test_codes_kept_as_numbers_or_as_bytes_are_the_same_codes(workshop, column, kind):
    units, places = padded()
    for row in places:
        row |= {"codeCommuneEtablissement": "01004", "trancheEffectifsEtablissement": "03"}
    paths = workshop.write(units, places)
    told = workshop.build(*paths)
    expected = rows(told, "cells")
    packed = _parquet(paths[1], f"* REPLACE (CAST({column} AS {kind}) AS {column})")
    assert rows(workshop.build(paths[0], packed), "cells") == expected


@pytest.mark.parametrize("what", ["absent", "empty", "nothing"])
def test_no_file(workshop, what):
    units, places = workshop.write(*padded())
    if what == "absent":
        places.unlink()
    elif what == "empty":
        places.write_bytes(b"")
    else:
        places.write_text(",".join(ESTABLISHMENTS_2026) + "\n")
    refused(workshop, (units, places), "n’existe pas|est vide|aucune ligne lue")


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), duckdb.IOException("No space left on device")]
)
def test_a_full_disk_leaves_the_last_vintage_served(workshop, monkeypatch, error):
    workshop.small()
    before = figures_of(workshop.out, "fr", "2026-11").figures

    def full(*arguments, **others):
        raise error

    monkeypatch.setattr(building, "_mart", full)
    refused(workshop, workshop.write(*padded()), "plus de place sur le disque")
    assert figures_of(workshop.out, "fr", "2026-11").figures == before
    assert not list((workshop.out / ".store").glob("draft-*"))


def test_a_folder_that_cannot_be_written(workshop):
    workshop.out.write_text("")
    refused(workshop, workshop.write(*small()), "Impossible d’y écrire")


@pytest.fixture
def built_apart(workshop):
    """Build in another process, killed at a step: how it ended, after how many steps if it was not."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.observatory.building_process", str(workshop.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def run(step, out="out"):
        process.stdin.write(f"{out} {step}\n")
        process.stdin.flush()
        *steps, ended = map(int, process.stdout.readline().split())
        return ended, *steps

    yield run
    process.kill()
    process.communicate()


def test_killed_at_any_layer_the_last_vintage_is_still_served(workshop, built_apart):
    workshop.small()
    before = figures_of(workshop.out, "fr", "2026-11").figures
    workshop.write(*padded())
    whole = workshop.out / "2026-11"
    _ended, steps = built_apart(100_000, "elsewhere")
    # In reading, rules, establishments, counts, and just before the end.
    for step in (2, *(steps * part // 5 for part in (1, 2, 3, 4)), steps):
        assert built_apart(step) == (-signal.SIGKILL,)
        assert figures_of(workshop.out, "fr", "2026-11").figures == before
    assert built_apart(100_000)[0] == 0
    assert figures_of(workshop.out, "fr", "2026-11").figures != before
    assert len(list((workshop.out / ".store").iterdir())) == 2  # the lock and the one vintage
    assert json.loads((whole / "manifest.json").read_text())["vintage"] == "2026-11"


@pytest.fixture
def keyboard():
    """A process that hears the keyboard; those that share out the tests do not."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.mark.usefixtures("keyboard")
def test_interrupted_by_the_keyboard(workshop, monkeypatch):
    workshop.small()
    seen = threading.Event()
    endless = "SELECT sum(sqrt(a.range * b.range)) FROM range(500000) a, range(500000) b"

    def long_step(worker, *others):
        seen.set()
        worker.run(endless)

    monkeypatch.setattr(building, "_mart", long_step)

    def press():
        seen.wait()
        os.kill(os.getpid(), signal.SIGINT)

    hand = threading.Thread(target=press)
    hand.start()
    with pytest.raises(KeyboardInterrupt):
        workshop.build(*workshop.write(*padded()))
    hand.join()
    assert vintages(workshop.out) == ["2026-11"]
    assert not list((workshop.out / ".store").glob("draft-*"))


def test_two_builds_at_once(workshop, monkeypatch):
    files = workshop.write(*padded())
    met = []

    def meanwhile(*arguments, **others):
        met.append(refused(workshop, files, "déjà en construction"))
        raise TerreauError("assez")

    monkeypatch.setattr(building, "_mart", meanwhile)
    refused(workshop, files, "assez")
    assert met


def test_a_size_of_memory_that_means_nothing(workshop):
    refused(workshop, workshop.write(*small()), "2GB ou 700MB", memory="beaucoup")


def test_a_long_query_tells_how_far_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "_PATIENCE", 0.01)
    told = []
    worker = engine.Engine(tmp_path, tmp_path, tell=told.append)
    worker.run("SELECT sum(sqrt(range * range % 7)) FROM range(30000000)")
    worker.close()
    assert told


def test_a_file_of_which_the_middle_is_damaged_is_the_one_named(workshop):
    units, places = workshop.write(*padded(5000))
    sound, damaged = _parquet(units), _parquet(places)
    content = bytearray(damaged.read_bytes())
    content[len(content) // 4 : len(content) // 2] = bytes(len(content) // 2 - len(content) // 4)
    damaged.write_bytes(content)
    with pytest.raises(TerreauError) as caught:
        workshop.build(sound, damaged)
    assert damaged.name in caught.value.where


@pytest.mark.parametrize(
    ("number", "words"), [(errno.EFBIG, "dépasse la taille permise"), (errno.EDQUOT, "part du disque")]
)
def test_a_disk_that_allows_no_more(workshop, monkeypatch, number, words):
    def refused_by_the_system(*arguments, **others):
        raise OSError(number, "no")

    monkeypatch.setattr(building, "write_atomically", refused_by_the_system)
    refused(workshop, workshop.write(*padded()), words)


_ON_A_FULL_DISK = """
import resource, sys
from pathlib import Path
from terreau.core.errors import TerreauError
from terreau.observatory.build import build
from terreau.observatory.landing import Request

folder = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    build(Request(source="sirene", vintage="2026-11", out=folder / "out",
                  units=folder / "StockUniteLegale_utf8.csv",
                  establishments=folder / "StockEtablissement_utf8.csv"))
except TerreauError as error:
    sys.exit(str(error))
"""


def test_a_disk_that_is_really_full(workshop):
    workshop.small()
    before = figures_of(workshop.out, "fr", "2026-11").figures
    workshop.write(*padded(1500))
    asked = [sys.executable, "-c", _ON_A_FULL_DISK, str(workshop.folder), "60000"]
    died = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert died.returncode == 1, died.stderr
    assert "disque" in died.stderr or "taille permise" in died.stderr
    assert "Traceback" not in died.stderr
    assert figures_of(workshop.out, "fr", "2026-11").figures == before
    assert not list((workshop.out / ".store").glob("draft-*"))
