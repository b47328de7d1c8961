"""On Spark the same queries give the same tables: tried whole by name (`-m slow`)."""

from __future__ import annotations

import pytest

from terreau.observatory.sources.catalogue import source_sql
from terreau.observatory.spark import translated
from tests.observatory.test_generic import Abroad
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


def test_spaces_of_the_list_are_the_same_characters_in_both():
    # « chr » of Spark only knows the first 256.
    read = translated(source_sql("ess_list", "01_staged_units"))
    assert "x{202F}" in read
    assert "chr(" not in read.lower()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_register_of_another_country_is_identical(tmp_path):
    """Dates and numbers are texts in it, which both would not read alike."""
    pytest.importorskip("pyspark", reason="pip install 'terreau[spark]'")
    made_by = []
    for name, spark in (("duckdb", None), ("spark", "local[2]")):
        (tmp_path / name).mkdir()
        abroad = Abroad(tmp_path / name)
        abroad.mapping["size_public"] = True
        for number, (size, created) in enumerate(
            [
                ("12.5", "2023"),
                ("12,5", "1/2/2023"),
                *[("7.5", "1/2/2023"), ("1e2", "2023-1-5"), (" 8 ", "")] * 2,
            ]
        ):
            abroad.rows.append((f"RSC-9{number}", "COOP-CA", "0145", "1", "C1", size, created, "", "oui"))
        made_by.append(abroad.build(spark=spark))
    here, there = made_by
    for table in TABLES:
        assert rows(there, table) == rows(here, table), table
    assert len(rows(here, "rejects")) == 2


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
