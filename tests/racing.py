"""Two people at once, in every order: what one does is stopped before each of its statements in turn, while
the other does all of theirs, or waits for a lock that the first one holds. No luck, no clock.

Where two transactions write at once only: on SQLite, the second waits for the first from its beginning.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from terreau.core.errors import TerreauError
from tests.project.running import PATIENCE, wait_until

two_writers = pytest.mark.skipif(
    "os.environ.get('TERREAU_TEST_DATABASE') != 'postgresql'", reason="SQLite has one writer at a time"
)
Act = Callable[[], Any]


class Person:
    """Does one thing in a thread of its own, with a connection of its own."""

    def __init__(self, act: Act, *, pausing_at: int = 0) -> None:
        self.result: Any = None
        self.refusal: TerreauError | None = None
        self.broken: BaseException | None = None
        self.statements = 0
        self.session = 0
        self.paused, self.may_go_on = threading.Event(), threading.Event()
        self.started = threading.Event()
        self._act, self._pausing_at = act, pausing_at
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            connection.ensure_connection()
            self.session = connection.connection.info.backend_pid
            self.started.set()
            with connection.execute_wrapper(self._count):
                self.result = self._act()
        except TerreauError as refusal:
            self.refusal = refusal
        except BaseException as broken:
            self.broken = broken
        finally:
            self.started.set()
            self.paused.set()
            connections.close_all()

    def _count(self, execute, sql, params, many, context):
        self.statements += 1
        if self.statements == self._pausing_at:
            self.paused.set()
            self.may_go_on.wait(PATIENCE)
        return execute(sql, params, many, context)

    def is_over_or_waits(self) -> bool:
        """Whether it ended, or is held up by a lock of the other."""
        if not self.thread.is_alive():
            return True
        with connection.cursor() as cursor:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [self.session])
            return bool(cursor.fetchone()[0])

    def end(self) -> None:
        """Wait for it, and fail with what it failed with, if that was no refusal told in words."""
        self.may_go_on.set()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive(), "two people wait for each other"
        if self.broken is not None:
            raise self.broken


Scene = Callable[[], tuple[Act, Act, Callable[[list[Person]], None]]]
# What matters most is what comes before the locks.
_FIRST_PLACES, _PLACES_AFTER = 6, 2


@pytest.fixture(params=["some", pytest.param("each", marks=pytest.mark.slow)])
def race(request):
    """Let two people act at once, on things prepared anew for each order.

    It is given a function that gives what the first does, what the second does, and what must hold once both
    are done. The first one is stopped at some of its statements; at each of them in the slow form.
    """

    def run(prepare: Scene) -> None:
        alone = Person(prepare()[0])
        alone.end()
        places = list(range(1, alone.statements + 1))
        if request.param == "some" and len(places) > _FIRST_PLACES + _PLACES_AFTER:
            rest = places[_FIRST_PLACES:]
            places = [*places[:_FIRST_PLACES], rest[len(rest) // 2], rest[-1]]
        for place in places:
            _stopped_at(place, prepare)

    return run


def _stopped_at(place: int, prepare: Scene) -> None:
    first_act, second_act, check = prepare()
    first = Person(first_act, pausing_at=place)
    assert first.paused.wait(PATIENCE)
    second = Person(second_act)
    assert second.started.wait(PATIENCE)
    assert wait_until(second.is_over_or_waits)
    first.end()
    second.end()
    try:
        check([first, second])
    except AssertionError as wrong:
        raise AssertionError(f"the first one stopped before its statement {place}") from wrong


def one_of_two(people: list[Person]) -> tuple[Person, Person]:
    """The one who did it and the one who was refused.

    Raises:
        AssertionError: when both did, or neither.
    """
    done = [person for person in people if person.refusal is None]
    refused = [person for person in people if person.refusal is not None]
    assert (len(done), len(refused)) == (1, 1), [person.refusal for person in people]
    return done[0], refused[0]
