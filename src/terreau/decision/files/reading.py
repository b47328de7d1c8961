"""Pieces of a document that a person wrote: each is read, or refused with its place and what to do."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Final

from terreau.core.errors import TerreauError
from terreau.core.numbers import french_number

LARGEST_FILE: Final = 20_000_000
MOST_PROJECTS: Final = 2_000
MOST_CRITERIA: Final = 50
_LONGEST_NAME: Final = 200
_LARGEST_NUMBER: Final = 1e15
# Said by whoever wrote the document to whoever reads it; no method looks at them.
_REMARKS: Final = frozenset(("name", "comment"))
_NOT_FINITE: Final = (math.inf, -math.inf)
_Object = dict[str, Any]


def as_object(value: Any, where: str, known: Iterable[str] | None = None) -> _Object:
    """An object, whose keys are all known when they are given."""
    if not isinstance(value, dict):
        raise TerreauError("Il faut ici un objet, entre accolades.", where=where)
    if known is not None:
        allowed = set(known)
        unknown = next((key for key in value if key not in allowed | _REMARKS), None)
        if unknown is not None:
            raise TerreauError(
                f"La clé « {unknown} » n’est pas connue.",
                where=where,
                remedy=f"Clés admises : {', '.join(sorted(allowed))}.",
            )
    return value


def as_list(value: Any, where: str, most: int | None = None) -> list[Any]:
    """A list of at least one item, and not more than a method can take."""
    if not isinstance(value, list) or not value:
        raise TerreauError("Il faut ici une liste d’au moins un élément.", where=where)
    if most is not None and len(value) > most:
        raise TerreauError(
            f"Il y a {french_number(len(value))} éléments ; il en faut {french_number(most)} au plus.",
            where=where,
        )
    return value


def as_name(value: Any, where: str) -> str:
    """A name: a text, or a number written as one."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST_NAME:
        raise TerreauError(
            f"Il faut ici un nom, un texte de {_LONGEST_NAME} caractères au plus.", where=where
        )
    return text


def as_number(
    value: Any, where: str, least: float = -_LARGEST_NUMBER, most: float = _LARGEST_NUMBER
) -> float:
    """A number between two bounds."""
    # A whole number may be too large for a float: it is compared, never converted.
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or value in _NOT_FINITE
        or value != value
    ):
        raise TerreauError("Il faut ici un nombre.", where=where, remedy="Ni texte, ni NaN, ni infini.")
    if not least <= value <= most:
        raise TerreauError(
            f"Le nombre doit aller de {french_number(least)} à {french_number(most)}.", where=where
        )
    return value


def as_whole(value: Any, where: str, least: int, most: int) -> int:
    """A whole number between two bounds."""
    number = as_number(value, where, least, most)
    if number != int(number):
        raise TerreauError("Il faut ici un nombre entier.", where=where)
    return int(number)


def as_interval(value: Any, where: str) -> float | tuple[float, float]:
    """A number, or two, the smaller first."""
    if not isinstance(value, list):
        return as_number(value, where)
    if len(value) != 2:
        raise TerreauError("Un intervalle a deux nombres, le plus petit d’abord.", where=where)
    low, high = as_number(value[0], where), as_number(value[1], where)
    if low > high:
        raise TerreauError(
            f"L’intervalle va de {french_number(low)} à {french_number(high)}, à l’envers.",
            where=where,
            remedy="Donnez le plus petit nombre d’abord.",
        )
    return low, high


def as_ranks(value: Any, where: str) -> tuple[tuple[str, ...], ...]:
    """A list of lists of names, from the least to the most important."""
    return tuple(
        tuple(as_name(key, f"{where}, rang {at}") for key in as_list(rank, f"{where}, rang {at}"))
        for at, rank in enumerate(as_list(value, where), start=1)
    )


def distinct(names: Sequence[str], where: str) -> None:
    """Refuse a name given twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise TerreauError(
                f"L’identifiant « {name} » est donné deux fois.",
                where=where,
                remedy="Donnez à chacun le sien.",
            )
        seen.add(name)
