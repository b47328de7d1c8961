"""Those who wait for the same thing."""

from __future__ import annotations

import threading

import pytest

from terreau.core.turns import Turns


def test_who_came_first_is_served_first():
    turns, served, threads = Turns(), [], []

    def take(number: int) -> None:
        with turns:
            served.append(number)

    with turns:
        for number in range(20):
            thread = threading.Thread(target=take, args=(number,))
            thread.start()
            while turns.waiting() <= number:
                pass
            threads.append(thread)
        assert served == []
    for thread in threads:
        thread.join(20)
    assert served == list(range(20))


def test_one_who_fails_lets_the_next_one_in():
    turns = Turns()
    with pytest.raises(ValueError, match="essai"), turns:
        raise ValueError("essai")
    with turns:
        assert turns.waiting() == 0
