"""Amounts as a person writes them, decimals or not, and the whole units that the methods count in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from terreau.core.errors import TerreauError
from terreau.decision.files.reading import as_number, as_object

_MOST_DECIMALS: Final = 6
# All the amounts of a document together stay exact in 64 bits.
_LARGEST: Final = 9e15


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest amount written in a document: 10 to the minus `decimals`."""

    decimals: int

    @classmethod
    def of(cls, amounts: Iterable[float]) -> Unit:
        """The unit in which all these amounts are whole.

        Raises:
            TerreauError: an amount has too many decimals, or all together are too large.
        """
        numbers = [Decimal(str(one)).normalize() for one in amounts]
        decimals = max((-int(one.as_tuple().exponent) for one in numbers), default=0)
        if decimals > _MOST_DECIMALS:
            raise TerreauError(
                f"Un montant a plus de {_MOST_DECIMALS} décimales.", remedy="Arrondissez les montants."
            )
        unit = cls(max(0, decimals))
        if sum(numbers) * 10**unit.decimals > _LARGEST:
            raise TerreauError(
                "Les montants sont trop grands.", remedy="Comptez en milliers, ou avec moins de décimales."
            )
        return unit

    def count(self, amount: float) -> int:
        """The amount in units."""
        return int(Decimal(str(amount)) * 10**self.decimals)

    def amount(self, count: float) -> float:
        """The units as an amount, without decimals where none was written."""
        return float(Decimal(str(count)) / 10**self.decimals) if self.decimals else int(count)


def by_period(given: dict[str, Any], whole: str, parts: str, where: str) -> dict[str, float]:
    """The amounts of a document by period; one period without a name when they are not parted by year.

    Args:
        given: an object with the amount, or its parts, or both.
        whole: the key of the amount: « cost ».
        parts: the key of its parts: « costs ».
        where: the place of the object.

    Raises:
        TerreauError: neither is given, or the parts do not add up to the whole.
    """
    total = given.get(whole)
    if total is not None:
        as_number(total, f"{where}, « {whole} »", least=0)
    if given.get(parts) is None:
        if total is None:
            raise TerreauError(f"Il manque « {whole} » ou « {parts} ».", where=where)
        return {"": total}
    place = f"{where}, « {parts} »"
    found = {
        year: as_number(amount, f"{place}, {year}", least=0)
        for year, amount in as_object(given[parts], place).items()
    }
    if not found:
        raise TerreauError("Il faut ici au moins une année.", where=place)
    if total is not None and exact_sum(found.values()) != _exact(total):
        raise TerreauError(
            f"Les années font {exact_sum(found.values())}, et « {whole} » dit {_exact(total)}.",
            where=place,
            remedy="Corrigez l’un ou l’autre, ou n’en donnez qu’un.",
        )
    return found


def exact_sum(amounts: Iterable[float]) -> Decimal:
    """The sum of amounts as they are written: 0.1 and 0.7 make 0.8, not a hair less."""
    return sum(map(_exact, amounts), Decimal(0))


def _exact(amount: float) -> Decimal:
    return Decimal(str(amount))
