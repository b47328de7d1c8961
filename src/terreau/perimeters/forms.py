"""Legal forms by country, read from the tables of `data/`, and how a form is recognised in a file.

A row of the tables says: this form, in this country, belongs to this family, by right, under a condition or
not at all, because of this text, between these dates, and with what reliability. `data/SOURCES.md` tells
where each table comes from. Nothing here decides whether one organisation is in the field: see `rules`.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

from terreau.core.text import fold
from terreau.perimeters.vocabulary import FAMILIES

# Where the tables are: those of the platform, then those of a country that only this instance knows.
_folders: list[Traversable] = [resources.files("terreau.perimeters") / "data"]
_ANYWHERE: Final = "*"  # stands in groups.csv for every country without a table of its own
_FLOAT_SUFFIX: Final = re.compile(r"[.,]0+$")
_INITIALS: Final = re.compile(r"\b(?:[A-Za-z]\.\s?){1,12}[A-Za-z]?\.?(?!\w)")  # « S.A.R.L. », « e. V. »
_PARENTHESIS: Final = re.compile(r"\([^)]*\)")
# Words that do not tell two forms apart: « association loi de 1901 » and « association loi 1901 ».
_IDLE: Final = frozenset(
    (
        *("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "par"),
        *("capital", "forme", "regie", "statut", "variable"),
    )
)


@dataclass(frozen=True, slots=True)
class LegalForm:
    """One row of the tables: a form in a country between two dates (both included)."""

    country: str
    region: str
    nomenclature: str
    code: str
    label: str
    short: str
    synonyms: tuple[str, ...]
    family: str
    family_otherwise: str
    nature: str
    status: str
    conditions: tuple[str, ...]
    condition: str
    min_members: int | None
    source: str
    url: str
    valid_from: date | None
    valid_to: date | None
    reliability: str
    notes: str

    @property
    def key(self) -> str:
        """The row's own name, stable from one version of the tables to the next."""
        place = f"{self.country}-{self.region}" if self.region else self.country
        return "/".join(
            (place.lower(), self.code, *([self.valid_from.isoformat()] if self.valid_from else []))
        )

    @property
    def name(self) -> str:
        """The short name where there is one, else the whole label."""
        return self.short or self.label

    def in_force(self, on: date) -> bool:
        """Whether the row holds on that day."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class Country:
    """A country (or a region with a law of its own) that has a table of forms."""

    country: str
    region: str
    name: str
    name_en: str
    framework_law: str
    register: str
    reliability: str
    notes: str


@dataclass(frozen=True, slots=True)
class ExcludedActivity:
    """A division or class of activity out of the statistical field, whatever the legal form."""

    country: str
    nomenclature: str
    prefix: str
    label: str
    source: str
    reliability: str


def _tables() -> list[Traversable]:
    """Every table, by name; two folders may each have one of the same name."""
    found = (item for folder in _folders for item in folder.iterdir() if item.name.endswith(".csv"))
    return sorted(found, key=lambda item: item.name)


def _rows(name: str) -> list[dict[str, str]]:
    texts = (item.read_text(encoding="utf-8") for item in _tables() if item.name == name)
    return [row for text in texts for row in csv.DictReader(io.StringIO(text, newline=""))]


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


def _legal_form(row: dict[str, str]) -> LegalForm:
    return LegalForm(
        country=row["country"],
        region=row["region"],
        nomenclature=row["nomenclature"],
        code=row["code"],
        label=row["label"],
        short=row["short"],
        synonyms=_parts(row["synonyms"]),
        family=row["family"],
        family_otherwise=row["family_otherwise"] or row["family"],
        nature=row["nature"],
        status=row["status"],
        conditions=_parts(row["conditions"]),
        condition=row["condition"],
        min_members=int(row["min_members"]) if row["min_members"] else None,
        source=row["source"],
        url=row["url"],
        valid_from=_date(row["valid_from"]),
        valid_to=_date(row["valid_to"]),
        reliability=row["reliability"],
        notes=row["notes"],
    )


@cache
def _countries() -> dict[tuple[str, str], Country]:
    found = (
        Country(
            country=row["country"],
            region=row["region"],
            name=row["name_fr"],
            name_en=row["name_en"],
            framework_law=row["framework_law"],
            register=row["register"],
            reliability=row["reliability"],
            notes=row["notes"],
        )
        for row in _rows("countries.csv")
    )
    return {(item.country, item.region): item for item in found}


@cache
def _members_of_groups() -> dict[str, tuple[str, ...]]:
    members: dict[str, list[str]] = {}
    for row in _rows("groups.csv"):
        members.setdefault(row["group"], []).append(row["country"])
    return {group: tuple(countries) for group, countries in members.items()}


def members_of(group: str) -> tuple[str, ...]:
    """The countries that share a law, such as « OHADA »."""
    return _members_of_groups().get(group, ())


@cache
def _forms_by_place() -> dict[tuple[str, str], tuple[LegalForm, ...]]:
    """Forms of each (country, region); a row of the country itself replaces the one its group gives."""
    own: dict[tuple[str, str], dict[str, list[LegalForm]]] = {}
    shared: list[LegalForm] = []
    groups = _members_of_groups()
    for table in sorted({item.name for item in _tables() if item.name.startswith("forms_")}):
        for row in _rows(table):
            item = _legal_form(row)
            if item.country in groups:
                shared.append(item)
            else:
                own.setdefault((item.country, item.region), {}).setdefault(item.code, []).append(item)
    claimed = {place: frozenset(codes) for place, codes in own.items()}
    for item in shared:
        for country in groups[item.country]:
            if item.code not in claimed.get((country, ""), ()):
                copy = replace(item, country=country)
                own.setdefault((country, ""), {}).setdefault(item.code, []).append(copy)
    return {place: tuple(form for forms in codes.values() for form in forms) for place, codes in own.items()}


def _place(country: str, region: str | None) -> tuple[str, str]:
    country, region = country.upper(), (region or "").lower()
    return (country, region) if (country, region) in _countries() else (country, "")


def is_covered(country: str, region: str | None = None) -> bool:
    """Whether the tables hold rules for this country (ISO 3166-1, two letters)."""
    return _place(country, region) in _countries()


def countries_covered() -> list[Country]:
    """The countries that have a table, in the alphabetical order of their French names."""
    return sorted(_countries().values(), key=lambda item: fold(item.name))


def country_rules(country: str, region: str | None = None) -> Country | None:
    """What is known of the country's framework, or None when it has no table."""
    return _countries().get(_place(country, region))


