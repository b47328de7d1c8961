"""Files written whole or not at all."""

from __future__ import annotations

import errno
import os
import threading

import pytest

from terreau.core.files import sweep_drafts, write_atomically
from terreau.core.threads import at_once


def test_the_same_file_written_by_two_at_once_is_whole(tmp_path, monkeypatch):
    both = threading.Barrier(2, timeout=20)
    settled = os.fsync

    def fsync(number: int) -> None:
        both.wait()
        settled(number)

    monkeypatch.setattr(os, "fsync", fsync)
    content = b"x" * 300_000
    at_once(*[lambda: write_atomically(tmp_path / "son.amr", content)] * 2)
    assert [path.name for path in tmp_path.iterdir()] == ["son.amr"]
    assert (tmp_path / "son.amr").read_bytes() == content


def test_nothing_is_left_of_a_file_that_a_full_disk_refuses(tmp_path, monkeypatch):
    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "jeu.json").write_bytes(b"avant")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(tmp_path / "jeu.json", b"x" * 1000)
    assert [path.name for path in tmp_path.iterdir()] == ["jeu.json"]
    assert (tmp_path / "jeu.json").read_bytes() == b"avant"


def test_what_a_killed_writer_left_is_thrown_away_a_day_later(tmp_path):
    inside = tmp_path / "files" / "pieces"
    inside.mkdir(parents=True)
    names = (".lettre.pdf.4242-4243.tmp", ".autre.4242-4243.tmp", "lettre.tmp", ".caché", "lettre.1-2.tmp")
    for name in names:
        (inside / name).write_bytes(b"x")
        os.utime(inside / name, (0, 0))
    (inside / ".autre.4242-4243.tmp").touch()
    assert sweep_drafts(tmp_path) == 1
    assert {path.name for path in inside.iterdir()} == set(names) - {names[0]}
