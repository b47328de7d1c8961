"""A process killed while it writes: all is done, or nothing; done again, it is done once."""

from __future__ import annotations

import pytest

from tests.killing import A_FEW, A_HUNDRED, nothing_is_lost

WORKS = 10  # of the driver


@pytest.mark.parametrize("count", [A_FEW, pytest.param(A_HUNDRED, marks=pytest.mark.slow)])
def test_what_is_killed_anywhere_is_done_whole_or_not_at_all(drive, count):
    each = -(-count // WORKS)
    told = drive("tests.portfolio.process", each)
    assert len(told) == WORKS
    for seen in told.values():
        nothing_is_lost(seen, each)
        assert seen[0]["done"]["facts"] is True
