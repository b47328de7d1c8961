"""Which column of an export is which question: by the last part of its name, else by its words. Pure.

KoboToolbox writes `group/question`, ODK Central `group-question` (CSV) or `group.question` (JSON); a group
that was renamed changes the first part only. An export « with labels » bears the words of the questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from terreau.core.text import fold
from terreau.survey.definition import NOT_APPLICABLE, Question, Questionnaire, Texts
from terreau.survey.field import texts
from terreau.survey.wording import SCALES, step_label

# What exports call what is about an answer, in lower case: the first that says something is believed.
_ABOUT: Final[Mapping[str, tuple[str, ...]]] = {
    "instance": ("instanceid", "key", "__id", "_uuid"),
    "replaces": ("deprecatedid",),
    "version": ("formversion",),
    "start": ("start", "starttime"),
    "end": ("end", "endtime"),
    "sent": ("_submission_time", "submissiondate"),
}
_OWN: Final = (texts.CONSENT, texts.COLLEGE, texts.SHEET, texts.NAME, texts.EMAIL, texts.PHONE)
_YES: Final = frozenset({"1", "true", "yes", "oui", "vrai", "x", "1 0"})
_NO: Final = frozenset({"0", "false", "no", "non", "faux"})
_SPLIT = re.compile(r"[/.:-]")
_LISTED = re.compile(r"[;,|\n]+")


@dataclass
class Columns:
    """The columns of an export, by what they are.

    Attributes:
        about: columns that tell of the answer itself, by what they tell.
        own: columns of the form's own questions (agreement, college…), by name.
        questions: columns of each question.
        ticks: columns that each stand for one choice of a question: column → choice.
        ignored: what the server adds of itself.
        unknown: what no question is.
    """

    about: dict[str, list[str]] = field(default_factory=dict)
    own: dict[str, list[str]] = field(default_factory=dict)
    questions: dict[str, list[str]] = field(default_factory=dict)
    ticks: dict[str, dict[str, str]] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def recognised(self) -> int:
        """How many questions of the questionnaire the export holds."""
        return len(self.questions.keys() | self.ticks.keys())


def match(columns: Iterable[str], questionnaire: Questionnaire) -> Columns:
    """Say what each column is."""
    found = Columns()
    names = _Names(questionnaire)
    for column in columns:
        _place(column, names, found)
    return found


class _Names:
    """Every way a question may be called."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.by_id = questionnaire.by_id()
        self.by_label: dict[str, str] = {}
        for question in questionnaire.questions():
            for label in question.label.values():
                self.by_label.setdefault(fold(label), question.id)
        self.own = {name: name for name in _OWN}
        labels = (texts.CONSENT_LABEL, texts.COLLEGE_LABEL, texts.SHEET_LABEL, *texts.WHO.values())
        self.own_by_label = {
            fold(label): name for name, told in zip(_OWN, labels, strict=True) for label in told.values()
        } | {fold(label): texts.SHEET for label in texts.FORMER_SHEET_LABEL.values()}

    def question(self, text: str) -> str:
        """The identifier of the question that is called so; empty when none is."""
        return text if text in self.by_id else self.by_label.get(fold(text), "")


def _place(column: str, names: _Names, found: Columns) -> None:
    last = _SPLIT.split(column)[-1].strip()
    own = names.own.get(last) or names.own_by_label.get(fold(column))
    if own:
        found.own.setdefault(own, []).append(column)
        return
    question = names.question(column) or names.question(last)
    if question:
        found.questions.setdefault(question, []).append(column)
        return
    ticked = _ticked(column, names)
    if ticked:
        found.ticks.setdefault(ticked[0], {})[column] = ticked[1]
        return
    for about, called in _ABOUT.items():
        if last.lower() in called or column.lower() in called:
            found.about.setdefault(about, []).append(column)
            found.about[about].sort(key=lambda one: called.index(_SPLIT.split(one)[-1].strip().lower()))
            return
    is_servers = column.startswith(("_", "__")) or last.lower() in _SERVERS or last.isupper()
    (found.ignored if is_servers else found.unknown).append(column)


