"""Countries: their names, and the country meant by what a list of actors says.

Codes are ISO 3166-1 alpha-2, with `XK` for Kosovo. Names are those of the CLDR, through Babel. The
five French overseas departments have codes of their own in ISO 3166-1 but are departments of France
in its official code of places, as in the rest of the platform: a text or a position there gives `FR`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Literal, NamedTuple

from babel import Locale
from babel.core import get_global
from rapidfuzz import fuzz, process

from terreau.core.geo import is_position
from terreau.core.outlines import countries_near, country_of
from terreau.core.text import fold, squeeze

__all__ = [
    "Certainty",
    "CountryGuess",
    "CountryReading",
    "add_country",
    "country_from_text",
    "country_name",
    "country_of",
    "country_of_record",
    "guess_country",
    "is_country",
    "iso2_codes",
]

Certainty = Literal["exact", "position", "fuzzy", "conflict", "unknown"]

# A spelling is suggested when its indel similarity reaches this, and no other country comes near.
FUZZY_THRESHOLD = 80.0
FUZZY_MARGIN = 4.0
LOOKALIKE_THRESHOLD = 92.0
_FUZZY_MIN_LENGTH = 4

# The outlines are off by a few kilometres at borders, and a seat may lie just across one.
AGREEMENT_KM = 15.0
BORDER_DOUBT_KM = 8.0

_FRENCH_DEPARTMENTS = frozenset({"GP", "GF", "MQ", "RE", "YT"})
# CLDR regions that are no country: groupings, outlying parts, test codes.
_NOT_COUNTRIES = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
)
# Written country → places whose position does not contradict it: dependent or contested territories.
_TOLERATED = {
    "AU": {"CC", "CX", "NF", "HM"},
    "CN": {"HK", "MO", "TW"},
    "DK": {"FO", "GL"},
    "FI": {"AX"},
    "FR": {"BL", "MF", "NC", "PF", "PM", "TF", "WF"},
    "GB": {"AI", "BM", "FK", "GG", "GI", "IM", "IO", "JE", "KY", "MS", "PN", "SH", "TC", "VG"},
    "IL": {"PS"},
    "MA": {"EH"},
    "NL": {"AW", "BQ", "CW", "SX"},
    "NZ": {"CK", "NU", "TK"},
    "PS": {"IL"},
    "RS": {"XK"},
    "US": {"AS", "GU", "MP", "PR", "VI"},
}
_CODE = re.compile(r"[A-Za-z]{2,3}")
# Code → French and English name of the countries that only this instance knows.
_added: dict[str, tuple[str, str]] = {}


class CountryReading(NamedTuple):
    """The country of one record, how sure it is, and why, in French."""

    iso2: str | None
    certainty: Certainty
    explanation: str


@dataclass(frozen=True)
class CountryGuess:
    """The countries a text may mean: one, or several when the text is equivocal.

    `exact` says that the text is a known name or code; otherwise it is only near one, `matched`.
    `only_local` marks an abbreviation used on the spot (« SR » for the Slovak Republic) that means
    something else, or nothing, as an ISO code: it holds only where the position confirms it.
    """

    candidates: tuple[str, ...]
    exact: bool
    matched: str
    only_local: tuple[str, ...] = ()

    @property
    def iso2(self) -> str | None:
        """The one country meant, or None when several are possible."""
        return self.candidates[0] if len(self.candidates) == 1 else None


@lru_cache(maxsize=1)
def iso2_codes() -> frozenset[str]:
    """Every country or territory code known, ISO 3166-1 alpha-2 and `XK`."""
    codes = (str(code) for code in Locale("en").territories)
    real = frozenset(code for code in codes if re.fullmatch("[A-Z]{2}", code)) - _NOT_COUNTRIES
    return real | _added.keys()


def add_country(iso2: str, french: str, english: str) -> None:
    """Make known a country that is on no map, under one of the codes that ISO 3166-1 leaves to its users."""
    _added[iso2] = (french, english)
    for kept in (iso2_codes, country_name, _plain_index, _all_names):
        kept.cache_clear()


def is_country(iso2: str) -> bool:
    """Whether `iso2` is a known code, in capitals."""
    return iso2 in iso2_codes()


@lru_cache(maxsize=4096)
def country_name(iso2: str, language: str = "fr") -> str:
    """Name of the country in a language of the CLDR; the code itself when there is none."""
    if iso2 in _added:
        french, english = _added[iso2]
        return french if language.startswith("fr") else english
    return str(Locale.parse(language, sep="-").territories.get(iso2, iso2))


def country_from_text(text: str | None) -> str | None:
    """Code of the country whose name or code this is, without doubt; None otherwise.

    Names are read in French, English, the country's own languages and some thirty others, without
    regard to case or accents. For near spellings see `guess_country`.
    """
    guess = guess_country(text)
    return guess.iso2 if guess and guess.exact else None


def guess_country(text: str | None) -> CountryGuess | None:
    """What countries a text may mean, by known name, by code, or by near spelling; None if nothing."""
    written = squeeze(text or "")
    folded = fold(written)
    if not folded:
        return None
    local = tuple(_aliases()[1].get(folded, ()))
    known = _known(written, folded)
    if known:
        return CountryGuess(known, exact=True, matched=written, only_local=local)
    if local:
        return CountryGuess((), exact=False, matched=written, only_local=local)
    return _near_spelling(folded)


def country_of_record(text: str | None, longitude: float | None, latitude: float | None) -> CountryReading:
    """The country of a record from what it says and where it lies, each checking the other.

    - `exact`: the text is clear and the position, when there is one, agrees;
    - `position`: the text says nothing that can be read, the position does;
    - `fuzzy`: a near spelling, or a position near a border: to be confirmed by a person;
    - `conflict`: text and position disagree: no country, the explanation names both;
    - `unknown`: neither says anything.
    """
    guess = guess_country(text)
    placed = None
    if longitude is not None and latitude is not None and is_position(longitude, latitude):
        placed = country_of(longitude, latitude)
    if placed is None or longitude is None or latitude is None:
        return _from_text_alone(text, guess)
    if guess is None:
        return _from_position_alone(text, placed, longitude, latitude)
    near = countries_near(longitude, latitude, within_km=AGREEMENT_KM)
    agreeing = [
        iso2
        for iso2 in (*guess.candidates, *guess.only_local)
        if placed in _TOLERATED.get(iso2, ()) or iso2 == placed or iso2 in near
    ]
    if len(set(agreeing)) == 1 or placed in agreeing:
        iso2 = placed if placed in agreeing else agreeing[0]
        return CountryReading(iso2, "exact", _agreement(guess, iso2))
    meant = _several(guess.candidates or guess.only_local)
    explanation = (
        f"La liste écrit {_quoted(guess.matched)}, lu comme {meant}, mais la position tombe dans un autre "
        f"pays\u00a0: {country_name(placed)}.{_swap_hint(guess, longitude, latitude)}"
    )
    return CountryReading(None, "conflict", explanation)


def _swap_hint(guess: CountryGuess, longitude: float, latitude: float) -> str:
    """Longitude and latitude written one for the other are the commonest of misplacements."""
    if country_of(latitude, longitude) in guess.candidates:
        return " Longitude et latitude semblent échangées."
    return ""


def _from_text_alone(text: str | None, guess: CountryGuess | None) -> CountryReading:
    written = _quoted(squeeze(text or ""))
    if guess is None:
        why = (
            f"Le pays écrit {written} n’est pas reconnu."
            if fold(text or "")
            else "Ni pays écrit, ni position."
        )
        return CountryReading(None, "unknown", why)
    if guess.iso2 is None:
        meant = _several(guess.candidates or guess.only_local)
        return CountryReading(
            None, "unknown", f"{written} peut désigner {meant}\u00a0: une position le dirait."
        )
    name = country_name(guess.iso2)
    if guess.exact and guess.only_local:
        meant = f"{written} désigne {name} selon la norme ISO, {_several(guess.only_local)} sur place"
        return CountryReading(guess.iso2, "fuzzy", f"{meant}\u202f; à confirmer, faute de position.")
    if guess.exact:
        return CountryReading(guess.iso2, "exact", f"{written} désigne {name}.")
    near = f"{written} ressemble à {_quoted(guess.matched)} ({name}), à confirmer."
    return CountryReading(guess.iso2, "fuzzy", near)


def _from_position_alone(text: str | None, placed: str, longitude: float, latitude: float) -> CountryReading:
    written = squeeze(text or "")
    unread = f"Le pays écrit {_quoted(written)} n’est pas reconnu" if written else "Aucun pays écrit"
    name = country_name(placed)
    neighbours = _others_near(placed, longitude, latitude)
    if neighbours:
        return CountryReading(
            placed,
            "fuzzy",
            f"{unread}\u202f; la position est près d’une frontière ({name}, {neighbours}), à confirmer.",
        )
    return CountryReading(placed, "position", f"{unread}\u202f; pays déduit de la position\u00a0: {name}.")


def _others_near(placed: str, longitude: float, latitude: float) -> str:
    others = countries_near(longitude, latitude, within_km=BORDER_DOUBT_KM) - {placed}
    return ", ".join(sorted(country_name(iso2) for iso2 in others))


def _agreement(guess: CountryGuess, iso2: str) -> str:
    name = country_name(iso2)
    if guess.exact and iso2 in guess.candidates:
        return f"{_quoted(guess.matched)} désigne {name}, et la position le confirme."
    if iso2 in guess.only_local:
        return f"{_quoted(guess.matched)} est une abréviation en usage là où est la position ({name})."
    return f"Lu comme {_quoted(guess.matched)}\u00a0: {name}, et la position le confirme."


def _known(written: str, folded: str) -> tuple[str, ...]:
    """Countries whose name, alias or code this is, the surest meaning first."""
    aliases = _aliases()[0].get(folded)
    if aliases:
        return aliases
    names = _plain_index().get(folded)
    if names:
        return names
    if _CODE.fullmatch(written):
        code = _from_code(written.upper())
        if code:
            return (code,)
    foreign = _foreign_names().get(folded, ())
    return _with_lookalikes(folded, foreign) if foreign else ()


def _with_lookalikes(folded: str, foreign: tuple[str, ...]) -> tuple[str, ...]:
    """A foreign name that is as near to another country's French or English name is equivocal.

    « Nigēra » is Niger in Latvian, and a likely slip for « Nigeria ».
    """
    scores = _scores(folded, _plain_index(), LOOKALIKE_THRESHOLD)
    own = max((scores[iso2][0] for iso2 in foreign if iso2 in scores), default=0.0)
    others = [iso2 for iso2, (score, _) in scores.items() if iso2 not in foreign and score >= own]
    return (*foreign, *sorted(others))


def _from_code(code: str) -> str | None:
    if len(code) == 2:
        return _home(code) if is_country(code) else None
    replaced = get_global("territory_aliases").get(code, ())
    return _home(replaced[0]) if len(replaced) == 1 and is_country(replaced[0]) else None


def _near_spelling(folded: str) -> CountryGuess | None:
    if len(folded) < _FUZZY_MIN_LENGTH:
        return None
    best = _scores(folded, _all_names(), FUZZY_THRESHOLD)
    if not best:
        return None
    ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))
    first, (score, name) = ranked[0]
    if len(ranked) > 1 and score - ranked[1][1][0] < FUZZY_MARGIN:
        return None
    return CountryGuess((first,), exact=False, matched=name)


def _scores(folded: str, names: dict[str, tuple[str, ...]], threshold: float) -> dict[str, tuple[float, str]]:
    """Best similarity and the name that gives it, for each country that reaches the threshold."""
    best: dict[str, tuple[float, str]] = {}
    found = process.extract(folded, names.keys(), scorer=fuzz.ratio, score_cutoff=threshold, limit=None)
    for name, score, _ in found:
        for iso2 in names[name]:
            if score > best.get(iso2, (0.0, ""))[0]:
                best[iso2] = (score, name)
    return best


def plain_names() -> dict[str, tuple[str, str]]:
    """French and English name of each country, by code."""
    return {iso2: (country_name(iso2), country_name(iso2, "en")) for iso2 in sorted(iso2_codes())}


@lru_cache(maxsize=1)
def _plain_index() -> dict[str, tuple[str, ...]]:
    return _index((name, iso2) for iso2, names in plain_names().items() for name in names)


@lru_cache(maxsize=1)
def _foreign_names() -> dict[str, tuple[str, ...]]:
    return _index((row["name"], row["iso2"]) for row in _rows("country_names.csv"))


@lru_cache(maxsize=1)
def _aliases() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Usual names and equivocal ones on one side, abbreviations used on the spot on the other."""
    usual: list[tuple[str, str]] = []
    local: list[tuple[str, str]] = []
    for row in _rows("country_aliases.csv"):
        target = local if row["kind"] == "local" else usual
        target.extend((row["name"], iso2) for iso2 in row["iso2"].split())
    return _index(usual), _index(local)


@lru_cache(maxsize=1)
def _all_names() -> dict[str, tuple[str, ...]]:
    return {**_foreign_names(), **_plain_index(), **_aliases()[0]}


def _index(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    index: dict[str, list[str]] = {}
    for name, iso2 in pairs:
        found = index.setdefault(fold(name), [])
        if _home(iso2) not in found:
            found.append(_home(iso2))
    return {name: tuple(found) for name, found in index.items()}


def _home(iso2: str) -> str:
    return "FR" if iso2 in _FRENCH_DEPARTMENTS else iso2


def _rows(name: str) -> Iterable[dict[str, str]]:
    text = resources.files("terreau.core").joinpath("data", name).read_text("utf-8")
    return csv.DictReader(text.splitlines())


def _several(codes: Iterable[str]) -> str:
    return " ou ".join(country_name(iso2) for iso2 in codes)


def _quoted(text: str) -> str:
    return f"«\u00a0{text}\u00a0»"
