"""Several things done at once in this process, when what does them lets go of Python's own lock."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, len(os.sched_getaffinity(0)) - 1), thread_name_prefix="at-once")


# The threads of a process are not those of its children.
os.register_at_fork(after_in_child=_pool.cache_clear)


def at_once(*tasks: Callable[[], Any]) -> list[Any]:
    """What each task returns; the first runs in this thread. No task may itself ask for several at once.

    Raises:
        Exception: what the first task that failed raised.
    """
    first, *others = tasks
    waited = [_pool().submit(task) for task in others]
    return [first(), *(one.result() for one in waited)]
