"""The file of a back-up: whole, verified, private; anything else is refused in French."""

from __future__ import annotations

import errno
import json
import zipfile

import pytest

from terreau.core.errors import TerreauError
from terreau.project import archive
from terreau.project.dump import check_known


def manifest(**more):
    return archive.Manifest(
        **{"version": "0.1.0", "made_at": "2026-01-01", "database": "sqlite", "migrations": [], **more}
    )


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "sauvegarde.zip"
    with archive.writing(path, manifest()) as writer:
        for name in ("tables/a.jsonl", "files/é.txt"):
            with writer.member(name) as out:
                out.write(b"des lignes\n" * 500)
    return path


def test_what_was_written_is_read(good):
    read = archive.check(good)
    assert sorted(read.digests) == ["files/é.txt", "tables/a.jsonl"]
    assert read.version == "0.1.0"


def test_only_its_owner_reads_it(good):
    assert good.stat().st_mode & 0o777 == 0o600


def test_the_same_content_gives_the_same_digests(good, tmp_path):
    again = tmp_path / "encore.zip"
    with archive.writing(again, manifest()) as writer:
        for name in ("files/é.txt", "tables/a.jsonl"):
            with writer.member(name) as out:
                out.write(b"des lignes\n" * 500)
    assert archive.check(again).digests == archive.check(good).digests


def test_a_cut_leaves_the_former_one(good):
    before = good.read_bytes()

    def cut():
        with archive.writing(good, manifest()) as writer, writer.member("tables/a.jsonl") as out:
            out.write(b"la moiti")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut()
    assert good.read_bytes() == before
    archive.check(good)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(good, share):
    content = good.read_bytes()
    good.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(TerreauError, match="abîmé") as refusal:
        archive.check(good)
    assert "Rien n’a été changé" in refusal.value.remedy


def test_one_changed_byte_anywhere_that_counts_is_seen(good):
    content = good.read_bytes()
    expected = archive.check(good)
    for place in range(0, len(content), 7):
        damaged = bytearray(content)
        damaged[place] ^= 0xFF
        good.write_bytes(damaged)
        try:
            read = archive.check(good)
        except TerreauError:
            continue
        # Bytes of the container that carry nothing (dates, attributes) may change.
        assert read == expected


def test_something_else_is_refused(tmp_path):
    other = tmp_path / "autre.zip"
    other.write_text("ceci n’est pas une sauvegarde")
    with pytest.raises(TerreauError, match="n’est pas une sauvegarde"):
        archive.check(other)
    with zipfile.ZipFile(other, "w") as file:
        file.writestr("bonjour.txt", "bonjour")
    with pytest.raises(TerreauError, match="n’est pas une sauvegarde"):
        archive.check(other)
    with pytest.raises(TerreauError, match="n’existe pas"):
        archive.check(tmp_path / "rien.zip")


def test_a_member_added_or_removed_by_hand_is_seen(good):
    with zipfile.ZipFile(good, "a") as file:
        file.writestr("files/ajout.txt", "ajout")
    with pytest.raises(TerreauError, match="il manque des éléments"):
        archive.check(good)


def test_a_newer_format_is_refused(tmp_path):
    path = tmp_path / "neuve.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(archive.MANIFEST, json.dumps({"format": 99, "version": "7.0"}))
    with pytest.raises(TerreauError, match="format") as refusal:
        archive.check(path)
    assert "7.0" in refusal.value.remedy


def test_a_newer_version_is_refused():
    with pytest.raises(TerreauError, match="version plus récente"):
        check_known(manifest(migrations=["accounts.0001_initial", "accounts.0999_demain"]))


def test_two_do_not_write_the_same_file(tmp_path):
    path = tmp_path / "sauvegarde.zip"
    with (
        archive.writing(path, manifest()),
        pytest.raises(TerreauError, match="Une autre sauvegarde"),
        archive.writing(path, manifest()),
    ):
        pass
    archive.check(path)


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path):
    path = tmp_path / "sauvegarde.zip"
    with pytest.raises(TerreauError, match="plus de place"), archive.writing(path, manifest()):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(TerreauError, match="C’est un dossier"), archive.writing(tmp_path, manifest()):
        pass
