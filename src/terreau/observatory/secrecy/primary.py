"""The primary rule: which cells say too much by themselves.

Insee's rule for statistics on businesses (`methods.md` B.4, S-27): a figure must not rest on strictly fewer
than three units, and none may make more than 85 % of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from terreau.observatory.secrecy.table import Floats, Table

PUBLISHED: Final = "published"
FEW: Final = "few"
DOMINANT: Final = "dominant"
GIVEN: Final = "given"
SECONDARY: Final = "secondary"


@dataclass(frozen=True)
class Rule:
    """`min_units`: contributors below which a cell is masked; `max_share`: above which one dominates."""

    min_units: int = 3
    max_share: float = 0.85


def few(table: Table, rule: Rule) -> NDArray[np.bool_]:
    """Cells with at least one unit and fewer than `rule.min_units`."""
    return (table.units > 0) & (table.units < rule.min_units)


def dominant(table: Table, rule: Rule) -> NDArray[np.bool_]:
    """Cells of which one unit makes more than `rule.max_share`; never one whose largest is not known."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share: Floats = np.where(table.values > 0, table.largest / table.values, 0.0)
    # A share that is the limit itself passes; the last bits of a division do not decide.
    return np.nan_to_num(share) > rule.max_share * (1 + 1e-12)
