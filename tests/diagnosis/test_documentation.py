"""The documentation of the method cannot lag behind the method."""

from __future__ import annotations

import re
from pathlib import Path

from terreau.diagnosis.definitions import DEFINITIONS
from terreau.diagnosis.exports import COLUMNS
from terreau.diagnosis.reliability import GRADES
from terreau.diagnosis.rules import MINIMUM_FOR_SHARE

DOCUMENTS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCUMENTS / "methodes" / "diagnostic.md").read_text()


def test_each_definition_has_its_paragraph_and_the_reverse():
    headed = re.findall(r"^## ([a-z-]+)$", PAGE, flags=re.M)
    assert headed == list(DEFINITIONS)


def test_the_grades_are_those_of_the_code():
    bounds = dict((letter, bound) for bound, letter in GRADES)
    assert f"Somme 5 à {bounds['A']}\u00a0: très bonne" in PAGE
    assert f"{bounds['A'] + 1} à {bounds['B']}\u00a0: bonne" in PAGE
    assert f"{bounds['B'] + 1} à {bounds['C']}\u00a0: moyenne" in PAGE
    assert f"{bounds['C'] + 1} à {bounds['D']}\u00a0: faible" in PAGE


def test_definitions_say_the_rules_in_force():
    assert f"{MINIMUM_FOR_SHARE} organisations ou plus" in DEFINITIONS["parts"].text


def test_each_column_of_the_figures_is_documented():
    told = (DOCUMENTS / "formats.md").read_text()
    assert [name for name in COLUMNS if f"`{name}`" not in told.split("## Chiffres d’un diagnostic")[1]] == []
