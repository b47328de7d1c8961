"""What was read of a territory for its diagnosis: counts, as plain data. The sections are made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from terreau.diagnosis.evidence import Evidence
from terreau.diagnosis.reliability import SourceShare, in_words, pedigree
from terreau.diagnosis.rules import CoverageClaim, Result, density

MINIMUM_PLACED = 0.95
"""Share of the complete sources' rows that must be placed before a density is computed from them."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Organisations by term of a nomenclature, most numerous first; one may have several terms.

    `known` is how many have at least one term.
    """

    counts: tuple[tuple[str, str, int], ...]  # code, label, organisations
    known: int


@dataclass(frozen=True, slots=True)
class Inhabitants:
    """A population with its year, where known, and its source."""

    value: int
    year: int | None
    source: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A territory inside the one that is described, with the organisations known there."""

    code: str
    name: str
    count: int
    inhabitants: Inhabitants | None = None
    complete: int = 0  # of these organisations, those that a complete source attests
    longitude: float | None = None
    latitude: float | None = None
    geometry: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """One source: what it holds in all, and what of it is here."""

    code: str
    name: str
    kind: str
    kind_label: str
    publisher: str
    licence: str
    url: str
    dated_on: date | None
    rows: int
    placed: int
    # Without a place, but known to be in another country: they cannot be from here.
    elsewhere: int
    here: int
    confirmed: int
    oldest: date | None
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the sources declared complete for a territory attest there."""

    claims: tuple[CoverageClaim, ...] = ()
    count: int = 0
    placed_share: float = 1.0

    @property
    def known(self) -> bool:
        """Whether any source is declared complete."""
        return bool(self.claims)

    @property
    def field(self) -> str:
        """What the complete sources are complete for, in the words of those who declared it."""
        return "\u202f; ".join(dict.fromkeys(claim.field for claim in self.claims))

    def density(self, inhabitants: Inhabitants | None) -> Result:
        """Organisations of the complete sources for 1,000 inhabitants, or why there is none."""
        return self.density_of(self.count, inhabitants)

    def density_of(self, count: int, inhabitants: Inhabitants | None) -> Result:
        """The same for a part of the territory."""
        result = density(count, inhabitants.value if inhabitants else None, coverage_known=self.known)
        if not result.refused and self.placed_share < MINIMUM_PLACED:
            missing = f"{100 * (1 - self.placed_share):.0f}\u00a0%"
            return Result(None, f"{missing} des lignes de la source complète n’ont pas de lieu")
        return result


@dataclass(frozen=True, slots=True)
class Reference:
    """A territory that contains the one described, counted in the same way."""

    code: str
    name: str
    kind_label: str
    count: int
    inhabitants: Inhabitants | None
    coverage: Coverage
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """A figure published by someone else on the territory or on one that contains it."""

    code: str
    year: str
    label: str
    field: str
    value: float
    unit: str
    source: str
    url: str
    note: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the sections of this edition are made of."""

    code: str
    name: str
    kind: str
    kind_label: str
    country_code: str
    extent: str
    as_of: date
    active: int
    ceased: int
    unseen: int
    confirmed: int
    families: Mapping[str, int]  # code of family, "" when not known
    sectors: Tally
    issues: Tally
    filieres: Tally
    precisions: Mapping[str, int]
    points: tuple[tuple[float, float], ...]
    names: tuple[str, ...]  # where there are few
    units_kind: str  # « communes », « arrondissements »…; empty when there are none
    units: tuple[Unit, ...]  # those with at least one organisation, most first
    units_total: int
    unit_outlines: tuple[Unit, ...]  # every unit with an outline, for the map
    around: tuple[Unit, ...]  # outlines among which a commune is shown
    around_name: str
    outline_credit: str
    bounds: tuple[float, float, float, float] | None  # of the units, where they have no outline
    longitude: float | None
    latitude: float | None
    inhabitants: Inhabitants | None
    coverage: Coverage
    sources: tuple[SourceFacts, ...]
    references: tuple[Reference, ...] = ()
    published: tuple[Published, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)

    @property
    def perimeter(self) -> str:
        """« Poitiers (commune) », as it stands beside a figure."""
        return f"{self.name} ({self.kind_label})"

    @property
    def local_sources(self) -> tuple[SourceFacts, ...]:
        """The sources that have something here."""
        return tuple(source for source in self.sources if source.here)

    @property
    def source_words(self) -> str:
        """Who says the counts, in one line."""
        names = [source.name for source in self.local_sources]
        if not names:
            return "annuaire"
        if len(names) <= 2:
            return f"annuaire, d’après {' et '.join(names)}"
        told = f"annuaire, d’après {len(names)} sources"
        return f"{told}, dont des données simulées" if self.simulated else told

    @property
    def simulated(self) -> bool:
        """Whether simulated data is among what is counted here."""
        return any(source.simulated for source in self.local_sources)

    @property
    def unplaced(self) -> int:
        """Organisations known to be in the territory, without a place as fine as its units."""
        return self.active - sum(unit.count for unit in self.units)

    @property
    def wholly_covered(self) -> bool:
        """Whether complete sources attest all that is counted, and not a part of it only."""
        return self.coverage.known and self.coverage.count >= self.active

    @property
    def reliability(self) -> str:
        """How far the counts can be trusted, in words with the reasons."""
        return self._reliability(self.wholly_covered)

    @property
    def covered_reliability(self) -> str:
        """The same for what is counted from the complete sources only."""
        return self._reliability(self.coverage.known)

    def _reliability(self, covered: bool) -> str:
        if not self.active:
            return "sans objet"
        shares = [SourceShare(one.kind, one.here, one.oldest or one.dated_on) for one in self.local_sources]
        placed = sum(n for key, n in self.precisions.items() if key in ("point", "commune"))
        scores = pedigree(
            shares,
            as_of=self.as_of,
            coverage_known=covered,
            placed_share=placed / self.active,
            defined_share=1 - self.families.get("", 0) / self.active,
        )
        return in_words(scores, shares, coverage_known=covered, partly=self.coverage.known)
