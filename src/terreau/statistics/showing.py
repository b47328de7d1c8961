"""A figure in words and written numbers: what it is, of what it is made, how far to trust it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terreau.core.numbers import french_number, french_quantity
from terreau.statistics.reading import Figure

NOTHING: Final = "—"
_SHARES: Final = {"part", "part par an"}
_WHOLE: Final = {"établissements", "structures", "emplois", "monnaie", "monnaie par emploi"}
_NAMED: Final = {
    "monnaie": gettext_lazy("en monnaie du pays"),
    "monnaie par emploi": gettext_lazy("en monnaie du pays"),
}
# A share of employment by the thousand; an index from 0 to 1 needs one digit more than a quotient.
_DECIMALS: Final = {"de 0 à 1": 3}


class Measured(Protocol):
    """What has a value between bounds, or is masked."""

    @property
    def value(self) -> float | None:
        """The value, None when it is masked or has none."""
        ...

    @property
    def low(self) -> float | None:
        """The lower bound."""
        ...

    @property
    def high(self) -> float | None:
        """The upper bound; None when nothing bounds it."""
        ...

    @property
    def masked(self) -> bool:
        """Whether secrecy hides it."""
        ...

    @property
    def known(self) -> bool:
        """Whether the source tells of it."""
        ...


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure ready to be read."""

    id: str
    label: str
    segment: str
    value: str
    interval: str
    unit: str
    made_of: str
    on: str
    vintage: str
    perimeter: str
    reliability_head: str
    reliability: str
    masked: bool
    known: bool
    why: str
    note: str
    method: str


def show(figure: Figure) -> Shown:
    """The figure ready to be read."""
    return Shown(
        id=figure.id,
        label=figure.label,
        segment=figure.segment_label if figure.segment else "",
        value=text_of(figure, figure.unit),
        interval=interval_of(figure, figure.unit),
        unit=unit_of(figure.unit, figure.label, figure.value),
        made_of=_made_of(figure),
        on=figure.on,
        vintage=figure.vintage,
        perimeter=figure.perimeter_label,
        reliability_head=figure.reliability_label.partition("\u00a0:")[0],
        reliability=figure.reliability_label,
        masked=figure.masked,
        known=figure.known,
        why=reason(figure),
        note=figure.note,
        method=method_url(figure.method),
    )


def reason(figure: Figure) -> str:
    """Why it is masked, or may be shown; what a statistician should do about it comes after, and is left."""
    return figure.why.partition("\u00a0:")[0] if figure.masked else figure.why


def unit_of(unit: str, label: str, value: float | None) -> str:
    """What is written after the value; nothing where the value or the label says it.

    In French, all that is nearer to one than to two is singular.
    """
    if unit in _SHARES or unit in label:
        return ""
    if unit in _NAMED:
        return str(_NAMED[unit])
    singular = unit in _WHOLE and value is not None and abs(math.floor(value + 0.5)) < 2
    return unit.removesuffix("s") if singular else unit


def show_all(figures: Iterable[Figure]) -> list[Shown]:
    """Several, in their order."""
    return [show(one) for one in figures]


def method_url(method: str) -> str:
    """Where the site explains it: « observatoire.md#poids » is a part of the page of methods."""
    return f"{reverse('statistics:method')}#{method.partition('#')[2]}"


def text_of(one: Measured, unit: str) -> str:
    """« 9,1 % », « 14 019 », « masqué », « non renseigné », or a dash where the formula has no value."""
    if one.masked:
        return _("masqué")
    if not one.known:
        return _("non renseigné")
    return NOTHING if one.value is None else written(one.value, unit)


def interval_of(one: Measured, unit: str) -> str:
    """« entre 4,9 % et 16,5 % », « au moins 120 » when nothing bounds it, nothing when it is one value."""
    if one.low is None:
        return ""
    low = written(one.low, unit)
    if one.high is None:
        return _("au moins %(low)s") % {"low": low}
    high = written(one.high, unit)
    return "" if low == high else _("entre %(low)s et %(high)s") % {"low": low, "high": high}


def written(value: float, unit: str) -> str:
    """A number as its unit wants it."""
    if unit in _SHARES:
        return french_quantity(100 * value, "%", 1)
    if unit in _WHOLE:
        # Half upwards: the middle of a band often ends in a half.
        return french_number(math.floor(value + 0.5), 0)
    return french_number(value, _DECIMALS.get(unit, 2))


def _made_of(figure: Figure) -> str:
    """« emplois du champ : 14 019 ; emplois salariés : 153 799 »; nothing for what has no such parts."""
    # A quotient is made of two shares.
    unit = "part" if figure.unit == "quotient" else "emplois"
    parts = (
        (figure.numerator_label, figure.numerator),
        (figure.denominator_label, figure.denominator),
    )
    return "\u202f; ".join(
        f"{label}\u00a0: {written(value, unit)}" for label, value in parts if label and value is not None
    )
