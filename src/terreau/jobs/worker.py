"""The process that does the long work: takes one task at a time, and takes up what others left.

Several may run side by side. A worker that is killed leaves its task marked as running; the next
one, or one of its siblings, sees that its lock is free and puts the task back in the queue.
"""

from __future__ import annotations

import logging
import signal
import time
from datetime import timedelta
from types import FrameType
from typing import Any

from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction, is_locked_database_exception

from terreau.core.errors import TerreauError
from terreau.jobs import locks
from terreau.jobs.periodic import do_what_is_due
from terreau.jobs.services import give_back, recover

logger = logging.getLogger("terreau.jobs")

SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_BETWEEN_RECOVERIES = 30.0
FINISHED_TASKS_KEPT = timedelta(days=30)


class Interrupted(BaseException):
    """A second signal: leave the task where it is. No `except Exception` in a job may catch it."""


class LockLostError(TerreauError):
    """Another worker may believe this one dead: stop, and let the next begin afresh."""

    def __init__(self) -> None:
        super().__init__(
            "La base de données a coupé la ligne\u00a0: le processus des travaux s’arrête.",
            remedy="Vérifiez qu’elle tourne\u202f; ce qui était en cours sera repris au début.",
        )


class Worker:
    """Runs the tasks of the queue until it is asked to stop."""

    def __init__(self) -> None:
        self.id = locks.new_worker_id()
        self._stopping = self._working = False
        self._recovered_at = float("-inf")

    def run(self, *, until_empty: bool = False) -> None:
        """Work until a signal, or until nothing is left to do.

        The first SIGTERM or SIGINT lets the present task finish; a second one puts it back in the queue.

        Raises:
            OperationalError, InterfaceError, LockLostError: when the database fails. The task is then left
                to the worker that is started next.
        """
        lock = locks.hold(self.id)
        try:
            locks.sweep()
            _forget_old_tasks()
            self._loop(lock, until_empty=until_empty)
        except Interrupted:
            logger.info("worker %s left", self.id)
        finally:
            lock.release()

    def listen_to_signals(self) -> None:
        """Stop in good order on SIGTERM and SIGINT; to be called in the main thread."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self._stopping or not self._working:
            raise Interrupted
        self._stopping = True

    def _loop(self, lock: locks.WorkerLock, *, until_empty: bool) -> None:
        while not self._stopping:
            close_old_connections()
            if not lock.is_held():
                raise LockLostError
            self._recover_now_and_then()
            do_what_is_due(self.id)
            task = self._claim()
            if task is not None:
                self._work_on(task)
            elif until_empty:
                return
            elif not self._stopping:
                time.sleep(SECONDS_BETWEEN_LOOKS)

    def _recover_now_and_then(self) -> None:
        now = time.monotonic()
        if now - self._recovered_at >= SECONDS_BETWEEN_RECOVERIES:
            self._recovered_at = now
            recover(locks.is_alive)

    def _claim(self) -> DBTaskResult[Any, Any] | None:
        """The next task, marked as ours; None when there is none, or the database is busy."""
        ready = DBTaskResult.objects.ready()
        # A plain read first: an idle worker must not take the write lock each second.
        if not ready.exists():
            return None
        self._working = True
        task: DBTaskResult[Any, Any] | None = None
        try:
            with exclusive_transaction():
                task = ready.get_locked()
                if task is not None:
                    task.claim(self.id)
        except OperationalError as error:
            if not is_locked_database_exception(error):
                raise
            task = None
        finally:
            self._working = task is not None
        return task

    def _work_on(self, task: DBTaskResult[Any, Any]) -> None:
        try:
            given = task.args_kwargs
            value = task.task.call(*given["args"], **given["kwargs"])
            task.set_successful(value)
        except Interrupted:
            give_back(task.pk, counted=False)
            raise
        except (OperationalError, InterfaceError):
            # As if we had been killed: the next worker counts the attempt and tries again.
            raise
        except Exception as error:
            logger.exception("task %s failed", task.pk)
            task.set_failed(error)
        finally:
            self._working = False


def _forget_old_tasks() -> None:
    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - FINISHED_TASKS_KEPT).delete()
