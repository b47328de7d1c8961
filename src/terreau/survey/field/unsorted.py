"""What the field keeps as it came and may name a person: sendings set aside, refused rows of exports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from terreau.survey.field import texts
from terreau.survey.field_models import AnswersFile, SetAside

_ANY_OF: Final = rb"(<(?:\w+:)?(?:%s)\b[^>]*>)([^<]*)(?=</)"
_ADDRESS: Final = re.compile(_ANY_OF % texts.EMAIL.encode())
_WHO: Final = re.compile(_ANY_OF % "|".join((texts.NAME, texts.EMAIL, texts.PHONE)).encode())


def naming(email: str) -> Iterator[dict[str, Any]]:
    """What was kept as it came and holds this address: the sendings and the rows, whole."""
    for held in _sendings(email):
        yield {"at": held.received_at.isoformat(), "sent": bytes(held.content).decode(errors="replace")}
    for file in AnswersFile.objects.order_by("pk"):
        for row in file.report.get("refused", ()):
            if _is_of(row, email):
                yield {"at": file.created_at.isoformat(), "row": row["values"]}


def forget(email: str) -> None:
    """Take off who answered from what holds this address; what was answered waits for the agent as before.

    Its digest stays: sent again by its telephone, it is known and does not bring the name back.
    """
    for held in _sendings(email):
        held.content = _WHO.sub(rb"\1", bytes(held.content))
        held.save(update_fields=["content"])
    for file in AnswersFile.objects.order_by("pk"):
        of_theirs = [row for row in file.report.get("refused", ()) if _is_of(row, email)]
        for row in of_theirs:
            row["values"] = {}
        if of_theirs:
            file.save(update_fields=["report"])


def _sendings(email: str) -> Iterator[SetAside]:
    wanted = email.lower().encode()
    for held in SetAside.objects.order_by("pk").iterator(50):
        if any(told.strip().lower() == wanted for _mark, told in _ADDRESS.findall(bytes(held.content))):
            yield held


def _is_of(row: dict[str, Any], email: str) -> bool:
    return any(str(text).strip().lower() == email.lower() for text in row["values"].values())
