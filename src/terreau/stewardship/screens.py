"""What the screens of this application share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from terreau.accounts.services import rename
from terreau.core.errors import TerreauError
from terreau.directory.enums import Status
from terreau.directory.fields import BY_KEY
from terreau.directory.models import Organisation
from terreau.directory.sheet import value_text


def sheet(public_id: str) -> Organisation:
    """A sheet that is shown."""
    rows = Organisation.objects.select_related("territory", "source__territory", "merged_into")
    found: Organisation = get_object_or_404(rows, public_id=public_id)
    if found.status == Status.HIDDEN:
        raise Http404
    return found.merged_into or found


def attempted(write: Callable[[], Any]) -> tuple[Any, TerreauError | None]:
    """What a write gave, or what it refused."""
    try:
        return write(), None
    except TerreauError as error:
        return None, error


def person_of(request: HttpRequest) -> Any:
    """Who signed in."""
    return request.user


def named(request: HttpRequest) -> str:
    """The name that the person gives of themselves with what they send."""
    return request.POST.get("votre_nom", "").strip()


def introduce(request: HttpRequest) -> None:
    """Keep that name, when nobody knows yet how to call the person."""
    person, given = person_of(request), named(request)
    if given and not person.display_name:
        rename(person=person, display_name=given)


def in_words(values: dict[str, Any]) -> list[dict[str, str]]:
    """Values of a record, each with what people call it."""
    country = str((values.get("place") or {}).get("country") or "")
    return [
        {"label": str(one.label), "text": value_text(key, values[key], country)}
        for key, one in BY_KEY.items()
        if values.get(key)
    ]
