"""Recommendations from rules kept as data: « this need, this barrier, hence this ». Pure.

A rule fires when each of its conditions is met by a finding that calls for an answer. What fired it is kept
with the recommendation, so that a project can be made of it later.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from terreau.diagnosis.findings import Finding
from terreau.diagnosis.wording import SEMICOLON, capitalised

RULES: Final = Path(__file__).with_name("data") / "recommendations.json"
# The kinds of findings that meet a condition: a barrier is in the register, or named by the actors.
MET_BY: Final = {
    "need": ("need",),
    "barrier": ("barrier", "obstacle"),
    "framework": ("statement",),
    "sign": ("sign",),
}
LEADS: Final = {
    "need": "ce besoin",
    "barrier": "ce frein",
    "framework": "ce point du cadre",
    "sign": "ce constat",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: what is asked (need, barrier, framework, sign), and of which code."""

    asks: str
    code: str

    def met_by(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """The findings that meet it, heaviest first."""
        kinds = MET_BY[self.asks]
        found = [one for one in findings if one.pressing and one.code == self.code and one.kind in kinds]
        return tuple(sorted(found, key=lambda one: (-one.impact * one.certainty, one.key)))


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its stable identifier, when it fires, what it recommends, the levers of the town."""

    id: str
    conditions: tuple[Condition, ...]
    title: str
    text: str
    levers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All the rules, and their version: it changes when one of them does."""

    version: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A rule that fired, and the findings that fired it: for each condition, those that meet it."""

    rule: Rule
    met: tuple[tuple[Condition, tuple[Finding, ...]], ...]

    @property
    def weight(self) -> int:
        """The heaviest of what it answers; a rule of several conditions says more, and comes first."""
        return max(one.impact * one.certainty for _, found in self.met for one in found)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What it comes from."""
        return tuple(dict.fromkeys(one for _, found in self.met for one in found))

    @property
    def reason(self) -> str:
        """« ce besoin : micro-crédit (…) ; ce frein : … ; donc ceci. », the heaviest finding of each."""
        told = [f"{LEADS[condition.asks]}\u00a0: {_told(found[0])}" for condition, found in self.met]
        return f"{capitalised(SEMICOLON.join(told))}{SEMICOLON}donc ceci."


def _told(finding: Finding) -> str:
    label = finding.label.split("\u00a0: ", 1)[-1] if finding.kind != "sign" else finding.label
    return f"{label} ({finding.proof})"


@lru_cache(maxsize=1)
def rule_book() -> RuleBook:
    """The rules that are shipped."""
    return read_rules(RULES.read_text(encoding="utf-8"))


def read_rules(text: str) -> RuleBook:
    """The rules of a JSON text.

    Raises:
        ValueError: when two rules have the same identifier, or a rule asks nothing.
    """
    data = json.loads(text)
    rules = tuple(
        Rule(
            one["id"],
            tuple(Condition(asks, code) for asks, code in one["when"].items()),
            one["title"],
            one["text"],
            tuple(one["levers"]),
        )
        for one in data["rules"]
    )
    if len({one.id for one in rules}) != len(rules):
        raise ValueError("two rules have the same identifier")
    if any(not one.conditions for one in rules):
        raise ValueError("a rule without condition would always fire")
    return RuleBook(data["version"], rules)


def recommend(findings: Sequence[Finding], rules: Sequence[Rule]) -> tuple[Recommendation, ...]:
    """The rules that fire, heaviest first."""
    fired: list[Recommendation] = []
    for rule in rules:
        met = tuple((condition, condition.met_by(findings)) for condition in rule.conditions)
        if all(found for _, found in met):
            fired.append(Recommendation(rule, met))
    return tuple(sorted(fired, key=lambda one: (-one.weight, -len(one.rule.conditions), one.rule.id)))
