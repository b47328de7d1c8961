"""Where a row says an organisation is: the country first, then the territory, or a question for a person.

Pure but for the gazetteer it is given (`territories.gazetteer`), which finds territories in memory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from terreau.core.countries import country_name, country_of, country_of_record, guess_country
from terreau.core.geo import is_position
from terreau.core.text import fold
from terreau.registers import normalising as norm
from terreau.registers.placing_rules import clean_locality, lambert93_to_wgs84
from terreau.registers.translating import plain_country
from terreau.territories.rules import PlaceEvidence, Placement

_DEPARTMENT = re.compile(r"\d{1,3}|2[AB]", re.I)
# Countries whose every commune the gazetteer holds: a name it does not know there is a mistake.
_COMPLETE = frozenset({"FR"})
_CACHED = 200_000

# Our own exports, and the services that place addresses, say so of a position that is that of a whole area.
_COARSE = frozenset(("commune", "municipality", "ville", "city", "country", "pays", "departement", "region"))


@dataclass(slots=True)
class PlaceText:
    """What the columns of a row say of a place, as texts, but for the coordinates.

    `easting` and `northing` are metres in a national grid, which the column names or not. `precision` is what
    the list says of its positions: the middle of a commune is not where an organisation is.
    """

    FIELDS: ClassVar[frozenset[str]] = frozenset(
        {
            *("territory", "country", "department", "commune_code", "postal_code", "locality"),
            *("longitude", "latitude", "coordinates", "precision"),
        }
    )

    territory: str = ""
    country: str = ""
    department: str = ""
    commune_code: str = ""
    postal_code: str = ""
    locality: str = ""
    longitude: float | None = None
    latitude: float | None = None
    easting: float | None = None
    northing: float | None = None
    grid_is_named: bool = False
    precision: str = ""

    def names_a_place(self) -> bool:
        """Whether something finer than a country is said, besides a position."""
        return bool(self.commune_code or self.postal_code or self.locality or self.department)

    def read_grid(self, country: str) -> bool:
        """Take the position told in metres as one of the French grid, where it can be; whether it was.

        Without a column that says so, metres may be of any grid: the place named then has to confirm it.
        """
        if self.easting is None or self.northing is None or country not in ("", "FR"):
            return False
        if not (self.grid_is_named or self.names_a_place()):
            return False
        found = lambert93_to_wgs84(self.easting, self.northing)
        if found is None:
            return False
        self.longitude, self.latitude = round(found[0], 6), round(found[1], 6)
        self.country = self.country or "FR"  # a position abroad is then seen to contradict it
        return True


@dataclass(slots=True)
class Placed:
    """Where a row was placed, or what keeps it from being so.

    Attributes:
        value: in the shape of `directory.fields`, the surest that can be said even under a question.
        ask: text, key and candidates of the question, when a person must choose.
        reason: why the row is rejected.
    """

    value: dict[str, Any]
    ask: dict[str, Any] | None = None
    reason: str = ""
    remarks: list[tuple[str, str, str]] = field(default_factory=list)


class Gazetteer(Protocol):
    """What is asked of `territories.gazetteer.Gazetteer`."""

    def locate(self, evidence: PlaceEvidence, /) -> Placement:
        """Where something is, from what is said of it."""
        ...

    def label(self, code: str, /) -> str:
        """The name of a territory."""
        ...

    def by_code(self, code: str, /) -> Any:
        """The territory of this public code, or None."""
        ...

    def part_of(self, code: str, name: str, /) -> str:
        """Code of the one subdivision of this territory that bears the name, else empty."""
        ...


class Placer:
    """Places the rows of one list.

    Args:
        gazetteer: finds territories.
        version: mark of the gazetteer's data; rows are read again when it changes.
    """

    def __init__(self, gazetteer: Gazetteer, version: str) -> None:
        self._gazetteer = gazetteer
        self.version = version
        self._cache: dict[tuple[str, ...], Placed] = {}

    def place(self, told: PlaceText, implied: str, *, sure: bool, without_place: bool) -> Placed:
        """Place a row.

        Args:
            told: what it says.
            implied: the country taken where it names none.
            sure: whether that country is known (a constant, a national identifier) or merely likely.
            without_place: whether rows that say nothing of a place are wanted.
        """
        if told.territory:
            return self._declared(told)
        if told.longitude is None or told.latitude is None:
            key = (
                *(told.country, told.department, told.commune_code, told.postal_code, told.locality, implied),
                *("s" if sure else "", "w" if without_place else ""),
            )
            found = self._cache.get(key)
            if found is None:
                if len(self._cache) > _CACHED:
                    self._cache.clear()
                found = self._cache[key] = self._place(told, implied, sure, without_place)
            return Placed(dict(found.value), found.ask, found.reason, found.remarks)
        return self._place(told, implied, sure, without_place)

    def within(self, code: str, locality: str) -> str:
        """Of a territory told once for all rows, the subdivision that a row names, else the territory."""
        name = clean_locality(locality).name
        return (self._gazetteer.part_of(code, name) if name else "") or code

    def as_decided(self, told: PlaceText, code: str) -> Placed:
        """Place a row where a person said: a territory's public code, or a country's."""
        return Placed(placed_at(self._gazetteer, told, code))

    def _declared(self, told: PlaceText) -> Placed:
        code = told.territory.lower()
        territory = self._gazetteer.by_code(code)
        if territory is None:
            return Placed(_value("", "", told), reason=f"Le territoire « {told.territory} » n’existe pas.")
        return Placed(_value(str(territory.country), "" if "-" not in code else code, told))

    def _place(self, told: PlaceText, implied: str, sure: bool, without_place: bool) -> Placed:
        remarks: list[tuple[str, str, str]] = []
        if told.longitude is not None and not is_position(told.longitude, told.latitude):
            if told.latitude is not None:
                remarks.append(("Position", "n’en est pas une", f"{told.longitude}, {told.latitude}"))
            told.longitude = told.latitude = None
        said = told.longitude is not None or told.names_a_place()
        plain = plain_country(told.country) if told.country else implied
        if said and plain:
            # Where words and position agree at once, nothing more need be asked of either.
            placement = self._find(told, plain)
            if placement.certainty == "sure" and placement.territory_code.startswith(f"{plain.lower()}-"):
                return Placed(_value(plain, placement.territory_code, told), remarks=remarks)
        country, doubt = self._country(told, implied)
        if doubt:
            candidates = [self._country_choice(iso2) for iso2 in doubt[1]]
            return Placed(_value(country, "", told), self._ask(told, doubt[0], candidates), remarks=remarks)
        if not said:
            return self._nowhere(told, country, sure, without_place)
        placed = self._locate(told, country)
        placed.remarks = remarks + placed.remarks
        return placed

    def _nowhere(self, told: PlaceText, country: str, sure: bool, without_place: bool) -> Placed:
        if told.country or sure or without_place:
            return Placed(_value(country, "", told))
        return Placed(
            _value(country, "", told),
            reason="Rien ne dit où est cette organisation : ni commune, ni position, ni pays.",
        )

    def _country(self, told: PlaceText, implied: str) -> tuple[str, tuple[str, list[str]] | None]:
        """The country, and the question to ask when it is not certain (its text, its possible answers)."""
        written = told.country
        if not written and _is_country(told.department):
            written, told.department = told.department, ""
        if told.longitude is None:
            if not written:
                return implied, None
            plain = plain_country(written) or self._only_one_with(told, written)
            if plain:
                return plain, None
        reading = country_of_record(written, told.longitude, told.latitude)
        if reading.certainty in ("exact", "position"):
            return reading.iso2 or "", None
        if not written and reading.certainty == "unknown":
            return implied, None
        # Near a border, a list that names no country is of the country it was made for.
        if (
            not written
            and implied
            and (implied == reading.iso2 or country_name(implied) in reading.explanation)
        ):
            return implied, None
        likely = [iso2 for iso2 in (reading.iso2, *_meant(written), _lies_in(told), implied) if iso2]
        return reading.iso2 or implied, (reading.explanation, list(dict.fromkeys(likely)))

    def _only_one_with(self, told: PlaceText, written: str) -> str | None:
        """Of the countries that an equivocal name may mean (« Congo »), the one that has such a town."""
        if not told.names_a_place():
            return None
        there = [iso2 for iso2 in _meant(written) if self._find(told, iso2).certainty == "sure"]
        return there[0] if len(there) == 1 else None

    def _find(self, told: PlaceText, country: str) -> Placement:
        # « 76600 Le Havre », « Langon (33) »: what stands around the name says where, in France alone.
        town = clean_locality(told.locality)
        around = (town.postal_code, town.department) if country in ("", "FR") else ("", "")
        return self._gazetteer.locate(
            PlaceEvidence(
                country=country,
                commune_code=norm.commune_code(told.commune_code, country),
                postal_code=norm.postal_code(told.postal_code or around[0], country),
                locality=town.name,
                department=norm.department_code(told.department or around[1]),
                longitude=told.longitude,
                latitude=told.latitude,
            )
        )

    def _locate(self, told: PlaceText, country: str) -> Placed:
        placement = self._find(told, country)
        if placement.certainty == "sure":
            code = placement.territory_code if "-" in placement.territory_code else ""
            found = country or code.partition("-")[0].upper()
            return Placed(_value(found, code, told))
        value = _value(country, "", told)
        if placement.certainty == "none" and not (country in _COMPLETE and told.names_a_place()):
            return Placed(value, remarks=[("Lieu", "laissé au pays", placement.explanation[:120])])
        candidates = [
            {"code": code, "label": self._gazetteer.label(code)} for code in placement.candidates if code
        ]
        if country:
            candidates.append(self._country_choice(country))
        return Placed(value, self._ask(told, placement.explanation, candidates))

    @staticmethod
    def _country_choice(iso2: str) -> dict[str, Any]:
        return {"code": iso2.lower(), "label": f"{country_name(iso2)} (pays seulement)"}

    @staticmethod
    def _ask(told: PlaceText, text: str, candidates: list[dict[str, Any]]) -> dict[str, Any]:
        parts = [told.country, told.department, told.commune_code, told.postal_code, told.locality]
        if told.longitude is not None:
            parts.append(f"{told.longitude:.4f} {told.latitude:.4f}")
        return {
            "text": text,
            "key": "|".join(fold(part) if part else "" for part in parts)[:300],
            "candidates": candidates,
        }


def _value(country: str, territory: str, told: PlaceText) -> dict[str, Any]:
    """A place in the shape of `directory.fields`."""
    longitude, latitude = told.longitude, told.latitude
    coarse = fold(told.precision) in _COARSE
    if coarse or longitude is None or latitude is None or not is_position(longitude, latitude):
        longitude = latitude = None
    precision = (
        "point" if longitude is not None else "commune" if territory else "country" if country else "none"
    )
    return {
        "country": country,
        "territory": territory,
        "longitude": longitude,
        "latitude": latitude,
        "precision": precision,
    }


def _meant(written: str) -> tuple[str, ...]:
    """The countries that a name can mean when it is known, one or several."""
    guess = guess_country(written)
    return (*guess.candidates, *guess.only_local) if guess and guess.exact else ()


def _lies_in(told: PlaceText) -> str | None:
    if told.longitude is None or told.latitude is None:
        return None
    return country_of(told.longitude, told.latitude)


def _is_country(department: str) -> bool:
    """Lists of one country with a few neighbours write a country in the column of departments."""
    if not department or _DEPARTMENT.fullmatch(norm.department_code(department)):
        return False
    return plain_country(department) is not None


def placed_at(places: Gazetteer, told: PlaceText, code: str) -> dict[str, Any]:
    """A place that a person chose: a territory's public code, or a country's; the position told is kept."""
    territory = places.by_code(code)
    country = str(territory.country) if territory else code.partition("-")[0].upper()
    return _value(country, "" if "-" not in code else code.lower(), told)
