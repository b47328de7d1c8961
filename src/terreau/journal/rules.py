"""What must never enter the journal: ways to reach a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

# From the start of a word only: tried from each of its letters, a long one would take its square.
_EMAIL = re.compile(r"(?<![^\s@<>,;:])[^\s@<>,;:]+@[^\s@<>,;:]+\.[^\s@<>,;:]{2,}")
# With its international prefix, or ten figures that begin with 0, grouped or not (France, Morocco).
# Other runs of figures are left alone: SIREN, SIRET, dates and the figures of identifiers are some.
_TELEPHONE = re.compile(
    r"(?<![\w+])(?:\+|00(?=\d{1,3}[ .-]))\d[\d .()/-]{6,}\d(?!\w)"
    r"|(?<![\w-])0\d(?P<gap>[ .-]?)\d{2}(?:(?P=gap)\d{2}){3}(?!\w)"
)
# Drawn by chance, one key in some hundreds has the figures of a telephone number.
_KEY = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")


def is_way_to_reach(text: str) -> bool:
    """Whether the text holds what looks like an e-mail address or a telephone number; keys (UUID) do not."""
    told = _KEY.sub(" ", text)
    return bool(_EMAIL.search(told) or _TELEPHONE.search(told))


def ways_to_reach(data: Any, where: str = "") -> Iterator[str]:
    """The places, in nested data, of the texts that look like an address or a number."""
    if isinstance(data, str):
        if is_way_to_reach(data):
            yield where
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from ways_to_reach(str(key), where)
            yield from ways_to_reach(value, f"{where}.{key}" if where else str(key))
    elif isinstance(data, list | tuple | set):
        for value in data:
            yield from ways_to_reach(value, where)
