"""What our templates do with a variable that nobody gave them."""

from __future__ import annotations

from typing import Any


class UndefinedVariableError(Exception):
    """A template named a variable that its view did not give."""


class Undefined(str):
    """Raises instead of printing nothing, so that a misspelt name is seen by the first test."""

    __slots__ = ()

    def __mod__(self, missing: Any) -> str:
        raise UndefinedVariableError(str(missing))
