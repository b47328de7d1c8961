"""What a running job is given: its arguments, a way to tell its progress, a way to be stopped."""

from __future__ import annotations

import time

from terreau.jobs.live import open_channel
from terreau.jobs.models import Job

# A page is read by a person: telling more often than this would cost without being seen.
SECONDS_BETWEEN_TELLINGS = 0.5


class Cancelled(Exception):  # noqa: N818 (a way to leave, not an error)
    """Raised inside a job that someone asked to stop; let it pass, so that transactions roll back."""


class JobHandle:
    """A job as seen by the function that runs it.

    `progress` may be called inside a long transaction and as often as wished.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self._channel = open_channel(job)
        self._told_at = float("-inf")

    def progress(self, done: int, total: int | None = None, step: str = "") -> None:
        """Tell how far the job has come.

        Args:
            done: what is done, in the unit of `total`.
            total: the whole, where it is known.
            step: what is being done now, in French, shown to the person; empty keeps the last one.

        Raises:
            Cancelled: when someone asked the job to stop.
        """
        new_step = bool(step) and step != self.job.step
        self.job.done, self.job.total = done, total
        self.job.step = step[:200] or self.job.step
        now = time.monotonic()
        if now - self._told_at < SECONDS_BETWEEN_TELLINGS and not new_step:
            return
        self._told_at = now
        if self._channel.tell(done, total, self.job.step):
            raise Cancelled

    def conclude(self, message: str = "", *, result_url: str = "") -> None:
        """Say what came out of it, in French, and where to go next; kept when the job succeeds."""
        self.job.message = message
        self.job.result_url = result_url or self.job.result_url

    def close(self) -> None:
        """Let go of what the handle holds."""
        self._channel.close()
