"""Processes killed while they write: all is done, or nothing; done again, it is done once."""

from __future__ import annotations

import pytest

from tests.killing import A_FEW, A_HUNDRED, nothing_is_lost

# How many works each driver tries.
DRIVERS = {
    "evaluation": 4,
    "framework": 5,
    "levers": 3,
    "plans": 13,
    "portfolio": 10,
    "selection": 6,
    "strategy": 5,
}


@pytest.mark.parametrize("count", [A_FEW, pytest.param(A_HUNDRED, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", DRIVERS)
def test_what_is_killed_anywhere_is_done_whole_or_not_at_all(drive, name, count):
    each = -(-count // DRIVERS[name])
    told = drive(f"tests.{name}.process", each)
    assert len(told) == DRIVERS[name]
    for seen in told.values():
        nothing_is_lost(seen, each)
        assert seen[0]["done"]["facts"] is True
