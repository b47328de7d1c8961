"""A restored state takes the place of the present one whole, wherever a crash falls."""

from __future__ import annotations

from pathlib import Path

import pytest

from terreau.core.home import Home
from terreau.project.swap import Swap

OLD = {
    "files/a.txt": "ancien",
    "secret.key": "ancienne",
    "terreau.sqlite3": "ancienne",
    "terreau.sqlite3-wal": "w",
}
NEW = {"files/b.txt": "nouveau", "secret.key": "nouvelle", "terreau.sqlite3": "nouvelle"}


class Crash(BaseException):
    pass


def write(folder, contents):
    for name, text in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def read(home, kept="avant"):
    """What is there, apart from the empty folders of a home and what was set aside."""
    return {
        str(path.relative_to(home.root)): path.read_text()
        for path in home.root.rglob("*")
        if path.is_file() and kept not in path.parts
    }


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path / "home").ensure()
    write(home.root, OLD)
    (home.index / "segment").write_text("ancien index")
    return home


def ready(home, kept_in="avant", token=""):
    swap = Swap(home)
    write(swap.begin(), NEW)
    swap.decide(kept_in=kept_in, token=token)
    return swap


def test_the_new_state_is_there_and_the_former_kept(home):
    ready(home).finish()
    assert read(home) == NEW
    assert {name: (home.root / "avant" / name).read_text() for name in OLD} == OLD
    assert home.index.is_dir()


def test_a_former_state_worth_nothing_is_dropped(home):
    ready(home, kept_in="").finish()
    assert read(home) == NEW
    assert sorted(path.name for path in home.root.iterdir()) == [
        "files",
        "index",
        "locks",
        "secret.key",
        "static",
        "terreau.sqlite3",
    ]


def test_before_it_is_decided_nothing_is_changed(home):
    swap = Swap(home)
    write(swap.begin(), NEW)
    assert not swap.is_decided()
    swap.give_up()
    assert read(home) == {**OLD, "index/segment": "ancien index"}


def test_given_up_after_it_was_decided(home):
    swap = ready(home, token="jeton")
    assert swap.token() == "jeton"
    swap.give_up()
    assert read(home) == {**OLD, "index/segment": "ancien index"}


@pytest.mark.parametrize("moves", range(9))
def test_a_crash_at_any_move_is_finished_by_the_next(home, moves, monkeypatch):
    swap = ready(home)
    rename, done = Path.rename, []

    def rename_or_crash(self, target):
        if len(done) == moves:
            raise Crash
        done.append(self)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", rename_or_crash)
    try:
        swap.finish()
    except Crash:
        monkeypatch.setattr(Path, "rename", rename)
        assert swap.is_decided()
        swap.finish()
    else:
        assert moves >= 7, "seven moves make the whole"
    assert read(home) == NEW
    assert {name: (home.root / "avant" / name).read_text() for name in OLD} == OLD
