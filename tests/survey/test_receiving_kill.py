"""A telephone is sending when the server is killed: nothing half-taken, and sent again it is taken once."""

from __future__ import annotations

import pytest

from tests.killing import A_FEW, A_HUNDRED, nothing_is_lost


@pytest.mark.parametrize("count", [A_FEW, pytest.param(A_HUNDRED, marks=pytest.mark.slow)])
def test_a_sending_whose_server_is_killed_is_taken_once_or_not_at_all(drive, count):
    for seen in drive("tests.survey.receiving_process", count).values():
        nothing_is_lost(seen, count)
