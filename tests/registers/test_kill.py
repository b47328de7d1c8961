"""An import killed anywhere leaves the directory as before, and is taken up again to its end."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def told(drive):
    """What a driver saw, that killed an import at each of its doors and took it up again."""
    doors = ["reading", "fates", "doubles", "report", "records", "shown", "journal", "cleaning"]
    return drive("tests.registers.importing_process", *doors)


BEFORE_THE_COMMIT = ["reading", "fates", "doubles", "report", "records", "shown", "journal"]


@pytest.mark.parametrize("door", BEFORE_THE_COMMIT)
def test_a_kill_before_the_commit_leaves_the_directory_as_it_was(told, door):
    seen = told[door]
    assert seen["signal"] == 9
    for what in ("names", "records", "links", "gone"):
        assert seen["after"][what] == seen["before"][what]


def test_a_kill_after_the_commit_loses_nothing(told):
    seen = told["cleaning"]
    assert seen["signal"] == 9
    assert seen["after"] == seen["resumed"]
    assert seen["after"]["names"] != seen["before"]["names"]


@pytest.mark.parametrize("door", [*BEFORE_THE_COMMIT, "cleaning"])
def test_it_is_taken_up_again_to_its_end(told, door):
    seen = told[door]["resumed"]
    assert set(seen["runs"]) == {"applied"}
    # The newcomers of the doors before are still there, and no longer named by the list.
    come = [name for name in seen["names"] if name.startswith("Venue avec")]
    assert f"Venue avec {door}" in come
    assert seen["records"] == seen["links"] == len(seen["names"]) == 30 + len(come)
    renamed = [name for name in seen["names"] if name.endswith(" bis")]
    assert (len(renamed), seen["gone"] - len(come) + 1) in {(9, 5), (0, 0)}
    assert seen["names"] != told[door]["before"]["names"]
