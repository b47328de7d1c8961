"""National identifiers of organisations, recognised by their form and their check digit.

Nothing is accepted on form alone where a check digit exists. A number that a spreadsheet has spoilt (rounded,
or stripped of its leading zeros) is *damaged*: never accepted, told apart from a merely false one, and what
can be saved of it is said, with how sure that is (`damage`).

What can be saved of a rounded SIRET. A SIRET is a SIREN (9 digits, with its own key) and a five-digit rank
whose first digits are zeros for all but the largest networks. Rounding wipes digits from the right, so when
five digits at most are lost the SIREN is whole, its key says so, and it can be kept for certain; the
establishment is lost. With six or seven trailing zeros the SIREN may end in zeros by nature or have been cut:
its key would pass by chance once in ten, so it is only probable, unless the rest of the column shows that the
file keeps at least nine digits (`digits_lost`). Beyond, nothing is saved.

Checks: SIREN and SIRET, Luhn's key (INSEE; La Poste's establishments: sum of digits multiple of 5); Belgian
enterprise number, 97 − (first eight mod 97); Moroccan ICE, ISO 7064 mod 97; Swiss UID, weights mod 11;
Canadian BN, Luhn; Senegalese NINEA, weights 1 and 2 mod 10; French VAT key, (12 + 3 × SIREN) mod 97. The
Québec NEQ publishes no check: it is recognised by its form alone, since a key guessed from examples would
refuse genuine numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

_LA_POSTE: Final = "356000000"
_SPACES: Final = re.compile(r"[\s\u00a0\u202f.\-/_]+")
_WHOLE_FLOAT: Final = re.compile(r"(\d{7,15})[.,]0*")
_SCIENTIFIC: Final = re.compile(r"(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})")
_SEPARATORS: Final = re.compile(r"[;,|\n\t]| / | et ")
_LABEL: Final = re.compile(
    r"^\s*(?:n[°o]\s*)?(siret|siren|rna|waldec|neq|ice|bce|kbo|rcsl?|uid|ide|ninea|bn|tva|vat)\b"
    r"\s*(?:n[°o])?\s*[:=]?\s*",
    re.IGNORECASE,
)
# « RCS Poitiers B 732 829 320 »: town and letter stand before a French number; « RCS Luxembourg B12345 ».
_TOWN: Final = re.compile(r"^(?:luxembourg\s+|\D*\s(?=\d{3}[ .]?\d{3}[ .]?\d{3}\b))", re.IGNORECASE)
LONGEST: Final = 200  # characters: beyond, a cell is a text and holds no identifier of its own
_LABELLED: Final = {
    "siret": ("siret",),
    "siren": ("siren",),
    "rna": ("rna",),
    "waldec": ("rna",),
    "neq": ("neq",),
    "ice": ("ice",),
    "bce": ("bce",),
    "kbo": ("bce",),
    "rcs": ("siren", "rcs_lu"),
    "rcsl": ("rcs_lu",),
    "uid": ("uid_ch",),
    "ide": ("uid_ch",),
    "ninea": ("ninea",),
    "bn": ("bn_ca",),
    "tva": ("siren", "bce"),
    "vat": ("siren", "bce"),
}


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier in its one written form (no space, upper case): « siren », « 732829320 »."""

    scheme: str
    value: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """A kind of identifier; `needs_country` marks those too alike to others to be guessed without it."""

    code: str
    label: str
    country: str
    shape: str
    needs_country: bool = False


@dataclass(frozen=True, slots=True)
class Damage:
    """A number spoilt on its way: why (in French), and what can be saved of it, surely or only probably."""

    scheme: str
    text: str
    reason: str
    salvaged: Identifier | None
    certain: bool


