"""Assembling a diagnosis: the sections in their order, each from the same facts. Nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from terreau.diagnosis.conclusions import concluded
from terreau.diagnosis.content import Content, Part, Subject
from terreau.diagnosis.drawings import Drawings
from terreau.diagnosis.findings import find
from terreau.diagnosis.reading import read_facts
from terreau.diagnosis.sections import sections
from terreau.diagnosis.swot import Judgement
from terreau.diagnosis.trend import trend_part
from terreau.territories.models import Territory


@dataclass(frozen=True)
class Assembled:
    """A content, and the drawings it names."""

    content: Content
    pictures: dict[str, str]


def assemble(
    territory: Territory,
    as_of: date,
    judgements: Sequence[Judgement] = (),
    former: Sequence[Content] = (),
) -> Assembled:
    """The diagnosis of a territory on a day, as the platform knows it now.

    Args:
        territory: what is described.
        as_of: the day described.
        judgements: what its people said of the lines of its strengths and weaknesses.
        former: its earlier editions, oldest first.
    """
    facts = read_facts(territory, as_of)
    drawings = Drawings()
    built = [section.build(facts, drawings) for section in sections]
    parts: list[Part] = [part for part in built if part is not None]
    subject = Subject(facts.code, facts.name, facts.kind_label, facts.country_code, facts.extent)
    ground = Content(subject, as_of.isoformat(), tuple(parts))
    course = trend_part(former, ground)
    ground = replace(ground, sections=(*parts, course)) if course else ground
    found = replace(ground, findings=find(facts.evidence, ground.by_id()))
    return Assembled(concluded(found, judgements), drawings.files)