def forms_of(country: str, region: str | None = None, *, on: date | None = None) -> tuple[LegalForm, ...]:
    """Legal forms of a country, or of a region that has its own (« qc »), in force on a day if one is given.

    A country without a table gets the common forms, all « à décider »: a sheet can say what the
    organisation is even where nobody has read the law.
    """
    place = _place(country, region)
    if place in _countries():
        forms = _forms_by_place()[place]
    else:
        common = _forms_by_place()[_ANYWHERE, ""]
        forms = tuple(replace(item, country=place[0]) for item in common)
    return forms if on is None else tuple(item for item in forms if item.in_force(on))


@cache
def _index(country: str, region: str) -> dict[str, tuple[LegalForm, ...]]:
    index: dict[str, tuple[LegalForm, ...]] = {}
    for item in forms_of(country, region):
        index[item.code.lower()] = (*index.get(item.code.lower(), ()), item)
    return index


def _clean_code(code: str) -> str:
    return _FLOAT_SUFFIX.sub("", code.strip()).lower()


def versions(country: str, code: str, region: str | None = None) -> tuple[LegalForm, ...]:
    """Every dated row of one form (« 9220.0 », as spreadsheets write it, is « 9220 »)."""
    return _index(*_place(country, region)).get(_clean_code(code), ())


def form(country: str, code: str, region: str | None = None, *, on: date | None = None) -> LegalForm | None:
    """One form by its code: the row in force on the day, or the latest one when no day is given."""
    rows = versions(country, code, region)
    if on is not None:
        return next((item for item in rows if item.in_force(on)), None)
    return max(rows, key=lambda item: item.valid_from or date.min, default=None)


def _key(text: str) -> str:
    joined = _INITIALS.sub(lambda match: re.sub(r"\W", "", match[0]) + " ", text)
    words = [word for word in fold(joined).split() if word not in _IDLE]
    return " ".join(word[:-1] if len(word) > 4 and word.endswith("s") else word for word in words)


def _names(item: LegalForm) -> Iterable[str]:
    yield item.label
    yield _PARENTHESIS.sub(" ", item.label)
    yield item.short
    yield from item.synonyms


@cache
def _words(country: str, region: str) -> dict[str, str]:
    """Every way of naming a form → its code; the first to claim a name keeps it, labels before synonyms."""
    codes: dict[str, str] = {}
    forms = forms_of(country, region)
    for item in forms:
        codes.setdefault(_key(item.label), item.code)
    for item in forms:
        for name in _names(item):
            codes.setdefault(_key(name), item.code)
    codes.pop("", None)
    return codes


def find_form(country: str, text: str, region: str | None = None) -> LegalForm | None:
    """The form that a cell of a file names, by its code or in words, or None when nothing fits exactly.

    Case, accents, punctuation, plural, parentheses and the « .0 » of spreadsheets do not count:
    « 9220.0 », « Association loi 1901 », « SCOP SA », « a.s.b.l. » are understood. There is no
    resemblance here: what is not in the tables is left to the person who maps the file.
    """
    known = form(country, text, region)
    if known is not None:
        return known
    words = _words(*_place(country, region))
    for attempt in (text, _PARENTHESIS.sub(" ", text)):
        code = words.get(_key(attempt))
        if code:
            return form(country, code, region)
    return None


def family_of(
    country: str, code: str, region: str | None = None, *, condition_met: bool = False
) -> str | None:
    """Family of a form: a code of `FAMILIES`, or None when the form is not in the tables.

    A commercial company is « hors familles » until its condition is known to be met (`condition_met`);
    a cooperative is a cooperative, condition or not.
    """
    item = form(country, code, region)
    if item is None:
        return None
    return item.family if condition_met or item.status != "inclus_sous_condition" else item.family_otherwise


@cache
def _excluded_activities() -> tuple[ExcludedActivity, ...]:
    return tuple(ExcludedActivity(**row) for row in _rows("excluded_activities.csv"))


def excluded_activities(country: str) -> tuple[ExcludedActivity, ...]:
    """Activities out of the statistical field of a country, whatever the legal form."""
    return tuple(item for item in _excluded_activities() if item.country == country.upper())


@cache
def version() -> str:
    """Mark of the tables' contents: two figures are comparable only when theirs is the same."""
    digest = hashlib.sha256()
    for table in _tables():
        digest.update(table.name.encode())
        digest.update(table.read_bytes())
    return digest.hexdigest()[:8]


def add_tables(folder: Traversable) -> None:
    """Read one more folder of tables beside those of the platform; the same again changes nothing."""
    if folder not in _folders:
        _folders.append(folder)
    for kept in (
        _countries,
        _members_of_groups,
        _forms_by_place,
        _index,
        _words,
        _excluded_activities,
        version,
    ):
        kept.cache_clear()


def family_rank(family: str) -> int:
    """Place of a family in tables and charts; an unknown one comes last."""
    order = list(FAMILIES)
    return order.index(family) if family in order else len(order)
