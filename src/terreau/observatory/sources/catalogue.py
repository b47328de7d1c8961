"""What each source declares: its columns, what of it is public, its mapping tables, its SQL."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from string import Template
from typing import Any

from terreau.observatory.reading import Column

_ROOT = resources.files("terreau.observatory")


@dataclass(frozen=True)
class Source:
    """One register."""

    name: str
    country: str
    label: str
    licence: str
    size_public: bool
    columns: dict[str, tuple[Column, ...]]
    # Columns the files are known to have and that are not read: names, addresses, dates of no use here.
    left: tuple[str, ...] = ()


@lru_cache
def source(name: str) -> Source:
    """What a folder of `sources` declares."""
    declared: dict[str, Any] = json.loads(_text("sources", name, "source.json"))
    return Source(
        name=name,
        country=declared["country"],
        label=declared["label"],
        licence=declared["licence"],
        size_public=declared["size_public"],
        columns={
            key: tuple(Column(**column) for column in declared[key])
            for key in ("units", "establishments")
            if key in declared
        },
        left=tuple(declared.get("left", ())),
    )


def mapping_path(name: str, table: str) -> str:
    """Where a mapping table lies."""
    return str(_ROOT.joinpath("sources", name, "mappings", f"{table}.csv"))


def mapping_tables(name: str) -> list[str]:
    """The mapping tables of a source."""
    folder = _ROOT.joinpath("sources", name, "mappings")
    if not folder.is_dir():
        return []
    return sorted(item.name[:-4] for item in folder.iterdir() if item.name.endswith(".csv"))


def source_sql(name: str, step: str, **values: object) -> str:
    """One of the first layers of a source, its `$values` filled."""
    return Template(_text("sources", name, f"{step}.sql")).substitute(values)


def layer_sql(step: str, **values: object) -> str:
    """One of the common layers, its `$values` filled."""
    return Template(_text("layers", f"{step}.sql")).substitute(values)


def simulation_sql(step: str, **values: object) -> str:
    """One of the queries that draw a simulated register."""
    return Template(_text("simulation", f"{step}.sql")).substitute(values)


def _text(*parts: str) -> str:
    return _ROOT.joinpath(*parts).read_text(encoding="utf-8")
