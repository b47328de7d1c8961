"""The shipped files, read."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from functools import lru_cache
from importlib import resources
from typing import Any

_FILES = (
    "boroughs_fr_2026.csv",
    "cities_francophonie.csv",
    "cities_network.csv",
    "communes_fr_2018.topojson.gz",
    "communes_fr_2026.csv",
    "communes_fr_former.csv",
    "communes_fr_history.csv",
    "communes_fr_movements.csv",
    "communes_fr_unfollowed.csv",
    "departments_fr_2026.csv",
    "epci_fr_2026.csv",
    "names_fr.csv",
    "regions_fr_2026.csv",
)
# To be raised when the same files are read otherwise, so that existing homes load them anew.
_READING = "2"


def _content(name: str) -> bytes:
    return resources.files("terreau.territories").joinpath("data", name).read_bytes()


@lru_cache(maxsize=1)
def digest() -> str:
    """What version of the shipped data this is: it changes with any file, and with how they are read."""
    summary = hashlib.blake2b(_READING.encode(), digest_size=16)
    for name in _FILES:
        summary.update(_content(name))
    return summary.hexdigest()


def table(name: str) -> list[dict[str, str]]:
    """The rows of one of the CSV files."""
    header, *rows = csv.reader(_content(f"{name}.csv").decode("utf-8").splitlines())
    return [dict(zip(header, row, strict=True)) for row in rows]


def topology() -> dict[str, Any]:
    """The outlines of the French communes of 2018, as TopoJSON."""
    found: dict[str, Any] = json.loads(gzip.decompress(_content("communes_fr_2018.topojson.gz")))
    return found
