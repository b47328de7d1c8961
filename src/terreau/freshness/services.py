"""Every write of the freshness of sheets."""

from __future__ import annotations

from terreau.freshness.acting import confirm_as_actor, edit_as_actor
from terreau.freshness.asking import answer_exact, answer_stop, ask_all_due, use_for_correction
from terreau.freshness.calling import note_call
from terreau.freshness.papering import give_code, open_with_code, revoke_code

__all__ = [
    "answer_exact",
    "answer_stop",
    "ask_all_due",
    "confirm_as_actor",
    "edit_as_actor",
    "give_code",
    "note_call",
    "open_with_code",
    "revoke_code",
    "use_for_correction",
]
