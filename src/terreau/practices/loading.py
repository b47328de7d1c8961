"""The first sheets, which come with the platform: facts of others in our words, each with its source.

None is the word of a town until that town confirms it. A field about which no fact is known stays empty.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

from django.conf import settings

from terreau.core.text import fold
from terreau.directory.models import Organisation
from terreau.directory.writing import public_changed
from terreau.practices.models import Practice
from terreau.practices.writing import ship
from terreau.territories.models import Territory


@lru_cache(maxsize=1)
def sheets() -> list[dict[str, Any]]:
    """Every sheet as it is shipped."""
    text = resources.files("terreau.practices").joinpath("data", "first_sheets.json").read_text("utf-8")
    found: list[dict[str, Any]] = json.loads(text)["sheets"]
    return found


def is_needed() -> bool:
    """Whether one is missing whose territory is there; an exercise holds nothing real."""
    if settings.EXERCISE:
        return False
    places = set(
        Territory.objects.filter(code__in={sheet["territory"] for sheet in sheets()}).values_list(
            "code", flat=True
        )
    )
    shipped = set(Practice.objects.exclude(shipped_as=None).values_list("shipped_as", flat=True))
    return any(sheet["key"] not in shipped and sheet["territory"] in places for sheet in sheets())


def load(progress: Callable[[int, int], None]) -> None:
    """Ship what is missing; a sheet that a town has taken in hand is left as it is."""
    places = Territory.objects.in_bulk([sheet["territory"] for sheet in sheets()], field_name="code")
    for number, sheet in enumerate(sheets(), start=1):
        if sheet["territory"] in places:
            ship(
                shipped_as=sheet["key"],
                territory=places[sheet["territory"]],
                values=sheet["values"],
                day=date.fromisoformat(sheet["read_on"]),
            )
        progress(number, len(sheets()))
    link_actors()


def link_actors() -> int:
    """Lead each shipped sheet to the directory's sheet of who carries it, where there is one and one only."""
    linked = 0
    for practice in Practice.objects.filter(organisation=None, shipped_as__isnull=False).select_related(
        "published", "territory"
    ):
        actor = practice.published.content.get("actor", "") if practice.published else ""
        if not actor:
            continue
        known = Organisation.objects.shown().filter(
            name_folded=fold(actor), country_code=practice.territory.country_code, merged_into=None
        )[:2]
        if len(known) == 1:
            practice.organisation = known[0]
            practice.save(update_fields=["organisation"])
            linked += 1
    if linked:
        public_changed()
    return linked