# In the order in which an unlabelled number is tried.
SCHEMES: Final[dict[str, Scheme]] = {
    scheme.code: scheme
    for scheme in (
        Scheme("siret", "SIRET", "FR", "14 chiffres, clé comprise"),
        Scheme("siren", "SIREN", "FR", "9 chiffres, clé comprise"),
        Scheme("rna", "RNA", "FR", "W, trois caractères de département, six chiffres"),
        Scheme("neq", "NEQ (Québec)", "CA", "10 chiffres commençant par 11, 22, 33 ou 88"),
        Scheme("bn_ca", "NE (Canada)", "CA", "9 chiffres, clé comprise", needs_country=True),
        Scheme("bce", "Numéro BCE (Belgique)", "BE", "10 chiffres commençant par 0 ou 1, clé comprise"),
        Scheme("rcs_lu", "RCS (Luxembourg)", "LU", "une lettre et un à six chiffres", needs_country=True),
        Scheme("ice", "ICE (Maroc)", "MA", "15 chiffres, clé comprise"),
        Scheme("uid_ch", "IDE (Suisse)", "CH", "CHE et neuf chiffres, clé comprise"),
        Scheme("ninea", "NINEA (Sénégal)", "SN", "7 ou 9 chiffres, clé comprise", needs_country=True),
    )
}


