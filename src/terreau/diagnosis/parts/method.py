"""The method and its limits: the definitions of the figures this edition really gives."""

from __future__ import annotations

from collections.abc import Sequence

from terreau.diagnosis.content import Part, part_figures
from terreau.diagnosis.definitions import ALWAYS, DEFINITIONS


def build(parts: Sequence[Part]) -> Part:
    """The last part, made from the others."""
    used = {figure.method for part in parts for figure in part_figures(part)}
    used.update(ALWAYS)
    used.update(part.key for part in parts if part.entries)
    used.update(table.method for part in parts for table in part.tables)
    return Part(
        key="methode",
        title="Méthode et limites",
        definitions=tuple(one for key, one in DEFINITIONS.items() if key in used),
    )
