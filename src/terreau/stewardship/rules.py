"""Whose voices count, when a proposal publishes itself, how an address is shown: pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

# At these, dots in the name of a mailbox mean nothing.
_DOTLESS = frozenset({"gmail.com", "googlemail.com"})
CODE_MINUTES = 30
CODE_TRIES = 5
INVITATION_DAYS = 14


@dataclass(frozen=True)
class Voice:
    """Someone who vouches for a proposal or objects to it.

    `mailbox` and `origin` are opaque: two that are equal are one mailbox, one place of connection.
    """

    person: str
    supports: bool
    mailbox: str
    origin: str = ""
    sheets: frozenset[int] = frozenset()


def mailbox_of(address: str) -> str:
    """The mailbox behind an address: « A.b+essai@Gmail.com » and « ab@gmail.com » are one."""
    name, _at, domain = address.strip().lower().rpartition("@")
    name = name.partition("+")[0]
    if domain in _DOTLESS:
        name, domain = name.replace(".", ""), "gmail.com"
    return f"{name}@{domain}"


def masked(address: str) -> str:
    """The address as it may be shown to someone who may not own it: « a…@exemple.org »."""
    name, _at, domain = address.strip().rpartition("@")
    return f"{name[:1]}…@{domain}" if name and domain else "…"


def counted(voices: Iterable[Voice]) -> int:
    """How many voices are really different: one mailbox, one sheet, one place of connection is one voice."""
    groups: list[set[str]] = []
    for voice in voices:
        marks = {f"person {voice.person}", f"mailbox {voice.mailbox}"}
        marks |= {f"sheet {key}" for key in voice.sheets}
        if voice.origin:
            marks.add(f"origin {voice.origin}")
        for group in [group for group in groups if group & marks]:
            groups.remove(group)
            marks |= group
        groups.append(marks)
    return len(groups)


def publishes_at(
    voices: Iterable[Voice],
    *,
    author: Voice | None,
    needed: int,
    hours: int,
    since: datetime | None,
    now: datetime,
) -> datetime | None:
    """When a proposal publishes itself; None when it does not.

    The author's own voice, or one from the same mailbox, sheet or place, adds nothing. An objection leaves
    the proposal to the agent. The delay runs from the moment the voices were enough (`since`).

    Args:
        voices: of those who vouched and objected.
        author: who proposed, as a voice.
        needed: how many voices are enough; 0 when proposals never publish themselves.
        hours: the delay.
        since: the moment already set, kept while the voices are still enough.
        now: this moment.
    """
    said = list(voices)
    if needed < 1 or any(not voice.supports for voice in said):
        return None
    others = counted([author, *said]) - 1 if author is not None else counted(said)
    if others < needed:
        return None
    return since or now + timedelta(hours=hours)
