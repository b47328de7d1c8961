"""Predicates on a person and an object, joined with `&` and `|`, that answer with a reason.

A right is a `Rule`. `rule(person, thing)` gives an `Answer`, true or false, whose `reason`
can be shown to the person who was refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from terreau.core.errors import NotAllowed

# How a reason that names who holds a right begins; of several, the beginning is told once.
_HELD_BY: Final = "Ce droit est celui "
_NEXT: Final = "\u202f; "


@dataclass(frozen=True)
class Answer:
    """Yes or no, and why."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


class Rule:
    """One right, as a predicate that can be joined with others."""

    def __init__(self, test: Callable[[Any, Any], Answer]) -> None:
        self._test = test

    def __call__(self, person: Any, thing: Any = None) -> Answer:
        """Whether the person holds the right on the thing, and why."""
        return self._test(person, thing)

    def __and__(self, other: Rule) -> Rule:
        def both(person: Any, thing: Any) -> Answer:
            first = self(person, thing)
            return other(person, thing) if first else first

        return Rule(both)

    def __or__(self, other: Rule) -> Rule:
        def either(person: Any, thing: Any) -> Answer:
            first = self(person, thing)
            if first:
                return first
            second = other(person, thing)
            if second:
                return second
            return Answer(False, _joined(first.reason, second.reason))

        return Rule(either)

    def require(self, person: Any, thing: Any = None) -> None:
        """Do nothing when allowed.

        Raises:
            NotAllowed: with the reason, when the person does not hold the right.
        """
        answer = self(person, thing)
        if not answer:
            raise NotAllowed(answer.reason)


def _joined(*reasons: str) -> str:
    """Several reasons as one: « Ce droit est celui de l’un ; de l’autre. » stands for two."""
    told = dict.fromkeys(reason for reason in reasons if reason)
    holders = [one.removeprefix(_HELD_BY).removesuffix(".") for one in told if one.startswith(_HELD_BY)]
    others = [one for one in told if not one.startswith(_HELD_BY)]
    named = dict.fromkeys(holder for one in holders for holder in one.split(_NEXT))
    return " ".join(([f"{_HELD_BY}{_NEXT.join(named)}."] if named else []) + others)


def rule(reason: Any) -> Callable[[Callable[[Any, Any], bool]], Rule]:
    """Make a `Rule` of a function that answers true or false; `reason` is told when false."""

    def wrap(test: Callable[[Any, Any], bool]) -> Rule:
        def answer(person: Any, thing: Any) -> Answer:
            return Answer(True) if test(person, thing) else Answer(False, str(reason))

        return Rule(answer)

    return wrap


_by_name: dict[str, Rule] = {}


def name_rights(rules: Mapping[str, Rule]) -> None:
    """Make rights known by name to the applications that lie below the one that defines them."""
    _by_name.update(rules)


def right(name: str) -> Rule:
    """The right of this name, found when it is asked for.

    A right nobody has named is refused to everyone, with a KeyError at the first use.
    """
    return Rule(lambda person, thing: _by_name[name](person, thing))
