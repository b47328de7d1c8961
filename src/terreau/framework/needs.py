"""The needs of actors, to which laws and statements answer: named by `survey`, which lies above."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

_labels: dict[str, Any] = {}


def announce(choices: Iterable[tuple[str, Any]]) -> None:
    """Say what each need is called, in the order in which they are shown."""
    _labels.update(choices)


def choices() -> list[tuple[str, Any]]:
    """Every need with its name."""
    return list(_labels.items())


def need_names(codes: Iterable[str]) -> list[str]:
    """What needs are called; one that nobody named is left out."""
    return [str(_labels[code]) for code in codes if code in _labels]
