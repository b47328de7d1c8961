"""Each mapping table holds all that its source writes, and nothing that its target does not know."""

from __future__ import annotations

import csv
import itertools
from importlib import resources
from pathlib import Path

import pytest

from terreau.observatory.sources.catalogue import mapping_path, source
from terreau.perimeters.rules import excluded_activities

BANDS = ("NN", "00", "01", "02", "03", "11", "12", "21", "22", "31", "32", "41", "42", "51", "52", "53")


def table(name):
    with Path(mapping_path("sirene", name)).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def published(nomenclature):
    path = resources.files("terreau.directory") / "data" / f"{nomenclature}.csv"
    return {row["code"][:2] for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())}


@pytest.mark.parametrize("nomenclature", ["nafrev2", "naf2025"])
def test_every_division_has_one_section_and_every_section_a_label(nomenclature):
    rows = [row for row in table("activity_sections") if row["nomenclature"] == nomenclature]
    divisions = [row["division"] for row in rows]
    assert len(divisions) == len(set(divisions))
    assert set(divisions) == published(nomenclature)
    labels = [row["section"] for row in table("section_labels") if row["nomenclature"] == nomenclature]
    assert sorted(labels) == sorted({row["section"] for row in rows})


def test_every_band_is_there_and_bands_follow_one_another():
    rows = table("headcount_bands")
    assert tuple(row["code"] for row in rows) == BANDS
    sized = [row for row in rows if row["low"] != "0"]
    for row, following in itertools.pairwise(sized):
        assert int(row["high"]) + 1 == int(following["low"])
        assert float(row["estimate"]) == (int(row["low"]) + int(row["high"])) / 2
    assert sized[-1]["high"] == ""


def test_the_names_of_classifications_lead_to_those_the_rules_know():
    known = {row["nomenclature"] for row in table("nomenclatures")}
    assert {item.nomenclature.lower() for item in excluded_activities("FR")} <= known
    assert {row["nomenclature"] for row in table("activity_sections")} <= known


@pytest.mark.parametrize("name", ["sirene", "rna", "ess_list"])
def test_a_source_says_of_each_column_whether_it_is_public(name):
    declared = source(name)
    columns = [column for part in declared.columns.values() for column in part]
    assert columns
    assert all(column.public for column in columns)
    assert not {column.name for column in columns} & set(declared.left)
