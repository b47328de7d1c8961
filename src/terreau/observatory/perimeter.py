"""What the rules of the perimeters say of each combination found in a register.

The rules are those of `terreau.perimeters`, called and never rewritten: the register gives the distinct
combinations of legal form, activity, flag, list and approvals; each is decided once, in every perimeter of
the country; the answers go back to the register as a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal, cast

from terreau.perimeters.rules import OUTSIDE, Facts, Perimeter, Verdict, decide, form, perimeters_of

ANSWERS: Final = ("oui", "non", "indetermine")
_YES_NO: Final[Mapping[str, bool | None]] = {"oui": True, "non": False, "": None}


@dataclass(frozen=True, slots=True)
class Combination:
    """What the rules look at, and how many units share it; an empty text is « not known »."""

    form: str
    region: str
    activity: str
    nomenclature: str
    ess_flag: str
    listed: str
    approvals: str
    # None is known before the register was counted.
    units: int = 0

    def facts(self, country: str, on: date) -> Facts:
        """The same, as the rules ask for it."""
        return Facts(
            country=country,
            on=on,
            form_code=self.form or None,
            region=self.region or None,
            activity=self.activity or None,
            activity_nomenclature=self.nomenclature or None,
            ess_flag=cast(Literal["O", "N"], self.ess_flag) if self.ess_flag in ("O", "N") else None,
            on_ess_list=_YES_NO[self.listed],
            approvals=frozenset(self.approvals.split()),
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """What one perimeter says: answer, family, rule."""

    answer: str
    family: str
    rule: str


@dataclass(frozen=True, slots=True)
class Group:
    """Units that count alike: same sector, same answer and family in every perimeter."""

    number: int
    public: bool
    standings: tuple[tuple[str, str], ...]

    def as_json(self, perimeters: Iterable[str]) -> dict[str, object]:
        """For the manifest."""
        answers = {
            name: {"answer": answer, "family": family}
            for name, (answer, family) in zip(perimeters, self.standings, strict=True)
        }
        return {"group": self.number, "public": self.public, "answers": answers}


@dataclass(frozen=True, slots=True)
class Decision:
    """A combination with what each perimeter says of it."""

    number: int
    combination: Combination
    group: int
    standings: tuple[Standing, ...]

    @property
    def conflict(self) -> bool:
        """Whether what is known of these units does not agree."""
        return any("conflit" in standing.rule for standing in self.standings)


@dataclass(frozen=True, slots=True)
class Decisions:
    """Everything decided for a vintage."""

    perimeters: tuple[Perimeter, ...]
    rows: tuple[Decision, ...]
    groups: tuple[Group, ...]

    def met(self, units: Iterable[tuple[int, int]]) -> Decisions:
        """The same, of what the register holds.

        Args:
            units: how many units there are of a decision, by its number; one that is not there is left out.
        """
        found = dict(units)
        rows = tuple(
            replace(row, combination=replace(row.combination, units=int(found[row.number])))
            for row in self.rows
            if row.number in found
        )
        kept = {row.group for row in rows}
        return Decisions(self.perimeters, rows, tuple(group for group in self.groups if group.number in kept))


def decide_all(
    combinations: Iterable[Combination], country: str, on: date, public_forms: tuple[str, ...] = ()
) -> Decisions:
    """Decide every combination in every perimeter of the country.

    Args:
        combinations: those found in the register.
        country: whose rules apply.
        on: the day of the register.
        public_forms: how the codes of bodies of public law begin, for shares of private jobs.
    """
    perimeters = perimeters_of(country)
    groups: dict[tuple[bool, tuple[tuple[str, str], ...]], Group] = {}
    rows = []
    for number, item in enumerate(combinations):
        facts = item.facts(country, on)
        standings = tuple(_standing(decide(facts, perimeter)) for perimeter in perimeters)
        public = item.form.startswith(public_forms) if public_forms else False
        key = (public, tuple((standing.answer, standing.family) for standing in standings))
        group = groups.setdefault(key, Group(len(groups), *key))
        rows.append(Decision(number, item, group.number, standings))
    return Decisions(perimeters, tuple(rows), tuple(groups.values()))


def _standing(verdict: Verdict) -> Standing:
    # Out of the field a family says nothing: keeping it would only multiply what is counted apart.
    family = "" if verdict.in_scope == "non" else verdict.family or OUTSIDE
    return Standing(verdict.in_scope, family, verdict.rule_id)


def reliability_of(decisions: Decisions, country: str, on: date) -> float:
    """Share of the units in the field, in any perimeter, whose rule was read in its source."""
    known = total = 0
    for row in decisions.rows:
        if any(standing.answer == "oui" for standing in row.standings):
            total += row.combination.units
            item = form(country, row.combination.form, row.combination.region or None, on=on)
            known += row.combination.units if item is not None and item.reliability == "V" else 0
    return known / total if total else 0.0
