"""Reading many rows a bounded number at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

BATCH = 1000


def batches(ids: Iterable[int]) -> Iterator[list[int]]:
    """The keys, by lists that one query can name."""
    rest = iter(ids)
    while batch := list(islice(rest, BATCH)):
        yield batch
