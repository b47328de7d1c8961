"""The values met in a list and what they mean: known ones with who said so, the others to be translated."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from terreau.core.countries import country_of_record
from terreau.core.text import fold
from terreau.directory.terms import filieres_of
from terreau.perimeters.rules import forms_of
from terreau.registers import normalising as norm
from terreau.registers.models import ImportRun, Translation
from terreau.registers.planning import Plan, suggestions
from terreau.registers.screens_choices import Options, countries
from terreau.registers.spec import Spec
from terreau.registers.targets import BY_KEY
from terreau.registers.translating import Translator, choices, plain_country

TO_TRANSLATE_SHOWN = 40
KNOWN_SHOWN = 100
OPENED_TO = 8
MOST_CODES = 4
NOTHING = "-"
# Of each spelling of a country, so many positions are looked at, and so many of them must agree.
_POSITIONS_READ = 20
_POSITIONS_AGREE = 0.8
_HEADED = re.compile(r"[\u00a0 ]: ")

Codes = tuple[str, ...]
Table = dict[str, dict[str, Codes]]


@dataclass(frozen=True)
class ValueLine:
    """One spelling met: how often, what it means, who said so."""

    value: str
    count: int
    selects: list[SafeString]
    meaning: str
    by: str = ""
    suggested: bool = False
    chosen: bool = False


@dataclass
class ValueTable:
    """The spellings met under one field."""

    target: str
    label: str
    unknown: list[ValueLine] = field(default_factory=list)
    known: list[ValueLine] = field(default_factory=list)
    hidden: int = 0
    opened: bool = False
    nothing_named: bool = False


@dataclass(frozen=True)
class Confirmed:
    """What persons said before of this source's values, and what they said of the same elsewhere."""

    here: Mapping[tuple[str, str], tuple[str, datetime]]
    elsewhere: Table

    @staticmethod
    def of(run: ImportRun, targets: list[str]) -> Confirmed:
        """Read both; two queries."""
        found = Translation.objects.filter(source=run.source).select_related("confirmed_by")
        here = {
            (one.target, one.folded): (str(one.confirmed_by or ""), one.confirmed_at)
            for one in found.only("target", "folded", "confirmed_at", "confirmed_by__display_name")
        }
        return Confirmed(here, suggestions(targets, run.source) if targets else {})


def values_met(plan: Plan, spec: Spec) -> dict[str, dict[str, int]]:
    """Field → spelling → how many times it is met in the sample, under the columns of this mapping."""
    met: dict[str, dict[str, int]] = {}
    for item in spec.columns:
        if not item.target or not (BY_KEY[item.target].coded or item.target == "country"):
            continue
        counts = met.setdefault(item.target, {})
        for _number, row in plan.sample:
            for value in norm.several(row.get(item.column, ""), item.separator):
                counts[value] = counts.get(value, 0) + 1
    return met


def countries_by_position(plan: Plan, spec: Spec) -> dict[str, str]:
    """Spelling → country that the positions of its rows confirm: « SR » is Slovakia where they lie there.

    A row is read by its own position; this is what the page can say of all those that bear a spelling.
    """
    columns = [item.column for item in spec.columns_for("country")]
    reader = PositionReader(spec)
    if not columns or not reader.is_told:
        return {}
    met: dict[str, Counter[str]] = {}
    for _number, row in plan.sample:
        written = norm.text(row.get(columns[0], ""))
        position = reader.of(row) if written else None
        seen = met.setdefault(written, Counter())
        if position is None or seen.total() >= _POSITIONS_READ:
            continue
        reading = country_of_record(written, *position)
        seen[reading.iso2 or ""] += 1
    return {
        written: seen.most_common(1)[0][0]
        for written, seen in met.items()
        if seen and seen.most_common(1)[0][1] >= _POSITIONS_AGREE * seen.total()
    }


class PositionReader:
    """Longitude and latitude of rows, in degrees, by the columns of a mapping that hold them."""

    def __init__(self, spec: Spec) -> None:
        self._both = next(iter(spec.columns_for("coordinates")), None)
        self._each = [next(iter(spec.columns_for(key)), None) for key in ("longitude", "latitude")]

    @property
    def is_told(self) -> bool:
        """Whether the mapping says where positions stand."""
        return self._both is not None or None not in self._each

    def of(self, row: Mapping[str, str]) -> tuple[float, float] | None:
        """The position of a row, when it tells one."""
        if self._both is not None:
            return norm.pair(row.get(self._both.column, ""), self._both.order)
        told = [
            norm.degrees(row.get(item.column, ""), limit)
            for item, limit in zip(self._each, (180, 90), strict=True)
            if item is not None
        ]
        longitude, latitude = told if len(told) == 2 else (None, None)
        return None if longitude is None or latitude is None else (longitude, latitude)


