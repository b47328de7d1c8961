"""The scratch store: read by one process or several, grouped or not, the same rows come out."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.core.errors import TerreauError
from terreau.core.forking import share
from terreau.directory.rules import RecordView, choose, columns
from terreau.registers.grouping import unite
from terreau.registers.placing import Placer
from terreau.registers.row_reading import Context
from terreau.registers.spec import from_json
from terreau.registers.stage import _LONG_AGO, KnownDigests, Work, sheet_of, stage
from terreau.registers.staging import KNOWN, SHEET_COLUMNS, Store
from terreau.territories.rules import Placement

SPEC = from_json(
    {"columns": {"nom": "name", "ville": "locality", "siren": "identifier"}, "constants": {"country": "FR"}}
)


class OnePlace:
    """A gazetteer that knows one town."""

    def locate(self, evidence):
        known = evidence.locality == "Ville-Essai"
        code = "xx-com-1" if known else ""
        return Placement(1, code, "commune", "sure" if known else "none", (), "")

    def label(self, code):
        return code

    def by_code(self, code):
        return None


class Rows:
    """A table held in memory."""

    def __init__(self, rows):
        self.rows = rows

    def records(self):
        for number, row in enumerate(self.rows, 2):
            yield number, row, ""


def rows(count):
    return [{"nom": f"Essai {n}" if n % 7 else "", "ville": "Ville-Essai", "siren": ""} for n in range(count)]


def work(table, known=(), spec=SPEC):
    return Work(
        table,
        spec,
        Context(Placer(OnePlace(), "1"), country="FR"),
        lambda _code: None,
        KnownDigests(iter(known)),
    )


def staged(store):
    with store.open() as connection:
        return connection.execute(
            "SELECT number, kind, ref, digest, vals FROM row ORDER BY number"
        ).fetchall()


@pytest.mark.parametrize("processes", [2, 3])
def test_several_processes_read_what_one_reads(tmp_path, processes):
    table = Rows(rows(12_345))
    alone, together = Store(tmp_path / "alone"), Store(tmp_path / "together")
    assert stage(work(table), alone, mark="m") == 12_345
    assert stage(work(table), together, mark="m", processes=processes) == 12_345
    assert len(together.parts()) == processes
    assert staged(together) == staged(alone)


def test_rows_already_known_are_not_read_again(tmp_path):
    table = Rows(rows(20))
    store = Store(tmp_path)
    stage(work(table), store, mark="m")
    digests = [row[3] for row in staged(store) if row[1] == 0]
    stage(work(table, digests), store, mark="m")
    assert [row[1] for row in staged(store)] == [KNOWN if n % 7 else 1 for n in range(20)]


def test_a_reading_cut_short_is_not_taken_for_whole(tmp_path):
    class Broken(Rows):
        def records(self):
            yield from super().records()
            raise TerreauError("coupé")

    store = Store(tmp_path)
    stage(work(Rows(rows(5))), store, mark="m")
    assert store.is_whole("m")
    with pytest.raises(TerreauError):
        stage(work(Broken(rows(5))), store, mark="m")
    assert not store.is_whole("m")


def test_another_mapping_makes_the_reading_anew(tmp_path):
    store = Store(tmp_path)
    stage(work(Rows(rows(5))), store, mark="first")
    assert not store.is_whole("second")


def test_an_error_in_one_process_stops_all_and_is_told(tmp_path):
    class Refused(Rows):
        def records(self):
            yield from super().records()
            raise TerreauError("trop de lignes", where="Ligne 8.")

    with pytest.raises(TerreauError, match="trop de lignes") as caught:
        stage(work(Refused(rows(5))), Store(tmp_path), mark="m", processes=2)
    assert caught.value.where == "Ligne 8."


def test_a_process_that_dies_is_not_waited_for():
    import os

    with pytest.raises(RuntimeError):
        share([lambda _tell: os._exit(3), lambda _tell: 1], lambda _come: None)


def test_progress_may_stop_the_reading(tmp_path):
    class StoppedError(Exception):
        pass

    def stop(_done):
        raise StoppedError

    with pytest.raises(StoppedError):
        stage(work(Rows(rows(12_000))), Store(tmp_path), mark="m", processes=2, progress=stop)


def test_grouped_rows_make_one_record_whatever_their_order(tmp_path):
    spec = from_json(
        {
            "columns": {"nom": "name", "objet": "action", "jour": "action_since"},
            "constants": {"country": "FR"},
            "group_by": "name",
        }
    )
    listed = [
        {"nom": "Essai", "objet": "un bal", "jour": "2017"},
        {"nom": "ESSAI", "objet": "une fête", "jour": "2018"},
        {"nom": "Autre", "objet": "", "jour": ""},
    ]
    outcomes = []
    for order in (listed, listed[::-1]):
        store = Store(tmp_path / str(len(outcomes)))
        assert stage(work(Rows(order), spec=spec), store, mark="m") == 3
        found = {
            row[2]: (row[3], sorted(a["what"] for a in json.loads(row[4]).get("actions", [])))
            for row in staged(store)
        }
        outcomes.append(found)
    assert outcomes[0] == outcomes[1]
    assert ["un bal", "une fête"] in [actions for _digest, actions in outcomes[0].values()]


def test_united_rows_keep_the_newest_action_first_and_each_once():
    said = [
        {"name": "Essai", "actions": [{"what": "Un bal", "since": "2017"}], "sectors": ["culture"]},
        {
            "name": "Essai bis",
            "actions": [{"what": "un BAL", "since": "2017"}, {"what": "Fête", "since": "2018"}],
        },
    ]
    united = unite(said)
    assert united["name"] == "Essai"
    assert [action["what"] for action in united["actions"]] == ["Fête", "Un bal"]


words = st.text(max_size=12)
values = st.fixed_dictionaries(
    {"name": st.text(min_size=1, max_size=20)},
    optional={
        "short_name": words,
        "description": words,
        "legal_form": st.sampled_from(["9220", "5710", "0000", ""]),
        "sectors": st.lists(st.sampled_from(["culture", "sante"]), max_size=2),
        "activity_code": st.sampled_from(["94.99Z", "62.01Z", "xx"]),
        "qualities": st.dictionaries(st.sampled_from(["ess_flag", "esus"]), st.booleans()),
        "identifiers": st.dictionaries(st.sampled_from(["siren", "rna"]), words),
        "actions": st.lists(st.fixed_dictionaries({"what": st.text(min_size=1, max_size=8)}), max_size=1),
        "active": st.sampled_from(["yes", "no"]),
        "ceased_on": st.sampled_from(["2017", ""]),
        "place": st.fixed_dictionaries(
            {
                "country": st.sampled_from(["FR", "ML", ""]),
                "territory": st.sampled_from(["fr-com-86194", ""]),
                "longitude": st.none(),
                "latitude": st.none(),
                "precision": st.sampled_from(["commune", "country", "none"]),
            }
        ),
    },
)


@given(values)
def test_the_sheet_of_a_record_alone_is_what_the_rule_of_the_directory_shows(said):
    view = RecordView(0, "", "", "list", said, None, _LONG_AGO, _LONG_AGO, source_ref="r")
    shown = columns(choose([view]))
    told = dict(zip(SHEET_COLUMNS, sheet_of(said, "r", lambda _code: 7), strict=True))
    for name in SHEET_COLUMNS:
        if name == "territory":
            assert told[name] == (7 if shown["territory_code"] else None)
        elif name == "shown":
            assert json.loads(told[name]) == shown["shown_values"]
        elif name in ("sectors", "issues", "filieres"):
            assert json.loads(told[name]) == shown[name]
        else:
            assert told[name] == shown[name]
