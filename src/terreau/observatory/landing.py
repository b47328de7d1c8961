"""What is asked of a build, and what a source hands to the common layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from terreau.observatory.geography import Geography


@dataclass(frozen=True, kw_only=True)
class Request:
    """What to build, from what, where."""

    source: str
    vintage: str
    out: Path
    units: Path | None = None
    establishments: Path | None = None
    ess_list: Path | None = None
    rna: Path | None = None
    mapping: Path | None = None
    confidential: Path | None = None
    nomenclature: str | None = None
    memory: str = "2GB"
    threads: int | None = None
    # The address of a cluster of Spark, when the layers are made there.
    spark: str | None = None
    older: bool = False

    @property
    def on(self) -> date:
        """The day the register is of: a monthly file tells the state of the first of its month."""
        year, month = self.vintage.split("-")
        return date(int(year), int(month), 1)

    @property
    def dates(self) -> dict[str, str]:
        """The days the layers name: flows are of the year before, survival of the three years before."""
        on = self.on
        back = {"one_year_before": 1, "three_years_before": 3, "four_years_before": 4}
        return {"on": on.isoformat()} | {
            name: on.replace(year=on.year - years).isoformat() for name, years in back.items()
        }


@dataclass(frozen=True)
class Portion:
    """Units of a register and all their establishments: what is joined at once.

    A register in the order of its units is read a portion at a time: what is joined stays small.
    """

    # The view of each file and the rows of it that are of the portion; nothing when all are.
    rows: dict[str, str]
    sources: tuple[str, ...]


@dataclass
class Landed:
    """A source's first layers, ready to be joined with its country's places and rules."""

    country: str
    label: str
    licence: str
    size_public: bool
    # What the register itself tells exactly and does not publish: `confidential.MEASURES`.
    confidential: tuple[str, ...]
    nomenclature: str
    sections: dict[str, str]
    # Where codes fall: asked for last, for it is made while the files are read.
    placing: Callable[[], Geography]
    # The whole register, and the portions it can be read in.
    whole: Portion
    portions: tuple[Portion, ...]
    read: dict[str, int]
    unread: list[tuple[str, str, str]]
    headcount_year: str | None
    # How the codes of bodies of public law begin; nothing when the register does not tell them apart.
    public_forms: tuple[str, ...]
    # Whether the register holds the whole economy, or only what the field is made of.
    whole_economy: bool
    simulated: bool
    files: list[dict[str, Any]]

    @cached_property
    def geography(self) -> Geography:
        """The territories, and where the codes of the register fall among them."""
        return self.placing()
