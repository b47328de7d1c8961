"""The answers of a survey turned on their side: one array a question, read in one pass.

A hundred thousand answers of sixty questions are six million values: as columns of numbers they are a few
tens of megabytes, and every method works on them at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from terreau.survey.definition import NOT_APPLICABLE, Question, Questionnaire

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

# Rows turned at once: few enough that their dictionaries stay in the processor's cache.
_CHUNK: Final = 128
_SCALE: Final = {1: 1.0, 2: 2.0, 3: 3.0, 4: 4.0, 5: 5.0}
_NAN: Final = float("nan")
NONE: Final = -1
# The block that says who answers.
WHO: Final = "identity"
_NOT_ASKED: Final = frozenset(("text", "long_text", "media", "place"))


@dataclass(frozen=True)
class Column:
    """The answers to one question, row by row.

    `numbers` holds a scale (NaN where there is no mean to enter), a whole number, or the rank of the choice
    of a question with one answer (`NONE` without). `chosen` (rows × choices) is that of a question with
    several. `answered` says who answered at all; `former`, how many did so to a wording that asked something
    else, and are left out of the rest.
    """

    question: Question
    numbers: NDArray[Any]
    answered: Mask
    chosen: Mask | None = None
    former: int = 0
    # Where it stands in the questionnaire.
    block: str = ""

    @property
    def about_who(self) -> bool:
        """Whether it says who answers, not what they think: such answers are never told."""
        return self.block == WHO

    def of(self, rows: NDArray[Any]) -> Column:
        """The same for some of the rows."""
        chosen = None if self.chosen is None else self.chosen[rows]
        return replace(self, numbers=self.numbers[rows], answered=self.answered[rows], chosen=chosen)


def read_columns(
    asked: Questionnaire,
    versions: Mapping[int, Questionnaire],
    rows: Iterable[tuple[int, Mapping[str, Any]]],
) -> dict[str, Column]:
    """The columns of the questions as they are asked now.

    Args:
        asked: the questionnaire whose wording counts, with those that ask the same.
        versions: the questionnaire of each form that was answered, by its key.
        rows: for each answer, the key of its form and its values.
    """
    questions = [one for one in asked.questions() if one.kind not in _NOT_ASKED]
    turned: dict[str, list[NDArray[Any]]] = {one.id: [] for one in questions}
    forms: list[NDArray[np.int64]] = []
    source = iter(rows)
    while chunk := list(islice(source, _CHUNK)):
        forms.append(np.fromiter((form for form, _values in chunk), np.int64, len(chunk)))
        values = [one for _form, one in chunk]
        for question in questions:
            turned[question.id].append(_READERS[question.kind](question, values))
    form = np.concatenate(forms) if forms else np.empty(0, np.int64)
    stale = _stale(questions, versions, form)
    blocks = {one.id: block.key for block in asked.blocks for one in block.questions}
    return {
        one.id: replace(_column(one, turned[one.id], stale.get(one.id), len(form)), block=blocks[one.id])
        for one in questions
    }


def _stale(
    questions: Sequence[Question], versions: Mapping[int, Questionnaire], form: NDArray[np.int64]
) -> dict[str, Mask]:
    """Of the questions that once asked something else, which rows answered that."""
    known = {key: {one.id: one.version for one in version.questions()} for key, version in versions.items()}
    found = {}
    for question in questions:
        since = question.comparable_since
        other = [key for key, ids in known.items() if ids.get(question.id, since) < since]
        if other:
            found[question.id] = np.isin(form, other)
    return found


def _column(question: Question, parts: list[NDArray[Any]], stale: Mask | None, count: int) -> Column:
    numbers: NDArray[Any]
    read = np.concatenate(parts) if parts else _READERS[question.kind](question, [])
    if stale is None:
        stale = np.zeros(count, dtype=bool)
    if question.kind == "many":
        answered = (read & _ANSWERED) != 0
        bits = np.arange(len(question.choices), dtype=np.uint64)
        chosen = ((read[:, None] >> bits) & np.uint64(1)).astype(bool)
        chosen[stale] = False
        return Column(question, read, answered & ~stale, chosen, int((answered & stale).sum()))
    if question.kind == "scale":
        # « Ne sait pas » is an answer, kept as zero until here.
        answered = ~np.isnan(read)
        numbers = np.where((read == 0) | stale, np.nan, read)
    elif question.kind == "integer":
        answered = ~np.isnan(read)
        numbers = np.where(stale, np.nan, read)
    else:
        answered = read != NONE
        numbers = np.where(stale, NONE, read)
    return Column(question, numbers, answered & ~stale, former=int((answered & stale).sum()))


def _scales(question: Question, values: Sequence[Mapping[str, Any]]) -> Floats:
    known: dict[Any, float] = {**_SCALE, NOT_APPLICABLE: 0.0, None: _NAN}
    name = question.id
    return np.array([known.get(one.get(name), _NAN) for one in values], dtype=np.float32)


def _integers(question: Question, values: Sequence[Mapping[str, Any]]) -> NDArray[np.float64]:
    name = question.id
    return np.array([_NAN if (value := one.get(name)) is None else value for one in values], dtype=np.float64)


def _ones(question: Question, values: Sequence[Mapping[str, Any]]) -> NDArray[np.int16]:
    rank = {code: at for at, code in enumerate(question.codes())}
    name = question.id
    return np.array([rank.get(one.get(name, ""), NONE) for one in values], dtype=np.int16)


# A question with several answers is read as bits, the last of which says that it was answered.
_ANSWERED: Final = np.uint64(1 << 63)


def _manys(question: Question, values: Sequence[Mapping[str, Any]]) -> NDArray[np.uint64]:
    bits = {code: 1 << at for at, code in enumerate(question.codes()[:63])}
    name, answered = question.id, int(_ANSWERED)
    found = []
    for one in values:
        codes = one.get(name)
        total = 0 if codes is None else answered
        for code in codes or ():
            total |= bits.get(code, 0)
        found.append(total)
    return np.array(found, dtype=np.uint64)


_Reader = Callable[[Question, Sequence[Mapping[str, Any]]], NDArray[Any]]
_READERS: Final[Mapping[str, _Reader]] = {
    "scale": _scales,
    "integer": _integers,
    "one": _ones,
    "many": _manys,
}
