"""How French counts: zero and one and a half are singular, « 0 bulletin reçu », « 1,5 point ».

The texts of the interface are written in French in the code, without a catalogue: Django then counts as in
English, where all but one is plural (CLDR, plural rules of French: « one » for 0 and 1).
"""

from __future__ import annotations

from gettext import NullTranslations
from typing import Final

from django.utils.translation import trans_real

FRENCH: Final = "fr"
# From here on, in absolute value.
PLURAL_FROM: Final = 2


class WrittenInFrench(NullTranslations):
    """What no catalogue knows: the text itself, counted as French does."""

    def ngettext(self, msgid1: str, msgid2: str, n: float) -> str:
        """The singular under two."""
        return msgid1 if abs(n) < PLURAL_FROM else msgid2


def count_in_french() -> None:
    """Make Django count so what its catalogues do not know."""
    trans_real.translation(FRENCH).add_fallback(WrittenInFrench())
