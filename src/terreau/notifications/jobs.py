"""Periodic work: send what is due, take up what dead workers left, forget old texts."""

from __future__ import annotations

from terreau.accounts import invitations
from terreau.jobs.periodic import periodic
from terreau.notifications import sending

_pause = sending.Pause()


@periodic("notifications.send", seconds=2)
def send(worker_id: str) -> None:
    """Send what is due."""
    sending.send_due(worker_id, _pause)


@periodic("notifications.recover", seconds=30)
def recover(_worker_id: str) -> None:
    """Take up what dead workers left."""
    sending.recover()


@periodic("notifications.forget", seconds=6 * 3600)
def forget(_worker_id: str) -> None:
    """Forget old texts, and the addresses of invitations that nobody answered."""
    sending.forget_old()
    invitations.forget_expired()
