"""The tables of legal forms in words, ready for a page or a document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from terreau.perimeters.forms import (
    Country,
    ExcludedActivity,
    LegalForm,
    countries_covered,
    excluded_activities,
    family_rank,
    forms_of,
)
from terreau.perimeters.vocabulary import FAMILIES, NATURES, RELIABILITY, STATUSES

_STATUS_ORDER = {"inclus_de_droit": 0, "inclus_sous_condition": 1, "a_decider": 2, "exclu": 3}


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form in words, with the codes beside them; `dates` is empty when the row has no limit in time."""

    code: str
    label: str
    short: str
    family: str
    nature: str
    status: str
    status_code: str
    condition: str
    min_members: int | None
    source: str
    url: str
    valid_from: date | None
    valid_to: date | None
    dates: str
    reliability: str
    reliability_code: str
    notes: str


@dataclass(frozen=True, slots=True)
class CountryTable:
    """A country's table: what frames it, its forms (those of the field first), its excluded activities.

    `key` names it in an address: « fr », « ca-qc ».
    """

    key: str
    country: str
    region: str
    name: str
    framework_law: str
    register: str
    reliability: str
    notes: str
    rows: tuple[FormRow, ...]
    excluded_activities: tuple[ExcludedActivity, ...]

    @property
    def verified(self) -> int:
        """How many rows were read in their source."""
        return sum(row.reliability_code == "V" for row in self.rows)

    @property
    def included(self) -> tuple[FormRow, ...]:
        """Forms in the field, by right or under a condition, or still to be decided."""
        return tuple(row for row in self.rows if row.status_code != "exclu")

    @property
    def excluded(self) -> tuple[FormRow, ...]:
        """Forms out of the field."""
        return tuple(row for row in self.rows if row.status_code == "exclu")


def french_date(day: date) -> str:
    """« 31/07/2014 »."""
    return f"{day:%d/%m/%Y}"


def period(valid_from: date | None, valid_to: date | None) -> str:
    """« depuis le 02/08/2014 », « jusqu’au 31/12/2023 », « du … au … », or nothing."""
    if valid_from and valid_to:
        return f"du {french_date(valid_from)} au {french_date(valid_to)}"
    if valid_from:
        return f"depuis le {french_date(valid_from)}"
    return f"jusqu’au {french_date(valid_to)}" if valid_to else ""


def _row(item: LegalForm) -> FormRow:
    return FormRow(
        code=item.code,
        label=item.label,
        short=item.short,
        family=FAMILIES[item.family].label,
        nature=NATURES[item.nature].label,
        status=STATUSES[item.status].label,
        status_code=item.status,
        condition=item.condition,
        min_members=item.min_members,
        source=item.source,
        url=item.url,
        valid_from=item.valid_from,
        valid_to=item.valid_to,
        dates=period(item.valid_from, item.valid_to),
        reliability=RELIABILITY[item.reliability].label,
        reliability_code=item.reliability,
        notes=item.notes,
    )


def table(country: Country) -> CountryTable:
    """The table of one country in words."""
    forms = sorted(
        forms_of(country.country, country.region),
        key=lambda item: (_STATUS_ORDER[item.status], family_rank(item.family), item.code, item.key),
    )
    return CountryTable(
        key="-".join(part for part in (country.country.lower(), country.region) if part),
        country=country.country,
        region=country.region,
        name=country.name,
        framework_law=country.framework_law,
        register=country.register,
        reliability=RELIABILITY[country.reliability].label,
        notes=country.notes,
        rows=tuple(_row(item) for item in forms),
        excluded_activities=excluded_activities(country.country),
    )


def tables() -> tuple[CountryTable, ...]:
    """Every country's table in words, in the alphabetical order of their French names."""
    return tuple(table(country) for country in countries_covered())
