"""What became of the communes: invented ones for each case, real ones for the whole."""

from __future__ import annotations

from datetime import date

from terreau.territories.reference.france import histories
from terreau.territories.reference.history import (
    BEGUN_NOTE,
    ENDED_NOTE,
    UNDATED_END,
    build_histories,
    read_movements,
    read_versions,
)


def version(code, end, reason, successor, name="Ancien", start=""):
    return {
        "code": code,
        "name": name,
        "start": start,
        "end": end,
        "reason": reason,
        "successor_code": successor,
    }


def built(rows, current, attached=None, partings=()):
    return build_histories(read_versions(rows), current=current, attached=attached or {}, partings=partings)


def passages(found, code):
    return [(p.successor, p.on) for p in found.passages if p.former == code]


def test_a_merged_commune_ends_and_passes_into_another():
    found = built([version("00002", "1965-01-01", "fusion simple", "00001")], {"00001": "Centre"})
    life = found.lives["00002"]
    assert (life.name, life.valid_to, life.earlier) == ("Ancien", date(1965, 1, 1), [])
    assert passages(found, "00002") == [("00001", date(1965, 1, 1))]


def test_a_change_of_name_keeps_the_former_name_with_its_dates():
    rows = [version("00001", "1970-05-01", "changement de nom", "00001", name="Vieux", start="1950-01-01")]
    life = built(rows, {"00001": "Neuf"}).lives["00001"]
    assert life.valid_to is None
    assert life.former_names == [("Vieux", date(1950, 1, 1), date(1970, 5, 1))]


def test_a_split_re_establishes_what_had_been_merged():
    rows = [
        version("00002", "1972-01-01", "fusion-association", "00001", name="Fille"),
        version("00001", "1985-01-01", "dé-fusion", "", name="Grande", start="1972-01-01"),
    ]
    found = built(rows, {"00001": "Grande", "00002": "Fille"})
    life = found.lives["00002"]
    assert (life.valid_from, life.valid_to) == (date(1985, 1, 1), None)
    assert life.earlier == [(None, date(1972, 1, 1))]
    assert passages(found, "00001") == [("00002", date(1985, 1, 1))]
    assert found.lives["00001"].valid_to is None


def test_a_code_that_changes_twice_comes_back():
    rows = [
        version("00002", "1968-01-01", "changement de département", "00102", name="Lieu"),
        version("00102", "1969-11-29", "changement de département", "00002", name="Lieu", start="1968-01-01"),
    ]
    found = built(rows, {"00002": "Lieu"})
    assert found.lives["00002"].valid_from == date(1969, 11, 29)
    assert found.lives["00102"].valid_to == date(1969, 11, 29)


def test_what_no_source_dates_says_so():
    found = built([], {"00001": "Nouvelle"}, attached={"00002": ("Déléguée", "00001")})
    life = found.lives["00002"]
    assert (life.valid_to, life.dates_note) == (UNDATED_END, ENDED_NOTE)
    assert passages(found, "00002") == [("00001", None)]


def test_a_commune_back_without_a_date_says_so():
    rows = [version("00002", "2016-01-01", "commune devenant déléguée", "00001")]
    life = built(rows, {"00001": "Centre", "00002": "Revenue"}).lives["00002"]
    assert (life.valid_from, life.dates_note) == (UNDATED_END, BEGUN_NOTE)


def test_a_movement_out_of_a_commune_that_goes_on_is_a_parting():
    rows = [
        {
            "date": "2024-01-01",
            "reason": "rétablissement",
            "code_before": "1",
            "name_before": "G",
            "code_after": "1",
        },
        {
            "date": "2024-01-01",
            "reason": "rétablissement",
            "code_before": "1",
            "name_before": "G",
            "code_after": "2",
        },
    ]
    versions, partings = read_movements(rows)
    assert [(v.code, v.continues) for v in versions] == [("1", True)]
    assert [(p.former, p.successor) for p in partings] == [("1", "2")]


def test_the_real_history_is_coherent():
    found = histories()
    assert len(found.lives) > 8000
    for life in found.lives.values():
        assert life.name, life.code
        spans = [*life.earlier, (life.valid_from, life.valid_to)]
        days = [day for span in spans for day in span if day is not None]
        assert days == sorted(days), life.code
    assert all(p.former != p.successor for p in found.passages)
    assert len({(p.former, p.successor, p.on) for p in found.passages}) == len(found.passages)
