"""The same register made into vintages in two ways: they must be the same to the last row."""

from __future__ import annotations

import duckdb

from terreau.observatory.build import build
from terreau.observatory.landing import Request
from terreau.observatory.simulate import simulate
from terreau.observatory.store import open_vintage

TABLES = (
    "cells",
    "territory_cells",
    "concentration",
    "decisions",
    "conflicts",
    "rejects",
    "territories",
    "places",
    "holders",
)


def rows(vintage, table, where="TRUE", columns="*"):
    """The rows of a table of a vintage, in order."""
    with duckdb.connect() as connection:
        sql = f"SELECT {columns} FROM read_parquet('{vintage.path(table)}') WHERE {where} ORDER BY ALL"
        return connection.execute(sql).fetchall()


def draw(folder, establishments):
    """A simulated register in the order of its units, in small groups of rows; some rows cannot be read."""
    units, places, listed, _secret = simulate(establishments, folder / "drawn")
    files = {"ess_list": listed}
    spoilt = "CASE siren WHEN '100000007' THEN '10000x007' WHEN '100000008' THEN '-12345678' ELSE siren END"
    for name, path in (("units", units), ("establishments", places)):
        files[name] = folder / f"{name}.parquet"
        with duckdb.connect() as connection:
            connection.execute(
                f"COPY (SELECT * REPLACE ({spoilt} AS siren) FROM read_parquet('{path}') ORDER BY siren) "
                f"TO '{files[name]}' (FORMAT parquet, ROW_GROUP_SIZE 2048)"
            )
    return files


def made(files, out, **others):
    """The vintage made of these files."""
    build(Request(source="sirene", vintage="2026-11", out=out, **files, **others))
    return open_vintage(out, "2026-11")
