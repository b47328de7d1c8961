"""Values of a list brought to the shapes of `directory.fields`. Pure, and on the hot path of the imports.

Each function answers nothing rather than something unsure; what was written and not understood is told to
the caller, who keeps it as a remark. Nothing here rejects a row.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from terreau.core.spreadsheets import plain
from terreau.core.text import fold, squeeze
from terreau.registers.reading_values import clean_text, parse_number, read_date

# What people and programs write in a cell to say that there is nothing.
_NOTHING = frozenset(
    {
        *("", "none", "null", "nan", "nd", "na", "n a", "nc", "n c", "nr", "n r", "neant", "vide", "inconnu"),
        *("inconnue", "non renseigne", "non renseignee", "sans objet", "non communique", "ne rien indiquer"),
        *("a completer", "non precise", "pas de reponse", "undefined", "unknown", "tbd", "x", "xx", "xxx"),
    }
)
_SHORT = 20
# People: no organisation has more.
_MOST_DIGITS = 9
# A cell may hold a hundred thousand characters: no pattern here may look twice at the same ones.
_TAGS = re.compile(r" ?<[^<>]{1,200}> ?")
_LIST = re.compile(r"[;|\n\r\u2022]")
_URL_LIKE = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?::\d{2,5})?(?:[/?#].*)?", re.I
)
_POINT_ZERO = re.compile(r"[.,]0+$")
# What a number is of: « personnes », « bénévoles à l’année ». Each word is told from the next by a space.
_WORD_AFTER = r"[a-zà-ÿ’'().]+"
_WORDS_AFTER = rf"(?:\s*{_WORD_AFTER}(?:\s+{_WORD_AFTER}){{0,%d}})?"
_COUNT = re.compile(
    r"(?:environ|env|plus de|pres de|près de|~|\+)?\.?\s*"
    rf"(\d{{1,3}}(?:[ \u00a0\u202f.]\d{{3}})+|\d+)(?:[.,]0*)?{_WORDS_AFTER % 3}",
    re.I,
)
_RANGE = re.compile(rf"(?:de |entre )?(\d+)\s*(?:-|–|à|a|et|to)\s*(\d+){_WORDS_AFTER % 2}", re.I)
_AT_LEAST = re.compile(rf"(\d+)\s*(?:\+|et plus|ou plus){_WORDS_AFTER % 2}", re.I)
_DEGREES = r"([+-]?\d{1,3}(?:[.,]\d+)?)"
_PAIR = re.compile(rf"[\[(]? ?{_DEGREES}(?: ?[,;] ?| ){_DEGREES} ?[\])]?")
_YES = frozenset(
    {"true", "vrai", "oui", "yes", "o", "y", "1", "a", "active", "actif", "en activite", "v", "ja"}
)
_NO = frozenset(
    {
        "false",
        "faux",
        "non",
        "no",
        "n",
        "0",
        "c",
        "f",
        "d",
        "s",
        "cessee",
        "cesse",
        "fermee",
        "ferme",
        "inactive",
    }
    | {"inactif", "dissoute", "dissous", "radiee", "supprimee", "liquidee", "nein"}
)
_UNDATED = frozenset({"1900-01-01", "1899-12-30", "1970-01-01", "0001-01-01"})
_CIVILITY = re.compile(
    r"(?:m\.|mr\.?|mme\.?|mlle\.?|mrs|monsieur|madame|mademoiselle|m\. et mme|m\. ou mme)\s+[^\W\d_]{2}", re.I
)
_PEOPLE = re.compile(
    r"entrepreneur individuel|entreprise individuelle|auto ?entrepreneu\w*|micro ?entrepreneu\w*|"
    r"micro ?entreprise|personne physique|travailleur independant|profession liberale|artisan commercant"
)

# Headcount bands of the INSEE: code → fewest and most employees, None without an upper bound.
BANDS: dict[str, tuple[int, int | None]] = {
    "00": (0, 0),
    "01": (1, 2),
    "02": (3, 5),
    "03": (6, 9),
    "11": (10, 19),
    "12": (20, 49),
    "21": (50, 99),
    "22": (100, 199),
    "31": (200, 249),
    "32": (250, 499),
    "41": (500, 999),
    "42": (1000, 1999),
    "51": (2000, 4999),
    "52": (5000, 9999),
    "53": (10000, None),
}


def text(raw: str) -> str:
    """Plain text of a cell; empty when the cell says that there is nothing."""
    if not raw:
        return ""
    if "'" in raw:
        raw = plain(raw)
    cleaned = clean_text(raw) if ("<" in raw or "&" in raw or "\\" in raw) else " ".join(raw.split())
    if len(cleaned) <= _SHORT and _says_nothing(cleaned):
        return ""
    return cleaned


@lru_cache(maxsize=100_000)
def _says_nothing(short: str) -> bool:
    return fold(short) in _NOTHING


def address(raw: str) -> str:
    """An address on one line: tags that broke it become commas."""
    return text(_TAGS.sub(", ", squeeze(raw))).strip(" ,") if "<" in raw else text(raw)


def several(raw: str, separator: str = "") -> list[str]:
    """The values written in one cell, in order, each once."""
    parts = raw.split(separator) if separator else _LIST.split(raw)
    return list(dict.fromkeys(told for part in parts if (told := text(part.strip()))))


@lru_cache(maxsize=65536)
def website(raw: str) -> str | None:
    """An http(s) address, completed with its scheme; None when what is written is not one."""
    written = text(raw)
    if not written:
        return ""
    if " " in written or "@" in written.partition("/")[0] or len(written) > 500:
        return None
    lowered = written.lower()
    if lowered.startswith(("http://", "https://")):
        try:
            host = urlsplit(written).hostname or ""
        except ValueError:
            return None
        return written if "." in host else None
    return f"https://{written}" if _URL_LIKE.fullmatch(written) else None


@lru_cache(maxsize=65536)
def day(raw: str) -> str | None:
    """An ISO date as fine as it was told (`1999`, `1999-04`, `1999-04-12`); None when it cannot be read.

    The dates that files write for « unknown » (1 January 1900, of the SIRENE register) give nothing.
    """
    written = text(raw)
    if not written or written[:10] in _UNDATED:
        return ""
    if len(written) in (10, 13) and written.isdecimal():
        return _from_timestamp(written)
    found = read_date(written)
    if found is None or not 1000 <= found.value.year <= 2100:
        return None
    iso = found.value.isoformat()
    return iso[: {"year": 4, "month": 7}.get(found.precision, 10)]


def _from_timestamp(digits: str) -> str | None:
    seconds = int(digits) // (1000 if len(digits) == 13 else 1)
    return date.fromordinal(date(1970, 1, 1).toordinal() + seconds // 86400).isoformat()


def last_day(iso: str) -> date | None:
    """The first day of an ISO date that may be a year or a month alone."""
    if not iso:
        return None
    return date.fromisoformat(iso + "-01-01"[: 10 - len(iso)] if len(iso) < 10 else iso)


@lru_cache(maxsize=4096)
def yes_or_no(raw: str) -> str | None:
    """« yes » or « no »; nothing for an empty cell, None for what is neither."""
    written = fold(_POINT_ZERO.sub("", text(raw)) if raw not in ("a", "A") else raw)
    if not written:
        return ""
    if written in _YES:
        return "yes"
    return "no" if written in _NO else None


@lru_cache(maxsize=4096)
def count(raw: str) -> dict[str, Any] | None:
    """A number of people, exact or a band; empty when nothing is written, None when it cannot be read.

    It carries no date of its own: that of the record holds, and is renewed when the list says it again.
    """
    written = text(raw)
    if not written:
        return {}
    match = _AT_LEAST.fullmatch(written)
    if match:
        return {"low": int(match[1]), "high": None, "on": None} if len(match[1]) <= _MOST_DIGITS else None
    match = _COUNT.fullmatch(written)
    if match:
        digits = re.sub(r"\D", "", match[1])
        return {"value": int(digits), "on": None} if len(digits) <= _MOST_DIGITS else None
    match = _RANGE.fullmatch(written)
    if match and max(len(match[1]), len(match[2])) <= _MOST_DIGITS and int(match[1]) <= int(match[2]):
        return {"low": int(match[1]), "high": int(match[2]), "on": None}
    return None


@lru_cache(maxsize=256)
def band(raw: str) -> dict[str, Any] | None:
    """A headcount band of the INSEE; empty for « NN » (none or unknown)."""
    code = _POINT_ZERO.sub("", text(raw)).zfill(2).upper()
    if code == "NN" or not text(raw):
        return {}
    if code not in BANDS:
        return None
    low, high = BANDS[code]
    return {"low": low, "high": high, "on": None}


def degrees(raw: str, limit: float) -> float | None:
    """A longitude (`limit` 180) or a latitude (90) in decimal degrees; None when it is none."""
    try:
        number = float(raw)
    except ValueError:
        found: Decimal | None = parse_number(raw)
        if found is None:
            return None
        number = float(found)
    return round(number, 6) if -limit <= number <= limit else None


def pair(raw: str, order: str = "") -> tuple[float, float] | None:
    """(longitude, latitude) written in one cell, latitude first unless `order` is « lonlat »."""
    match = _PAIR.fullmatch(squeeze(raw))
    if not match:
        return None
    first, second = (match[2], match[1]) if order == "lonlat" else (match[1], match[2])
    latitude, longitude = degrees(first.replace(",", "."), 90), degrees(second.replace(",", "."), 180)
    return None if latitude is None or longitude is None else (longitude, latitude)


@lru_cache(maxsize=65536)
def postal_code(raw: str, country: str = "") -> str:
    """A postal code as written on letters; a French one gets back the zero that spreadsheets take."""
    code = _POINT_ZERO.sub("", text(raw))[:12]
    if country == "FR":
        bare = code.replace(" ", "")
        if bare.isdigit() and len(bare) in (4, 5):
            return bare.zfill(5)
    return code


@lru_cache(maxsize=65536)
def commune_code(raw: str, country: str = "") -> str:
    """A national commune code; a French one has five characters."""
    code = _POINT_ZERO.sub("", text(raw)).upper().replace(" ", "")[:20]
    return code.zfill(5) if country in ("", "FR") and code.isdigit() and len(code) == 4 else code


@lru_cache(maxsize=1024)
def department_code(raw: str) -> str:
    """A French department code: « 6 » and « 06.0 » are « 06 »; other texts are left as they are."""
    code = _POINT_ZERO.sub("", text(raw)).upper()
    return code.zfill(2) if code.isdigit() and len(code) < 3 else code


def names_a_person(name: str) -> bool:
    """Whether what stands as a name is a person's, by its title of courtesy."""
    return name[:1] in "MmDd" and bool(_CIVILITY.match(name))


@lru_cache(maxsize=4096)
def is_sole_trader(form: str) -> bool:
    """Whether a legal form, as a code of the INSEE (1xxx) or in words, is that of a natural person."""
    code = _POINT_ZERO.sub("", form.strip())
    if code.isdigit() and len(code) in (2, 4):
        return code.startswith("1")
    folded = fold(form)
    return folded in ("ei", "eirl") or bool(_PEOPLE.search(folded))
