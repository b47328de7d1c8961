"""What a mapping says of values, checked before anything is read by it: codes, countries, dates. Pure.

A code that no table knows would enter every sheet of the list without a word; it is refused here, with those
that could stand there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from terreau.core.countries import is_country
from terreau.core.errors import TerreauError
from terreau.core.identifiers import SCHEMES
from terreau.core.text import NO_BREAK_SPACE
from terreau.registers.normalising import day, yes_or_no
from terreau.registers.spec import Spec
from terreau.registers.translating import choices

_LISTS = ("sectors", "issues", "filieres", "umbrellas")
_ORDERS = ("", "latlon", "lonlat")
_CODED = ("family", "nature", "sectors", "issues", "qualities", "categories")


def checked(spec: Spec, filieres: Iterable[str]) -> Spec:
    """The mapping with its constants in the shape of the fields they fill.

    Args:
        spec: as a person wrote it.
        filieres: codes of those that the territory has named.

    Raises:
        TerreauError: in French, naming the first value that no table knows and what could stand there.
    """
    for item in spec.columns:
        where = f"colonne «{NO_BREAK_SPACE}{item.column}{NO_BREAK_SPACE}»"
        if item.scheme and item.scheme not in SCHEMES:
            raise _refused(f"{where}, «{NO_BREAK_SPACE}scheme{NO_BREAK_SPACE}»", item.scheme, SCHEMES)
        if item.order not in _ORDERS:
            raise _refused(f"{where}, «{NO_BREAK_SPACE}order{NO_BREAK_SPACE}»", item.order, _ORDERS[1:])
    for target, values in spec.translations.items():
        for value, codes in values.items():
            _known(f"translations, «{NO_BREAK_SPACE}{value}{NO_BREAK_SPACE}»", target, codes)
    known = {"filieres": list(filieres)}
    return replace(spec, constants={key: _constant(key, said, known) for key, said in spec.constants.items()})


def _constant(key: str, said: Any, known: Mapping[str, list[str]]) -> Any:
    where = f"constants, «{NO_BREAK_SPACE}{key}{NO_BREAK_SPACE}»"
    if key == "qualities":
        met = said if isinstance(said, Mapping) else dict.fromkeys(_several(said), True)
        _known(where, key, met)
        return {str(code): bool(holds) for code, holds in met.items()}
    if key in _LISTS:
        found = _several(said)
        _known(where, key, found, known.get(key))
        return found
    text = str(said).strip()
    if key == "active":
        text = yes_or_no(text) or ""
        if not text:
            raise _refused(where, said, ("yes", "no"))
    elif key == "action_since":
        if day(text) is None:
            raise _refused(where, said, ("AAAA-MM-JJ", "AAAA-MM", "AAAA"))
    elif key == "country":
        text = text.upper()
    _known(where, key, (text,))
    return text


def _several(said: Any) -> list[str]:
    return [str(item) for item in said] if isinstance(said, list | tuple) else [str(said)]


def _known(where: str, target: str, codes: Iterable[str], known: Iterable[str] | None = None) -> None:
    """Refuse the first code that is in no table."""
    if target == "country":
        for code in codes:
            if not is_country(code):
                raise _refused(where, code, ("les codes ISO 3166-1 à deux lettres (FR, SN, ML…)",))
        return
    table = list(choices(target)) if target in _CODED else known
    if table is None:
        return
    for code in codes:
        if code not in table:
            raise _refused(where, code, table)


def _refused(where: str, said: Any, possible: Iterable[str]) -> TerreauError:
    listed = ", ".join(possible)
    return TerreauError(
        f"Valeur inconnue : «{NO_BREAK_SPACE}{said}{NO_BREAK_SPACE}».",
        where=f"Correspondance, {where}.",
        remedy=f"Valeurs possibles : {listed}." if listed else "Le territoire n’en a encore nommé aucune.",
    )
