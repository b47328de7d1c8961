"""A territory's own questions, at the end of a part: from what the agent types to the questionnaire. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from terreau.core.text import fold
from terreau.survey.core_questionnaire import core
from terreau.survey.definition import (
    Choice,
    DefinitionError,
    Question,
    Questionnaire,
    Texts,
    checked,
    extend,
)

MOST_OWN: Final = 20
LONGEST_CODE: Final = 40
# Between the French text of a choice and its translation, on one line.
SEPARATOR: Final = "|"


def other_languages() -> list[str]:
    """The languages of the shared questionnaire beside French."""
    return [code for code in core().languages() if code != "fr"]


def own_of(questionnaire: Questionnaire) -> list[tuple[str, Question]]:
    """The territory's own questions, each with the key of its part."""
    return [
        (block.key, question)
        for block in questionnaire.blocks
        for question in block.questions
        if question.added
    ]


def with_question(
    questionnaire: Questionnaire, block_key: str, question: Question, former_id: str = ""
) -> Questionnaire:
    """The questionnaire with one more question at the end of a part, or in the place of `former_id`.

    Raises:
        DefinitionError: when there are too many, the part is unknown, or the question cannot be used.
    """
    if former_id:
        own = [(key, question if one.id == former_id else one) for key, one in own_of(questionnaire)]
        return _rebuilt(questionnaire, own)
    if len(own_of(questionnaire)) >= MOST_OWN:
        raise DefinitionError(
            f"Vingt minutes au plus pour répondre\u00a0: {MOST_OWN} questions ajoutées suffisent."
        )
    return extend(questionnaire, block_key, (question,))


def without_question(questionnaire: Questionnaire, question_id: str) -> Questionnaire:
    """The questionnaire without one of the territory's own questions; answers to it stay."""
    own = [(key, one) for key, one in own_of(questionnaire) if one.id != question_id]
    return _rebuilt(questionnaire, own)


def on_core(own: Sequence[tuple[str, Question]]) -> Questionnaire:
    """Today's shared questionnaire with a territory's own questions: how a new survey takes up the last."""
    return _rebuilt(core(), own)


def _rebuilt(questionnaire: Questionnaire, own: Sequence[tuple[str, Question]]) -> Questionnaire:
    blocks = tuple(
        replace(
            block,
            questions=(
                *(one for one in block.questions if not one.added),
                *(replace(one, added=True) for key, one in own if key == block.key),
            ),
        )
        for block in questionnaire.blocks
    )
    return checked(Questionnaire(blocks))


def question_from(
    typed: Mapping[str, Any], taken: frozenset[str], former: Question | None = None
) -> Question:
    """A question from what the agent typed; it keeps the identifier and the codes that it had.

    Args:
        typed: `label`, `label_<language>`, `hint`, `kind` (a kind of question, or the measure of a scale),
            `choices` (one a line) and `required`.
        taken: identifiers in use, of this version and of all former ones.
        former: the question as it was, when it is changed.
    """
    kind = typed["kind"]
    measure = kind if kind in ("importance", "satisfaction") else ""
    return Question(
        id=former.id if former else _free(f"own_{_code(typed['label'])}", taken),
        kind="scale" if measure else kind,
        label=_texts(typed, "label"),
        hint={"fr": typed["hint"]} if typed.get("hint") else {},
        choices=_choices(typed.get("choices", ""), former) if kind in ("one", "many") else (),
        required=bool(typed.get("required")),
        measure=measure,
        added=True,
    )


def typed_of(question: Question) -> dict[str, Any]:
    """A question as the agent's form shows it."""
    return {
        "label": question.label["fr"],
        **{f"label_{code}": text for code, text in question.label.items() if code != "fr"},
        "hint": question.hint.get("fr", ""),
        "kind": question.measure or question.kind,
        "choices": "\n".join(_line(choice) for choice in question.choices),
        "required": question.required,
    }


def _line(choice: Choice) -> str:
    texts = [choice.label["fr"], *(choice.label.get(code, "") for code in other_languages())]
    # A language that is missing keeps its place, unless nothing comes after it.
    while len(texts) > 1 and not texts[-1]:
        texts.pop()
    return f" {SEPARATOR} ".join(texts)


def _texts(typed: Mapping[str, Any], name: str) -> Texts:
    others = {
        key.removeprefix(f"{name}_"): text
        for key, text in typed.items()
        if key.startswith(f"{name}_") and text
    }
    return {"fr": typed[name], **others}


def _choices(text: str, former: Question | None) -> tuple[Choice, ...]:
    """One choice a line; its code stays while its text does or, in a list as long as before, its place."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    known = {choice.label["fr"]: choice.code for choice in former.choices} if former else {}
    in_place = former.choices if former and len(former.choices) == len(lines) else ()
    made: list[Choice] = []
    for number, line in enumerate(lines):
        french, *others = (part.strip() for part in line.split(SEPARATOR))
        taken = frozenset(choice.code for choice in made)
        held = known.get(french) or (in_place[number].code if in_place else "")
        code = held if held and held not in taken else _free(_code(french), taken | frozenset(known.values()))
        translated = {
            language: told for language, told in zip(other_languages(), others, strict=False) if told
        }
        made.append(Choice(code, {"fr": french, **translated}))
    return tuple(made)


def _code(text: str) -> str:
    return (
        fold(text).encode("ascii", "ignore").decode().replace(" ", "_").replace("'", "")[:LONGEST_CODE] or "x"
    )


def _free(code: str, taken: frozenset[str]) -> str:
    found, number = code, 1
    while found in taken:
        number += 1
        found = f"{code}_{number}"
    return found
