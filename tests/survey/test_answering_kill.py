"""A page saved, an answer sent or withdrawn, killed anywhere: all before or all done, and once."""

from __future__ import annotations

import pytest

from tests.killing import A_FEW, A_HUNDRED, nothing_is_lost


@pytest.mark.parametrize("count", [A_FEW, pytest.param(A_HUNDRED, marks=pytest.mark.slow)])
def test_killed_anywhere_an_answer_is_whole(drive, count):
    told = drive("tests.survey.answering_process", count // 3)
    states = {}
    for work, seen in told.items():
        nothing_is_lost(seen, count // 3)
        state, values, has_link, later = seen[0]["done"]["facts"]
        states[work] = (state, bool(values), has_link, later)
    assert states == {
        "saving": ("started", True, True, []),
        "sending": ("replaced", True, False, ["complete"]),
        "withdrawing": ("withdrawn", False, False, []),
    }
