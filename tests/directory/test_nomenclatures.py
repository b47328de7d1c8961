"""The nomenclatures kept as data."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

import terreau.directory
from terreau.directory.nomenclatures import (
    activity_label,
    clean_activity,
    is_naf_2025,
    issues,
    sector_of_activity,
    sectors,
)
from terreau.directory.words import name_order, singular, telling, without_contacts, words

DATA = Path(terreau.directory.__file__).parent / "data"


def codes(name):
    with (DATA / name).open() as file:
        return [row["code"] for row in csv.DictReader(file)]


@pytest.mark.parametrize("terms", [sectors(), issues()])
def test_terms_have_a_code_a_label_and_a_definition_of_their_own(terms):
    assert len({term.code for term in terms}) == len({term.label for term in terms}) == len(terms)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", term.code) for term in terms)
    assert all(term.definition.endswith(".") for term in terms)
    assert "|" not in "".join(term.code for term in terms)


def test_the_issues_are_those_of_the_founding_note():
    named = {
        *("education", "formation", "technologies-information", "jeunesse", "emploi", "hebergement"),
        *("culture", "sante", "seniors", "developpement-economique", "developpement"),
        *("developpement-rural", "developpement-urbain", "environnement", "ecoconstruction"),
    }
    assert {term.code for term in issues()} == named


@pytest.mark.parametrize("name", ["nafrev2.csv", "naf2025.csv"])
def test_every_activity_code_leads_to_a_known_sector_or_says_that_it_tells_none(name):
    known = {term.code for term in sectors()} | {""}
    found = {code: sector_of_activity(code) for code in codes(name)}
    assert set(found.values()) <= known
    assert [code for code, sector in found.items() if not sector] == [
        code for code in found if code.startswith("94.99")
    ]


def test_every_sector_of_the_passage_exists_and_every_line_serves():
    with (DATA / "naf_sectors.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {row["sector"] for row in rows} <= {term.code for term in sectors()} | {""}
    stock = {"nafrev2": codes("nafrev2.csv"), "naf2025": codes("naf2025.csv")}
    idle = [
        row for row in rows if not any(code.startswith(row["prefix"]) for code in stock[row["nomenclature"]])
    ]
    assert idle == []


@pytest.mark.parametrize(
    ("code", "sector"),
    [
        ("86.90F", "sante"),
        ("8690f", "sante"),
        ("88.10C", "emploi-insertion"),
        ("88.10J", "emploi-insertion"),  # NAF 2025
        ("88.10A", "action-sociale"),
        ("47.11F", "alimentation"),
        ("62", "numerique"),
        ("94.99Z", ""),
        ("45.2R", ""),  # a code of 1993
        ("", ""),
        ("néant", ""),
    ],
)
def test_the_sector_of_an_activity(code, sector):
    assert sector_of_activity(code) == sector


def test_the_two_versions_are_told_apart():
    assert not is_naf_2025("94.99Z")
    assert is_naf_2025("94.99Y")
    assert activity_label("94.99Z") == "Autres organisations fonctionnant par adhésion volontaire"
    assert activity_label("94.99Y") == "Activités des organisations associatives n.c.a."
    assert clean_activity(" 94 99z ") == "94.99Z"


# --- Words -----------------------------------------------------------------------------------------------


def test_words_are_folded_and_lose_their_plural():
    assert words("Les Mutuelles d’Épargne") == ["les", "mutuelle", "d", "epargne"]
    assert singular("paix") == "pai"
    assert singular("os") == "os"
    assert singular("2026") == "2026"


def test_idle_words_are_not_asked_for_unless_alone():
    assert telling(words("la mutuelle de la ville")) == ["mutuelle", "ville"]
    assert telling(words("dans les")) == words("dans les")


def test_names_are_ordered_as_people_expect():
    names = ["", "a", "aa", "ab", "b", "ba", "z", "1001", "2"]
    assert sorted(names, key=name_order) == names
    assert name_order("b" * 50) < 2**64
    assert name_order("名") > name_order("z")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Écrire à contact@essai.test.", "Écrire à …."),
        ("Appeler le 05 49 00 00 00 ou +33 5 49 00 00 00", "Appeler le … ou …"),
        ("Depuis 1999, 2 000 membres, 46 groupements", "Depuis 1999, 2 000 membres, 46 groupements"),
        ("SIREN 732829320", "SIREN 732829320"),
        ("de 1999 à 2003 puis 2010", "de 1999 à 2003 puis 2010"),
    ],
)
def test_contacts_are_masked_and_figures_left(text, kept):
    assert without_contacts(text) == kept
