"""One figure, and how it is made: its value never goes without what it is a value of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from terreau.observatory import indicators as ind
from terreau.observatory import labels
from terreau.observatory.indicators import Interval
from terreau.observatory.quality import Quality
from terreau.observatory.store import Vintage


@dataclass(frozen=True)
class Figure:
    """A value with its parts, its date, its perimeter, its vintage, how far to trust it, and its method.

    `segment` is « » for the whole, « famille:… » or « section:… ». A masked figure has no value, no part and
    no bound; nor has one that is not known, of which its source tells nothing. Any other without a value has
    none by its formula.
    """

    id: str
    label: str
    segment: str
    segment_label: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    numerator: float | None
    numerator_label: str
    denominator: float | None
    denominator_label: str
    perimeter: str
    perimeter_label: str
    perimeter_version: str
    on: str
    vintage: str
    estimated: bool
    reliability: str
    reliability_label: str
    masked: bool
    why: str
    note: str
    method: str
    notice: str
    known: bool = True

    @property
    def missing(self) -> str:
        """Why there is no value; nothing where there is one."""
        if self.value is not None:
            return ""
        return self.why if self.masked or not self.known else labels.NO_VALUE

    def as_row(self) -> dict[str, Any]:
        """For an export: the columns are told in docs/observatoire.md."""
        return {
            "indicateur": self.id,
            "libelle": self.label,
            "segment": self.segment,
            "libelle_segment": self.segment_label,
            "valeur": self.value,
            "borne_basse": self.low,
            "borne_haute": self.high,
            "unite": self.unit,
            "numerateur": self.numerator,
            "libelle_numerateur": self.numerator_label,
            "denominateur": self.denominator,
            "libelle_denominateur": self.denominator_label,
            "perimetre": self.perimeter,
            "libelle_perimetre": self.perimeter_label,
            "version_perimetre": self.perimeter_version,
            "date": self.on,
            "millesime": self.vintage,
            "estime": self.estimated,
            "fiabilite": self.reliability,
            "libelle_fiabilite": self.reliability_label,
            "masque": self.masked,
            "motif": self.why,
            "note": self.note,
            "methode": self.method,
            "mention": self.notice,
        }


class Maker:
    """Makes the figures of one perimeter of one vintage.

    Args:
        vintage: the one they are of.
        perimeter: the one they are in.
        quality: how far they are trusted.
        before: the vintage with which this one is compared; what secrecy masks in it stays masked.
    """

    def __init__(
        self, vintage: Vintage, perimeter: str, quality: Quality, *, before: Vintage | None = None
    ) -> None:
        self.perimeter = perimeter
        self._vintage = vintage
        self._manifest = vintage.manifest
        self._told = {sizes: quality.told(sizes=sizes) for sizes in (False, True)}
        self.tells_public = bool(self._manifest["tells_public"])
        self.whole_economy = bool(self._manifest["whole_economy"])
        read = [vintage, before] if before else [vintage]
        self._public = all(one.manifest["source"]["size_public"] for one in read)

    def __call__(
        self, name: str, count: float, *, whole: float | None = None, segment: str = "", sizes: bool = False
    ) -> Figure:
        """A count, with what it is a part of."""
        return self.figure(name, count, numerator=count, denominator=whole, segment=segment, sizes=sizes)

    def interval(self, name: str, found: Interval, *, segment: str = "") -> Figure:
        """Jobs: an estimate between two bounds."""
        return self.figure(
            name, found.value, low=found.low, high=found.high, segment=segment, sizes=True, estimated=True
        )

    def share(self, name: str, part: Interval, rest: Interval, *, segment: str = "") -> Figure:
        """The share of a part in the whole, both known by bands."""
        found = ind.share_interval(part, rest)
        return self.figure(
            name,
            found.value if found else None,
            low=found.low if found else None,
            high=found.high if found else None,
            numerator=part.value,
            denominator=part.value + rest.value,
            segment=segment,
            sizes=True,
            estimated=True,
        )

    def hidden(self, name: str, segment: str, why: str) -> Figure:
        """A figure that secrecy masks: nothing of it, and why."""
        return replace(self.figure(name, None, segment=segment), masked=True, why=why)

    def unknown(self, name: str, segment: str, why: str) -> Figure:
        """A figure of which the source tells nothing, and why."""
        return replace(self.figure(name, None, segment=segment), known=False, why=why)

    def figure(
        self,
        name: str,
        value: float | None,
        *,
        low: float | None = None,
        high: float | None = None,
        numerator: float | None = None,
        denominator: float | None = None,
        segment: str = "",
        sizes: bool = False,
        estimated: bool = False,
    ) -> Figure:
        """Any figure; with `sizes` it rests on headcounts, masked when the source does not publish them."""
        told = labels.INDICATORS[name]
        parts = (told.numerator, told.denominator)
        if segment:
            parts = labels.OF_SEGMENT.get(name, parts)
        masked = sizes and not self._public
        grade, words = self._told[sizes]
        return Figure(
            id=name,
            label=told.label,
            segment=segment,
            segment_label=labels.segment_label(segment, self._manifest["sections"]),
            value=None if masked else value,
            low=None if masked else low,
            high=None if masked else high,
            unit=told.unit,
            numerator=None if masked else numerator,
            numerator_label=parts[0],
            denominator=None if masked else denominator,
            denominator_label=parts[1],
            perimeter=self.perimeter,
            perimeter_label=labels.perimeter_label(self.perimeter),
            perimeter_version=self._manifest["perimeter_version"],
            on=labels.date_of(sizes, self._manifest),
            vintage=self._vintage.name,
            estimated=estimated or (sizes and name != "employeurs"),
            reliability=grade,
            reliability_label=words,
            masked=masked,
            why=labels.CONFIDENTIAL if masked else (labels.PUBLIC_SIZES if sizes else labels.PUBLIC_COUNTS),
            note=told.note,
            method=f"observatoire.md#{told.anchor}",
            notice=self._manifest["notice"],
        )
