"""One row of a list read into the values of a record. Pure but for the gazetteer it is given.

The mapping is compiled once into a list of small functions, since this is where a large import spends its
time. A row comes out read, rejected with a reason, or read but with a question for a person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from terreau.core.text import fold, shorten
from terreau.registers import normalising as norm
from terreau.registers.identifying import IdentifierReader
from terreau.registers.placing import Placer, PlaceText
from terreau.registers.placing_rules import metres, names_the_grid
from terreau.registers.row_shapes import Ask, add_codes, aligned, short_mark, street_line, value_mark
from terreau.registers.spec import ColumnSpec, Spec
from terreau.registers.translating import Translator, plain_country

# Changes whenever the same row may be read otherwise: every digest then differs, and rows are read again.
VERSION = "6"
_LONGEST_TEXT = 5000
_LONGEST_NAME = 300  # of a place, an address, a legal form too: longer, a cell is a text that names none
_ANONYMOUS_DIFFUSION = frozenset({"p", "n"})


@dataclass(slots=True)
class Reading:
    """What a row says.

    Attributes:
        ref: identifier of the row in its source.
        values: in the shapes of `directory.fields`.
        reason: why the row is rejected, in French; empty when it is not.
        asks: questions to be answered before the row is written.
        remarks: (column, problem in French, what was written) for each value that could not be used.
        stated_on: ISO date the row itself gives to what it says.
    """

    number: int
    ref: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    asks: list[Ask] = field(default_factory=list)
    remarks: list[tuple[str, str, str]] = field(default_factory=list)
    stated_on: str = ""


@dataclass(frozen=True)
class Context:
    """What the reading of a row needs besides the mapping.

    Attributes:
        placer: finds territories.
        country: ISO code taken for rows that say nothing of a country, when the mapping gives none.
        filieres: folded code or label → code, for the territory of the import.
        answers: (kind, key) → codes or territory that a person gave before.
        lost_digits: identifier column → digits that rounding wiped from its numbers.
        today: ISO date of the reading.
    """

    placer: Placer
    country: str = ""
    filieres: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    lost_digits: Mapping[str, int] = field(default_factory=dict)
    today: str = ""


class _Draft:
    """A row on its way: raw texts that are read together once all columns have been seen."""

    __slots__ = ("actions", "asks", "diffusion", "form", "place", "reading", "street", "values")

    def __init__(self, number: int) -> None:
        self.reading = Reading(number)
        self.values = self.reading.values
        self.asks = self.reading.asks
        self.place = PlaceText()
        self.actions: dict[str, list[str]] = {}
        self.street: dict[str, str] = {}
        self.form = ""
        self.diffusion = ""

    def remark(self, column: str, raw: str, problem: str) -> None:
        self.reading.remarks.append((column, problem, shorten(raw, 80)))


Setter = Callable[[_Draft, str], None]


class RowReader:
    """Reads the rows of one list by one mapping.

    Not shared between threads: its caches are its own.
    """

    def __init__(self, spec: Spec, context: Context) -> None:
        self.spec = spec
        self._context = context
        self._translator = Translator(spec.translations, context.filieres)
        self._identifiers = IdentifierReader(spec.columns_for("identifier"), context.lost_digits)
        self._setters = [(item.column, self._setter(item)) for item in spec.columns if item.target]
        self._used = [column for column, _setter in self._setters]
        constants = dict(spec.constants)
        self._constant_country = str(constants.pop("country", "") or "").upper()
        self._constant_territory = str(constants.pop("territory", "") or "")
        self._constant_since = norm.day(str(constants.pop("action_since", "") or "")) or ""
        self._constant_funder = str(constants.pop("action_funder", "") or "")
        self._constant_form = str(constants.pop("legal_form", "") or "")
        self._constants = constants
        self._ref_column = next((item.column for item in spec.columns_for("source_ref")), "")
        mark = "\x1e".join((VERSION, spec.digest(), context.placer.version, context.country))
        self._hash = hashlib.blake2b(mark.encode(), digest_size=16)

    def digest(self, values: Mapping[str, str]) -> bytes:
        """Sixteen bytes that tell this row, read by this mapping, from any other."""
        mark = self._hash.copy()
        mark.update("\x1f".join([values[column] for column in self._used]).encode())
        return mark.digest()

    def read(self, number: int, values: Mapping[str, str], problem: str = "") -> Reading:
        """Read one row. Never raises on what the row holds."""
        draft = _Draft(number)
        for column, setter in self._setters:
            raw = values[column]
            if raw:
                setter(draft, raw)
        reading = draft.reading
        self._identifiers.read(values, draft.values, reading.remarks)
        reading.reason = problem or self._refusal(draft)
        self._finish(draft)
        reading.ref = self._ref(draft, values)
        return reading

    # --- One function per column -------------------------------------------------------------

    def _setter(self, item: ColumnSpec) -> Setter:
        makers: dict[str, Callable[[ColumnSpec], Setter]] = {
            "website": self._set_website,
            "identifier": lambda _item: lambda _draft, _raw: None,
            "source_ref": lambda _item: lambda _draft, _raw: None,
            "jobs_band": lambda item: self._set_count(item, "jobs", norm.band),
            "members": lambda item: self._set_count(item, "members", norm.count),
            "jobs": lambda item: self._set_count(item, "jobs", norm.count),
            "active": self._set_active,
            "ess_flag": self._set_flag,
            "legal_form": self._set_form,
            "diffusion": self._set_diffusion,
            "stated_on": self._set_stated,
        }
        if item.target in makers:
            return makers[item.target](item)
        if item.target in ("founded_on", "ceased_on"):
            return self._set_date(item)
        if item.target in ("categories", "sectors", "issues", "filieres", "qualities", "family", "nature"):
            return self._set_codes(item)
        if item.target in ("offers", "seeks", "umbrellas"):
            return self._set_texts(item)
        if item.target.startswith("action"):
            return self._set_action(item)
        if item.target in PlaceText.FIELDS:
            return self._set_place(item)
        if item.target in ("address", "house_number", "street_kind"):
            return self._set_street(item)
        return self._set_text(item)

    @staticmethod
    def _set_text(item: ColumnSpec) -> Setter:
        key = item.target
        limit = _LONGEST_NAME if key in ("name", "district", "landmark") else _LONGEST_TEXT
        limit = 80 if key == "short_name" else 12 if key == "activity_code" else limit

        def setter(draft: _Draft, raw: str) -> None:
            if key not in draft.values:
                written = norm.text(raw)
                if written:
                    draft.values[key] = written if len(written) <= limit else shorten(written, limit)

        return setter

    @staticmethod
    def _set_texts(item: ColumnSpec) -> Setter:
        key, separator = item.target, item.separator

        def setter(draft: _Draft, raw: str) -> None:
            known = draft.values.get(key, [])
            told = (_bounded(part) for part in norm.several(raw, separator))
            draft.values[key] = list(dict.fromkeys((*known, *told)))

        return setter

    @staticmethod
    def _set_website(item: ColumnSpec) -> Setter:
        def setter(draft: _Draft, raw: str) -> None:
            if "website" in draft.values:
                return
            found = norm.website(raw)
            if found is None:
                draft.remark(item.column, raw, "n’est pas une adresse de site")
            elif found:
                draft.values["website"] = found

        return setter

    def _set_count(self, item: ColumnSpec, key: str, read: Callable[[str], Any]) -> Setter:
        def setter(draft: _Draft, raw: str) -> None:
            if key in draft.values:
                return
            found = read(raw)
            if found is None:
                draft.remark(item.column, raw, "n’est pas un nombre")
            elif found:
                draft.values[key] = dict(found)

        return setter

    @staticmethod
    def _set_date(item: ColumnSpec) -> Setter:
        def setter(draft: _Draft, raw: str) -> None:
            found = norm.day(raw)
            if found is None:
                draft.remark(item.column, raw, "n’est pas une date")
            elif found:
                draft.values[item.target] = found

        return setter

    def _set_stated(self, item: ColumnSpec) -> Setter:
        today = self._context.today

        def setter(draft: _Draft, raw: str) -> None:
            found = norm.day(raw)
            if found is None:
                draft.remark(item.column, raw, "n’est pas une date")
            elif today and found > today:
                # Kept, it would prevail over all that is said until then.
                draft.remark(item.column, raw, "est une date à venir")
            else:
                draft.reading.stated_on = found

        return setter

    @staticmethod
    def _set_active(item: ColumnSpec) -> Setter:
        def setter(draft: _Draft, raw: str) -> None:
            found = norm.yes_or_no(raw)
            if found is None:
                draft.remark(item.column, raw, "ne dit ni oui ni non")
            elif found:
                draft.values["active"] = found

        return setter

    @staticmethod
    def _set_flag(item: ColumnSpec) -> Setter:
        def setter(draft: _Draft, raw: str) -> None:
            found = norm.yes_or_no(raw)
            if found:
                draft.values.setdefault("qualities", {})["ess_flag"] = found == "yes"

        return setter

    @staticmethod
    def _set_form(item: ColumnSpec) -> Setter:
        def setter(draft: _Draft, raw: str) -> None:
            draft.form = _bounded(norm.text(raw))

        return setter

    @staticmethod
    def _set_diffusion(item: ColumnSpec) -> Setter:
        def setter(draft: _Draft, raw: str) -> None:
            draft.diffusion = raw.strip().lower()

        return setter

    def _set_codes(self, item: ColumnSpec) -> Setter:
        def setter(draft: _Draft, raw: str) -> None:
            for part in norm.several(raw, item.separator):
                codes = self._translator.codes(item.target, part)
                if codes is None:
                    codes = self._context.answers.get(("value", value_mark(item, part)))
                if codes is None:
                    self._not_translated(draft, item, part)
                else:
                    add_codes(draft.values, item.target, codes)

        return setter

    @staticmethod
    def _not_translated(draft: _Draft, item: ColumnSpec, part: str) -> None:
        if item.unknown == "review":
            draft.asks.append(
                Ask(
                    "value",
                    f"{item.column} : « {shorten(part, 80)} » n’a pas de traduction.",
                    value_mark(item, part),
                    [{"target": item.target, "value": part}],
                )
            )
        else:
            draft.remark(item.column, part, "n’a pas de traduction")

    @staticmethod
    def _set_action(item: ColumnSpec) -> Setter:
        key, separator = item.target, item.separator

        def setter(draft: _Draft, raw: str) -> None:
            parts = norm.several(raw, separator) if separator else [norm.text(raw)]
            draft.actions.setdefault(key, []).extend(part for part in parts if part)

        return setter

    @staticmethod
    def _set_place(item: ColumnSpec) -> Setter:
        key, order = item.target, item.order
        if key == "coordinates":

            def both(draft: _Draft, raw: str) -> None:
                found = norm.pair(raw, order)
                if found is None:
                    draft.remark(item.column, raw, "n’est pas un couple de coordonnées")
                else:
                    draft.place.longitude, draft.place.latitude = found

            return both
        if key in ("longitude", "latitude"):
            return _coordinate(item)

        def setter(draft: _Draft, raw: str) -> None:
            setattr(draft.place, key, _bounded(norm.text(raw)))

        return setter

    @staticmethod
    def _set_street(item: ColumnSpec) -> Setter:
        key = item.target

        def setter(draft: _Draft, raw: str) -> None:
            written = _bounded(norm.address(raw))
            if written:
                before = draft.street.get(key)
                draft.street[key] = f"{before}, {written}" if before else written

        return setter

    # --- What is read once all columns have been seen -----------------------------------------

    def _refusal(self, draft: _Draft) -> str:
        values = draft.values
        if "name" not in values and "short_name" in values:
            values["name"] = values["short_name"]
        if draft.diffusion in _ANONYMOUS_DIFFUSION:
            return "Le registre demande que cette unité ne soit pas montrée (diffusion partielle)."
        if draft.form and norm.is_sole_trader(draft.form):
            return "Entrepreneur individuel : une personne n’est jamais reprise d’un registre ou d’une liste."
        name = values.get("name")
        if not name:
            return "La ligne n’a pas de nom."
        # A legal form that is not a person's settles it: an association may well be called « MR BOT ».
        if not draft.form and norm.names_a_person(name):
            return f"« {shorten(name, 60)} » désigne une personne : seules les organisations sont reprises."
        if len(name) < 2 or not any(char.isalpha() or char.isdigit() for char in name):
            return f"« {name} » n’est pas un nom."
        return ""

    def _finish(self, draft: _Draft) -> None:
        values = draft.values
        for key, value in self._constants.items():
            if key not in values:
                values[key] = value
        self._finish_place(draft)
        self._finish_form(draft)
        if draft.actions:
            self._finish_actions(draft)
        if draft.street:
            values["address"] = street_line(draft.street, str(values["place"]["country"]))
        if "categories" in values:
            del values["categories"]

    def _finish_place(self, draft: _Draft) -> None:
        told = draft.place
        if not told.territory and self._constant_territory:
            told.territory = self._context.placer.within(self._constant_territory, told.locality)
        told.country = self._translator.country(told.country) if told.country else ""
        known = self._constant_country or self._identifiers.country(draft.values)
        if told.easting is not None or told.northing is not None:
            self._read_grid(draft, known)
        placed = self._context.placer.place(
            told,
            known or self._context.country,
            sure=bool(known),
            without_place=self.spec.without_place,
        )
        ask = placed.ask
        if ask is not None:
            # The same town in the list is another where a national number says another country.
            abroad = known if known not in ("", self._constant_country, self._context.country) else ""
            key = f"{ask['key'][:290]}|{abroad}" if abroad and not told.country else ask["key"]
            given = self._context.answers.get(("place", key))
            if given:
                placed = self._context.placer.as_decided(told, str(given))
            elif not draft.reading.reason:
                draft.asks.append(Ask("place", ask["text"], key, ask["candidates"]))
        draft.values["place"] = placed.value
        if told.postal_code:
            draft.values["postal_code"] = norm.postal_code(told.postal_code, placed.value["country"])
        if told.locality:
            draft.values["locality"] = told.locality
        if placed.reason and not draft.reading.reason:
            draft.reading.reason = placed.reason
        draft.reading.remarks.extend(placed.remarks)

    def _read_grid(self, draft: _Draft, known: str) -> None:
        told = draft.place
        written = plain_country(told.country) if told.country else known or self._context.country
        if not told.read_grid(written or "?"):
            shown = ", ".join(f"{part:.0f}" for part in (told.easting, told.northing) if part is not None)
            draft.remark("Position", shown, "n’est pas en degrés")

    def _finish_form(self, draft: _Draft) -> None:
        written = draft.form or self._constant_form
        if not written:
            return
        country = draft.values["place"]["country"]
        code = self._translator.legal_form(country, written)
        if code:
            draft.values["legal_form"] = code
        elif code is None:
            self._form_unknown(draft, written)

    def _form_unknown(self, draft: _Draft, written: str) -> None:
        item = next(iter(self.spec.columns_for("legal_form")), None)
        if item is not None and item.unknown == "review" and draft.form:
            self._not_translated(draft, item, written)
        else:
            draft.remark("Forme juridique", written, "n’est pas dans les tables du pays")

    def _finish_actions(self, draft: _Draft) -> None:
        told = draft.actions
        whats = told.get("action", [])
        for_whom = aligned(told.get("action_for", []), len(whats))
        sinces = aligned(told.get("action_since", []), len(whats))
        funder = (told.get("action_funder") or [self._constant_funder])[0]
        note = f"Soutenue par : {funder}" if funder else ""
        actions = []
        for what, whom, since in zip(whats, for_whom, sinces, strict=True):
            day = norm.day(since) if since else self._constant_since
            if day is None:
                draft.remark("Date de l’action", since, "n’est pas une date")
            actions.append(
                {"what": shorten(what, 600), "for_whom": whom, "since": day or "", "source_note": note}
            )
        if actions:
            draft.values["actions"] = actions

    def _ref(self, draft: _Draft, values: Mapping[str, str]) -> str:
        grouped = self.spec.group_by
        if self._ref_column and grouped in ("", "source_ref"):
            written = norm.text(values[self._ref_column])
            if written:
                return written if len(written) <= 200 else short_mark(written)
        if grouped != "name":
            found = self._identifiers.reference(draft.values)
            if found:
                return found
        name = draft.values.get("name")
        return short_mark(f"{fold(name)}|{_place_mark(draft)}") if name else ""


def _bounded(written: str) -> str:
    return written if len(written) <= _LONGEST_NAME else shorten(written, _LONGEST_NAME)


def _coordinate(item: ColumnSpec) -> Setter:
    """Degrees, or metres of the national grid that some French registers use."""
    key = item.target
    limit, axis = (180.0, "easting") if key == "longitude" else (90.0, "northing")
    named = names_the_grid(item.column)

    def one(draft: _Draft, raw: str) -> None:
        found = norm.degrees(raw, limit)
        setattr(draft.place, key, found)
        if found is not None or not norm.text(raw):
            return
        setattr(draft.place, axis, metres(raw, axis))
        draft.place.grid_is_named = draft.place.grid_is_named or named
        if getattr(draft.place, axis) is None:
            draft.remark(item.column, raw, f"n’est pas une {key} en degrés")

    return one


def _place_mark(draft: _Draft) -> str:
    place = draft.values["place"]
    return fold(draft.place.locality) or str(place["territory"] or place["country"])
