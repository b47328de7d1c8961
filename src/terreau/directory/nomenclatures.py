"""The nomenclatures shipped with the platform, read from `data/`, and the passage from the NAF to sectors.

No Django here: imports, rules and tests read the same tables. The filières are not here; each
territory names its own, in the database.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

# The letter that ends a code tells the two versions apart: no code belongs to both.
_LETTERS_2025 = frozenset("GHJKLY")
_ACTIVITY = re.compile(r"(\d\d)\.?(\d\d?)?\.?([A-Z])?")


class TermData(NamedTuple):
    """One term as shipped: its code, its label and its definition in French."""

    code: str
    label: str
    definition: str


@lru_cache(maxsize=1)
def sectors() -> tuple[TermData, ...]:
    """The sectors of activity, in the order in which they are shown."""
    return tuple(TermData(**row) for row in _rows("sectors.csv"))


@lru_cache(maxsize=1)
def issues() -> tuple[TermData, ...]:
    """The territorial issues, in the order in which they are shown."""
    return tuple(TermData(**row) for row in _rows("issues.csv"))


def clean_activity(code: str) -> str:
    """The code as INSEE writes it (`9499z` → `94.99Z`), or an empty text when it is none."""
    match = _ACTIVITY.fullmatch(code.strip().upper().replace(" ", ""))
    if match is None:
        return ""
    division, rest, letter = match.groups()
    return f"{division}{f'.{rest}' if rest else ''}{letter or ''}"


def is_naf_2025(code: str) -> bool:
    """Whether the code is one of the NAF 2025; without its letter it is read as NAF rev. 2."""
    return clean_activity(code)[-1:] in _LETTERS_2025


def activity_label(code: str) -> str:
    """The official label of a complete code in either NAF, or an empty text."""
    return _labels().get(clean_activity(code), "")


def sector_of_activity(code: str) -> str:
    """The sector told by an activity code, or an empty text when the code does not tell it.

    The longest prefix of `naf_sectors.csv` wins. A code with a letter that neither nomenclature
    knows belongs to a former one, whose divisions mean other things: it tells nothing.
    """
    return _sector(code)


@lru_cache(maxsize=4096)
def _sector(code: str) -> str:
    clean = clean_activity(code)
    if not clean or (clean[-1].isalpha() and clean not in _labels()):
        return ""
    table = _prefixes()["naf2025" if is_naf_2025(clean) else "nafrev2"]
    for length in range(len(clean), 1, -1):
        if clean[:length] in table:
            return table[clean[:length]]
    return ""


@lru_cache(maxsize=1)
def _labels() -> dict[str, str]:
    return {row["code"]: row["label"] for name in ("nafrev2", "naf2025") for row in _rows(f"{name}.csv")}


@lru_cache(maxsize=1)
def _prefixes() -> dict[str, dict[str, str]]:
    tables: dict[str, dict[str, str]] = {"nafrev2": {}, "naf2025": {}}
    for row in _rows("naf_sectors.csv"):
        tables[row["nomenclature"]][row["prefix"]] = row["sector"]
    return tables


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("terreau.directory").joinpath("data", name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
