"""A register in the order of its units is read a portion at a time; nothing else changes."""

from __future__ import annotations

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from terreau.observatory import portions, sirene
from tests.observatory.vintages import TABLES, draw, made, rows


def test_in_portions_or_whole_the_vintage_is_the_same(tmp_path, monkeypatch):
    register = draw(tmp_path, 40_000)
    whole = made(register, tmp_path / "whole")
    monkeypatch.setattr(portions, "_ROWS", 12_000)
    seen = []
    cuts = portions.cuts
    monkeypatch.setattr(sirene, "cuts", lambda *given: seen.append(cuts(*given)) or seen[-1])
    parted = made(register, tmp_path / "parted")
    assert len(seen[0]) >= 2, "the register was parted"
    for table in TABLES:
        assert rows(parted, table) == rows(whole, table)
    assert parted.manifest["counts"] == whole.manifest["counts"]
    assert any("siren illisible" in row[2] for row in rows(parted, "rejects"))


def test_a_file_in_no_order_is_read_whole(tmp_path, monkeypatch):
    from terreau.observatory.engine import Engine

    monkeypatch.setattr(portions, "_ROWS", 2_000)
    paths = {}
    with duckdb.connect() as connection:
        for name, order in (("ordered", "n"), ("shuffled", "hash(n)")):
            paths[name] = tmp_path / f"{name}.parquet"
            connection.execute(
                "COPY (SELECT lpad(CAST(n AS VARCHAR), 9, '0') AS siren FROM range(10000) AS r (n) "
                f"ORDER BY {order}) TO '{paths[name]}' (FORMAT parquet, ROW_GROUP_SIZE 1000)"
            )
    engine = Engine(tmp_path, tmp_path)
    try:
        assert len(portions.cuts(engine, [paths["ordered"], paths["ordered"]], "siren")) == 4
        assert portions.cuts(engine, [paths["shuffled"], paths["ordered"]], "siren") == []
        assert portions.cuts(engine, [paths["ordered"], paths["shuffled"]], "siren") == []
        assert portions.cuts(engine, [paths["ordered"]], "siret") == []
    finally:
        engine.close()


@given(
    st.lists(st.text("0123456789x", max_size=3), max_size=4), st.text("0123456789x", max_size=3) | st.none()
)
def test_a_row_is_of_one_portion_and_only_one(found, value):
    bounds = sorted({cut for cut in found if cut})
    conditions = [
        portions.between("siren", low, high)
        for low, high in zip([None, *bounds], [*bounds, None], strict=True)
    ]
    told = duckdb.execute(
        f"SELECT {', '.join(f'coalesce({condition}, FALSE)' for condition in conditions)} "
        "FROM (SELECT CAST(? AS VARCHAR) AS siren)",
        [value],
    ).fetchall()[0]
    assert sum(told) == 1
