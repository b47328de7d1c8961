"""What of a sheet everybody sees: field by field, as the organisation (or an agent for it) says.

`visibility` is a field like the others: `{key: bool}`. What it does not name keeps its usual state:
ways to reach somebody are for those who keep the sheet, all the rest is public. What is not public
never leaves the records: neither columns, nor `shown_values`, nor anything made from them hold it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from terreau.directory.rules import Chosen

# Not public unless the organisation says so.
PRIVATE = frozenset({"email", "telephone", "contact"})
# The exact point may be hidden while the commune is shown.
POINT = "point"
HIDEABLE = (
    *("email", "telephone", "contact", "address", POINT, "website", "members", "jobs", "languages"),
    *("catalogue", "umbrellas", "identifiers"),
)
# What gives a hidden thing away goes with it.
_WITH = {"address": ("landmark",)}


def is_public(key: str, said: Mapping[str, Any] | None) -> bool:
    """Whether everybody sees a field, given what the sheet says of its visibility."""
    if key == "visibility":
        return False
    answer = (said or {}).get(key) if key in HIDEABLE else None
    return key not in PRIVATE if answer is None else bool(answer)


def newly_hidden(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> set[str]:
    """The fields that everybody saw and no longer sees; a hidden point takes the former places with it."""
    keys = {key for key in HIDEABLE if is_public(key, before) and not is_public(key, after)}
    keys |= {other for key in keys for other in _WITH.get(key, ())}
    return {"place" if key == POINT else key for key in keys}


def hidden_since(
    before: Mapping[str, Any], after: Mapping[str, Any], said: Mapping[str, Any] | None
) -> set[str]:
    """The fields that a change took from everybody's eyes; a hidden point takes the former places with it.

    Args:
        before: what was shown, of the fields that changed.
        after: what is shown.
        said: what the sheet now says of its visibility.
    """
    keys = {key for key, value in before.items() if value is not None and after.get(key) is None}
    found = {key for key in keys if not is_public(key, said)}
    was, now = before.get("place") or {}, after.get("place") or {}
    if not is_public(POINT, said) and was.get("longitude") is not None and now.get("longitude") is None:
        found.add("place")
    return found


def public(chosen: Chosen) -> Chosen:
    """What everybody sees of a sheet: hidden values are in no part of it, nor what others say of them."""
    said = chosen.values.get("visibility") or {}
    keys = {*chosen.values, *chosen.others, *chosen.withdrawn}
    hidden = {key for key in keys if not is_public(key, said)}
    hidden |= {other for key in hidden for other in _WITH.get(key, ())}
    found = replace(
        chosen,
        values={key: value for key, value in chosen.values.items() if key not in hidden},
        provenance={key: view for key, view in chosen.provenance.items() if key not in hidden},
        others={key: list(given) for key, given in chosen.others.items() if key not in hidden},
        withdrawn={key: view for key, view in chosen.withdrawn.items() if key not in hidden},
    )
    if not is_public(POINT, said):
        if "place" in found.values:
            found.values["place"] = without_point(found.values["place"])
        if "place" in found.others:
            found.others["place"] = [(without_point(value), view) for value, view in found.others["place"]]
    return found


def without_point(place: Mapping[str, Any]) -> dict[str, Any]:
    """The place, known no closer than its territory."""
    precision = place.get("precision")
    return {
        **place,
        "longitude": None,
        "latitude": None,
        "precision": ("commune" if place.get("territory") else "country")
        if precision == "point"
        else precision,
    }