_SERVERS: Final = frozenset(
    {
        *("today", "username", "deviceid", "phonenumber", "simserial", "subscriberid", "audit"),
        *(
            "instancename",
            "rootuuid",
            "formhub",
            "uuid",
            "submitterid",
            "submittername",
            "attachmentspresent",
        ),
        *("attachmentsexpected", "status", "reviewstate", "edits", "submitter", "id", "who_intro"),
        *("purpose", "xform_id_string"),
    }
)


def _ticked(column: str, names: _Names) -> tuple[str, str] | None:
    """The question and the choice of a column that stands for one choice."""
    for separator in "/.:":
        before, _mark, choice = column.rpartition(separator)
        if not before:
            continue
        last = _SPLIT.split(before)[-1].strip()
        question = names.by_id.get(names.question(before) or names.question(last))
        if question is not None and question.kind == "many":
            code = choice_code(question, choice.strip())
            if code:
                return question.id, code
    return None


# --- Values -------------------------------------------------------------------------------------------


def raw_answers(columns: Columns, row: Mapping[str, str], questionnaire: Questionnaire) -> dict[str, Any]:
    """What a row answers, as the reading of answers takes it: labels are codes again."""
    answers: dict[str, Any] = {}
    for question in questionnaire.questions():
        text = first(columns.questions.get(question.id, ()), row)
        if text:
            answers[question.id] = _value(question, text)
        elif ticks := columns.ticks.get(question.id):
            chosen = [code for column, code in ticks.items() if fold(row.get(column, "")) in _YES]
            if chosen:
                answers[question.id] = chosen
    return answers | {column: row[column] for column in columns.unknown if row.get(column)}


def first(columns: Iterable[str], row: Mapping[str, str]) -> str:
    """The first of these cells that says something."""
    return next((row[column] for column in columns if row.get(column)), "")


def _value(question: Question, text: str) -> Any:
    if question.kind == "many":
        return _several(question, text)
    if question.kind == "one":
        return choice_code(question, text) or text
    if question.kind == "scale":
        return _step(question, text)
    return text


def choice_code(question: Question, text: str) -> str:
    """The code of the choice that is called so; empty when none is."""
    codes = question.codes()
    if text in codes:
        return text
    wanted = fold(text)
    return next(
        (one.code for one in question.choices if wanted in {fold(label) for label in one.label.values()}), ""
    )


def _several(question: Question, text: str) -> list[str]:
    """Codes between spaces, or words between signs, or words that follow one another without a sign."""
    if all(part in question.codes() for part in text.split()):
        return text.split()
    parts = [part.strip() for part in _LISTED.split(text) if part.strip()]
    codes = [choice_code(question, part) for part in parts]
    if all(codes):
        return codes
    found, rest = [], f" {fold(text)} "
    labels = [(fold(label), one.code) for one in question.choices for label in one.label.values()]
    for label, code in sorted(labels, key=lambda pair: -len(pair[0])):
        if f" {label} " in rest:
            found.append(code)
            rest = rest.replace(f" {label} ", " ", 1)
    return [*dict.fromkeys(found), *rest.split()]


def _step(question: Question, text: str) -> str:
    wanted = fold(text)
    for step in (*SCALES[question.measure], NOT_APPLICABLE):
        if wanted in {fold(label) for label in step_label(question.measure, step).values()}:
            return step
    return text


def is_yes(text: str) -> bool | None:
    """Yes, no, or nothing that can be told."""
    said = fold(text)
    if said in _YES | _words(texts.YES_NO[texts.YES]):
        return True
    return False if said in _NO | _words(texts.YES_NO[texts.NO]) else None


def college_code(text: str) -> str:
    """The college that is called so; empty when none is."""
    if text in texts.COLLEGES:
        return text
    return next((code for code, told in texts.COLLEGES.items() if fold(text) in _words(told)), "")


def _words(told: Texts) -> set[str]:
    return {fold(label) for label in told.values()}
