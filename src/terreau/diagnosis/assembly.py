"""Assembling a diagnosis: the sections in their order, each from the same facts. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from terreau.diagnosis.content import Content, Part, Subject
from terreau.diagnosis.drawings import Drawings
from terreau.diagnosis.parts import method
from terreau.diagnosis.reading import read_facts
from terreau.diagnosis.sections import sections
from terreau.territories.models import Territory


@dataclass(frozen=True)
class Assembled:
    """A content, and the drawings it names."""

    content: Content
    pictures: dict[str, str]


def assemble(territory: Territory, as_of: date) -> Assembled:
    """The diagnosis of a territory on a day, as the directory knows it now."""
    facts = read_facts(territory, as_of)
    drawings = Drawings()
    built = [section.build(facts, drawings) for section in sections]
    parts: list[Part] = [part for part in built if part is not None]
    parts.append(method.build(parts))
    subject = Subject(facts.code, facts.name, facts.kind_label, facts.country_code, facts.extent)
    return Assembled(Content(subject, as_of.isoformat(), tuple(parts)), drawings.files)