def luhn_valid(digits: str) -> bool:
    """Whether a string of digits satisfies Luhn's key."""
    total = 0
    for rank, char in enumerate(reversed(digits)):
        value = int(char) * (1 + rank % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def siren_of(siret: str) -> str:
    """The SIREN of a SIRET already in its written form."""
    return siret[:9]


def denotes_person(identifier: Identifier) -> bool:
    """Whether the number is by its own form that of a sole trader (NEQ in 22), not of an organisation."""
    return identifier.scheme == "neq" and identifier.value.startswith("22")


def normalise(scheme: str, text: str) -> str:
    """The written form of an identifier.

    Raises:
        ValueError: in French, when the text is not one, when its key is false, or when it is damaged.
    """
    if scheme not in SCHEMES:
        raise ValueError(f"« {scheme} » n’est pas un type d’identifiant connu.")
    harm = damage(text, scheme=scheme)
    if harm is not None:
        raise ValueError(harm.reason)
    value = _READERS[scheme](_compact(text))
    if value is None:
        known = SCHEMES[scheme]
        raise ValueError(f"« {text.strip()} » n’est pas un {known.label} valable ({known.shape}).")
    return value


def is_valid(scheme: str, text: str) -> bool:
    """Whether `normalise` would accept the text."""
    try:
        normalise(scheme, text)
    except ValueError:
        return False
    return True


def recognise(text: str, country: str | None = None) -> list[Identifier]:
    """The identifiers that a cell holds, most telling first; empty when none is certain.

    Several may be written in one cell (« ; », « , », « / », line ends). A label (« SIRET : … ») says
    which kind is meant. Without `country` (ISO 3166-1, two letters), kinds that look like others are not
    guessed. Damaged numbers are never returned: see `damage`.
    """
    found: list[Identifier] = []
    if len(text) > LONGEST:
        return found
    pieces = _SEPARATORS.split(text)
    for part in (text, *(pieces if len(pieces) > 1 else ())):
        for identifier in _recognise_one(part, country.upper() if country else None):
            if identifier not in found:
                found.append(identifier)
    return found


def digits_lost(values: Iterable[str]) -> int | None:
    """How many digits at most a column of SIRETs has lost to rounding, or None when it shows no rounding.

    A file rounded to n significant digits leaves at least 14 − n zeros at the end of *every* number: the
    fewest trailing zeros of the column bound the loss for all of its rows. Five numbers at least are needed.
    """
    zeros = [
        _trailing_zeros(number) for number in map(_integer, values) if number and len(number) in (13, 14)
    ]
    if len(zeros) < 5 or min(zeros) < 2:
        return None
    return min(zeros)


def damage(text: str, *, scheme: str = "siret", digits_lost: int | None = None) -> Damage | None:
    """Whether a number is damaged rather than merely right or wrong, and what can be saved of it.

    Args:
        text: the cell as read (« 45032466000000.0 », « 4,50325E+13 »).
        scheme: the kind of identifier the column holds.
        digits_lost: what `digits_lost` says of the whole column, when it is at hand.
    """
    short = _shown_short(text)
    if short is not None:
        return _rounded(scheme, text, *short)
    number = _integer(text)
    if number is None:
        return None
    if scheme == "siret" and len(number) in (13, 14):
        whole = number.zfill(14)
        zeros = _trailing_zeros(whole)
        if digits_lost and zeros >= digits_lost:
            return _rounded(scheme, text, whole, digits_lost)
        if _looks_rounded(text, whole, zeros):
            return _rounded(scheme, text, whole, None)
    return _stripped(scheme, text, number)


def _looks_rounded(text: str, number: str, zeros: int) -> bool:
    if number.startswith(_LA_POSTE) and _siret(number):
        return False
    # « .0 » betrays a number that went through a spreadsheet as a quantity.
    return number[9:] == "00000" or (zeros >= 2 and (_siret(number) is None or _is_float(text)))


def _rounded(scheme: str, text: str, number: str, lost: int | None) -> Damage | None:
    """The damage of a number whose last digits were wiped; `lost` is exact when known, else bounded."""
    zeros = _trailing_zeros(number)
    siren = number[:9]
    salvaged, certain = None, False
    if scheme == "siret" and len(number) == 14 and _siren(siren) and (zeros if lost is None else lost) <= 7:
        certain = (zeros if lost is None else lost) <= 5
        if certain or lost is None:
            salvaged = Identifier("siren", siren)
    label = SCHEMES[scheme].label
    reason = f"« {text.strip()} » : {label} arrondi par un tableur, ses derniers chiffres sont perdus."
    if salvaged is not None:
        doubt = "est intact" if certain else "est probable, à vérifier"
        reason += f" Le SIREN {siren} {doubt}."
    return Damage(scheme, text, reason, salvaged, certain)


def _stripped(scheme: str, text: str, number: str) -> Damage | None:
    """The damage of a number whose leading zeros a spreadsheet removed (it takes it for a quantity)."""
    length = {"siret": 14, "siren": 9, "ice": 15}.get(scheme)
    if length is None or not length - 3 <= len(number) < length:
        return None
    whole = _READERS[scheme](number.zfill(length))
    if whole is None:
        return None
    # Two keys for a SIRET and one in 97 for an ICE leave no doubt; one key in ten, for a SIREN, does.
    label = SCHEMES[scheme].label
    reason = f"« {text.strip()} » : {label} privé de son zéro de tête par un tableur ; lire {whole}."
    return Damage(scheme, text, reason, Identifier(scheme, whole), scheme != "siren")


def _shown_short(text: str) -> tuple[str, int] | None:
    """(digits, digits lost) of a number written « 4,50325E+13 » with fewer digits than it had."""
    match = _SCIENTIFIC.fullmatch(text.strip())
    if match is None:
        return None
    head, fraction, power = match[1], match[2] or "", int(match[3])
    lost = power - len(fraction)
    return (head + fraction + "0" * lost, lost) if lost > 0 and power >= 7 else None


def _integer(text: str) -> str | None:
    """The digits of a whole number, written plainly, with spaces, as a float or in full scientific form."""
    bare = text.strip()
    scientific = _SCIENTIFIC.fullmatch(bare)
    if scientific is not None:
        fraction, power = scientific[2] or "", int(scientific[3])
        whole = scientific[1] + fraction[:power].ljust(power, "0")
        return whole if not fraction[power:].strip("0") else None
    match = _WHOLE_FLOAT.fullmatch(bare)
    compact = match[1] if match else _SPACES.sub("", bare)
    return compact if compact.isascii() and compact.isdigit() else None


def _is_float(text: str) -> bool:
    bare = text.strip()
    return bool(_SCIENTIFIC.fullmatch(bare)) or (bool(_WHOLE_FLOAT.fullmatch(bare)) and not bare.isdigit())


def _trailing_zeros(number: str) -> int:
    return len(number) - len(number.rstrip("0"))


def _compact(text: str) -> str:
    return _integer(text) or _SPACES.sub("", text).upper()


def _recognise_one(part: str, country: str | None) -> list[Identifier]:
    match = _LABEL.match(part)
    rest = part[match.end() :] if match else part
    if match and match[1].lower() == "rcs":
        rest = _TOWN.sub("", rest)
    codes = _LABELLED[match[1].lower()] if match else tuple(SCHEMES)
    if not any(char.isdigit() for char in rest):
        return []
    found = []
    compact = _compact(rest)
    for code in codes:
        scheme = SCHEMES[code]
        wanted = (
            country == scheme.country if country else match is not None or not _too_alike(scheme, compact)
        )
        # The key is tried first: it is quick and rules most kinds out.
        value = _READERS[code](compact) if wanted else None
        if value is not None and damage(rest, scheme=code) is None:
            found.append(Identifier(code, value))
    return found


def _too_alike(scheme: Scheme, compact: str) -> bool:
    """Whether a bare number could as well be of another kind, so that the country must be known first."""
    # A Belgian number without its leading zero is one SIREN in eighty.
    return scheme.needs_country or (scheme.code == "bce" and len(compact) == 9)


def _digits(value: str, length: int) -> bool:
    return len(value) == length and value.isascii() and value.isdigit() and value.strip("0") != ""


def _siren(value: str) -> str | None:
    if len(value) == 13 and value.startswith("FR") and value[2:].isdigit():
        key, value = int(value[2:4]), value[4:]
        if key != (12 + 3 * (int(value) % 97)) % 97:
            return None
    return value if _digits(value, 9) and luhn_valid(value) else None


def _siret(value: str) -> str | None:
    # Rank 00000 is given to no establishment: it is what rounding leaves.
    if not _digits(value, 14) or not luhn_valid(value[:9]) or value[9:] == "00000":
        return None
    # La Poste has more establishments than Luhn's key allows for; its rule is a sum multiple of 5.
    la_poste = value.startswith(_LA_POSTE) and sum(map(int, value)) % 5 == 0
    return value if luhn_valid(value) or la_poste else None


def _rna(value: str) -> str | None:
    return value if re.fullmatch(r"W\d[0-9A-Z]\d\d{6}", value) else None


def _neq(value: str) -> str | None:
    if not _digits(value, 10) or value[:2] not in ("11", "22", "33", "88"):
        return None
    return value if value[2:].strip("0") else None


def _bn_ca(value: str) -> str | None:
    match = re.fullmatch(r"(\d{9})(?:R[A-Z]\d{4})?", value)
    return match[1] if match and _digits(match[1], 9) and luhn_valid(match[1]) else None


def _bce(value: str) -> str | None:
    bare = value.removeprefix("BE").replace("(", "").replace(")", "")
    if _digits(bare, 9):  # as written before 2005, without the leading zero
        bare = f"0{bare}"
    if not _digits(bare, 10) or bare[0] not in "01":
        return None
    return bare if 97 - int(bare[:8]) % 97 == int(bare[8:]) else None


def _rcs_lu(value: str) -> str | None:
    return value if re.fullmatch(r"[A-Z][1-9]\d{0,5}", value) else None


def _ice(value: str) -> str | None:
    return value if _digits(value, 15) and int(value) % 97 == 0 else None


def _uid_ch(value: str) -> str | None:
    match = re.fullmatch(r"CHE(\d{9})(?:MWST|TVA|IVA)?", value)
    if match is None:
        return None
    weights = (5, 4, 3, 2, 7, 6, 5, 4)
    key = 11 - sum(int(char) * weight for char, weight in zip(match[1], weights, strict=False)) % 11
    return f"CHE{match[1]}" if key % 11 == int(match[1][8]) else None


def _ninea(value: str) -> str | None:
    match = re.fullmatch(r"(\d{7}|\d{9})(?:[012][A-HJ-NP-Z]\d)?", value)
    if match is None or not match[1].strip("0"):
        return None
    total = sum(int(char) * (1 + rank % 2) for rank, char in enumerate(match[1].zfill(9)))
    return match[1] if total % 10 == 0 else None


_READERS: Final[dict[str, Callable[[str], str | None]]] = {
    "siret": _siret,
    "siren": _siren,
    "rna": _rna,
    "neq": _neq,
    "bn_ca": _bn_ca,
    "bce": _bce,
    "rcs_lu": _rcs_lu,
    "ice": _ice,
    "uid_ch": _uid_ch,
    "ninea": _ninea,
}
