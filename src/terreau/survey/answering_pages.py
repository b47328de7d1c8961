"""What the pages of the questionnaire show: each question with its words in the reader's language. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from terreau.survey import wording
from terreau.survey.definition import (
    MEASURES,
    NOT_APPLICABLE,
    PICTOGRAMS,
    Block,
    Question,
    Questionnaire,
    Texts,
    in_language,
)
from terreau.survey.field import pictograms
from terreau.survey.reading import is_asked

# Above this many choices a list that opens takes less room than as many buttons.
MOST_BUTTONS = 9


@dataclass(frozen=True, slots=True)
class Text:
    """A text, and its language where it is not that of the page."""

    text: str
    foreign: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen."""

    code: str
    label: Text
    is_chosen: bool
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One question on a page."""

    id: str
    kind: str
    label: Text
    hint: Text | None
    value: Any
    options: tuple[Option, ...]
    is_required: bool
    depends: bool
    problem: str
    as_list: bool = False
    # Of a need, the first of the two questions.
    opens: bool = False

    @property
    def described_by(self) -> str:
        """The identifiers of what explains the question."""
        parts = (f"erreur-{self.id}" if self.problem else "", f"aide-{self.id}" if self.hint else "")
        return " ".join(part for part in parts if part)


def direction(language: str) -> str:
    """In which direction a language is written."""
    return wording.DIRECTIONS.get(language, "ltr")


def language_name(language: str) -> str:
    """What a language calls itself."""
    return wording.LANGUAGES.get(language, language)


def say(texts: Texts, language: str) -> Text:
    """The text in the page's language, or in French and marked as such."""
    return Text(in_language(texts, language), "" if texts.get(language) else "fr")


def words(language: str) -> dict[str, str]:
    """Every word of the pages in a language."""
    return wording.page_words(language)


def asked_blocks(questionnaire: Questionnaire, values: Mapping[str, Any]) -> list[Block]:
    """The pages there are to fill: one of which nothing is asked, by what was answered before, is passed."""
    return [block for block in questionnaire.blocks if any(True for _one in _asked(block, values))]


def _asked(block: Block, values: Mapping[str, Any]) -> Iterator[Question]:
    """What is asked on a page: a question that depends on another of the same page is always there."""
    here = {question.id for question in block.questions}
    for question in block.questions:
        if question.when is None or question.when.question in here or is_asked(question, values):
            yield question


def fields(
    block: Block,
    values: Mapping[str, Any],
    language: str,
    *,
    oral: bool = False,
    places: Sequence[tuple[str, str]] = (),
    problems: Mapping[str, str] | None = None,
    typed: Mapping[str, Any] | None = None,
) -> list[Field]:
    """The questions of a page.

    Args:
        block: the page.
        values: what was answered so far, on all pages.
        language: of the page.
        oral: three pictograms in the place of five words.
        places: code and name of each territory that can be chosen; as text when there is none.
        problems: by question, why the answer was not understood.
        typed: by question, what was typed and could not be read, shown again.
    """
    made = []
    for question in _asked(block, values):
        value = (typed or {}).get(question.id, values.get(question.id))
        options = tuple(_options(question, value, language, oral, places))
        kind = "text" if question.kind == "place" and not options else question.kind
        made.append(
            Field(
                id=question.id,
                kind=kind,
                label=say(question.label, language),
                hint=say(question.hint, language) if question.hint else None,
                value="" if value is None else value,
                options=options,
                is_required=question.required,
                depends=question.when is not None,
                problem=(problems or {}).get(question.id, ""),
                opens=bool(question.need) and question.measure == MEASURES[0],
                as_list=kind == "place" or (kind == "one" and len(options) > MOST_BUTTONS),
            )
        )
    return made


def _options(
    question: Question, value: Any, language: str, oral: bool, places: Sequence[tuple[str, str]]
) -> Iterator[Option]:
    if question.kind == "scale":
        steps = [str(step) for step in (PICTOGRAMS if oral else range(1, 6))]
        for step in (*steps, NOT_APPLICABLE):
            label = say(wording.step_label(question.measure, step), language)
            picture = pictograms.svg(question.measure, int(step)) if oral and step != NOT_APPLICABLE else ""
            yield Option(step, label, str(value) == step, picture)
    elif question.kind == "place":
        for code, name in places:
            yield Option(code, Text(name, "fr" if language != "fr" else ""), value == code)
    else:
        chosen = value if isinstance(value, list) else [value]
        for choice in question.choices:
            yield Option(choice.code, say(choice.label, language), choice.code in chosen)


def problem_of(question: Question, language: str) -> str:
    """Why an answer could not be read."""
    key = "whole_number" if question.kind == "integer" else "not_a_choice"
    return wording.word(key, language)


@dataclass(frozen=True, slots=True)
class Part:
    """A page of the questionnaire, and how far it is filled."""

    key: str
    title: Text
    done: int
    count: int
    number: int

    @property
    def is_full(self) -> bool:
        """Whether nothing is left to answer."""
        return self.done >= self.count


def parts(questionnaire: Questionnaire, values: Mapping[str, Any], language: str) -> list[Part]:
    """The pages with how much of each is answered; voice notes, which say the same as text, aside."""
    made = []
    for number, block in enumerate(asked_blocks(questionnaire, values), start=1):
        asked = [question.id for question in _asked(block, values) if question.kind != "media"]
        done = sum(question in values for question in asked)
        made.append(Part(block.key, say(block.title, language), done, len(asked), number))
    return made
