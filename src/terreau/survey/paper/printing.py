"""The questionnaire as a document to print: what it says in one language, for a batch of numbered sheets."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from terreau.documents.pdf import render
from terreau.survey.definition import MEASURES, Block, Question, Questionnaire, in_language
from terreau.survey.field import pictograms, texts
from terreau.survey.field_models import PaperBatch
from terreau.survey.models import FormVersion, Survey
from terreau.survey.paper.codes import write_code
from terreau.survey.paper.entries import NOT_APPLICABLE_TYPED, Entry, entries
from terreau.survey.wording import DIRECTIONS, step_label, word

TEMPLATE: Final = Path(__file__).with_name("typst") / "questionnaire.typ"
# More than this in one document takes seconds to lay out and jams in a printer.
MOST_PRINTED: Final = 50
_LINES: Final = {"long_text": 4}
_WORDS: Final = {
    "sheet": {"fr": "Feuille", "en": "Sheet", "ar": "ورقة"},
    "how": {
        "fr": "Cochez les cases. Le numéro à côté de chacune sert à recopier la feuille.",
        "en": "Tick the boxes. The number beside each serves to copy the sheet.",
        "ar": "ضع علامة في الخانات. الرقم بجانب كل خانة يُستعمل لنقل الورقة.",
    },
    "thanks": {"fr": "Merci.", "en": "Thank you.", "ar": "شكرا."},
    "several": {
        "fr": "Plusieurs cases possibles.",
        "en": "Several boxes possible.",
        "ar": "يمكن اختيار عدة خانات.",
    },
    "only_if": {
        "fr": "Seulement si, à la question %s, vous avez coché %s.",
        "en": "Only if, at question %s, you ticked %s.",
        "ar": "فقط إذا اخترت في السؤال %s: %s.",
    },
    "actors_only": {"fr": "Pour les acteurs seulement.", "en": "For actors only.", "ar": "للفاعلين فقط."},
    "importance": {"fr": "Importance\u00a0:", "en": "Importance:", "ar": "الأهمية:"},
    "satisfaction": {"fr": "Satisfaction\u00a0:", "en": "Satisfaction:", "ar": "الرضا:"},
}


def batch_pdf(batch: PaperBatch, first: int, last: int) -> bytes:
    """Some sheets of a batch, each with its code, in the language of the batch."""
    codes = [write_code(batch.number, sheet) for sheet in range(first, last + 1)]
    return sheets_pdf(batch.form, batch.language, codes)


def specimen_pdf(form: FormVersion, language: str) -> bytes:
    """The questionnaire to read, without a code: what is written on it cannot be typed."""
    return sheets_pdf(form, language, ["–"])


def sheets_pdf(form: FormVersion, language: str, codes: Iterable[str]) -> bytes:
    """The questionnaire once for each code."""
    survey = form.survey
    data = _Sheet(survey, form.questionnaire(), language).data() | {"sheets": list(codes)}
    images = {}
    if survey.oral:
        images = {
            f"{measure}-{step}.svg": pictograms.svg(measure, step).encode()
            for measure in MEASURES
            for step in (1, 3, 5)
        }
    return render(TEMPLATE, data, images=images)


class _Sheet:
    """What one copy says."""

    def __init__(self, survey: Survey, questionnaire: Questionnaire, language: str) -> None:
        self.survey, self.language = survey, language
        self.blocks = list(entries(questionnaire, oral=survey.oral))
        self.numbers = {entry.question.id: entry for _block, asked in self.blocks for entry in asked}

    def data(self) -> dict[str, Any]:
        survey = self.survey
        opening = (
            self._in(texts.PURPOSE_LABEL) % {"territory": survey.territory.name},
            in_language(texts.SIMULATED, self.language) if survey.simulated else "",
            survey.text("purpose", self.language),
            f"{word('contact', self.language)} {survey.contact}",
        )
        return {
            "title": survey.text("title", self.language),
            "purpose": survey.text("purpose", self.language),
            "language": self.language,
            "rtl": DIRECTIONS.get(self.language) == "rtl",
            "words": {name: self._in(words) for name, words in _WORDS.items()},
            "opening": [part for part in opening if part],
            "consent": self._plain("A", texts.CONSENT_LABEL, texts.YES_NO.values()),
            "college": self._plain("B", texts.COLLEGE_LABEL, texts.COLLEGES.values()),
            "blocks": [self._block(block, asked) for block, asked in self.blocks if asked],
            "who": {
                "title": self._in(texts.WHO_TITLE),
                # Not among what is kept apart: it ties the answer to the sheet.
                "sheet": self._plain("C", texts.SHEET_LABEL),
                "intro": self._in(texts.WHO_INTRO),
                "questions": [
                    self._plain(letter, label)
                    for letter, label in zip("DEF", texts.WHO.values(), strict=True)
                ],
            },
        }

    def _in(self, told: Any) -> str:
        return in_language(told, self.language)

    def _plain(self, number: str, label: Any, choices: Iterable[Any] = ()) -> dict[str, Any]:
        """A question of the sheet itself, lettered so as not to be taken for one of the questionnaire's."""
        return {
            "number": number,
            "label": self._in(label),
            "hint": "",
            "when": "",
            "kind": "one",
            "lines": 1,
            "steps": [],
            "choices": [
                {"number": str(place), "label": self._in(choice)} for place, choice in enumerate(choices, 1)
            ],
        }

    def _block(self, block: Block, asked: tuple[Entry, ...]) -> dict[str, Any]:
        measures = dict.fromkeys(one.question.measure for one in asked if one.question.kind == "scale")
        note = f" {self._in(_WORDS['actors_only'])}" if block.actors_only else ""
        return {
            "title": self._in(block.title),
            "intro": f"{self._in(block.intro)}{note}".strip(),
            "scales": [self._scale(measure, asked) for measure in measures],
            "questions": [self._question(entry) for entry in asked],
        }

    def _scale(self, measure: str, asked: tuple[Entry, ...]) -> dict[str, Any]:
        steps = next(one.steps() for one in asked if one.question.measure == measure)
        return {
            "measure": measure,
            "title": self._in(_WORDS[measure]),
            "steps": [
                {
                    "number": step,
                    "label": self._in(step_label(measure, "na" if step == NOT_APPLICABLE_TYPED else step)),
                    "picture": f"{measure}-{step}.svg"
                    if self.survey.oral and step != NOT_APPLICABLE_TYPED
                    else "",
                }
                for step in steps
            ],
        }

    def _question(self, entry: Entry) -> dict[str, Any]:
        question = entry.question
        hint = self._in(question.hint) or (self._in(_WORDS["several"]) if question.kind == "many" else "")
        return {
            "number": str(entry.number),
            "label": self._in(question.label),
            "hint": hint,
            "when": self._when(question),
            "kind": question.kind,
            "measure": question.measure,
            "lines": _LINES.get(question.kind, 1),
            "steps": list(entry.steps()) if question.kind == "scale" else [],
            "choices": [
                {"number": str(place), "label": self._in(choice.label)}
                for place, choice in enumerate(question.choices, 1)
            ],
        }

    def _when(self, question: Question) -> str:
        if question.when is None:
            return ""
        upon = self.numbers[question.when.question]
        codes = upon.question.codes()
        numbers = ", ".join(str(codes.index(code) + 1) for code in question.when.codes)
        return self._in(_WORDS["only_if"]) % (upon.number, numbers)
