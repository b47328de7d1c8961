"""An export that was brought: kept until it is written or left, with what is understood of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.files import write_atomically
from terreau.journal.services import record
from terreau.survey import perms
from terreau.survey.exported.importing import Report, bring
from terreau.survey.field_models import AnswersFile
from terreau.survey.models import Survey
from terreau.survey.publishing import current_form
from terreau.survey.withdrawing import drop_files


def receive_file(
    *, person: Any, survey: Survey, name: str, content: Iterable[bytes], consent: str = ""
) -> AnswersFile:
    """Keep an export, and say what writing it would change. Nothing of a refused file is kept.

    Raises:
        NotAllowed: when the person does not run the survey.
        TerreauError: when it cannot be read.
    """
    perms.can_run.require(person, survey.territory)
    key = uuid.uuid4()
    path = f"survey/{survey.pk}/exports/{key}"
    target = Path(settings.HOME.files) / path
    write_atomically(target, b"".join(content))
    try:
        form = current_form(survey)
        report = bring(person=person, survey=survey, form=form, path=target, consent=consent, dry_run=True)
        with transaction.atomic():
            leave_unwritten(survey, person)
            return AnswersFile.objects.create(
                key=key,
                survey=survey,
                form=form,
                name=name[:200],
                path=path,
                consent=consent.strip(),
                report=report.as_data(),
                person=person,
            )
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def leave_unwritten(survey: Survey, person: Any) -> None:
    """Forget the exports that the person brought before and did not write."""
    left = AnswersFile.objects.filter(survey=survey, person=person, written_at__isnull=True)
    paths = list(left.values_list("path", flat=True))
    left.delete()
    drop_files(paths)


def write_file(*, person: Any, held: AnswersFile) -> Report:
    """Write the answers of an export that was shown; begun again after a stop, it writes what was left.

    The file is then deleted: what it holds is in the answers, and the rows that were refused in its report.

    Raises:
        NotAllowed: when the person does not run the survey.
        TerreauError: when it was written already.
    """
    perms.can_run.require(person, held.survey.territory)
    if held.written_at is not None:
        raise TerreauError(_("Cet export a déjà été écrit."))
    path = Path(settings.HOME.files) / held.path
    report = bring(person=person, survey=held.survey, form=held.form, path=path, consent=held.consent)
    with transaction.atomic():
        held.report, held.written_at = report.as_data(), timezone.now()
        held.save(update_fields=["report", "written_at"])
        record(
            verb="answers_file.written",
            subject=f"survey:{held.survey.slug}",
            actor=person,
            territory_code=held.survey.territory.code,
            count=report.new + report.replaced,
        )
        drop_files([held.path])
    return report
