"""What a questionnaire is: blocks of questions with stable identifiers, as plain data.

One definition gives the pages of the site, the sheet of paper, the form of a telephone and the reading of an
export, so that they cannot differ. A question keeps its `id` for ever; when what it asks changes, its
`version` rises, and answers given to the former version stay readable beside it (methods C.1). What a
territory adds is apart from what all territories ask, which it cannot change: answers stay comparable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

FORMAT: Final = 1
# By language code; French is always there.
Texts = Mapping[str, str]
# The kinds of questions, and what an answer to each is in a submission's values.
KINDS: Final = {
    "text": "a line of text",
    "long_text": "text",
    "integer": "a whole number, zero or more",
    "one": "the code of a choice",
    "many": "a list of codes of choices",
    "scale": "1 to 5, or NOT_APPLICABLE",
    "place": "the public code of a territory",
    "media": "the name of a file sent with the answer (a voice note, a picture)",
}
# The college whose organisations are described (`framework.enums.College`).
ACTORS: Final = "actors"
# « Ne sait pas ou sans objet »: an answer, but left out of means.
NOT_APPLICABLE: Final = "na"
# The two things that a scale asks of a need.
MEASURES: Final = ("importance", "satisfaction")
# In oral surveys, three pictograms stand for 1, 3 and 5.
PICTOGRAMS: Final = (1, 3, 5)
_ID = re.compile(r"[a-z][a-z0-9_]{1,47}")


class DefinitionError(ValueError):
    """A definition that cannot be used; its message says in French what is wrong, and where."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the choices of a question; `category` is the kind of barrier that an obstacle is."""

    code: str
    label: Texts
    category: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A question is asked only when another was answered by one of these codes."""

    question: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `added` says that it is the territory's own, not one that all territories ask.

    Its version rises when its words change; `comparable_since` is the first version that asked the same
    thing: answers given to that version or a later one can be counted together.
    """

    id: str
    kind: str
    label: Texts
    version: int = 1
    hint: Texts = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    required: bool = False
    when: Condition | None = None
    need: str = ""  # for a scale: the need it measures (`enums.Need`)
    measure: str = ""  # for a scale: one of MEASURES, which names its steps
    added: bool = False
    comparable_since: int = 1

    def codes(self) -> tuple[str, ...]:
        """The codes of its choices."""
        return tuple(choice.code for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Block:
    """Questions asked together: one page on screen. Some make sense for the actors alone."""

    key: str
    title: Texts
    questions: tuple[Question, ...]
    intro: Texts = field(default_factory=dict)
    actors_only: bool = False


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """All that is asked, in its order."""

    blocks: tuple[Block, ...]

    def questions(self) -> Iterator[Question]:
        """Every question, in order."""
        for block in self.blocks:
            yield from block.questions

    def asked_of(self, college: str) -> Questionnaire:
        """What is asked of a college: of those who are no actors, what can be compared with them."""
        if college == ACTORS:
            return self
        return Questionnaire(tuple(block for block in self.blocks if not block.actors_only))

    def by_id(self) -> dict[str, Question]:
        """The questions by their identifier."""
        return {question.id: question for question in self.questions()}

    def languages(self) -> tuple[str, ...]:
        """The languages in which every question and choice can be asked, French first."""
        texts = [block.title for block in self.blocks]
        for question in self.questions():
            texts += [question.label, *(choice.label for choice in question.choices)]
        common = set(texts[0]).intersection(*texts) if texts else {"fr"}
        return ("fr", *sorted(common - {"fr"}))


def in_language(texts: Texts, language: str) -> str:
    """The text in a language, in French where it is not translated."""
    return texts.get(language) or texts.get("fr", "")


def extend(core: Questionnaire, block_key: str, added: tuple[Question, ...]) -> Questionnaire:
    """The questionnaire with a territory's own questions at the end of one of its blocks.

    Raises:
        DefinitionError: when the block is unknown or an identifier is taken.
    """
    if block_key not in {block.key for block in core.blocks}:
        raise DefinitionError(f"La partie «\u00a0{block_key}\u00a0» n’existe pas.")
    own = tuple(replace(question, added=True) for question in added)
    blocks = tuple(
        replace(block, questions=(*block.questions, *own)) if block.key == block_key else block
        for block in core.blocks
    )
    return checked(Questionnaire(blocks))


def checked(questionnaire: Questionnaire) -> Questionnaire:
    """The questionnaire itself, once it is found usable.

    Raises:
        DefinitionError: when it is not, saying where.
    """
    seen: dict[str, Question] = {}
    for question in questionnaire.questions():
        _check(question, seen)
        seen[question.id] = question
    return questionnaire


def _check(question: Question, seen: Mapping[str, Question]) -> None:
    where = f"Question «\u00a0{question.id}\u00a0»\u00a0: "
    if not _ID.fullmatch(question.id):
        raise DefinitionError(
            where + "un identifiant a des minuscules sans accent, des chiffres et des tirets bas."
        )
    if question.id in seen:
        raise DefinitionError(where + "cet identifiant sert déjà à une autre question.")
    if question.kind not in KINDS:
        raise DefinitionError(where + f"la sorte «\u00a0{question.kind}\u00a0» n’existe pas.")
    if not question.label.get("fr"):
        raise DefinitionError(where + "le texte français manque.")
    codes = question.codes()
    if (question.kind in {"one", "many"}) != bool(codes) or len(set(codes)) != len(codes):
        raise DefinitionError(where + "les choix manquent, sont de trop ou portent deux fois le même code.")
    if (question.kind == "scale") != (question.measure in MEASURES):
        raise DefinitionError(where + "une échelle, et elle seule, mesure l’importance ou la satisfaction.")
    if not 1 <= question.comparable_since <= question.version:
        raise DefinitionError(
            where + "sa version n’est pas une suite de celles qui demandaient la même chose."
        )
    if question.when and (
        question.when.question not in seen
        or not set(question.when.codes) <= set(seen[question.when.question].codes())
    ):
        raise DefinitionError(where + "elle dépend d’une question ou d’un choix qui n’est pas avant elle.")


# --- As data -----------------------------------------------------------------------------------------


def as_data(questionnaire: Questionnaire) -> dict[str, Any]:
    """The definition as values that JSON can hold; what is at its default is left out."""
    return {
        "format": FORMAT,
        "blocks": [
            {
                "key": block.key,
                "title": dict(block.title),
                **({"intro": dict(block.intro)} if block.intro else {}),
                **({"actors_only": True} if block.actors_only else {}),
                "questions": [_question_data(question) for question in block.questions],
            }
            for block in questionnaire.blocks
        ],
    }


def _question_data(question: Question) -> dict[str, Any]:
    data: dict[str, Any] = {"id": question.id, "kind": question.kind, "label": dict(question.label)}
    for name in ("version", "comparable_since"):
        if (number := getattr(question, name)) != 1:
            data[name] = number
    if question.hint:
        data["hint"] = dict(question.hint)
    if question.choices:
        data["choices"] = [_choice_data(one) for one in question.choices]
    if question.when:
        data["when"] = {"question": question.when.question, "codes": list(question.when.codes)}
    for name in ("required", "need", "measure", "added"):
        if value := getattr(question, name):
            data[name] = value
    return data


def _choice_data(choice: Choice) -> dict[str, Any]:
    category = {"category": choice.category} if choice.category else {}
    return {"code": choice.code, "label": dict(choice.label), **category}


def from_data(data: Mapping[str, Any]) -> Questionnaire:
    """The questionnaire that data holds.

    Raises:
        DefinitionError: when the data is of another format, or cannot be used.
    """
    if data.get("format") != FORMAT:
        raise DefinitionError("Ce questionnaire est d’un format inconnu.")
    try:
        blocks = tuple(
            Block(
                one["key"],
                one["title"],
                tuple(_question(question) for question in one["questions"]),
                one.get("intro", {}),
                one.get("actors_only", False),
            )
            for one in data["blocks"]
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise DefinitionError(f"Ce questionnaire est incomplet\u00a0: {error}.") from error
    return checked(Questionnaire(blocks))


def _question(data: Mapping[str, Any]) -> Question:
    when = data.get("when")
    return Question(
        id=data["id"],
        kind=data["kind"],
        label=data["label"],
        version=data.get("version", 1),
        hint=data.get("hint", {}),
        choices=tuple(
            Choice(one["code"], one["label"], one.get("category", "")) for one in data.get("choices", ())
        ),
        required=data.get("required", False),
        when=Condition(when["question"], tuple(when["codes"])) if when else None,
        need=data.get("need", ""),
        measure=data.get("measure", ""),
        added=data.get("added", False),
        comparable_since=data.get("comparable_since", 1),
    )
