"""A questionnaire as it stands on paper: each question with its number, each choice with its own. Pure.

Whoever types a returned sheet types numbers only; here they become the codes that every other way gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from terreau.core.numbers import whole_number
from terreau.core.text import fold
from terreau.survey.definition import NOT_APPLICABLE, PICTOGRAMS, Block, Question, Questionnaire

# What is typed for « ne sait pas, ou sans objet ».
NOT_APPLICABLE_TYPED: Final = "0"
_BETWEEN = re.compile(r"[\s,;./+-]+")
_EASTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")


class TypedError(ValueError):
    """What was typed is no answer to the question; the message says in French what would be."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One question of the sheet."""

    number: int
    question: Question
    oral: bool = False

    def steps(self) -> tuple[str, ...]:
        """What may be typed for a scale, in the order printed."""
        steps = PICTOGRAMS if self.oral else range(1, 6)
        return (*map(str, steps), NOT_APPLICABLE_TYPED)


def entries(questionnaire: Questionnaire, *, oral: bool = False) -> Iterator[tuple[Block, tuple[Entry, ...]]]:
    """The blocks and their numbered questions; paper asks for no sound and no picture."""
    number = 0
    for block in questionnaire.blocks:
        asked = []
        for question in block.questions:
            if question.kind != "media":
                number += 1
                asked.append(Entry(number, question, oral))
        yield block, tuple(asked)


def read_typed(entry: Entry, text: str, places: Mapping[str, str]) -> Any:
    """The answer that was typed, as the reading of answers takes it; None when nothing was typed.

    Args:
        entry: the question.
        text: what was typed.
        places: codes of territories by folded name, and by themselves.

    Raises:
        TypedError: when it is no answer to this question.
    """
    text = text.strip()
    if not text:
        return None
    kind = entry.question.kind
    if kind in ("one", "many"):
        return _choices(entry, text)
    if kind == "scale":
        return _step(entry, text)
    if kind == "integer":
        return _whole(text)
    if kind == "place":
        return _place(text, places)
    return text


def show_typed(entry: Entry, value: Any, names: Mapping[str, str]) -> str:
    """An answer as it would be typed: what a sheet already typed is shown as."""
    codes = entry.question.codes()
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(str(codes.index(code) + 1) for code in value if code in codes)
    if entry.question.kind == "one":
        return str(codes.index(value) + 1) if value in codes else ""
    if value == NOT_APPLICABLE:
        return NOT_APPLICABLE_TYPED
    return names.get(value, value) if entry.question.kind == "place" else str(value)


def _choices(entry: Entry, text: str) -> Any:
    codes = entry.question.codes()
    found = []
    for part in _BETWEEN.split(text.translate(_EASTERN)):
        if not part:
            continue
        number = whole_number(part)
        if not 1 <= number <= len(codes):
            raise TypedError(f"Tapez un numéro de 1 à {len(codes)}.")
        found.append(codes[number - 1])
    if entry.question.kind == "many":
        return list(dict.fromkeys(found))
    if len(found) != 1:
        raise TypedError("Un seul numéro pour cette question.")
    return found[0]


def _step(entry: Entry, text: str) -> str:
    typed = text.translate(_EASTERN)
    if typed not in entry.steps():
        steps = ", ".join(entry.steps()[:-1])
        raise TypedError(f"Tapez {steps}, ou 0 pour «\u00a0ne sait pas\u00a0».")
    return NOT_APPLICABLE if typed == NOT_APPLICABLE_TYPED else typed


def _whole(text: str) -> str:
    typed = re.sub(r"[\s\u00a0\u202f]", "", text.translate(_EASTERN))
    if not typed.isascii() or not typed.isdigit():
        raise TypedError("Tapez un nombre entier, en chiffres.")
    return typed


def _place(text: str, places: Mapping[str, str]) -> str:
    found = places.get(text.lower()) or places.get(fold(text))
    if found is None:
        raise TypedError("Aucun lieu de ce nom ici. Choisissez-le dans la liste, ou laissez vide.")
    return found
