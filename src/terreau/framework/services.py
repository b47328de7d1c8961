"""Every write of the regulatory framework."""

from __future__ import annotations

from terreau.framework.barring import answer, carry, save_barrier, withdraw
from terreau.framework.finding import save_finding
from terreau.framework.judging import begin, close, invite, open_grid, save_area, send, withdraw_unused
from terreau.framework.library import decide, propose
from terreau.framework.publishing import publish

__all__ = [
    "answer",
    "begin",
    "carry",
    "close",
    "decide",
    "invite",
    "open_grid",
    "propose",
    "publish",
    "save_area",
    "save_barrier",
    "save_finding",
    "send",
    "withdraw",
    "withdraw_unused",
]
