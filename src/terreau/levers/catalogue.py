"""The levers a town can act with, read from `data/`: families, levers, what each answers, the law each needs.

No Django here: methods, pages and tests read the same table.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class LawText:
    """What one text of the library says of a lever: allows, requires or refuses it, since a day if known."""

    text: str
    ref: str
    says: str
    since: str = ""


@dataclass(frozen=True, slots=True)
class Law:
    """The law of a lever: the theme of the library, whether it takes a text to act, what is known."""

    theme: str
    needed: bool
    texts: tuple[LawText, ...]


@dataclass(frozen=True, slots=True)
class Lever:
    """One thing that a town can do.

    Attributes:
        code: « family.lever ».
        label: what it is called.
        what: what it is, in plain words.
        first: the first step.
        needs: needs of actors that it answers.
        barriers: categories of barriers that it helps lift.
        statements: statements of the grid on which it leans, or that it mends.
        recommendations: those of the diagnosis that name it.
        rung: where it stands in the rule of thresholds, for purchases: reserve, lot, clause, emerge.
        actors: whether it asks for some actors of one sector (« some »), or helps where they are « few ».
        sectors: those it is about; empty for all.
        issues: territorial issues that it answers.
        law: None where it asks for none.
        cost: an amount that a source tells, in words; with the source.
        advocacy: whether it carries to the State what the State alone can lift.
    """

    code: str
    label: str
    what: str
    first: str
    needs: tuple[str, ...] = ()
    barriers: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    recommendations: tuple[str, ...] = ()
    rung: str = ""
    actors: str = ""
    sectors: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    law: Law | None = None
    cost: str = ""
    cost_source: str = ""
    advocacy: bool = False

    @property
    def family(self) -> str:
        """The code of its family."""
        return self.code.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Family:
    """Levers of one kind."""

    code: str
    label: str
    what: str
    source: str
    levers: tuple[Lever, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All the levers, and the sectors that a town buys from unless it says otherwise."""

    version: str
    source: str
    bought: tuple[str, ...]
    families: tuple[Family, ...]

    def __iter__(self) -> Iterator[Lever]:
        return (lever for family in self.families for lever in family.levers)

    def lever(self, code: str) -> Lever | None:
        """The lever with this code."""
        return next((one for one in self if one.code == code), None)

    def family(self, code: str) -> Family | None:
        """The family with this code."""
        return next((one for one in self.families if one.code == code), None)


@cache
def catalogue() -> Catalogue:
    """The levers that are shipped."""
    text = resources.files("terreau.levers").joinpath("data", "levers.json").read_text("utf-8")
    data = json.loads(text)
    return Catalogue(
        version=data["version"],
        source=data["source"],
        bought=tuple(data["bought"]),
        families=tuple(_family(one) for one in data["families"]),
    )


def lever_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every lever, family by family, for a list to choose from."""
    return [(one.label, [(lever.code, lever.label) for lever in one.levers]) for one in catalogue().families]


def lever_name(code: str) -> str:
    """What a lever is called; nothing for a code that is none."""
    lever = catalogue().lever(code)
    return lever.label if lever else ""


def _family(data: dict[str, Any]) -> Family:
    return Family(**{**data, "levers": tuple(_lever(one) for one in data["levers"])})


def _lever(data: dict[str, Any]) -> Lever:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
    }
    if "law" in values:
        texts = tuple(LawText(**one) for one in data["law"]["texts"])
        values["law"] = Law(data["law"]["theme"], data["law"]["needed"], texts)
    if "cost" in values:
        values["cost"], values["cost_source"] = data["cost"]["words"], data["cost"]["source"]
    return Lever(**values)
