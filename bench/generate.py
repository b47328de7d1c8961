"""Lists of fictional organisations, for measures only: each name says that it is simulated.

Their communes are real, so that placing is measured as it is; about one row in a hundred tells again, in
other letters, an organisation told before, so that the search for doubles has something to find.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

COLUMNS = (
    *("siren", "nom", "sigle", "forme_juridique", "naf", "secteur", "adresse", "code_postal", "commune"),
    *("code_insee", "latitude", "longitude", "site_web", "date_creation", "tranche_effectifs", "description"),
)
_WORDS = """
Atelier Épicerie Jardin Théâtre Ressourcerie Crèche Chorale Radio Coopérative Maison Club Fabrique Verger
Fournil Librairie Fanfare Lavoir Rucher Cantine Grange Halle Bibliothèque Studio Potager Cinéma Refuge
"""
_KINDS = _WORDS.split()
_OF = [
    "du quartier",
    "des voisins",
    "du fleuve",
    "de la gare",
    "des collines",
    "du marché",
    "des lilas",
    "du moulin",
    "de l’étang",
]
_FORMS = ("9220", "9220", "9220", "9220", "9221", "9230", "9300", "5458", "5460", "8210", "6317")
_NAF = ("94.99Z", "88.99B", "90.01Z", "93.12Z", "47.11B", "38.32Z", "85.59B", "62.02A", "81.30Z", "10.71C")
_SECTORS = ("culture", "sport", "insertion", "alimentation", "éducation populaire", "santé", "numérique", "")
_BANDS = ("NN", "NN", "NN", "00", "01", "02", "03", "11", "12")
_STREETS = ("rue des Essais", "avenue de la Mesure", "place du Banc", "impasse du Jeu d’essai")
# Names of their own, made of syllables; the first of 300,000 come back often, as words of real lists do.
_SYLLABLES = [
    consonant + vowel
    for consonant in ("b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "ch", "gr", "pl", "tr")
    for vowel in ("a", "é", "i", "o", "u", "ou", "an")
]
_OWN_NAMES = 300_000
_SENTENCE = "Organisation simulée pour mesurer les imports ; rien de ce qu’elle dit n’est vrai."
DOUBLES = 0.01

_HEADS = ("", "", "", "Association ", "Association ", "Association ", "Les Amis de ", "Coopérative ")

Commune = tuple[str, str, str, float, float]


def siren(number: int) -> str:
    """The SIREN with a right key whose first eight digits are this number."""
    digits = f"{number:08d}"
    total = 0
    for rank, char in enumerate(reversed(digits)):
        value = int(char) * (2 if rank % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{digits}{-total % 10}"


def own_name(number: int) -> str:
    """A word made of the syllables of a number: « Bagroutan »."""
    base, word = len(_SYLLABLES), ""
    number += base  # two syllables at least
    while number:
        number, rest = divmod(number, base)
        word += _SYLLABLES[rest]
    return word.capitalize()


def communes() -> list[Commune]:
    """Code, name, postal code, longitude, latitude of the French communes of this home."""
    from terreau.territories.models import PostalCode, Territory

    codes: dict[int, str] = dict(PostalCode.objects.order_by("-code").values_list("territory_id", "code"))
    found = Territory.objects.filter(
        country_code="FR", kind="commune", valid_to=None, longitude__isnull=False
    )
    rows = found.order_by("pk").values_list("pk", "national_code", "name", "longitude", "latitude")
    return [(code, name, codes.get(key, ""), lon or 0.0, lat or 0.0) for key, code, name, lon, lat in rows]


def rows(count: int, places: Sequence[Commune], seed: int = 20_170_410) -> Iterator[tuple[str, ...]]:
    """As many rows, always the same for a seed."""
    chance = random.Random(seed)
    for number in range(1, count + 1):
        draw = chance.random()
        if number > 100 and draw < DOUBLES:
            yield _told_again(_row(number - 97, chance.getrandbits(32), places))
            continue
        yield _row(number, chance.getrandbits(32), places)


def _row(number: int, bits: int, places: Sequence[Commune]) -> tuple[str, ...]:
    bits = number * 2_654_435_761 % 2**32
    code, town, postal, longitude, latitude = places[bits % len(places)]
    kind, of = _KINDS[bits // 7 % 26], _OF[bits // 91 % 9]
    # Most draws fall on the first names: the square of an even draw.
    own = own_name(int((bits * 40_503 % 2**24 / 2**24) ** 2 * _OWN_NAMES))
    name = f"{_HEADS[bits // 23 % 8]}{kind} {of} {own} (simulé)"
    placed = bits % 3 == 0
    return (
        *(
            siren(10_000_000 + number),
            name,
            own[:2].upper() + kind[:2].upper() if bits % 5 == 0 else "",
            _FORMS[bits // 3 % 11],
            _NAF[bits // 11 % 10],
        ),
        *(_SECTORS[bits // 13 % 8], f"{bits % 120 + 1} {_STREETS[bits // 17 % 4]}", postal, town, code),
        *(
            (f"{latitude + bits % 97 / 9e4:.5f}", f"{longitude + bits % 89 / 9e4:.5f}")
            if placed
            else ("", "")
        ),
        f"https://as{number}.exemple.test" if bits % 4 == 0 else "",
        f"{1950 + bits % 75}-{bits // 5 % 12 + 1:02d}-{bits // 9 % 28 + 1:02d}",
        *(_BANDS[bits // 19 % 9], _SENTENCE if bits % 2 else ""),
    )


def _told_again(row: tuple[str, ...]) -> tuple[str, ...]:
    """The same organisation as another list would tell it: no number, another hand."""
    return ("", row[1].upper(), "", *row[3:9], row[9], *row[10:12], "", "", "NN", "")


def write(path: Path, count: int, places: Sequence[Commune], seed: int = 20_170_410) -> None:
    """Write a list of as many rows in CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(COLUMNS)
        writer.writerows(rows(count, places, seed))
