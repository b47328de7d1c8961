"""Answers that are read well and that nobody expects: a slip of the hand, most often. Pure.

They are kept as they are given: the person alone knows, and is asked once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

# Foundations and brotherhoods are older; a year typed by mistake is more common.
LONG_AGO: Final = 200
_FOUNDED: Final = "founded"
# A part, and what it is a part of.
_PARTS: Final[Mapping[str, tuple[str, str]]] = {
    "members_young": ("members_women", "members_men"),
    "jobs_young": ("jobs_women", "jobs_men"),
}


def surprises(values: Mapping[str, Any], year: int) -> dict[str, str]:
    """By identifier of question, the word (`wording.word`) that says what surprises in its answer.

    Args:
        values: the answers, as they were read.
        year: the present one.
    """
    return dict(_founding(values.get(_FOUNDED), year)) | dict(_parts(values))


def _founding(founded: int | None, year: int) -> Iterator[tuple[str, str]]:
    if founded is not None and founded > year:
        yield _FOUNDED, "year_to_come"
    elif founded is not None and founded < year - LONG_AGO:
        yield _FOUNDED, "year_long_ago"


def _parts(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for part, whole in _PARTS.items():
        if all(key in values for key in (part, *whole)) and values[part] > sum(values[key] for key in whole):
            yield part, "more_than_all"
