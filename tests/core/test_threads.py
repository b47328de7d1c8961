"""Several things at once in one process."""

from __future__ import annotations

import multiprocessing

import pytest

from terreau.core.threads import at_once


def test_each_result_in_its_place():
    assert at_once(lambda: 1, lambda: 2, lambda: 3) == [1, 2, 3]
    assert at_once(lambda: 1) == [1]


def test_what_a_task_raises_is_raised():
    def fail() -> None:
        raise ValueError("essai")

    with pytest.raises(ValueError, match="essai"):
        at_once(lambda: 1, fail)


def test_a_child_process_has_threads_of_its_own():
    """The parent's threads do not exist in it: to wait for them would be to wait for ever."""
    at_once(lambda: 1, lambda: 2)
    child = multiprocessing.get_context("fork").Process(target=at_once, args=(lambda: 1, lambda: 2))
    child.start()
    child.join(20)
    hung = child.is_alive()
    child.kill()
    assert not hung
    assert child.exitcode == 0
