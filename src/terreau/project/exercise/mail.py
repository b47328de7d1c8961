"""The messages of an exercise: read in the console, sent to nobody, each with the notice at its head."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail.backends.console import EmailBackend


class ConsoleOfExercise(EmailBackend):
    """Writes what would have left."""

    def write_message(self, message: Any) -> None:
        """One message, with the notice."""
        message.body = f"{settings.INSTANCE_NOTICE}\n\n{message.body}"
        super().write_message(message)
