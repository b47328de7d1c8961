"""Every write of the portfolio of projects."""

from __future__ import annotations

from terreau.portfolio.filing import add_document, remove_document, show_document
from terreau.portfolio.living import decide, move
from terreau.portfolio.proposing import accept, forget, propose, refuse
from terreau.portfolio.sharing import leave
from terreau.portfolio.writing import Seed, create, save

__all__ = [
    "Seed",
    "accept",
    "add_document",
    "create",
    "decide",
    "forget",
    "leave",
    "move",
    "propose",
    "refuse",
    "remove_document",
    "save",
    "show_document",
]
