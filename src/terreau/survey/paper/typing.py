"""Sheets of paper prepared, and typed when they come back: a sheet is one answer, however often typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.text import fold
from terreau.journal.services import record
from terreau.survey import answers, perms
from terreau.survey.answers import sheet_named, withdraw
from terreau.survey.enums import Channel, SubmissionState
from terreau.survey.field import texts
from terreau.survey.field_models import PaperBatch
from terreau.survey.models import Respondent, Submission, Survey
from terreau.survey.paper.codes import MOST_SHEETS, instance_of, read_code
from terreau.survey.paper.entries import Entry, TypedError, entries, read_typed, show_typed
from terreau.survey.publishing import current_form
from terreau.survey.reading import read_values
from terreau.territories.models import Territory

# The questions of the sheet itself, by their letter.
LETTERS: Final = {
    "A": texts.CONSENT,
    "B": texts.COLLEGE,
    "C": texts.SHEET,
    "D": "name",
    "E": "email",
    "F": "phone",
}
_YES: Final = "1"
_COLLEGES: Final = tuple(texts.COLLEGES)
_PLACES: Final = 1500


class TypingError(TerreauError):
    """Fields that are no answers: what is wrong with each, by its name."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__(_("Des champs sont à corriger\u00a0: rien n’a été enregistré, rien n’a été perdu."))


class TypedBeforeError(TerreauError):
    """The sheet was typed before, and said something else."""


class AgreedBeforeError(TerreauError):
    """The sheet was typed before with an agreement that it is now said not to bear."""


@transaction.atomic
def prepare_batch(
    *, person: Any, survey: Survey, count: int, language: str, number: int | None = None
) -> PaperBatch:
    """So many numbered sheets of the questionnaire as it is asked now; sent twice, there is one batch.

    Args:
        person: who runs the survey.
        survey: the one that is asked.
        count: how many sheets.
        language: that of the questionnaire.
        number: the one that the form announced; None for the next.

    Raises:
        NotAllowed: when the person does not run the survey.
        TerreauError: when there are too many, or none, or the questionnaire is not in that language.
    """
    perms.can_run.require(person, survey.territory)
    if not 1 <= count <= MOST_SHEETS:
        raise TerreauError(_("Un lot compte de 1 à %(most)d feuilles.") % {"most": MOST_SHEETS})
    held = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    form = current_form(held)
    if language not in form.questionnaire().languages():
        raise TerreauError(_("Le questionnaire n’est pas traduit dans cette langue."))
    made_before = held.paper_batches.filter(
        number=number or 0, count=count, language=language, created_by=person
    ).first()
    if made_before is not None:
        return made_before
    number = (held.paper_batches.aggregate(last=Max("number"))["last"] or 0) + 1
    made = PaperBatch.objects.create(
        survey=held, form=form, number=number, count=count, language=language, created_by=person
    )
    record(
        verb="paper_batch.prepared",
        subject=f"survey:{held.slug}",
        actor=person,
        territory_code=survey.territory.code,
        count=count,
    )
    return made


@dataclass
class PaperSheet:
    """One sheet of paper: its questions, and what was typed of it before."""

    batch: PaperBatch
    number: int
    entries: list[Entry] = field(default_factory=list)

    @property
    def instance_id(self) -> str:
        """The identifier of the answer that it holds."""
        return instance_of(self.batch.number, self.number)

    @property
    def code(self) -> str:
        """Its code, as printed."""
        return self.instance_id.partition(":")[2]

    def versions(self) -> list[Submission]:
        """The answer and its corrections, the newest last."""
        found = Submission.objects.filter(survey=self.batch.survey).filter(
            instance_id__startswith=self.instance_id
        )
        return sorted(
            found.select_related("organisation"), key=lambda one: (len(one.instance_id), one.instance_id)
        )

    def last(self) -> Submission | None:
        """What the sheet was typed as in the end; None when it never was."""
        versions = self.versions()
        return versions[-1] if versions else None


