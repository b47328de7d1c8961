"""How an application that lies below the messages writes one: `notifications` opens the letterbox.

The keywords are those of `notifications.services.notify` and `notify_address`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Write = Callable[..., Any]
_writers: dict[str, Write] = {}


def open_letterbox(*, to_person: Write, to_address: Write) -> None:
    """Say who writes the messages."""
    _writers.update(person=to_person, address=to_address)


def post_to_person(**message: Any) -> Any:
    """Write a message to a person who has an account."""
    return _writers["person"](**message)


def post_to_address(**message: Any) -> Any:
    """Write a message to an address that has no account."""
    return _writers["address"](**message)
