"""The national identifiers of a row: which are sure, which are kept as a remark only. Pure.

A damaged number (rounded by a spreadsheet, stripped of its zeros) is never taken as an identifier, even
where what is left of it looks right: it is kept as a remark with the reason, on the record itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from terreau.core.identifiers import (
    LONGEST,
    SCHEMES,
    damage,
    denotes_person,
    digits_lost,
    luhn_valid,
    normalise,
    recognise,
)
from terreau.core.text import fold, shorten
from terreau.registers.normalising import text as clean
from terreau.registers.spec import ColumnSpec

# The identifier of the legal unit first: an organisation keeps it when it moves.
REFERENCE_ORDER = ("siren", "rna", "siret", "neq", "bce", "ice", "uid_ch", "bn_ca", "rcs_lu", "ninea")
_LENGTHS = {"siren": 9, "siret": 14}
# A damaged number may look like one of another kind: so few do not make a column of several kinds.
_STRAY = 0.05


class IdentifierReader:
    """Reads the identifier columns of one mapping.

    Args:
        columns: those that hold identifiers, with the scheme of each where it is known.
        lost: column → digits that rounding wiped from all its numbers (`lost_digits`).
    """

    def __init__(self, columns: Iterable[ColumnSpec], lost: Mapping[str, int]) -> None:
        self._columns = [(item.column, item.scheme, lost.get(item.column)) for item in columns]

    def read(
        self, row: Mapping[str, str], values: dict[str, Any], remarks: list[tuple[str, str, str]]
    ) -> None:
        """Put what is sure in `values["identifiers"]`, what is not in `values["notes"]` and `remarks`."""
        found: dict[str, str] = {}
        for column, scheme, lost in self._columns:
            raw = row[column]
            if not raw:
                continue
            if _is_plain(scheme, raw) and not lost:
                found.setdefault(scheme, raw)
                continue
            written = clean(raw)
            if written:
                reason = self._read_one(written, scheme, lost, found)
                if reason:
                    remarks.append((column, "numéro écarté", reason))
                    values.setdefault("notes", []).append(reason)
        if found:
            values["identifiers"] = found

    @staticmethod
    def _read_one(written: str, scheme: str, lost: int | None, found: dict[str, str]) -> str:
        """Add to `found`, or say why nothing was."""
        if len(written) > LONGEST:
            return f"« {shorten(written, 40)} » n’est pas un identifiant national valable."
        harm = damage(written, scheme=scheme or "siret", digits_lost=lost)
        if harm is not None:
            return harm.reason
        if scheme:
            try:
                found.setdefault(scheme, normalise(scheme, written))
                return ""
            except ValueError as error:
                if ":" not in written:  # « siren:732829320|rna:W862001234 », as our exports say them
                    return str(error)
        several = [item for item in recognise(written) if not denotes_person(item)]
        for item in several:
            found.setdefault(item.scheme, item.value)
        return "" if several else f"« {shorten(written, 40)} » n’est pas un identifiant national valable."

    @staticmethod
    def country(values: Mapping[str, Any]) -> str:
        """The country whose register gave the row's first identifier, or nothing."""
        for scheme in values.get("identifiers", ()):
            return SCHEMES[scheme].country
        return ""

    @staticmethod
    def reference(values: Mapping[str, Any]) -> str:
        """The identifier that tells the row from others in its source: `siren:732829320`."""
        found = values.get("identifiers")
        if not found:
            return ""
        for scheme in REFERENCE_ORDER:
            if scheme in found:
                return f"{scheme}:{found[scheme]}"
        return ""


def _is_plain(scheme: str, raw: str) -> bool:
    """A whole SIREN or SIRET, as most are: told without the longer path."""
    if len(raw) != _LENGTHS.get(scheme, 0) or not (raw.isascii() and raw.isdigit()):
        return False
    if scheme == "siret":
        return raw[-2:] != "00" and luhn_valid(raw) and luhn_valid(raw[:9])
    return raw != "000000000" and luhn_valid(raw)


def lost_digits(columns: Iterable[ColumnSpec], sample: Iterable[Mapping[str, str]]) -> dict[str, int]:
    """Identifier columns whose numbers were rounded → how many digits at most were lost."""
    rows = list(sample)
    found = {}
    for item in columns:
        if item.scheme in ("", "siret"):
            lost = digits_lost(row[item.column] for row in rows if row[item.column])
            if lost:
                found[item.column] = lost
    return found


def guess_scheme(column: str, values: Iterable[str]) -> tuple[str, float]:
    """The kind of identifier a column holds, and the share of its values that bear it out.

    A column of several kinds (« SIRET ou RNA ») has none: each of its values is then told by its form.
    """
    named = [scheme for scheme in SCHEMES if scheme in fold(column).split()]
    seen: dict[str, int] = {}
    total = recognised = 0
    for value in values:
        total += 1
        schemes = {item.scheme for item in recognise(value)}
        recognised += bool(schemes)
        for scheme in schemes:
            seen[scheme] = seen.get(scheme, 0) + 1
    if not seen:
        return named[0] if len(named) == 1 else "", 0.0
    best = max(seen, key=lambda scheme: (seen[scheme], scheme in named))
    if len(named) != 1 and recognised - seen[best] > _STRAY * total:
        return "", recognised / total
    return best, seen[best] / total
