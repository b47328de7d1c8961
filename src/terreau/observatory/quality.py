"""How far the figures of a vintage can be trusted, in words first (methods B.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from terreau.core.numbers import french_quantity
from terreau.core.text import FRENCH_MONTHS
from terreau.observatory.indicators import GRADE_WORDS, grade, score
from terreau.observatory.store import Vintage

# Share of rows that could not be counted; years of the headcounts; share of rules not read in their source.
_LOST: Final = (0.005, 0.02, 0.05, 0.10)
_AGE: Final = (1.0, 2.0, 4.0, 8.0)
_UNREAD_RULES: Final = (0.05, 0.25, 0.999, 1.0)


@dataclass(frozen=True)
class Quality:
    """The scores of a vintage and the words that go with them."""

    scores: dict[str, int]
    age: int
    words: tuple[str, ...]
    headcount_year: str | None

    def told(self, *, sizes: bool) -> tuple[str, str]:
        """The grade of a figure, and the sentence; those that rest on headcounts are as old as these."""
        age = self.age if sizes else 0
        letter = grade(self.scores | {"freshness": score(age, _AGE)})
        words = [f"fiabilité {GRADE_WORDS[letter]}", *self.words]
        if sizes and self.headcount_year:
            words.insert(2, f"effectifs de {self.headcount_year}")
        return letter, f"{words[0]}\u00a0: {', '.join(words[1:])}"


def of(vintage: Vintage, perimeter: str) -> Quality:
    """The quality of a vintage in one of its perimeters."""
    manifest = vintage.manifest
    counts = manifest["counts"]
    lost = sum(item["rows"] for item in counts["rejected"])
    kept = counts["kept_establishments"]
    share = lost / (lost + kept) if lost + kept else 0.0
    # The legal perimeter in France is what a list and a flag say, not what our tables say.
    unread = 0.0 if perimeter == "legal" else 1 - manifest["rules_read"]
    year = manifest["headcount_year"]
    written, _, month = manifest["vintage"].partition("-")
    words = [f"registre ({FRENCH_MONTHS[int(month) - 1]} {written})"]
    words.append(f"{french_quantity(100 * share, '%', 1)} de lignes écartées")
    if unread:
        words.append("règles du périmètre à confirmer")
    return Quality(
        scores={
            "source": 1,
            "completeness": score(share, _LOST),
            "territory": 1,
            "definition": score(unread, _UNREAD_RULES),
        },
        age=int(manifest["vintage"][:4]) - int(year) if year else 0,
        words=tuple(words),
        headcount_year=year,
    )
