"""The registers that can be read: one folder each, with its columns, mapping tables and first layers."""

from __future__ import annotations


def names() -> tuple[str, ...]:
    """The registers a vintage can be built from."""
    return ("sirene", "generic")
