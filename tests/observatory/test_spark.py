"""On Spark the same queries give the same tables: tried whole by name (`-m slow`)."""

from __future__ import annotations

import pytest

from terreau.observatory.spark import translated
from tests.observatory.vintages import TABLES, draw, made, rows


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("SELECT TRY_CAST(a AS USMALLINT) FROM t", "BETWEEN 0 AND 65535"),
        ("SELECT CAST(0 AS UINTEGER)", "SELECT CAST(0 AS BIGINT)"),
        ("SELECT hash(a, b) FROM t", "XXHASH64(COALESCE(CAST(a AS STRING)"),
        ("SELECT * FROM read_parquet('/un/chemin.parquet')", "FROM parquet.`/un/chemin.parquet`"),
    ],
)
def test_what_both_do_not_name_alike(written, read):
    assert read.lower() in translated(written).lower()


@pytest.mark.slow
# The library that speaks to Spark leaves its doors to the collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_every_table_of_the_vintage_is_identical(tmp_path):
    pytest.importorskip("pyspark", reason="pip install 'terreau[spark]'")
    register = draw(tmp_path, 20_000)
    here = made(register, tmp_path / "duckdb")
    there = made(register, tmp_path / "spark", spark="local-cluster[2,1,1024]")
    for table in TABLES:
        assert rows(there, table) == rows(here, table), table
    assert len(rows(here, "rejects")) >= 2, "rows that cannot be read are compared too"
    assert there.manifest["counts"] == here.manifest["counts"]
