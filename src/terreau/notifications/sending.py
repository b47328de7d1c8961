"""What the worker does with the messages that are due: one mail for each reader, never the same twice.

A message goes from waiting to claimed (by a worker whose lock says it lives), then to leaving, just before
the mail server is spoken to, then to sent. A worker killed before `leaving` sent nothing: the message waits
again. Killed after, nobody can tell; it is not sent again, and stays to be read on the person's page.

Many servers take so many mails on one line and then close it: before each mail it is asked whether it still
holds, and opened again, so that a line closed between two mails loses neither.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.core.mail import get_connection
from django.db import transaction
from django.utils import timezone

from terreau.jobs import locks
from terreau.notifications.composing import compose
from terreau.notifications.enums import MessageState
from terreau.notifications.models import Message
from terreau.notifications.rules import retry_at

logger = logging.getLogger("terreau.notifications")

READERS_AT_ONCE = 50
MESSAGES_IN_A_MAIL = 100
# Behind a slow server, the worker goes back to its tasks in between.
SECONDS_AT_ONCE = 30.0
# A server that does not let us in is not asked every two seconds: some close an account for that.
SECONDS_AFTER_SILENCE = 60.0
TEXT_KEPT = timedelta(days=365)
_PERMANENT = 500
# A link or a code that lets in without an account is its holder's alone, not of who reads the base.
_NOTHING: dict[str, Any] = {"address": "", "url": "", "lines": []}
_HELD = (MessageState.CLAIMED, MessageState.LEAVING)
_OK = 250


class Pause:
    """The time during which a process does not speak to a server that did not let it in."""

    def __init__(self) -> None:
        self._until = float("-inf")

    def begin(self) -> None:
        """From now on."""
        self._until = time.monotonic() + SECONDS_AFTER_SILENCE

    def lasts(self) -> bool:
        """Whether it is too early to try again."""
        return time.monotonic() < self._until


def send_due(worker_id: str, pause: Pause | None = None) -> int:
    """Send what is due.

    Args:
        worker_id: who holds the messages meanwhile.
        pause: of this process, kept from one call to the next.

    Returns:
        How many mails left.
    """
    pause = pause or Pause()
    if pause.lasts():
        return 0
    began = time.monotonic()
    connection = get_connection()
    sent = 0
    try:
        for _number in range(READERS_AT_ONCE):
            if time.monotonic() - began > SECONDS_AT_ONCE or not Message.objects.due(timezone.now()).exists():
                break
            if not _line_holds(connection):
                pause.begin()
                break
            batch = claim_next(worker_id)
            if batch is None:
                break
            sent += _send(connection, batch)
    finally:
        _hang_up(connection)
    return sent


def _line_holds(connection: Any) -> bool:
    """Whether the server listens, on the line there is or on a new one."""
    line = getattr(connection, "connection", None)
    if line is not None:
        try:
            if line.noop()[0] == _OK:
                return True
        except (SMTPException, OSError):
            pass
        _hang_up(connection)
    try:
        connection.open()
    except (SMTPException, OSError) as error:
        logger.warning("the mail server does not let us in: messages wait (%s)", error)
        return False
    return True


def _hang_up(connection: Any) -> None:
    with suppress(SMTPException, OSError):
        connection.close()


@transaction.atomic
def claim_next(worker_id: str) -> uuid.UUID | None:
    """Take what is due for the reader who has waited longest, for one mail; None when nothing is."""
    now = timezone.now()
    first = Message.objects.due(now).first()
    if first is None:
        return None
    same_reader = Message.objects.due(now).filter(person=first.person_id, address=first.address)
    keys = list(same_reader.values_list("pk", flat=True)[:MESSAGES_IN_A_MAIL])
    batch = uuid.uuid4()
    # Only those still waiting: another worker may have read the same lines.
    Message.objects.filter(pk__in=keys, state=MessageState.WAITING).update(
        state=MessageState.CLAIMED, worker=worker_id, batch=batch
    )
    return batch


def _send(connection: Any, batch: uuid.UUID) -> bool:
    messages = _of(batch)
    if not messages:
        return False
    if messages[0].person and not messages[0].person.is_active:
        _mark(batch, MessageState.UNSENT, due_at=None)
        return False
    try:
        mail = compose(messages, batch)
        # A header that no mail may carry is refused here, and not on the way.
        mail.message()
    except Exception:
        # One message that cannot be written must not keep the others from leaving.
        logger.exception("mail %s cannot be composed", batch)
        _end(batch, MessageState.FAILED, due_at=None)
        return False
    mail.connection = connection
    if not Message.objects.filter(batch=batch, state=MessageState.CLAIMED).update(state=MessageState.LEAVING):
        # Taken for dead (its connection was cut), this worker lost the mail to another.
        return False
    try:
        mail.send()
    except (SMTPRecipientsRefused, SMTPResponseException) as error:
        _not_taken(batch, messages, permanent=_is_permanent(error))
        return False
    except (SMTPException, OSError):
        # The line was cut: the server may have taken it.
        logger.warning("mail %s may not have left", batch)
        _end(batch, MessageState.UNCERTAIN)
        return False
    _end(batch, MessageState.SENT, sent_at=timezone.now())
    return True


def recover(is_alive: Any = locks.is_alive) -> None:
    """Take up what dead workers left: what had not begun to leave waits again."""
    held = Message.objects.filter(state__in=_HELD)
    for worker in held.order_by().values_list("worker", flat=True).distinct():
        if is_alive(worker):
            continue
        left = Message.objects.filter(worker=worker)
        left.filter(state=MessageState.CLAIMED).update(state=MessageState.WAITING, worker="", batch=None)
        lost = left.filter(state=MessageState.LEAVING)
        lost.filter(person=None).update(state=MessageState.UNCERTAIN, **_NOTHING)
        lost.update(state=MessageState.UNCERTAIN)


def forget_old() -> None:
    """Empty the text of old messages; what makes each unique stays, so that none is ever written again."""
    before = timezone.now() - TEXT_KEPT
    over = Message.objects.exclude(state__in=[MessageState.WAITING, *_HELD]).exclude(subject="")
    over.filter(created_at__lt=before).update(subject="", lines=[], url="", address="")


def _of(batch: uuid.UUID) -> list[Message]:
    return list(Message.objects.filter(batch=batch).select_related("person").order_by("created_at", "id"))


def _mark(batch: uuid.UUID, state: MessageState, /, **more: Any) -> None:
    Message.objects.filter(batch=batch).update(state=state, **more)


def _end(batch: uuid.UUID, state: MessageState, /, **more: Any) -> None:
    """Nobody will read it any more but on a person's page: of one to an address, only that it was is kept."""
    _mark(batch, state, **more)
    Message.objects.filter(batch=batch, person=None).update(**_NOTHING)


def _not_taken(batch: uuid.UUID, messages: Sequence[Message], *, permanent: bool) -> None:
    """The server said no: try again later, or give up."""
    attempts = max(one.attempts for one in messages) + 1
    again = None if permanent else retry_at(attempts, timezone.now())
    logger.warning("mail %s was refused by the server", batch)
    if again is None:
        _end(batch, MessageState.FAILED, attempts=attempts, due_at=None)
    else:
        _mark(batch, MessageState.WAITING, attempts=attempts, due_at=again, worker="", batch=None)


def _is_permanent(error: SMTPRecipientsRefused | SMTPResponseException) -> bool:
    if isinstance(error, SMTPResponseException):
        return error.smtp_code >= _PERMANENT
    return all(code >= _PERMANENT for code, _text in error.recipients.values())
