"""The thresholds hold on the pairs labelled by hand, and the decision record tells the same figures.

The pairs are compared by name, place and site alone, their identifiers put aside: those decide by themselves.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from math import sqrt
from pathlib import Path

import pytest

from terreau.registers.matching import (
    AUTOMATIC,
    REVIEW,
    Candidate,
    NameIndex,
    Prepared,
    blocking_keys,
    prepare,
    score,
    similarity,
)

PAIRS = Path(__file__).parent / "data" / "labelled_pairs.csv"
RECORD = Path(__file__).parents[2] / "docs" / "adr" / "0005-rapprochement.md"
BANDS = ((0.95, 1.01), (0.85, 0.95), (0.75, 0.85), (0.65, 0.75), (0.5, 0.65), (0.3, 0.5), (0.0, 0.3))

Row = dict[str, str]


@cache
def rows() -> list[Row]:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def index() -> NameIndex:
    """How common words are, in the names of the pairs themselves."""
    records = {}
    for row in rows():
        for side in ("a_", "b_"):
            key = tuple(row[side + part] for part in ("source", "key", "name", "locality"))
            records[key] = (row[side + "name"], row[side + "website"])
    return NameIndex.build(records.values())


def candidate(row: Row, side: str, identifiers: bool) -> Prepared:
    def told(part: str) -> str:
        return row[f"{side}_{part}"]

    return prepare(
        Candidate(
            name=told("name"),
            short_name=told("short_name"),
            country=told("country"),
            commune_code=told("commune_code"),
            postal_code=told("postal_code"),
            locality=told("locality"),
            longitude=float(told("longitude")) if told("longitude") else None,
            latitude=float(told("latitude")) if told("latitude") else None,
            identifiers={k: told(k) for k in ("siren", "rna") if told(k)} if identifiers else {},
            website=told("website"),
        ),
        index(),
    )


def scored(half: str = "", identifiers: bool = False) -> Iterator[tuple[float, Row]]:
    for row in rows():
        if half in ("", row["half"]):
            yield score(candidate(row, "a", identifiers), candidate(row, "b", identifiers)), row


def wilson(successes: int, total: int) -> tuple[float, float]:
    """Interval of Wilson at 95 %."""
    z = 1.959964
    share, spread = successes / total, z * z / total
    centre = share + spread / 2
    half = z * sqrt(share * (1 - share) / total + spread / (4 * total))
    return max(0.0, (centre - half) / (1 + spread)), min(1.0, (centre + half) / (1 + spread))


def figures(half: str) -> tuple[int, int, int, int, int]:
    """Linked unasked, of which rightly; linked or asked, of which rightly; pairs that are the same."""
    found = list(scored(half))
    linked = [row for value, row in found if value >= AUTOMATIC]
    shown = [row for value, row in found if value >= REVIEW]
    same = sum(row["label"] == "same" for _, row in found)
    right = [sum(row["label"] == "same" for row in some) for some in (linked, shown)]
    return len(linked), right[0], len(shown), right[1], same


def test_the_pairs_are_enough_and_of_both_kinds():
    assert len(rows()) >= 240
    labels = [row["label"] for row in rows()]
    assert set(labels) == {"same", "different"}
    assert labels.count("same") >= 60
    assert all(row["note"] for row in rows() if row["case"])
    values = [value for value, _ in scored()]
    for low, high in BANDS:
        assert sum(low <= value < high for value in values) >= 8


@pytest.mark.parametrize("half", ["tune", "holdout", ""])
def test_what_is_linked_unasked_is_right(half):
    linked, right, _, _, _ = figures(half)
    assert linked >= 19
    assert right / linked >= 0.99


def test_hardly_any_same_organisation_is_missed():
    _, right, shown, seen, same = figures("")
    assert right / same >= 0.70
    assert seen / same >= 0.95
    assert seen / shown >= 0.50


def test_identifiers_never_link_what_is_different():
    wrong = [
        row["pair"]
        for value, row in scored(identifiers=True)
        if value >= AUTOMATIC and row["label"] != "same"
    ]
    assert wrong == []


def test_twice_registered_association_is_asked_about():
    row = next(row for row in rows() if row["a_name"] == row["b_name"] == "NEBULAE")
    match = similarity(candidate(row, "a", True), candidate(row, "b", True))
    assert match.verdict == "review"
    assert match.explanation[0] == "RNA identique mais SIREN différent\u00a0: à vérifier."


def test_no_same_organisation_is_lost_before_it_is_compared():
    for row in rows():
        if row["label"] == "same":
            left, right = candidate(row, "a", False), candidate(row, "b", False)
            assert blocking_keys(left) & blocking_keys(right), row["a_name"]


def test_other_places_of_one_organisation_are_asked_about_not_linked():
    values = [(value, row) for value, row in scored() if row["case"] == "site"]
    assert len(values) >= 40
    assert all(value < AUTOMATIC for value, _ in values)


def percent(value: float) -> str:
    return f"{100 * value:.0f}\u00a0%"


def band_line(low: float, high: float) -> str:
    found = [row for value, row in scored() if low <= value < high]
    same = sum(row["label"] == "same" for row in found)
    places = sum(row["case"] == "site" for row in found)
    bottom, top = wilson(same, len(found))
    name = f"{low:g} – {min(high, 1):g}".replace(".", ",")
    cells = [
        name,
        len(found),
        same,
        places,
        len(found) - same - places,
        f"{percent(bottom)} – {percent(top)}",
    ]
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def half_line(half: str, label: str) -> str:
    linked, right, shown, seen, same = figures(half)
    precision, recall = right / linked, right / same
    low, high = wilson(right, linked)
    low_recall, high_recall = wilson(right, same)
    cells = [
        label,
        same,
        f"{right}/{linked}",
        f"{percent(precision)} ({percent(low)} – {percent(high)})",
        f"{percent(recall)} ({percent(low_recall)} – {percent(high_recall)})",
        f"{2 * precision * recall / (precision + recall):.2f}".replace(".", ","),
        f"{seen}/{same}",
        f"{seen}/{shown}",
    ]
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def test_the_decision_record_tells_these_figures():
    text = RECORD.read_text(encoding="utf-8")
    expected = [band_line(low, high) for low, high in BANDS]
    expected += [half_line("tune", "réglage"), half_line("holdout", "contrôle"), half_line("", "ensemble")]
    missing = [line for line in expected if line not in text]
    assert missing == []
    thresholds = [float(found.replace(",", ".")) for found in re.findall(r"seuil \*\*(0,\d\d)\*\*", text)]
    assert thresholds == [AUTOMATIC, REVIEW]
