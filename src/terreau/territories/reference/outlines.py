"""Outlines."""

from __future__ import annotations


def store_outlines(world, ids, *, only): ...
