"""A merge, or its undoing, killed anywhere leaves both sheets as they were; done again, it is whole."""

from __future__ import annotations

import pytest

from tests.killing import A_FEW, A_HUNDRED, nothing_is_lost


@pytest.mark.parametrize("count", [A_FEW, pytest.param(A_HUNDRED, marks=pytest.mark.slow)])
def test_a_merge_killed_anywhere_is_as_if_it_had_not_been(drive, count):
    told = drive("tests.directory.merging_process", count // 2)
    for seen in told.values():
        nothing_is_lost(seen, count // 2)
    merged, parted = told["merge"][0]["done"]["facts"], told["undo"][0]["done"]["facts"]
    assert (merged["merges"], parted["merges"]) == (1, 0)
    assert [leads for _name, _status, leads, _version in merged["sheets"]] == [False, True]
    assert [leads for _name, _status, leads, _version in parted["sheets"]] == [False, False]
    assert (merged["homes"], parted["homes"]) == ([0, 0], [0, 1])
