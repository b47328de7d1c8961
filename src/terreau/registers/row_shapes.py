"""Small shapes of the values of a row: questions, references, streets, codes, actions. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from terreau.core.text import fold
from terreau.registers.spec import ColumnSpec

_NUMBER_FIRST = frozenset({"FR", "BE", "LU", "GB", "IE", "US", "CA", "MT", "MC", "MA", "TN", "DZ", "SN", ""})


@dataclass(slots=True)
class Ask:
    """A question on a row: its kind (`enums.Question`), what is asked, the possible answers, its key.

    The same key asked again of the same source finds the answer given before.
    """

    kind: str
    text: str
    key: str
    candidates: list[dict[str, Any]] = field(default_factory=list)


def short_mark(text: str) -> str:
    """A reference for a row that has none of its own."""
    return f"empreinte:{hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"


def add_codes(values: dict[str, Any], target: str, codes: tuple[str, ...]) -> None:
    """Put the codes of a translated value where they belong: a category gives sectors and issues."""
    if target == "qualities":
        known = values.setdefault("qualities", {})
        known.update(dict.fromkeys(codes, True))
        return
    if target in ("family", "nature", "legal_form"):
        if codes:
            values.setdefault(target, codes[0])
        return
    for code in codes:
        kind, _colon, bare = code.rpartition(":")
        key = {"sector": "sectors", "issue": "issues"}.get(kind, target)
        known = values.setdefault(key, [])
        if bare not in known:
            known.append(bare)


def street_line(told: dict[str, str], country: str) -> str:
    """Number and street in the order of the country."""
    number, street = told.get("house_number", ""), told.get("address", "")
    if told.get("street_kind"):
        street = f"{told['street_kind']} {street}".strip()
    if not number or not street:
        return street or number
    return f"{number} {street}" if country in _NUMBER_FIRST else f"{street} {number}"


def aligned(told: list[str], count: int) -> list[str]:
    """One value per action: as many as actions, one for all, or none when nobody can tell which."""
    if len(told) == count:
        return told
    return told[:1] * count if len(told) == 1 else [""] * count


def value_mark(item: ColumnSpec, part: str) -> str:
    """What tells a value to translate from others: as much of it as is kept with its translation."""
    return f"{item.target}:{fold(part)[:200]}"
