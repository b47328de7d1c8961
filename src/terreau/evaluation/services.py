"""Every write of the evaluation of projects."""

from __future__ import annotations

from terreau.evaluation.deciding import decide
from terreau.evaluation.marking import declare_interest, save_marks, send
from terreau.evaluation.opening import (
    begin,
    invite,
    open_evaluation,
    save_criteria,
    withdraw,
    withdraw_unused,
)
from terreau.evaluation.reading import read_again
from terreau.evaluation.rounds import close, close_first, open_second
from terreau.evaluation.weighing import save_cards, use_weights

__all__ = [
    "begin",
    "close",
    "close_first",
    "decide",
    "declare_interest",
    "invite",
    "open_evaluation",
    "open_second",
    "read_again",
    "save_cards",
    "save_criteria",
    "save_marks",
    "send",
    "use_weights",
    "withdraw",
    "withdraw_unused",
]
