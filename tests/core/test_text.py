"""Folded text: the one form in which names are compared, whichever letters they are written with."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.core.text import at_place, fold, french_spaces, of_place, shorten, squeeze

LETTERS = st.characters(codec="cp1252") | st.sampled_from(
    "œŒæßøłđ’‘“”–—…€½µªºİıſπжعក日ﬁ\u0301\u00ad\ufffd\x00"
)


def plainly(text: str) -> str:
    """The definition, character by character, without any table."""
    folded = []
    for char in text:
        bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char.lower()).lower())
        for wide, narrow in (("œ", "oe"), ("æ", "ae"), ("ß", "ss"), ("ø", "o"), ("ł", "l"), ("đ", "d")):
            bare = bare.replace(wide, narrow)
        bare = "".join(c for c in bare if not unicodedata.combining(c))
        folded.append(re.sub(r"[\W_]+", " ", bare))
    return " ".join("".join(folded).split())


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Société d’Économie", "societe d economie"),
        ("SOCIETE D'ECONOMIE", "societe d economie"),
        ("Cœur à l’œuvre", "coeur a l oeuvre"),
        ("Ærø & Straße", "aero strasse"),
        ("½ litre nº 5", "1 2 litre no 5"),
        ("  a_b\tc\u00a0d ", "a b c d"),
        ("جمعية", "جمعية"),
        ("Łódź", "lodz"),
        ("Marque™", "marquetm"),
        ("", ""),
    ],
)
def test_fold(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text(LETTERS, max_size=30) | st.text(max_size=30))
def test_fold_is_its_definition_whatever_way_it_takes(text: str) -> None:
    assert fold(text) == plainly(text)


@given(st.text(LETTERS, max_size=30))
def test_fold_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60), st.integers(min_value=2, max_value=40))
def test_shorten_keeps_within_its_limit(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit
    if len(squeeze(text)) <= limit:
        assert shorten(text, limit) == squeeze(text)


def test_the_spaces_of_french_do_not_break():
    written = "Ici : « non » ; là ? Oui ! à 10:30, voir http://essai.test/?a"
    spaced = "Ici\u00a0: «\u00a0non\u00a0»\u202f; là\u202f? Oui\u202f! à 10:30, voir http://essai.test/?a"
    assert french_spaces(written) == spaced
    assert french_spaces(spaced) == spaced


@pytest.mark.parametrize(
    ("name", "of", "at"),
    [
        ("Poitiers", "de Poitiers", "à Poitiers"),
        ("Auch", "d’Auch", "à Auch"),
        ("Évry-Courcouronnes", "d’Évry-Courcouronnes", "à Évry-Courcouronnes"),
        ("Œting", "d’Œting", "à Œting"),
        ("Ouagadougou", "de Ouagadougou", "à Ouagadougou"),
        ("Oujda", "d’Oujda", "à Oujda"),
        ("Yaoundé", "de Yaoundé", "à Yaoundé"),
        ("Yvetot", "d’Yvetot", "à Yvetot"),
        ("Le Mans", "du Mans", "au Mans"),
        ("Les Sables-d’Olonne", "des Sables-d’Olonne", "aux Sables-d’Olonne"),
        ("La Rochelle", "de La Rochelle", "à La Rochelle"),
        ("L’Haÿ-les-Roses", "de L’Haÿ-les-Roses", "à L’Haÿ-les-Roses"),
        ("Lens", "de Lens", "à Lens"),
        ("", "de ", "à "),
    ],
)
def test_the_name_of_a_town_takes_its_preposition(name, of, at):
    assert (of_place(name), at_place(name)) == (of, at)
