"""The same queries on Spark, for a register that one machine cannot hold.

No rule and no count is written again: each query of a layer is read as DuckDB would, and written for Spark by
`sqlglot`; `_adapted` says the few things that both do not name alike. DuckDB still opens the files, holds the
small tables made by Python, and writes the vintage, whose files are the same.
"""

# ruff: noqa: S608  (names of our own tables, and values written by `literal`)
from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from terreau.core.errors import TerreauError
from terreau.observatory.engine import Engine
from terreau.observatory.reading import literal

_PACKAGE: Final = "pyspark, avec sqlglot"
# Spark has no numbers without a sign: each is held by the next larger type, and its largest value is kept.
_UNSIGNED: Final = {
    "UTINYINT": ("SMALLINT", 2**8 - 1),
    "USMALLINT": ("INT", 2**16 - 1),
    "UINT": ("BIGINT", 2**32 - 1),
}
# Stands for « no value » in a hash: Spark's leaves it out, and takes (a, nothing) for (nothing, a).
_NOTHING: Final = "\x00"


class SparkEngine(Engine):
    """An engine whose layers are made by a cluster."""

    divides_itself = True

    def __init__(
        self,
        kept: Path,
        work: Path,
        memory: str = "2GB",
        threads: int | None = None,
        tell: Callable[[float], None] = lambda percent: None,
        *,
        master: str,
    ) -> None:
        super().__init__(kept, work, memory, threads, tell)
        self._session = _session(master, work)
        self._numbers = itertools.count()

    def close(self) -> None:
        """Let the cluster go, and the connection."""
        self._session.stop()
        super().close()

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """Do it on the cluster and give what it answers."""
        return [tuple(row) for row in self._session.sql(translated(sql)).collect()]

    def view(self, name: str, sql: str) -> None:
        """Give a name to a query."""
        self._session.sql(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS {translated(sql)}")

    def hold(self, name: str, sql: str) -> None:
        """Give a name to the answer of a query, written where all the cluster reads."""
        folder = self.work / "spark" / f"{name}-{next(self._numbers)}"
        self._session.sql(translated(sql)).write.parquet(str(folder))
        self._show(name, folder)

    def stage(self, name: str, sql: str) -> None:
        """Hold what texts say: read on this machine, whose files these are, then given to the cluster."""
        self.on_this_machine(f"CREATE OR REPLACE TABLE {name} AS {sql}")
        self._share(name)

    def add(self, name: str, sql: str) -> None:
        """Put the answer of a query beside what a table holds already."""
        held = self._session.table(name)
        more = self._session.sql(translated(sql))
        folder = self.work / "spark" / f"{name}-{next(self._numbers)}"
        held.unionByName(more).write.parquet(str(folder))
        self._show(name, folder)

    def keep(self, name: str, sql: str, *, row_group: int = 122_880) -> None:
        """Write a query to a file of the vintage: small enough, and in order, it is written by DuckDB."""
        folder = self.work / "spark" / f"{name}-{next(self._numbers)}"
        self._session.sql(translated(sql)).write.parquet(str(folder))
        parts = literal(folder / "*.parquet")
        self.write(name, f"SELECT * FROM read_parquet({parts}) ORDER BY ALL", row_group)

    def columns(self, name: str, columns: Sequence[tuple[str, str, Sequence[object]]]) -> None:
        """A small table made of Python values."""
        super().columns(name, columns)
        self._share(name)

    def mapping(self, name: str, path: str, columns: Sequence[tuple[str, str]]) -> None:
        """A mapping table, as shipped."""
        super().mapping(name, path, columns)
        self._share(name)

    def _share(self, name: str) -> None:
        folder = self.work / "spark" / f"{name}-{next(self._numbers)}"
        folder.mkdir(parents=True)
        self.on_this_machine(f"COPY {name} TO {literal(folder / 'all.parquet')} (FORMAT parquet)")
        self._show(name, folder)

    def _show(self, name: str, folder: Path) -> None:
        self._session.sql(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS SELECT * FROM parquet.`{folder}`")


def translated(sql: str) -> str:
    """A query written for DuckDB, as Spark reads it."""
    import sqlglot

    tree = sqlglot.parse_one(sql, read="duckdb")
    return str(tree.transform(_adapted).sql(dialect="spark", comments=False))


def _adapted(node: Any) -> Any:
    from sqlglot import exp

    if isinstance(node, exp.Anonymous) and node.name.lower() == "hash":
        texts = [
            f"coalesce(CAST({part.sql(dialect='spark')} AS STRING), '{_NOTHING}')"
            for part in node.expressions
        ]
        return exp.maybe_parse(f"xxhash64({', '.join(texts)})", dialect="spark")
    if isinstance(node, exp.ReadParquet):
        path = node.expressions[0].name
        return exp.maybe_parse(f"parquet.`{path}`", into=exp.Table, dialect="spark")
    if isinstance(node, exp.Cast) and node.to.this.name in _UNSIGNED:
        wider, largest = _UNSIGNED[node.to.this.name]
        cast = node.copy()
        cast.set("to", exp.DataType.build(wider))
        if not isinstance(node, exp.TryCast):
            return cast
        return exp.Case(
            ifs=[
                exp.If(
                    this=exp.Between(this=cast, low=exp.Literal.number(0), high=exp.Literal.number(largest)),
                    true=cast.copy(),
                )
            ]
        )
    return node


def _session(master: str, work: Path) -> Any:
    try:
        import sqlglot  # noqa: F401
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise TerreauError(
            f"Il manque {_PACKAGE}.",
            remedy="Installez Terreau avec «\u00a0pip install 'terreau[spark]'\u00a0».",
        ) from error
    try:
        return (
            SparkSession.builder.master(master)
            .appName("terreau")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.warehouse.dir", str(work / "warehouse"))
            .config("spark.local.dir", str(work))
            .config("spark.ui.enabled", "false")
            # Few tables are so large that more parts would help; a cluster that needs more says it itself.
            .config("spark.sql.shuffle.partitions", "64")
            .config("spark.ui.showConsoleProgress", "false")
            .getOrCreate()
        )
    except Exception as error:
        raise TerreauError(
            "Spark ne démarre pas.", where=master, remedy="Il lui faut Java 17 ou plus récent."
        ) from error
