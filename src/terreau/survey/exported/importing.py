"""Exports of KoboToolbox and ODK Central, brought into a survey: read whole, shown, then written once agreed.

An answer bears the identifier that its telephone drew: what came by the telephone and comes again by a file
is one answer, and the same file twice changes nothing.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory.models import Organisation
from terreau.framework.enums import College
from terreau.registers.reading import Limits, Record, Table, open_table
from terreau.survey import answers, perms
from terreau.survey.answers import sheet_named
from terreau.survey.enums import Channel
from terreau.survey.exported import matching
from terreau.survey.exported.matching import Columns
from terreau.survey.field import texts
from terreau.survey.field.reading import instance_of, moment
from terreau.survey.models import FormVersion, Survey

MOST_ROWS: Final = 5_000
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s")
_SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml")
_SHOWN: Final = 200


@dataclass
class Report:
    """What a file would change, or changed.

    Attributes:
        new, same, replaced: how many answers.
        refused: row, reason and cells of each row that cannot enter.
        unread: how many answers hold something that no question takes.
        unknown: columns that no question is.
        recognised, questions: how many questions of the questionnaire the file holds, of how many.
    """

    new: int = 0
    same: int = 0
    replaced: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)
    unread: int = 0
    unknown: list[str] = field(default_factory=list)
    recognised: int = 0
    questions: int = 0

    def as_data(self) -> dict[str, Any]:
        """As a row may hold it."""
        return vars(self)


class _RefusedError(TerreauError):
    """A row that cannot enter."""


class _NoConsentError(_RefusedError):
    """A row of somebody who did not agree: nothing of what it says is kept."""


def bring(
    *, person: Any, survey: Survey, form: FormVersion, path: Path, consent: str = "", dry_run: bool = False
) -> Report:
    """Write the answers of an export, or only say what writing them would do.

    Args:
        person: who brings it; None for the operator's command.
        survey: the survey.
        form: the version that rows without version were given to.
        path: the file: CSV, XLSX, XLS, ODS or JSON.
        consent: what people were told when they agreed, where the file does not hold the question.
        dry_run: write nothing.

    Raises:
        NotAllowed: when the person does not run the survey.
        TerreauError: when the file cannot be read, holds none of the questions, or tells no agreement.
    """
    if person is not None:
        perms.can_run.require(person, survey.territory)
    with _open(path) as table:
        questionnaire = form.questionnaire()
        columns = matching.match(table.columns, questionnaire)
        report = Report(unknown=columns.unknown[:_SHOWN])
        report.recognised = columns.recognised()
        report.questions = sum(1 for _question in questionnaire.questions())
        _require_usable(columns, report, consent)
        taker = _Taker(survey, form, columns, consent, report)
        # What would happen is told by letting it happen, and undoing it.
        with transaction.atomic() if dry_run else nullcontext():
            for row in table.records():
                taker.take(row)
            if dry_run:
                transaction.set_rollback(True)
    return report


def _open(path: Path) -> Table:
    limits = Limits(size=settings.UPLOAD_MAX_BYTES, rows=MOST_ROWS)
    table = open_table(path, limits=limits)
    if table.describe().format == "XLSX" and (sheet := _merged_sheet(path)):
        table.close()
        raise TerreauError(
            _(
                "Ce classeur a des cellules fusionnées\u00a0: une réponse pourrait y être prise "
                "pour une autre."
            ),
            where=_("Feuille %(sheet)s.") % {"sheet": sheet},
            remedy=_(
                "Dans le tableur, sélectionnez tout, défusionnez, enregistrez\u202f; ou exportez de nouveau "
                "depuis KoboToolbox ou ODK Central, sans retoucher le fichier."
            ),
        )
    return table


def _merged_sheet(path: Path) -> str:
    """The first sheet that has merged cells; the size of the whole was bounded when it was opened."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if _SHEETS.fullmatch(name) and _MERGED.search(archive.read(name)):
                return Path(name).stem.removeprefix("sheet")
    return ""


def _require_usable(columns: Columns, report: Report, consent: str) -> None:
    if not report.recognised:
        raise TerreauError(
            _("Aucune colonne de ce fichier n’est une question de l’enquête."),
            where=", ".join(columns.unknown[:5]),
            remedy=_(
                "Exportez avec les noms des questions («\u00a0XML values and headers\u00a0» dans "
                "KoboToolbox), ou choisissez l’enquête dont vient le formulaire."
            ),
        )
    if not columns.about.get("instance"):
        raise TerreauError(
            _(
                "Ce fichier ne dit pas l’identifiant des réponses\u00a0: apporté deux fois, il "
                "compterait double."
            ),
            remedy=_(
                "Gardez la colonne «\u00a0_uuid\u00a0» ou «\u00a0meta/instanceID\u00a0» (KoboToolbox), "
                "«\u00a0KEY\u00a0» ou «\u00a0__id\u00a0» (ODK Central)."
            ),
        )
    if texts.CONSENT not in columns.own and not consent.strip():
        raise TerreauError(
            _("Ce fichier ne dit pas que les personnes ont donné leur accord."),
            remedy=_("Si l’accord a été demandé autrement, écrivez ce qui leur a été dit."),
        )


