"""Write `src/terreau/core/data/country_names.csv`: the names of countries in many languages.

    python scripts/country_names.py

The names come from the CLDR through Babel: each country in its own official languages, and every
country in the languages below, those met in lists of actors or spoken beside French in the towns of
the network. They are frozen in a file because Babel keeps every language it has opened in memory.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from terreau.core.countries import iso2_codes, plain_names
from terreau.core.text import fold

# fmt: off
EVERYWHERE = [
    "ar",
    "bg", "ca", "cs", "da", "de", "el", "es", "et", "fi", "ga", "hr", "hu", "hy", "it", "km", "lt", "lv",
    "mg", "mk", "mt", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "tr", "uk", "vi",
]
# fmt: on
TARGET = Path(__file__).parents[1] / "src/terreau/core/data/country_names.csv"


def main() -> None:
    """Write the file anew."""
    known = {fold(name) for names in plain_names().values() for name in names}
    found: dict[tuple[str, str], list[str]] = {}
    for language in languages():
        try:
            names = Locale.parse(language).territories
        except (UnknownLocaleError, ValueError):
            continue
        for iso2 in sorted(iso2_codes()):
            own = language in get_official_languages(iso2, regional=True, de_facto=True)
            name = fold(names.get(iso2, ""))
            if name and name not in known and len(name) > 3 and (own or language in EVERYWHERE):
                found.setdefault((name, iso2), []).append(language)
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["name", "iso2", "languages"])
        writer.writerows([name, iso2, " ".join(spoken)] for (name, iso2), spoken in sorted(found.items()))
    sys.stdout.write(f"{TARGET}: {len(found)} names\n")


def languages() -> list[str]:
    """Every language opened: the chosen ones and those official somewhere."""
    official = {
        language
        for iso2 in iso2_codes()
        for language in get_official_languages(iso2, regional=True, de_facto=True)
    }
    return sorted(official | set(EVERYWHERE))


if __name__ == "__main__":
    main()
