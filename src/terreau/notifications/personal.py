"""What the messages hold about a person."""

from __future__ import annotations

from typing import Any

from terreau.notifications.models import Message, Preference


def export(person: Any) -> dict[str, Any]:
    """The messages that can still be read, and the frequencies chosen."""
    return {
        "messages": list(
            Message.objects.of(person).values("kind", "subject", "lines", "created_at", "sent_at", "state")
        ),
        "frequences": dict(Preference.objects.filter(person=person).values_list("kind", "frequency")),
    }


def erase(person: Any) -> None:
    """Delete them, those that wait included."""
    Message.objects.filter(person=person).delete()
    Preference.objects.filter(person=person).delete()
