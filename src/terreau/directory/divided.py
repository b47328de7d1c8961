"""What a process made by division of another must do before it asks the database anything."""

from __future__ import annotations

from typing import Any

from django.db import connections

# Kept, since even closing them here would disturb their owner.
_of_parent: list[Any] = []


def leave_connections_of_parent() -> None:
    """Have this process, divided from another, open connections of its own."""
    for alias in connections:
        _of_parent.append(connections[alias])
        del connections[alias]
