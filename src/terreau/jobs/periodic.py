"""Small work that comes back: each application registers its own in its `jobs.py`.

Done by the worker between two jobs, so it must be short. Several workers may do it at the same time, and
any of them may die in the middle: it must be idempotent.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError

logger = logging.getLogger("terreau.jobs")

Work = Callable[[str], object]


@dataclass
class Periodic:
    """One work that comes back, and when this process did it last."""

    work: Work
    seconds: float
    done_at: float = float("-inf")


_works: dict[str, Periodic] = {}


def periodic(key: str, *, seconds: float) -> Callable[[Work], Work]:
    """Register the decorated function: it is given the identifier of the worker, whose lock says it lives.

    Args:
        key: stable name, such as `notifications.send`.
        seconds: the least time between two calls in one worker.
    """

    def wrap(work: Work) -> Work:
        _works[key] = Periodic(work, seconds)
        return work

    return wrap


def do_what_is_due(worker_id: str) -> None:
    """Do each periodic work whose time has come; one that fails does not keep the others from theirs.

    Raises:
        OperationalError, InterfaceError: when the database fails, which is the worker's to handle.
    """
    for key, known in list(_works.items()):
        now = time.monotonic()
        if now - known.done_at < known.seconds:
            continue
        known.done_at = now
        try:
            known.work(worker_id)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("periodic work %s failed", key)
