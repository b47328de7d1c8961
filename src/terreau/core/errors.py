"""Refusals that a person reads: what is wrong, where, and what to do, in French."""

from __future__ import annotations


class TerreauError(Exception):
    """Something the person asked for cannot be done; the message says so in French."""

    def __init__(self, message: str, *, where: str = "", remedy: str = "") -> None:
        self.message = str(message)
        self.where = str(where)
        self.remedy = str(remedy)
        super().__init__(" ".join(part for part in (self.where, self.message, self.remedy) if part))


class NotAllowed(TerreauError):  # noqa: N818  (a refusal, not a fault)
    """The person does not hold the right this write asks for."""
