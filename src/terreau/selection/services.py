"""Every write of the choice of projects under a budget."""

from __future__ import annotations

from terreau.selection.choosing import choose_again
from terreau.selection.deciding import decide
from terreau.selection.opening import add_constraint, open_selection, remove_constraint, save_money
from terreau.selection.voting import cast, close_vote, invite

__all__ = [
    "add_constraint",
    "cast",
    "choose_again",
    "close_vote",
    "decide",
    "invite",
    "open_selection",
    "remove_constraint",
    "save_money",
]
