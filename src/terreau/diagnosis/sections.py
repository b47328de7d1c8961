"""The sections of a diagnosis, which register themselves; assembling an edition iterates over them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from terreau.core.registry import Registry
from terreau.diagnosis.content import Part
from terreau.diagnosis.drawings import Drawings
from terreau.diagnosis.facts import Facts


@dataclass(frozen=True)
class Section:
    """One section: `build` gives its part of the edition, or None when there is nothing to say."""

    key: str
    rank: int
    title: str
    build: Callable[[Facts, Drawings], Part | None]


sections: Registry[Section] = Registry()


def register(section: Section) -> None:
    """Add a section to every diagnosis prepared from now on; editions already published keep theirs."""
    sections.register(section)
