"""What makes a form sent twice one: an identifier drawn with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from terreau.directory.models import is_public_id, new_public_id


def drawn_once(data: Mapping[str, Any]) -> str:
    """The one that was sent with a form, or a fresh one."""
    sent = str(data.get("once", ""))
    return sent if is_public_id(sent) else new_public_id()
