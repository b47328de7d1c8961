"""The questionnaire as an XLSForm, the spreadsheet that ODK and KoboToolbox read, and the XForm made of it.

Pure: what it is given makes all of what it gives, so that the same version gives the same bytes, and a
telephone that has the form does not fetch it again.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import xlsxwriter
from babel import Locale, UnknownLocaleError

from terreau.core.errors import TerreauError
from terreau.framework.enums import College
from terreau.survey.definition import (
    NOT_APPLICABLE,
    PICTOGRAMS,
    Block,
    Question,
    Questionnaire,
    Texts,
    as_data,
    in_language,
)
from terreau.survey.field import texts
from terreau.survey.field.pictograms import picture_name
from terreau.survey.wording import NOT_APPLICABLE_LABEL, SCALES

Row = dict[str, str]
# A drawn-out list of places is searched by typing; one too long for a telephone is asked as text.
MOST_PLACES: Final = 1500
_CODE = re.compile(r"\S+")
_CREATED: Final = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, eq=False)
class Asked:
    """Everything that a form for the field says. Two that say the same are the same.

    Attributes:
        form_id: stable through the versions: the survey's address.
        version: number of the version.
        title, contact, territory: of the survey, in French.
        purpose: what the answers are for, by language.
        oral: three pictograms in the place of five words.
        places: code and name of each territory that a question of place may be answered by.
    """

    form_id: str
    version: int
    title: str
    purpose: Texts
    contact: str
    territory: str
    questionnaire: Questionnaire
    oral: bool = False
    places: tuple[tuple[str, str], ...] = ()

    @functools.cached_property
    def digest(self) -> bytes:
        """Of all that it says."""
        told = {**vars(self), "questionnaire": as_data(self.questionnaire)}
        return hashlib.blake2b(json.dumps(told, sort_keys=True).encode(), digest_size=16).digest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Asked) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


@dataclass(frozen=True, slots=True)
class Form:
    """The rows of the three sheets of an XLSForm, each sheet with its columns in order."""

    survey: tuple[Row, ...]
    choices: tuple[Row, ...]
    settings: Row


def language_column(language: str) -> str:
    """How an XLSForm names a language: « français (fr) »."""
    try:
        own = Locale(language).get_display_name(language) or language
    except UnknownLocaleError:
        own = language
    return f"{own} ({language})"


def make(asked: Asked) -> Form:
    """The rows of the form.

    Raises:
        TerreauError: when a code of the questionnaire cannot be used on telephones.
    """
    return _Maker(asked).make()


class _Maker:
    """Builds the sheets; the languages are those in which everything can be asked."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.languages = asked.questionnaire.languages()
        self.rows: list[Row] = []
        self.lists: dict[str, list[Row]] = {}
        self.questions = asked.questionnaire.by_id()

    def make(self) -> Form:
        self._opening()
        self._open_group("ANSWERS", {}, relevant=f"${{{texts.CONSENT}}} = '{texts.YES}'")
        self._row("select_one colleges", texts.COLLEGE, texts.COLLEGE_LABEL, required=True)
        self.lists["colleges"] = self._choices(texts.COLLEGES)
        self._row("text", texts.SHEET, texts.SHEET_LABEL)
        for block in self.asked.questionnaire.blocks:
            self._block(block)
        self._open_group("WHO", texts.WHO_TITLE, appearance="field-list")
        self._row("note", "WHO_INTRO", texts.WHO_INTRO)
        for name, label in texts.WHO.items():
            self._row("text", name, label, appearance="numbers" if name == texts.PHONE else "")
        self._close_group()
        self._close_group()
        choices = [{"list_name": name, **choice} for name, listed in self.lists.items() for choice in listed]
        return Form(tuple(self.rows), tuple(choices), self._settings())

    def _settings(self) -> Row:
        return {
            "form_title": self.asked.title,
            "form_id": self.asked.form_id,
            "version": str(self.asked.version),
            "default_language": language_column("fr"),
            "style": "pages",
        }

    def _opening(self) -> None:
        self.rows += [{"type": "start", "name": "start"}, {"type": "end", "name": "end"}]
        told = {
            language: "\n\n".join(
                part
                for part in (
                    in_language(texts.PURPOSE_LABEL, language) % {"territory": self.asked.territory},
                    in_language(self.asked.purpose, language),
                    self.asked.contact,
                )
                if part
            )
            for language in self.languages
        }
        self._row("note", "PURPOSE", told)
        self._row("select_one yes_no", texts.CONSENT, texts.CONSENT_LABEL, required=True)
        self.lists["yes_no"] = self._choices(texts.YES_NO)

    def _block(self, block: Block) -> None:
        # Those who decide or carry out are not asked what their organisation is: they have none to describe.
        more = {"relevant": f"${{{texts.COLLEGE}}} = '{College.ACTORS}'"} if block.actors_only else {}
        self._open_group(f"BLOCK_{block.key}", block.title, **more)
        if block.intro:
            self._row("note", f"INTRO_{block.key}", block.intro)
        for question in block.questions:
            self._question(question)
        self._close_group()

    def _question(self, question: Question) -> None:
        kind, appearance = self._kind(question)
        more = {"constraint": ". >= 0"} if question.kind == "integer" else {}
        if more:
            more |= self._texts("constraint_message", texts.WHOLE_NUMBER)
        self._row(
            kind,
            question.id,
            question.label,
            required=question.required,
            appearance=appearance,
            hint=question.hint,
            relevant=self._relevant(question),
            **more,
        )

    def _kind(self, question: Question) -> tuple[str, str]:
        """The type of an XLSForm, and how it is shown."""
        if question.kind in ("one", "many"):
            self.lists[question.id] = self._choices({one.code: one.label for one in question.choices})
            return f"select_{'one' if question.kind == 'one' else 'multiple'} {question.id}", ""
        if question.kind == "scale":
            return f"select_one {self._scale(question)}", "columns" if self.asked.oral else ""
        if question.kind == "place" and 0 < len(self.asked.places) <= MOST_PLACES:
            self.lists["places"] = self._choices({code: {"fr": name} for code, name in self.asked.places})
            return "select_one places", "minimal autocomplete"
        plain = {"long_text": ("text", "multiline"), "integer": ("integer", ""), "media": ("audio", "")}
        return plain.get(question.kind, ("text", ""))

    def _scale(self, question: Question) -> str:
        measure = question.measure or "importance"
        name = f"scale_{measure}"
        words = SCALES[measure]
        steps = {str(step) for step in PICTOGRAMS} if self.asked.oral else set(words)
        if name not in self.lists:
            listed = self._choices({step: label for step, label in words.items() if step in steps})
            if self.asked.oral:
                for choice in listed:
                    choice |= self._pictures(measure, choice["name"])
            self.lists[name] = [*listed, *self._choices({NOT_APPLICABLE: NOT_APPLICABLE_LABEL})]
        return name

    def _pictures(self, measure: str, step: str) -> Row:
        return {
            f"media::image::{language_column(language)}": picture_name(measure, step)
            for language in self.languages
        }

    def _relevant(self, question: Question) -> str:
        if question.when is None:
            return ""
        several = self.questions[question.when.question].kind == "many"
        name = f"${{{question.when.question}}}"
        tests = (
            f"selected({name}, '{code}')" if several else f"{name} = '{code}'" for code in question.when.codes
        )
        return " or ".join(tests)

    # --- Rows -----------------------------------------------------------------------------------

    def _row(
        self,
        kind: str,
        name: str,
        label: Texts,
        *,
        required: bool = False,
        appearance: str = "",
        hint: Texts | None = None,
        relevant: str = "",
        **more: str,
    ) -> None:
        row = {"type": kind, "name": name, **self._texts("label", label)}
        if hint:
            row |= self._texts("hint", hint)
        if required:
            row |= {"required": "yes", **self._texts("required_message", texts.NEEDED)}
        row |= {"appearance": appearance, "relevant": relevant, **more}
        self.rows.append({key: value for key, value in row.items() if value})

    def _open_group(self, name: str, label: Texts, **more: str) -> None:
        titled = self._texts("label", label) if label else {}
        self.rows.append({"type": "begin group", "name": name, **titled, **more})

    def _close_group(self) -> None:
        self.rows.append({"type": "end group"})

    def _texts(self, column: str, told: Texts) -> Row:
        """The text in every language; what is not translated stays in French rather than empty."""
        return {
            # What looks like a reference to another question would be taken for one.
            f"{column}::{language_column(language)}": in_language(told, language).replace("${", "$ {")
            for language in self.languages
        }

    def _choices(self, labels: Mapping[str, Texts]) -> list[Row]:
        for code in labels:
            if not _CODE.fullmatch(code):
                raise TerreauError(
                    f"Le choix «\u00a0{code}\u00a0» a une espace dans son code\u00a0: les téléphones ne le "
                    "lisent pas.",
                    remedy="Donnez-lui un code sans espace dans une nouvelle version du questionnaire.",
                )
        return [{"name": code, **self._texts("label", label)} for code, label in labels.items()]