class Translations:
    """The tables of one page: what each field may be translated into, and what was chosen."""

    def __init__(self, run: ImportRun, plan: Plan, spec: Spec) -> None:
        self._run = run
        self.met = values_met(plan, spec)
        self.confirmed = Confirmed.of(run, list(self.met))
        self._translator = Translator(plan.spec.translations)
        self._countries = countries_by_position(plan, spec)
        self._options = {target: self._choices(target) for target in self.met}
        self._also = {
            target: Options([("", [("", _("et aussi…"))]), *options.groups[1:]])
            for target, options in self._options.items()
        }

    def chosen(self, plan: Plan, data: Mapping[str, Any]) -> Table:
        """The translations of the mapping, with what the form says of the values it showed."""
        table: Table = {target: dict(values) for target, values in plan.spec.translations.items()}
        for target, values in self.met.items():
            allowed = self._options[target].values
            for value in values:
                said = _said(data, target, value)
                if said is None:
                    continue
                codes = tuple(
                    dict.fromkeys(code for code in said if code in allowed and code not in ("", NOTHING))
                )
                if codes or NOTHING in said:
                    table.setdefault(target, {})[fold(value)] = codes
        return table

    def tables(self, spec: Spec, *, whole: bool) -> list[ValueTable]:
        """One table per field whose values are translated; `whole` opens those already known to changes."""
        translator = Translator(spec.translations, self._filieres())
        found = [self._table(target, values, spec, translator, whole) for target, values in self.met.items()]
        return [table for table in found if table.unknown or table.known]

    def _table(
        self, target: str, values: Mapping[str, int], spec: Spec, translator: Translator, whole: bool
    ) -> ValueTable:
        table = ValueTable(target, BY_KEY[target].label)
        table.nothing_named = target == "filieres" and not self._named
        for value, count in sorted(values.items(), key=lambda pair: (-pair[1], pair[0])):
            codes = self._codes(translator, target, value)
            before = self._codes(self._translator, target, value) is not None
            if codes is None or not before:
                if len(table.unknown) < TO_TRANSLATE_SHOWN:
                    table.unknown.append(self._unknown(target, value, count, codes))
                else:
                    table.hidden += 1
            elif len(table.known) < KNOWN_SHOWN:
                table.known.append(self._known(target, value, count, codes, whole))
        # What is proposed or half done must be seen; a long table of nothing yet would hide the rest.
        busy = any(line.chosen for line in table.unknown)
        table.opened = whole or busy or len(table.unknown) <= OPENED_TO
        return table

    def _codes(self, translator: Translator, target: str, value: str) -> Codes | None:
        if target == "country":
            said = translator.country(value)
            found = said if said != value else self._countries.get(value) or plain_country(value)
            return (found,) if found else None
        if target == "legal_form":
            form = translator.legal_form(self._run.territory.country_code, value)
            return None if form is None else (form,) if form else ()
        return translator.codes(target, value)

    def _unknown(self, target: str, value: str, count: int, codes: Codes | None) -> ValueLine:
        suggested = None if codes is not None else self.confirmed.elsewhere.get(target, {}).get(fold(value))
        shown = codes if codes is not None else suggested
        return ValueLine(
            value=value,
            count=count,
            selects=self._selects(target, value, shown),
            meaning="",
            suggested=suggested is not None,
            chosen=shown is not None,
        )

    def _known(self, target: str, value: str, count: int, codes: Codes, whole: bool) -> ValueLine:
        person, at = self.confirmed.here.get((target, fold(value)), ("", None))
        said = (
            _("confirmée par %(person)s, %(day)s") % {"person": person, "day": f"{at:%d/%m/%Y}"}
            if person and at
            else ""
        )
        return ValueLine(
            value=value,
            count=count,
            selects=self._selects(target, value, codes) if whole else [],
            meaning=", ".join(self._label(target, code) for code in codes) or _("ne veut rien dire ici"),
            by=said,
        )

    def _selects(self, target: str, value: str, codes: Codes | None) -> list[SafeString]:
        """As many lists as there are codes, and one more where several are possible."""
        shown = list(codes or ())
        if codes == ():
            shown = [NOTHING]
        several = target not in ("family", "nature", "legal_form", "country")
        places = min(MOST_CODES, max(2, len(shown) + 1)) if several else 1
        lists = []
        for place in range(places):
            chosen = shown[place] if place < len(shown) else ""
            label = (
                _("Ce que veut dire «\u00a0%(value)s\u00a0»")
                if place == 0
                else _("«\u00a0%(value)s\u00a0» veut dire aussi")
            )
            options = self._options if place == 0 else self._also
            lists.append(
                options[target].select(_name(target, value), chosen, aria_label=label % {"value": value})
            )
        return lists

    # --- Into what values are translated ----------------------------------------------------------

    def _choices(self, target: str) -> Options:
        first = [("", _("Pas encore traduite")), (NOTHING, _("Ne veut rien dire ici"))]
        if target == "country":
            return Options([("", first), ("", countries())])
        if target == "legal_form":
            forms = forms_of(self._run.territory.country_code)
            return Options([("", first), ("", [(form.code, form.label) for form in forms])])
        if target == "filieres":
            return Options([("", first), ("", list(self._named.items()))])
        grouped: dict[str, list[tuple[str, str]]] = {}
        for code, label in choices(target).items():
            # « Secteur : Santé » goes under the heading « Secteur ».
            heading, *bare = _HEADED.split(label, 1) if ":" in code else ("", label)
            grouped.setdefault(heading, []).append((code, bare[0] if bare else label))
        return Options([("", first), *grouped.items()])

    @cached_property
    def _named(self) -> dict[str, str]:
        return filieres_of(self._run.territory) if "filieres" in self.met else {}

    def _filieres(self) -> dict[str, str]:
        return {fold(name): code for code, label in self._named.items() for name in (label, code)}

    def _label(self, target: str, code: str) -> str:
        for heading, pairs in self._options[target].groups:
            for value, label in pairs:
                if value == code:
                    return f"{label} ({heading.lower()})" if heading else label
        return code


def _name(target: str, value: str) -> str:
    """The name of a value's fields, the same whatever else the page shows."""
    mark = hashlib.blake2b(fold(value).encode(), digest_size=6).hexdigest()
    return f"t-{target}-{mark}"


def _said(data: Mapping[str, Any], target: str, value: str) -> list[str] | None:
    """What the form says of a value; None when it did not show it."""
    name = _name(target, value)
    if name not in data:
        return None
    getlist = getattr(data, "getlist", None)
    return list(getlist(name)) if getlist else [str(data[name])]
