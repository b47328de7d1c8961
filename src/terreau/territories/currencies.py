"""The money in which a territory counts."""

from __future__ import annotations

from typing import Final

from terreau.core.money import currency_of
from terreau.territories.models import Territory
from terreau.territories.reference.world import FRENCH_OVERSEAS

# Departments of France in INSEE's code, whose legal tender is the CFP franc (code monétaire et financier,
# article L. 721-4).
_OF_THE_PACIFIC: Final = tuple(
    f"fr-{kind}-{FRENCH_OVERSEAS[iso2]}" for iso2 in ("NC", "PF", "WF") for kind in ("com", "dep", "reg")
)


def currency_at(territory: Territory) -> str:
    """The currency of a territory: its ISO 4217 code, the name of an added one, or nothing.

    Example: EUR in Poitiers, XPF in Nouméa, which is of France too.
    """
    pacific = territory.country_code == "FR" and territory.code.startswith(_OF_THE_PACIFIC)
    return currency_of("PF" if pacific else territory.country_code)
