"""How wide the attacker's interval on a masked cell must be, whoever attacks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from terreau.observatory.secrecy.table import Floats, Numbers, Table

# « Merely not exact »: wider than what a solver may call zero.
_NOTHING: Final = 1e-6


def wanted_widths(table: Table, protection: float) -> Floats:
    """The width that each masked cell's interval must exceed: a share of its value, and never nothing.

    Args:
        table: the genuine table.
        protection: share of the value, 0 for « merely not exact ».
    """
    return np.maximum(protection * table.values, 0.0) * (1 + 1e-9) + _NOTHING + 1e-9 * table.values


def wanted_from(
    table: Table, wanted: Floats, cells: Sequence[int] | Numbers, who: Sequence[int] | Numbers
) -> Floats:
    """The width that each cell's interval must exceed for someone who is alone in cells of its own.

    The same as for anyone; but where everyone could place values beforehand, as a share of what the others
    make. Whoever makes nearly all of a cell knew it well before anything was published: that no mask can
    undo, and what it must not learn is what the others bring.

    Args:
        table: the genuine table.
        wanted: the width for anyone (`wanted_widths`), of every cell of the table.
        cells: cells of the table; or one, for all of these people.
        who: numbers of `table.sole`, each for the cell at the same place; or one, for all of these cells.
    """
    at, whose = np.broadcast_arrays(np.asarray(cells, dtype=np.int64), np.asarray(who, dtype=np.int64))
    if table.lowest is None and table.highest is None:
        everyone: Floats = wanted[at]
        return everyone
    values = table.values[at]
    others = np.maximum(values - table.made_by(whose, at), 0.0)
    shares = np.divide(others, values, out=np.ones(at.size), where=values > 0)
    without_own: Floats = _NOTHING + (wanted[at] - _NOTHING) * shares
    return without_own
