"""When a message leaves: at once, or with all the others of its day or of its week."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

AT_ONCE, DAILY, WEEKLY, NONE = "at_once", "daily", "weekly", "none"
# Grouped messages are there when the working day begins, the weekly ones on Monday.
HOUR_OF_GROUPS = 7
# After a temporary refusal by the mail server: minutes before each new try, then it is given up.
MINUTES_BEFORE_RETRIES = (2, 10, 30, 120, 360, 720, 1440)


def due_at(frequency: str, asked_at: datetime, zone: ZoneInfo) -> datetime | None:
    """When a message asked for at a moment leaves; None when it does not leave at all.

    Args:
        frequency: chosen by the person for this kind of message.
        asked_at: when the message was written, aware.
        zone: where the instance lives; a day begins there.
    """
    if frequency == NONE:
        return None
    if frequency == AT_ONCE:
        return asked_at
    local = asked_at.astimezone(zone)
    # Arithmetic on the wall clock: the hour stays the same when the clocks change.
    due = local.replace(hour=HOUR_OF_GROUPS, minute=0, second=0, microsecond=0, fold=0)
    if due <= local:
        due += timedelta(days=1)
    if frequency == WEEKLY:
        due += timedelta(days=-due.weekday() % 7)
    return due


def retry_at(attempts: int, now: datetime) -> datetime | None:
    """When to try again after this many tries; None when enough were made."""
    if attempts > len(MINUTES_BEFORE_RETRIES):
        return None
    return now + timedelta(minutes=MINUTES_BEFORE_RETRIES[max(attempts, 1) - 1])
