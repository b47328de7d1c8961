"""Published figures of the social and solidarity economy, to set beside those of a territory.

Facts read in publications, each with its source (see `data/published/SOURCES.md`). They are never
corrected nor merged: two publications that differ are both kept, and what is doubtful is said in the
note. Their perimeters differ too, which is why the indicator carries its denominator in its name: a
comparison shows both sources.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from terreau.core.numbers import french_quantity
from terreau.core.text import fold

SOCIAL_ECONOMY_SHARE = "part de l’économie sociale dans l’emploi salarié"
TOTAL = "total"

_INSEE_SOURCE = "Insee, indicateurs territoriaux de développement durable, 2014 et 2008"
_INSEE_LEVELS = {"region": ("région", "fr-reg-"), "departement": ("département", "fr-dep-")}
# Aggregates that close both of INSEE's lists; none is the territory « France » of the platform.
_INSEE_AGGREGATES = {"P", "M", "F"}
_UNITS = {"nb": "", "%": "%", "EUR": "€", "h": "heures", "G$ CA": "milliards de dollars canadiens"}
_YEAR = re.compile(r"\d{4}")
_ADDRESS = re.compile(r"https?://[^\s…;()]+(?=$|\s|[;()])")


@dataclass(frozen=True)
class PublishedFigure:
    """One figure as published.

    `territory_code` is the platform's public code, or None when the territory is not one of its own.
    `year` is as written (« 2020-21 », « s.d. »). `value` is None when the publication has none: never
    zero. `source_url` is an address, or the mention of a source that has none.
    """

    territory_name: str
    territory_code: str | None
    level: str
    country: str
    year: str
    indicator: str
    segment: str
    value: float | None
    unit: str
    source_url: str
    note: str = ""

    @property
    def text(self) -> str:
        """The value in French with its unit: « 10,2 % », « 1 137 702 », « non disponible »."""
        if self.value is None:
            return french_quantity(None)
        decimals = None if round(self.value, 1) == self.value else 1
        return french_quantity(self.value, _UNITS.get(self.unit, self.unit), decimals)

    @property
    def sorting_year(self) -> int:
        """Last year written in `year`, in four digits; 0 when undated."""
        years = _YEAR.findall(self.year)
        return int(years[-1]) if years else 0

    @property
    def links(self) -> tuple[str, ...]:
        """The whole addresses in the source; an address cut by an ellipsis leads nowhere and is left out."""
        return tuple(_ADDRESS.findall(self.source_url))


@lru_cache(maxsize=1)
def all_figures() -> tuple[PublishedFigure, ...]:
    """Every figure shipped, in the order of the files."""
    return (*_compiled(), *_insee())


def figures_for(codes: Iterable[str]) -> list[PublishedFigure]:
    """The figures of these territories, in the order of the codes, then as shipped."""
    wanted = list(dict.fromkeys(codes))
    by_code: dict[str, list[PublishedFigure]] = {code: [] for code in wanted}
    for figure in all_figures():
        if figure.territory_code in by_code:
            by_code[figure.territory_code].append(figure)
    return [figure for code in wanted for figure in by_code[code]]


def latest_all(code: str, indicator: str, segment: str = TOTAL) -> list[PublishedFigure]:
    """The newest figures of a territory for an indicator: one, or several when sources of a year differ.

    Indicator and segment are compared without regard to case, accents or the shape of apostrophes.
    Figures without a value are left out; undated ones come after all others.
    """
    key = (fold(indicator), fold(segment))
    found = [
        figure
        for figure in figures_for([code])
        if (fold(figure.indicator), fold(figure.segment)) == key and figure.value is not None
    ]
    newest = max((figure.sorting_year for figure in found), default=0)
    return [figure for figure in found if figure.sorting_year == newest]


def latest(code: str, indicator: str, segment: str = TOTAL) -> PublishedFigure | None:
    """The newest figure, the first shipped when several sources give one; None when there is none."""
    return next(iter(latest_all(code, indicator, segment)), None)


def _compiled() -> Iterator[PublishedFigure]:
    codes = {
        (row["territoire"], row["niveau"], row["pays"]): row["code"] or None
        for row in _rows("territory_codes.csv")
    }
    for row in _rows("chiffres_ess_publies.csv"):
        yield PublishedFigure(
            territory_name=row["territoire"],
            territory_code=codes[row["territoire"], row["niveau"], row["pays"]],
            level=row["niveau"],
            country=row["pays"],
            year=row["annee"],
            indicator=_typographic(row["indicateur"]),
            segment=_typographic(row["segment"]),
            value=_value(row["valeur"]),
            unit=row["unite"],
            source_url=row["source"],
            note=_typographic(row["note"]),
        )


def _insee() -> Iterator[PublishedFigure]:
    for row in _rows("insee_itdd_poids_economie_sociale_2014_2008.csv"):
        level, prefix = _INSEE_LEVELS[row["niveau"]]
        code = row["code"].strip()
        for year, column in (("2014", "poids_es_emploi_salarie_2014_pct"), ("2008", "poids_es_2008_pct")):
            yield PublishedFigure(
                territory_name=_typographic(row["nom"]),
                territory_code=None if code in _INSEE_AGGREGATES else f"{prefix}{code}",
                level="ensemble" if code in _INSEE_AGGREGATES else level,
                country="FR",
                year=year,
                indicator=SOCIAL_ECONOMY_SHARE,
                segment=TOTAL,
                value=_value(row[column]),
                unit="%",
                source_url=_INSEE_SOURCE,
            )


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = resources.files("terreau.observatory").joinpath("data", "published", name).read_text("utf-8")
    yield from csv.DictReader(text.splitlines())


def _value(text: str) -> float | None:
    value = float(text) if text.strip() else math.nan
    return None if math.isnan(value) else value


def _typographic(text: str) -> str:
    """Apostrophes and the spaces of guillemets as French print has them."""
    return text.replace("'", "’").replace("« ", "«\u00a0").replace(" »", "\u00a0»").replace(" %", "\u00a0%")
