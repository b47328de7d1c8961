"""A register in the order of its units is read a portion at a time; nothing else changes."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.observatory import portions, sirene
from terreau.observatory.build import build
from terreau.observatory.landing import Request
from terreau.observatory.simulate import simulate
from terreau.observatory.store import open_vintage
from tests.observatory.conftest import rows

TABLES = ("cells", "territory_cells", "concentration", "decisions", "conflicts", "rejects")


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    """A simulated one in the order of its units, with rows that cannot be read, in small groups of rows."""
    folder = tmp_path_factory.mktemp("register")
    units, establishments, listed, _secret = simulate(40_000, folder / "drawn")
    ordered = {}
    for name, path in (("units", units), ("establishments", establishments)):
        ordered[name] = folder / f"{name}.parquet"
        spoilt = "CASE WHEN siren = '100000007' THEN '10000x007' ELSE siren END"
        with duckdb.connect() as connection:
            connection.execute(
                f"COPY (SELECT * REPLACE ({spoilt} AS siren) FROM read_parquet('{path}') ORDER BY siren) "
                f"TO '{ordered[name]}' (FORMAT parquet, ROW_GROUP_SIZE 1000)"
            )
    return folder, ordered, listed


def made(register, name):
    folder, files, listed = register
    build(Request(source="sirene", vintage="2026-11", out=folder / name, ess_list=listed, **files))
    return open_vintage(folder / name, "2026-11")


def test_in_portions_or_whole_the_vintage_is_the_same(register, monkeypatch):
    whole = made(register, "whole")
    monkeypatch.setattr(portions, "_ROWS", 12_000)
    seen = []
    cuts = portions.cuts
    monkeypatch.setattr(sirene, "cuts", lambda *given: seen.append(cuts(*given)) or seen[-1])
    parted = made(register, "parted")
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
