"""What is received, read against the questionnaire it answers: pure functions.

Whatever the way an answer came by, it is read here, so that the same answer is the same value. What cannot be
read is kept apart, never thrown away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from terreau.survey.definition import NOT_APPLICABLE, Question, Questionnaire

# Beyond this nobody counts members or jobs: a telephone number typed in the wrong place.
LARGEST: Final = 1_000_000_000
_STEPS: Final = frozenset(range(1, 6))
_WHOLE = re.compile(r"\d{1,10}(?:[.,]0+)?")
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
# A base of PostgreSQL holds neither.
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_UNREADABLE: Final = object()
_EMPTY: Final[tuple[Any, ...]] = (None, "", [], ())


def read_values(
    questionnaire: Questionnaire, raw: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The answers that can be read, by identifier of question, and what could not be.

    A code that no choice bears, a question that was not asked, an answer to a question whose condition does
    not hold: all of them are in the second part, as received.
    """
    values: dict[str, Any] = {}
    unread = {str(key): storable(value) for key, value in raw.items() if value not in _EMPTY}
    for question in questionnaire.questions():
        if question.id not in unread or not is_asked(question, values):
            continue
        value, left = _read(question, unread[question.id])
        if value not in _EMPTY:
            values[question.id] = value
        if left is None:
            del unread[question.id]
        else:
            unread[question.id] = left
    return values, unread


def is_asked(question: Question, values: Mapping[str, Any]) -> bool:
    """Whether a question is asked, by the answers given before it."""
    if question.when is None:
        return True
    given = values.get(question.when.question)
    codes = given if isinstance(given, list) else [given]
    return any(code in question.when.codes for code in codes)


def missing(questionnaire: Questionnaire, values: Mapping[str, Any]) -> list[Question]:
    """The questions that must be answered and are not."""
    return [
        question
        for question in questionnaire.questions()
        if question.required and question.id not in values and is_asked(question, values)
    ]


def storable(value: Any) -> Any:
    """The value as a base can hold it in JSON: whatever it is, it is kept, at worst as text."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) <= LARGEST):
        return value
    if isinstance(value, Mapping):
        return {storable(str(key)): storable(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [storable(one) for one in value]
    return storable(str(value))


def _read(question: Question, given: Any) -> tuple[Any, Any]:
    """The value, and what is left of the answer that could not be read (None when nothing is)."""
    if question.kind == "many":
        return _many(question, given)
    value = _READERS[question.kind](question, given)
    return (None, given) if value is _UNREADABLE else (value, None)


def _many(question: Question, given: Any) -> tuple[Any, Any]:
    parts = given if isinstance(given, list) else str(given).split()
    codes = question.codes()
    known = [code for code in codes if code in parts]
    strange = [part for part in parts if part not in codes]
    return known, strange or None


def _one(question: Question, given: Any) -> Any:
    return given if given in question.codes() else _UNREADABLE


def _text(_question: Question, given: Any) -> Any:
    if isinstance(given, bool) or not isinstance(given, str | int):
        return _UNREADABLE
    return str(given).strip()


def _integer(_question: Question, given: Any) -> Any:
    if isinstance(given, bool):
        return _UNREADABLE
    text = _SPACES.sub("", str(given))
    if not _WHOLE.fullmatch(text):
        return _UNREADABLE
    number = int(re.split("[.,]", text)[0])
    return number if number <= LARGEST else _UNREADABLE


def _scale(question: Question, given: Any) -> Any:
    if given == NOT_APPLICABLE:
        return given
    step = _integer(question, given)
    return step if step in _STEPS else _UNREADABLE


def _name(_question: Question, given: Any) -> Any:
    return given.strip() if isinstance(given, str) else _UNREADABLE


_READERS: Final[Mapping[str, Callable[[Question, Any], Any]]] = {
    "text": _text,
    "long_text": _text,
    "integer": _integer,
    "one": _one,
    "scale": _scale,
    "place": _name,
    "media": _name,
}


# --- Versions ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Given:
    """One answer, with the question as it was asked then."""

    question: Question
    value: Any
    # Whether it can be counted with the answers to the question as it is asked now.
    is_comparable: bool


def is_comparable(asked: Question, now: Question | None) -> bool:
    """Whether answers to a question as it was asked can be counted with answers to it as it is now."""
    return (
        now is not None
        and asked.id == now.id
        and asked.kind == now.kind
        and now.comparable_since <= asked.version
    )


def given(asked: Questionnaire, now: Questionnaire, values: Mapping[str, Any]) -> Iterator[Given]:
    """An answer question by question, with the words in which each was put, unanswered ones included."""
    current = now.by_id()
    for question in asked.questions():
        yield Given(question, values.get(question.id), is_comparable(question, current.get(question.id)))
