"""Work shared between processes: all of it is done, errors come back, nobody is left behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from terreau.core.errors import TerreauError
from terreau.core.forking import ahead, gather, share


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_ahead_gives_everything_in_order_from_another_process():
    found = list(ahead(lambda: iter([(number, os.getpid()) for number in range(50)])))
    assert [number for number, _process in found] == list(range(50))
    assert os.getpid() not in {process for _number, process in found}


def test_ahead_of_nothing_gives_nothing():
    assert list(ahead(lambda: iter(()))) == []


def test_an_error_ahead_is_raised_here_after_what_came_before_it():
    def make() -> Iterator[int]:
        yield 1
        raise KeyError("la suite manque")

    taken = []
    with pytest.raises(KeyError, match="la suite manque"):
        taken.extend(ahead(make))
    working = ahead(make)
    assert next(working) == 1


def test_an_error_that_cannot_travel_is_still_told():
    class LocalError(Exception):
        """Known to no other process: it cannot be pickled."""

    def make() -> Iterator[int]:
        yield 1
        raise LocalError

    with pytest.raises(RuntimeError):
        list(ahead(make))


def test_a_process_that_dies_ahead_is_not_taken_for_the_end():
    def make() -> Iterator[int]:
        yield 1
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(RuntimeError, match="died"):
        list(ahead(make))


def test_what_is_left_unfinished_leaves_no_process():
    working = ahead(lambda: iter([os.getpid()] * 10))
    process = next(working)
    working.close()
    assert not _alive(process)


def test_tasks_tell_and_return():
    heard: list[tuple[int, str]] = []
    found = gather(
        [lambda tell, rank=rank: (tell(f"tâche {rank}"), rank * 10)[1] for rank in range(3)],
        lambda rank, said: heard.append((rank, said)),
    )
    assert found == [0, 10, 20]
    assert sorted(heard) == [(0, "tâche 0"), (1, "tâche 1"), (2, "tâche 2")]


def test_the_error_of_one_task_stops_all():
    def refuse(_tell):
        raise TerreauError("Non.", where="ici", remedy="Plus tard.")

    with pytest.raises(TerreauError) as error:
        share([refuse, lambda _tell: 1], lambda _come: None)
    assert (error.value.message, error.value.where, error.value.remedy) == ("Non.", "ici", "Plus tard.")
