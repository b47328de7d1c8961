"""An amount of a spreadsheet: what its cell says, with the scale and the currency that its column says."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from terreau.core.money import decimals_of, fits, from_units, is_currency, money_text, to_units
from terreau.core.text import squeeze
from terreau.plans.importing_columns import MEANINGS
from terreau.registers.reading_values import parse_number

# How a currency is written otherwise than by its code, and which ones are written so.
_SIGNS: Final = (
    (re.compile(r"€|\b[km]?euros?\b|\b[km]?eur\b", re.IGNORECASE), frozenset({"EUR"})),
    (re.compile(r"\b[km]?f\s?cfa\b|\bcfa\b", re.IGNORECASE), frozenset({"XOF", "XAF"})),
    (re.compile(r"\$|\bdollars?\b", re.IGNORECASE), frozenset({"USD", "CAD", "AUD", "XCD", "NAD"})),
    (re.compile(r"£"), frozenset({"GBP", "EGP", "LBP", "SYP"})),
    (re.compile(r"\bdhs?\b|\bdirhams?\b", re.IGNORECASE), frozenset({"MAD", "AED"})),
)
_CODE: Final = re.compile(r"\b[A-Z]{3}\b")
_OF_MONEY: Final = r"\s?(?:€|\$|£|(?:f|euros?|eur|f\s?cfa|dhs?)\b)"
_SCALES: Final = (
    (1_000_000_000, re.compile(rf"\bmilliards?\b|\bmds?{_OF_MONEY}", re.IGNORECASE)),
    (1_000_000, re.compile(rf"\bmillions?\b|\bm{_OF_MONEY}", re.IGNORECASE)),
    (1_000, re.compile(rf"\bmilliers?\b|\bk{_OF_MONEY}", re.IGNORECASE)),
)
# « kGNF », « M MGA », where what follows is a currency.
_SCALED_CODE: Final = re.compile(r"\b([kKM])\s?([A-Z]{3})\b")
# More figures than anyone types: a formula gave them.
_TYPED: Final = 4


class Unread(Exception):  # noqa: N818  (not an error: the line says it, and is refused)
    """An amount that cannot be taken, and why."""


def read_units(kind: str, title: str, text: str, currency: str, *, largest: Decimal) -> tuple[int, str]:
    """An amount in the smallest units of the plan's currency, and what is to be said of it.

    A title that says « en milliers » or « k€ » multiplies what stands under it. Figures that the currency
    does not have are refused, as a form refuses them: « 12.500 » is twelve thousand five hundred for who
    writes it so; only what a formula left is rounded, and said.

    Args:
        kind: what the column means.
        title: of the column.
        text: of the cell.
        currency: of the plan.
        largest: from which an amount is no budget's.

    Raises:
        Unread: the cell is no amount, or one of another currency.
    """
    shown = squeeze(text)[:60]
    words = {"column": MEANINGS[kind], "text": shown, "currency": currency}
    known = is_currency(currency)
    if known and (_is_other(title, currency) or _is_other(text, currency)):
        raise Unread(
            _(
                "%(column)s\u00a0: «\u00a0%(text)s\u00a0» est dans une autre monnaie que le plan,"
                " qui compte en %(currency)s."
            )
            % words
        )
    number = parse_number(text.replace(currency, "") if currency else text)
    if number is None or number < 0:
        raise Unread(
            _("%(column)s\u00a0: «\u00a0%(text)s\u00a0» n’est pas compris (écrivez un nombre).") % words
        )
    scale = scale_in(title)
    amount = number * scale
    if amount >= largest:
        raise Unread(_("%(column)s\u00a0: «\u00a0%(text)s\u00a0» est trop grand.") % words)
    units = to_units(amount, currency)
    exact = from_units(units, currency) == amount and (scale > 1 or fits(number, currency))
    if exact or not known:
        return units, ""
    if _figures(number) > max(_TYPED, decimals_of(currency)):
        words["amount"] = money_text(units, currency)
        return units, _("%(column)s\u00a0: «\u00a0%(text)s\u00a0» est arrondi à %(amount)s.") % words
    raise Unread(
        _(
            "%(column)s\u00a0: «\u00a0%(text)s\u00a0» a plus de chiffres après la virgule que la monnaie du"
            " plan\u202f; écrivez les milliers avec des espaces, ou sans rien."
        )
        % words
    )


def scale_in(title: str) -> int:
    """By how much a title multiplies what stands under it: « Coût (en milliers de F CFA) » by a thousand."""
    if (found := _SCALED_CODE.search(title)) and is_currency(found[2]):
        return 1_000_000 if found[1] == "M" else 1_000
    return next((scale for scale, pattern in _SCALES if pattern.search(title)), 1)


def _is_other(text: str, currency: str) -> bool:
    """Whether a text names a currency, and only others than this one."""
    scaled = [code for _scale, code in _SCALED_CODE.findall(text)]
    named = {code for code in (*_CODE.findall(text), *scaled) if is_currency(code)}
    for pattern, codes in _SIGNS:
        if pattern.search(text):
            named |= codes
    return bool(named) and currency not in named


def _figures(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
