"""How wide the attacker's interval on a masked cell must be, whoever attacks."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from terreau.observatory.secrecy.table import Floats, Table

# « Merely not exact »: wider than what a solver may call zero.
_NOTHING: Final = 1e-6


def wanted_widths(table: Table, protection: float) -> Floats:
    """The width that each masked cell's interval must exceed: a share of its value, and never nothing.

    Args:
        table: the genuine table.
        protection: share of the value, 0 for « merely not exact ».
    """
    return np.maximum(protection * table.values, 0.0) * (1 + 1e-9) + _NOTHING + 1e-9 * table.values


def wanted_from(table: Table, wanted: Floats, cells: NDArray[np.intp], who: int) -> Floats:
    """The width that the interval of each of these cells must exceed for who is alone in cells of its own.

    The same as for anyone; but where everyone could place values beforehand, as a share of what the others
    make. Whoever makes nearly all of a cell knew it well before anything was published: that no mask can
    undo, and what it must not learn is what the others bring.

    Args:
        table: the genuine table.
        wanted: the width for anyone (`wanted_widths`), of every cell of the table.
        cells: cells of the table.
        who: a number of `table.sole`.
    """
    if table.lowest is None and table.highest is None:
        return wanted[cells]
    values = table.values[cells]
    others = np.maximum(values - table.made_by(who, cells), 0.0)
    shares = np.divide(others, values, out=np.ones(cells.size), where=values > 0)
    return _NOTHING + (wanted[cells] - _NOTHING) * shares
