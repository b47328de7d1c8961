"""Money in the currency of a country, in whole smallest units: XOF and XAF have no cents."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from babel.numbers import format_currency, get_currency_precision, get_territory_currencies, list_currencies

# How much of each currency one euro is, by law and not by the market.
EURO_PARITIES: Final = {
    "EUR": Decimal(1),
    "XOF": Decimal("655.957"),
    "XAF": Decimal("655.957"),
    "KMF": Decimal("491.96775"),
    # A thousand CFP francs are 8.38 euros (arrêté of 31 December 1998, from décret 98-1152).
    "XPF": Decimal(1000) / Decimal("8.38"),
    # The rate at which Bulgaria left the lev, on 1 January 2026.
    "BGN": Decimal("1.95583"),
}
# What the CLDR that Babel bears does not know yet: Bulgaria counts in euros since 1 January 2026.
_NEWER: Final = {"BG": "EUR"}
# Fifteen figures are more than any budget, and within the reach of the base.
_AMOUNT: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,4})?")
_added: dict[str, str] = {}


def add_currency(iso2: str, name: str) -> None:
    """Make known the currency of a country that is on no map; it has no cents."""
    _added[iso2] = name


def currency_of(iso2: str) -> str:
    """The currency of a country: its ISO 4217 code, the name of an added one, or nothing."""
    if iso2 in _added:
        return _added[iso2]
    if iso2 in _NEWER:
        return _NEWER[iso2]
    known = get_territory_currencies(iso2) if iso2 else []
    # Where another country's money is tender too (dollars in Haiti), the country's own begins with its code.
    own = [one for one in known if one.startswith(iso2)]
    return str((own or known)[-1]) if known else ""


def currency_code(text: str) -> str:
    """The currency that a person typed: the code of ISO 4217 in capitals, or the name of an added one."""
    typed = text.strip()
    return typed.upper() if len(typed) == 3 and typed.isascii() and typed.isalpha() else typed


def is_currency(code: str) -> bool:
    """Whether there is such a currency."""
    return code in _added.values() or code in list_currencies()


def decimals_of(currency: str) -> int:
    """How many figures the smallest unit of a currency has after the comma."""
    return get_currency_precision(currency) if _is_iso(currency) else 0


def to_units(amount: Decimal, currency: str) -> int:
    """An amount in the smallest units of its currency."""
    return int((amount.scaleb(decimals_of(currency))).quantize(Decimal(1), ROUND_HALF_UP))


def fits(amount: Decimal, currency: str) -> bool:
    """Whether an amount is a whole number of the smallest units of its currency, as it was typed.

    « ,00 » is written by habit where there are no cents; three zeros are thousands, written as elsewhere.
    """
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > max(2, decimals_of(currency)):
        return False
    return from_units(to_units(amount, currency), currency) == amount


def from_units(units: int, currency: str) -> Decimal:
    """The amount that so many smallest units make."""
    return Decimal(units).scaleb(-decimals_of(currency))


def read_amount(text: str) -> Decimal | None:
    """The amount a person typed, with spaces between thousands and a comma; None when it is none."""
    plain = "".join(text.split()).replace(",", ".")
    return Decimal(plain) if _AMOUNT.fullmatch(plain) else None


def amount_typed(units: int | None, currency: str) -> str:
    """An amount as it is typed in a form: without its currency, cents only where there are some."""
    if units is None:
        return ""
    amount = from_units(units, currency)
    shown = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,f}"
    return shown.replace(",", "\u202f").replace(".", ",")


def money_text(units: int, currency: str, language: str = "fr") -> str:
    """« 1 500 000 F CFA », « 180 000 € », « −960 € »: cents only where there are some."""
    if units < 0:
        return f"\u2212{money_text(-units, currency, language)}"
    amount = from_units(units, currency)
    if not _is_iso(currency):
        grouped = f"{int(amount):,}".replace(",", "\u202f")
        return f"{grouped}\u00a0{currency}" if currency else grouped
    whole = amount == amount.to_integral_value()
    shown = format_currency(
        amount, currency, locale=language.replace("-", "_"), currency_digits=not whole, format=_format(whole)
    )
    return str(shown)


def converted(units: int, currency: str, other: str) -> int | None:
    """The amount in another currency, where a parity is fixed by law; None where only the market says."""
    if currency == other:
        return units
    if currency not in EURO_PARITIES or other not in EURO_PARITIES:
        return None
    euros = from_units(units, currency) / EURO_PARITIES[currency]
    return to_units(euros * EURO_PARITIES[other], other)


def _is_iso(currency: str) -> bool:
    return len(currency) == 3 and currency.isascii() and currency.isupper()


def _format(whole: bool) -> str | None:
    return "#,##0\u00a0¤" if whole else None
