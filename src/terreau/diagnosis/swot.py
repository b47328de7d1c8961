"""Strengths, weaknesses, opportunities, threats: each line points to its evidence (methods C.5). Pure.

The lines are the findings that have a side. A person may rate a line otherwise, or add one, with a reason
and never without evidence. Crossing them (TOWS) proposes actions, between lines about the same thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from terreau.diagnosis.findings import OPPORTUNITY, SIDES, STRENGTH, THREAT, WEAKNESS, Finding

SIDE_LABELS: Final = {
    STRENGTH: "Forces",
    WEAKNESS: "Faiblesses",
    OPPORTUNITY: "Opportunités",
    THREAT: "Menaces",
}
# How a line from within meets a line from around, and the words of the action that comes of it.
CROSSINGS: Final = (
    (STRENGTH, OPPORTUNITY, "S’appuyer sur une force pour saisir une opportunité"),
    (WEAKNESS, OPPORTUNITY, "Réduire une faiblesse grâce à une opportunité"),
    (STRENGTH, THREAT, "Parer une menace grâce à une force"),
    (WEAKNESS, THREAT, "Protéger une faiblesse d’une menace"),
)
ACTIONS_A_CROSSING: Final = 3


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person said of a line: another rating, or a line of their own (`text`), with the reason."""

    key: str
    side: str
    text: str
    evidence: str  # the key of a finding
    impact: int
    certainty: int
    reason: str


@dataclass(frozen=True, slots=True)
class SwotLine:
    """One line, its two ratings, and the finding it points to."""

    key: str
    side: str
    text: str
    impact: int
    certainty: int
    evidence: Finding
    reason: str = ""  # of who rated it otherwise, or added it
    own: bool = False

    @property
    def weight(self) -> int:
        """From 1 to 25: what the lines are ordered by."""
        return self.impact * self.certainty


@dataclass(frozen=True, slots=True)
class Action:
    """A possible action: a line from within crossed with one from around."""

    key: str
    crossing: str
    inside: SwotLine
    outside: SwotLine

    @property
    def weight(self) -> int:
        """The heavier its two lines, the sooner it is read."""
        return self.inside.weight * self.outside.weight


def swot(findings: Sequence[Finding], judgements: Iterable[Judgement] = ()) -> tuple[SwotLine, ...]:
    """The lines, side by side, heaviest first. A judgement whose evidence is gone is left out."""
    by_key = {one.key: one for one in findings}
    lines = {
        one.key: SwotLine(one.key, one.side, one.label, one.impact, one.certainty, one)
        for one in findings
        if one.side
    }
    for judgement in judgements:
        evidence = by_key.get(judgement.evidence)
        if evidence is None or (not judgement.text and judgement.key not in lines):
            continue
        own = bool(judgement.text)
        lines[judgement.key] = SwotLine(
            key=judgement.key,
            side=judgement.side if own else evidence.side,
            text=judgement.text if own else evidence.label,
            impact=judgement.impact,
            certainty=judgement.certainty,
            evidence=evidence,
            reason=judgement.reason,
            own=own,
        )
    return tuple(sorted(lines.values(), key=lambda one: (SIDES.index(one.side), -one.weight, one.key)))


def crossed(lines: Sequence[SwotLine]) -> tuple[Action, ...]:
    """The actions that crossing the lines proposes: those about the same thing, heaviest first."""
    found: list[Action] = []
    for inside, outside, title in CROSSINGS:
        pairs = [
            Action(f"{one.key}+{other.key}", title, one, other)
            for one in lines
            for other in lines
            if one.side == inside and other.side == outside and _about_the_same(one, other)
        ]
        pairs.sort(key=lambda pair: (-pair.weight, pair.key))
        found += _varied(pairs)
    return tuple(found)


def _about_the_same(one: SwotLine, other: SwotLine) -> bool:
    return not set(one.evidence.themes).isdisjoint(other.evidence.themes)


def _varied(pairs: Iterable[Action]) -> list[Action]:
    """A few of the pairs, each line taken once, so that one heavy line does not fill them all."""
    kept: list[Action] = []
    taken: set[str] = set()
    for pair in pairs:
        if taken.isdisjoint((pair.inside.key, pair.outside.key)):
            kept.append(pair)
            taken.update((pair.inside.key, pair.outside.key))
        if len(kept) == ACTIONS_A_CROSSING:
            break
    return kept
