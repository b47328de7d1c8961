"""An answer in words, as the agent reads it: pure."""

from __future__ import annotations

from typing import Any

from terreau.survey.definition import Question, in_language
from terreau.survey.wording import step_label


def answer_in_words(question: Question, value: Any, language: str = "fr") -> str:
    """What was answered, in the words of the question as it was put; empty without answer."""
    if value is None:
        return ""
    if question.kind == "scale":
        return in_language(step_label(question.measure, str(value)), language)
    if question.kind in ("one", "many"):
        labels = {choice.code: in_language(choice.label, language) for choice in question.choices}
        codes = value if isinstance(value, list) else [value]
        return " ; ".join(labels.get(code, str(code)) for code in codes)
    return str(value)
