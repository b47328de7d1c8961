"""Reading the directory and the territories for a diagnosis: the one place with its queries."""

from __future__ import annotations

from terreau.diagnosis.reading.everything import read_facts

__all__ = ["read_facts"]