def find_sheet(survey: Survey, text: str) -> PaperSheet:
    """The sheet that bears a code.

    Raises:
        TerreauError: when no sheet of this survey does.
    """
    read = read_code(text)
    batch = None
    if read is not None:
        batch = survey.paper_batches.select_related("form").filter(number=read[0], count__gte=read[1]).first()
    if read is None or batch is None:
        raise TerreauError(
            _("Aucune feuille de cette enquête ne porte le code «\u00a0%(code)s\u00a0».")
            % {"code": text[:20]},
            remedy=_("Recopiez-le du haut de la feuille, avec son dernier chiffre."),
        )
    batch.survey = survey
    asked = entries(batch.form.questionnaire(), oral=survey.oral)
    return PaperSheet(batch, read[1], [entry for _block, listed in asked for entry in listed])


def places_of(territory: Territory) -> dict[str, str]:
    """The names of the places that a sheet may hold, by their codes."""
    found = Territory.objects.within(territory).current().by_name().values_list("code", "name")
    return dict(found[:_PLACES])


def type_sheet(
    *,
    person: Any,
    sheet: PaperSheet,
    typed: Mapping[str, str],
    places: Mapping[str, str],
    replacing: str = "",
    erasing: bool = False,
) -> Submission | None:
    """Take in what a sheet holds.

    Args:
        person: who types.
        sheet: the sheet.
        typed: what was typed, by identifier of question or letter.
        places: names of places by code.
        replacing: identifier of the answer whose place it may take, that the same sheet was typed as before;
            empty when none was seen.
        erasing: whether what the sheet was typed as before may be erased, if it bears no agreement.

    Returns:
        The answer; None when the person asked did not agree, and nothing is kept.

    Raises:
        NotAllowed: when the person does not run the survey.
        TypingError: when fields are no answers.
        TypedBeforeError: when it was typed before as something else than what is `replacing`.
        AgreedBeforeError: when it was typed before with an agreement, unless `erasing`.
        TerreauError: when what it was typed as was withdrawn, or the survey takes no answers yet.
    """
    perms.can_run.require(person, sheet.batch.survey.territory)
    about, values = _read(sheet, typed, places)
    with transaction.atomic():
        if about.pop("consent") != _YES:
            _forget(sheet, erasing)
            return None
        return _keep(person, sheet, about, values, replacing)


def _forget(sheet: PaperSheet, erasing: bool) -> None:
    """Nothing is kept of who did not agree, nor of what was typed of the sheet before."""
    Survey.objects.select_for_update(of=("self",)).get(pk=sheet.batch.survey.pk)
    last = sheet.last()
    if last is None or last.state == SubmissionState.WITHDRAWN:
        return
    if not erasing:
        raise AgreedBeforeError(
            _("Cette feuille a déjà été tapée, avec l’accord de la personne."),
            remedy=_("Corrigez la case A\u202f; ou, si l’accord manque, effacez ce qui en est gardé."),
        )
    withdraw(submission=last)


def withdrawn_error() -> TerreauError:
    """What is told of a sheet whose answer was taken back."""
    return TerreauError(
        _("La réponse de cette feuille a été retirée\u00a0: rien n’en est gardé, et elle ne se tape plus.")
    )


def _keep(
    person: Any, sheet: PaperSheet, about: dict[str, Any], values: dict[str, Any], replacing: str
) -> Submission:
    survey = Survey.objects.select_for_update(of=("self",)).get(pk=sheet.batch.survey.pk)
    versions = sheet.versions()
    last = versions[-1] if versions else None
    if last is not None and last.state == SubmissionState.WITHDRAWN:
        raise withdrawn_error()
    if last is not None and _says_the_same(last, about, values, sheet):
        return last
    if last is not None and replacing != last.instance_id:
        raise TypedBeforeError(
            _("Cette feuille a déjà été tapée, et ne disait pas la même chose."),
            remedy=_("Comparez, puis remplacez la première si c’est bien cette feuille."),
        )
    now = timezone.now()
    kept, _created = answers.receive(
        person=person,
        survey=survey,
        form=sheet.batch.form,
        instance_id=f"{sheet.instance_id}/{len(versions) + 1}" if versions else sheet.instance_id,
        replaces=last.instance_id if last else "",
        values=values,
        channel=Channel.PAPER,
        language=sheet.batch.language,
        consented_at=now,
        consent=survey.text("purpose", sheet.batch.language),
        completed_at=now,
        **about,
    )
    return kept


