"""Results in words and written numbers."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terreau.core.numbers import french_number, french_quantity
from terreau.framework.enums import BarrierCategory, College
from terreau.survey.enums import Need
from terreau.survey.results import protecting
from terreau.survey.results.content import Told
from terreau.survey.results.population import FAMILY, SIZE, ZONE

NOTHING: Final = "—"
QUADRANTS: Final = {
    "act": gettext_lazy("Agir\u00a0d’abord"),
    "keep": gettext_lazy("Préserver"),
    "watch": gettext_lazy("Surveiller"),
    "enough": gettext_lazy("Assez\u00a0servi"),
}
DIVISIONS: Final = {
    FAMILY: gettext_lazy("Famille"),
    SIZE: gettext_lazy("Taille"),
    ZONE: gettext_lazy("Lieu"),
}
PEARL: Final = {
    "propriety": gettext_lazy("de notre ressort"),
    "economics": gettext_lazy("vaut la dépense"),
    "acceptability": gettext_lazy("accepté de tous"),
    "resources": gettext_lazy("moyens disponibles"),
    "legality": gettext_lazy("permis par la loi"),
}
# One reason for a small count and for those that hide it: told apart, they would give both away. Of two
# masked cells that hold four together, « moins de trois » beside « en protège un autre » are one and three.
_MASKED: Final = gettext_lazy("moins de trois, ou en protège un autre")
_REASONS: Final = {
    protecting.FEW: gettext_lazy("moins de %(least)s réponses"),
    # Of groups that part a known whole, a large one too may be hidden, for what would be left of the others.
    protecting.GROUP: gettext_lazy("moins de %(least)s réponses, ou en protège un autre"),
    protecting.CELL: _MASKED,
    protecting.NEIGHBOUR: _MASKED,
    protecting.RECENT: gettext_lazy("moins de dix réponses nouvelles"),
}


def need_label(need: str) -> str:
    """« Micro-crédit »; a code that is no longer one, as it is."""
    if need not in Need.values:
        return need
    label = str(Need(need).label)
    return label[:1].upper() + label[1:]


def college_label(college: str) -> str:
    """« élus », « services », « acteurs »."""
    return str(College(college).label) if college in College.values else college


def category_label(category: str) -> str:
    """« Financier »: the kind of barrier that an obstacle is."""
    if category not in BarrierCategory.values:
        return category
    return str(BarrierCategory(category).label).capitalize()


def reason(masked: str, least: int) -> str:
    """Why a figure is not told; nothing when it is."""
    return str(_REASONS[masked]) % {"least": least} if masked else ""


def number(told: Told, decimals: int = 2) -> str:
    """« 3,45 », « masqué », or a dash where nobody answered."""
    if told.masked:
        return _("masqué")
    return NOTHING if told.value is None else french_number(told.value, decimals)


def percent(told: Told) -> str:
    """« 34 % »."""
    if told.masked:
        return _("masqué")
    return NOTHING if told.value is None else french_quantity(100 * told.value, "%", 0)


def bounds(told: Told, *, shares: bool = False) -> str:
    """« entre 3,2 et 3,7 »; nothing when there is no interval."""
    if told.low is None or told.high is None:
        return ""
    if not shares:
        return between(told.low, told.high)
    low, high = (french_quantity(100 * one, "%", 0) for one in (told.low, told.high))
    return low if low == high else _("entre %(low)s et %(high)s") % {"low": low, "high": high}


def between(low: float, high: float) -> str:
    """« entre 3,20 et 3,70 »; one value when they are written alike."""
    first, second = french_number(low, 2), french_number(high, 2)
    if first == second:
        return first
    return _("entre %(low)s et %(high)s") % {"low": first, "high": second}


def rank_range(best: int | None, worst: int | None) -> str:
    """« 2 », « 2 à 4 »."""
    if best is None or worst is None:
        return NOTHING
    if best == worst:
        return french_number(best)
    return _("%(best)s\u00a0à\u00a0%(worst)s") % {"best": french_number(best), "worst": french_number(worst)}