# --- As files ---------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=8)
def xlsx(asked: Asked) -> bytes:
    """The XLSForm as a spreadsheet: one to read, to change, to bring to KoboToolbox or ODK Central."""
    form = make(asked)
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        # The day it was made would make two files of one.
        book.set_properties({"title": asked.title, "created": _CREATED})
        bold = book.add_format({"bold": True})
        for name, rows in (
            ("survey", form.survey),
            ("choices", form.choices),
            ("settings", (form.settings,)),
        ):
            page = book.add_worksheet(name)
            _write(page, _columns(rows), rows, bold)
    return content.getvalue()


def _columns(rows: Iterable[Row]) -> list[str]:
    return list(dict.fromkeys(key for row in rows for key in row))


def _write(page: Any, columns: Sequence[str], rows: Iterable[Row], bold: Any) -> None:
    page.write_row(0, 0, columns, bold)
    page.freeze_panes(1, 0)
    for number, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            if value := row.get(column, ""):
                page.write_string(number, place, value)
    page.set_column(0, len(columns) - 1, 24)


@dataclass(frozen=True, slots=True)
class Converted:
    """What a telephone reads, and what pyxform had to say of it."""

    xml: bytes
    warnings: tuple[str, ...]


@functools.lru_cache(maxsize=8)
def xform(asked: Asked) -> Converted:
    """The XForm, by pyxform, whose own checks it passes.

    Raises:
        TerreauError: when pyxform refuses the form; its reason is told as it gives it.
    """
    # Imported late: it takes as long as a sixth of all our modules, and most processes never ask for it.
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    warnings: list[str] = []
    try:
        done = convert(xlsx(asked), warnings=warnings, form_name="data", file_type=".xlsx")
    except PyXFormError as error:
        raise TerreauError(
            f"Ce questionnaire ne peut pas aller sur un téléphone\u00a0: {error}",
            where=asked.form_id,
            remedy="Corrigez la question nommée dans une nouvelle version du questionnaire.",
        ) from error
    return Converted(done.xform.encode(), tuple(warnings))
