"""What changed of a sheet, and what it was before: pure functions on the state that a sheet shows.

A state is a mapping of the keys of `fields.FIELDS`, the place as one value, and `status`; keys that say
nothing are absent. A change holds the keys that differ only, absent ones as None.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

STATUS = "status"
_TEXTS = ("name", "short_name", "description", "legal_form", "family", "nature")
_LISTS = ("sectors", "issues", "filieres")
# What follows from other fields when no source says it: given back by itself, it would become a word.
DERIVED = {"family": "legal_form", "sectors": "activity_code"}

State = dict[str, Any]
Change = tuple[State, State]


def state_of(columns: Mapping[str, Any], territory: str) -> State:
    """The state told by the columns of a sheet.

    Args:
        columns: those of `Organisation`, by name.
        territory: public code of its territory, empty for none.
    """
    state: State = {key: columns[key] for key in (*_TEXTS, *_LISTS, STATUS) if columns[key]}
    if territory or columns["country_code"] or columns["longitude"] is not None:
        state["place"] = {
            "country": columns["country_code"],
            "territory": territory,
            "longitude": columns["longitude"],
            "latitude": columns["latitude"],
            "precision": columns["precision"],
        }
    said = columns["shown_values"].items()
    state.update((key, value) for key, value in said if value not in (None, "", [], {}))
    return state


def difference(before: State, after: State) -> Change:
    """What the second state has otherwise than the first."""
    keys = [key for key in dict.fromkeys((*before, *after)) if before.get(key) != after.get(key)]
    return {key: before.get(key) for key in keys}, {key: after.get(key) for key in keys}


def state_before(present: State, befores: Iterable[State]) -> State:
    """The state as it was before these changes, given from the newest to the oldest."""
    state = dict(present)
    for before in befores:
        state.update(before)
    return {key: value for key, value in state.items() if value is not None}


def to_give_back(present: State, former: State) -> State:
    """What must be said of the sheet for it to be as it was; None withdraws.

    The status follows from the other fields. A value that is merely derived comes back with the field from
    which it follows.
    """
    _now, wanted = difference(present, former)
    return {
        key: value
        for key, value in wanted.items()
        if key != STATUS and not (key in DERIVED and DERIVED[key] in wanted)
    }


def without(states: State, keys: Iterable[str]) -> State:
    """The same, these fields forgotten."""
    gone = set(keys)
    return {key: value for key, value in states.items() if key not in gone}