class _Taker:
    """Takes the rows of one file in, one after the other."""

    def __init__(
        self, survey: Survey, form: FormVersion, columns: Columns, consent: str, report: Report
    ) -> None:
        self.survey, self.form, self.columns, self.consent, self.report = (
            survey,
            form,
            columns,
            consent,
            report,
        )
        self.versions = {str(one.number): one for one in survey.versions.all()}
        self.met: dict[str, int] = {}

    def take(self, row: Record) -> None:
        try:
            # First of all: nothing is kept of who did not agree, whatever else is wrong with their row.
            consent = self._consent(row.values)
            if row.problem:
                raise _RefusedError(row.problem)
            given = self._given(row, consent)
            submission, created = answers.receive(**given)
        except TerreauError as error:
            agreed = not isinstance(error, _NoConsentError)
            told = {column: text for column, text in row.values.items() if text and agreed}
            self.report.refused.append({"row": row.number, "reason": error.message, "values": told})
            return
        self.report.new += created and not given["replaces"]
        self.report.replaced += created and bool(given["replaces"])
        self.report.same += not created
        self.report.unread += created and bool(submission.unread)

    def _given(self, row: Record, consent: str) -> dict[str, Any]:
        cells = row.values
        instance = instance_of(self._about("instance", cells))
        if not instance:
            raise _RefusedError(_("L’identifiant de la réponse manque."))
        if (before := self.met.setdefault(instance, row.number)) != row.number:
            raise _RefusedError(_("Le même identifiant est déjà à la ligne %(row)d.") % {"row": before})
        form = self._form(cells)
        ended = self._moment("end", cells) or self._moment("sent", cells) or timezone.now()
        organisation, unread = self._organisation(cells)
        return {
            "survey": self.survey,
            "form": form,
            "instance_id": instance,
            "replaces": instance_of(self._about("replaces", cells)),
            "values": matching.raw_answers(self.columns, cells, form.questionnaire()),
            "unread": unread,
            "channel": Channel.IMPORT,
            "college": self._college(cells),
            "language": "fr",
            "consented_at": ended,
            "consent": consent,
            "organisation": organisation,
            "respondent": self._respondent(cells),
            "started_at": self._moment("start", cells),
            "completed_at": ended,
        }

    def _about(self, name: str, cells: dict[str, str]) -> str:
        return matching.first(self.columns.about.get(name, ()), cells)

    def _own(self, name: str, cells: dict[str, str]) -> str:
        return matching.first(self.columns.own.get(name, ()), cells)

    def _moment(self, name: str, cells: dict[str, str]) -> datetime | None:
        found = moment(self._about(name, cells))
        return min(found, timezone.now()) if found else None

    def _form(self, cells: dict[str, str]) -> FormVersion:
        """KoboToolbox names versions by letters of its own, which say nothing here."""
        number = self._about("version", cells)
        if number in self.versions:
            return self.versions[number]
        if number.isdigit():
            raise _RefusedError(
                _("La version «\u00a0%(number)s\u00a0» du questionnaire n’existe pas.") % {"number": number}
            )
        return self.form

    def _consent(self, cells: dict[str, str]) -> str:
        if texts.CONSENT not in self.columns.own:
            return self.consent.strip()
        said = matching.is_yes(self._own(texts.CONSENT, cells))
        if said is False:
            raise _NoConsentError(_("La personne n’a pas donné son accord."))
        if said is None:
            raise _NoConsentError(_("La question de l’accord n’a pas de réponse."))
        return self.survey.purpose

    def _college(self, cells: dict[str, str]) -> str:
        text = self._own(texts.COLLEGE, cells)
        code = matching.college_code(text) if text else str(College.ACTORS)
        if not code:
            raise _RefusedError(
                _("Le collège «\u00a0%(college)s\u00a0» n’existe pas.") % {"college": text[:40]}
            )
        return code

    def _organisation(self, cells: dict[str, str]) -> tuple[Organisation | None, dict[str, str]]:
        code = self._own(texts.SHEET, cells)
        if not code:
            return None, {}
        found = sheet_named(self.survey, code)
        return found, {} if found else {texts.SHEET: code}

    def _respondent(self, cells: dict[str, str]) -> dict[str, str] | None:
        names = {texts.NAME: "name", texts.EMAIL: "email", texts.PHONE: "phone"}
        told = {name: self._own(column, cells) for column, name in names.items()}
        return told if any(told.values()) else None


def refused_rows(report: dict[str, Any]) -> Iterator[list[str]]:
    """The rows that did not enter, with why, as a table to mend and bring again."""
    columns = list(dict.fromkeys(name for one in report.get("refused", ()) for name in one["values"]))
    yield ["ligne", "motif", *columns]
    for one in report.get("refused", ()):
        yield [str(one["row"]), one["reason"], *(one["values"].get(name, "") for name in columns)]
