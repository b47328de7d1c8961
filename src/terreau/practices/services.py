"""Every write of the good practices."""

from __future__ import annotations

from terreau.practices.adopting import change, end, resume, take_up, tell_result
from terreau.practices.reminding import remind_all_due
from terreau.practices.towns import assess, portray
from terreau.practices.writing import begin, check, confirm, save, ship, submit, withdraw

__all__ = [
    "assess",
    "begin",
    "change",
    "check",
    "confirm",
    "end",
    "portray",
    "remind_all_due",
    "resume",
    "save",
    "ship",
    "submit",
    "take_up",
    "tell_result",
    "withdraw",
]