def _says_the_same(
    last: Submission, about: Mapping[str, Any], values: Mapping[str, Any], sheet: PaperSheet
) -> bool:
    read, _unread = read_values(sheet.batch.form.questionnaire(), values)
    if (last.values, last.college, last.organisation) != (read, about["college"], about["organisation"]):
        return False
    who = Respondent.objects.filter(submission_key=last.pk).values("name", "email", "phone").first()
    told = {name: text for name, text in who.items() if text} if who else {}
    return bool(told == about["respondent"])


def _read(
    sheet: PaperSheet, typed: Mapping[str, str], places: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is about the answer, and its values.

    Raises:
        TypingError: with every field that is wrong, so that all are mended at once.
    """
    wrong: dict[str, str] = {}
    by_name = {code.lower(): code for code in places} | {fold(name): code for code, name in places.items()}
    values = {}
    for entry in sheet.entries:
        try:
            value = read_typed(entry, typed.get(entry.question.id, ""), by_name)
        except TypedError as error:
            wrong[entry.question.id] = str(error)
        else:
            if value is not None:
                values[entry.question.id] = value
    about = _about(sheet, typed, wrong)
    unasked = _unasked(sheet, values)
    wrong |= {
        name: _("Cette question n’était pas à poser, d’après une réponse plus haut.") for name in unasked
    }
    if wrong and about["consent"] != "2":
        raise TypingError(wrong)
    return about, values


def _unasked(sheet: PaperSheet, values: Mapping[str, Any]) -> set[str]:
    _read_values, unread = read_values(sheet.batch.form.questionnaire(), values)
    return set(unread) & set(values)


def _about(sheet: PaperSheet, typed: Mapping[str, str], wrong: dict[str, str]) -> dict[str, Any]:
    consent = typed.get("A", "").strip()
    if consent not in ("1", "2"):
        wrong["A"] = _("Tapez 1 pour oui, 2 pour non.")
    college = typed.get("B", "").strip()
    if college not in ("1", "2", "3"):
        wrong["B"] = _("Tapez 1, 2 ou 3.")
    organisation = None
    if code := typed.get("C", "").strip():
        organisation = sheet_named(sheet.batch.survey, code)
        if organisation is None:
            wrong["C"] = _(
                "Aucune fiche de l’annuaire ne porte ce nom ici, ou plusieurs le portent. Tapez-le comme sur "
                "la fiche, ou l’adresse de la fiche, ou laissez vide."
            )
    who = {LETTERS[letter]: typed.get(letter, "").strip() for letter in "DEF"}
    return {
        "consent": consent,
        "college": _COLLEGES[int(college) - 1] if college in ("1", "2", "3") else "",
        "organisation": organisation,
        "respondent": {name: text for name, text in who.items() if text},
    }


def typed_as(sheet: PaperSheet, answer: Submission, places: Mapping[str, str]) -> dict[str, str]:
    """An answer as it would be typed again."""
    shown = {
        entry.question.id: show_typed(entry, answer.values.get(entry.question.id), places)
        for entry in sheet.entries
    }
    who = Respondent.objects.filter(submission_key=answer.pk).first()
    return shown | {
        "A": _YES,
        "B": str(_COLLEGES.index(answer.college) + 1),
        "C": answer.organisation.public_id if answer.organisation else "",
        **{letter: getattr(who, LETTERS[letter], "") if who else "" for letter in "DEF"},
    }
