"""Counting visits for all processes: never more than allowed, and the wait that is told is enough."""

from __future__ import annotations

import errno
import multiprocessing
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.core.rate_limits import CELLS, Counters, Limit

NOON = 1_750_000_000.0


@pytest.fixture(scope="module")
def counters(tmp_path_factory):
    made = Counters(tmp_path_factory.mktemp("limits") / "counters")
    yield made
    made.close()


limits = st.builds(Limit, times=st.integers(1, 30), seconds=st.integers(1, 7200))


@given(limit=limits, gaps=st.lists(st.floats(0, 4000), max_size=60))
def test_no_window_holds_more_than_twice_the_limit_and_no_start_more_than_it(counters, limit, gaps):
    counters.forget()
    now, allowed = NOON, []
    for gap in gaps:
        now += gap
        if counters.take("k", limit, now) == 0:
            allowed.append(now)
    for start in allowed:
        within = [at for at in allowed if start <= at < start + limit.seconds]
        assert len(within) < 2 * limit.times or limit.times == 1
        same = [at for at in allowed if at // limit.seconds == start // limit.seconds]
        assert len(same) <= limit.times


@given(limit=limits, asked=st.integers(1, 80), step=st.floats(0, 10))
def test_after_the_wait_that_was_told_one_more_is_allowed(counters, limit, asked, step):
    counters.forget()
    now, wait = NOON, 0
    for _time in range(asked):
        now += step
        wait = counters.take("k", limit, now)
    if wait:
        assert wait >= 1
        assert counters.take("k", limit, now + wait) == 0


@pytest.mark.parametrize("ahead", [7200, 86400, 365 * 86400])
def test_a_clock_that_was_ahead_refuses_nobody_once_it_is_set_right(counters, ahead):
    limit = Limit(3, 3600)
    counters.forget()
    while counters.take("k", limit, NOON + ahead) == 0:
        pass
    assert [counters.take("k", limit, NOON) for _time in range(3)] == [0, 0, 0]
    assert counters.take("k", limit, NOON) > 0


def test_a_process_that_read_the_clock_a_moment_before_another_counts_with_it(counters):
    limit = Limit(3, 60)
    counters.forget()
    start = NOON // 60 * 60 + 60
    assert [counters.take("k", limit, start + 0.001) for _time in range(3)] == [0, 0, 0]
    assert counters.take("k", limit, start - 0.001) > 0


def test_each_visitor_and_each_limit_is_counted_apart(counters):
    counters.forget()
    once = Limit(1, 60)
    assert counters.take("a", once, NOON) == 0
    assert counters.take("b", once, NOON) == 0
    assert counters.take("a", Limit(2, 60), NOON) == 0
    assert counters.take("a", once, NOON) > 0


def _ask(path, times):
    counters = Counters(path)
    allowed = sum(counters.take("k", Limit(100, 3600), NOON) == 0 for _time in range(times))
    counters.close()
    return allowed


def test_processes_share_one_count(tmp_path):
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        allowed = pool.starmap(_ask, [(tmp_path / "counters", 60)] * 4)
    assert sum(allowed) == 100


def test_the_room_of_the_counters_is_taken_at_once(tmp_path):
    Counters(tmp_path / "limits").close()
    state = (tmp_path / "limits").stat()
    assert state.st_blocks * 512 >= state.st_size == CELLS * 20


def test_on_a_full_disk_visits_are_counted_all_the_same(tmp_path, monkeypatch):
    def full(*_given: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    counters = Counters(tmp_path / "limits")
    assert [counters.take("a", Limit(2, 60), 1000.0) > 0 for _ in range(3)] == [False, False, True]
    counters.close()
