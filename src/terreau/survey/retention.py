"""What is kept no longer than it serves: answers never sent, names of those who answered."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from terreau.core import stamp
from terreau.journal.services import record
from terreau.survey.enums import SubmissionState, SurveyState
from terreau.survey.field_models import AnswersFile, SetAside
from terreau.survey.models import Respondent, Submission, Survey
from terreau.survey.withdrawing import drop_files, erase_content

# After the last day to answer. A survey may open again, so what was begun waits a little.
BEGUN_KEPT_FOR = timedelta(days=60)
WHO_KEPT_FOR = timedelta(days=365)
_AT_ONCE = 200


def keep_no_longer(*, today: date | None = None) -> None:
    """Close the surveys whose last day is past, then erase what they need no more. Twice is once."""
    day = today or timezone.localdate()
    for survey in Survey.objects.filter(state=SurveyState.OPEN, closes_on__lt=day):
        _close(survey)
    _erase_begun(day)
    _erase_names(day)


@transaction.atomic
def _close(survey: Survey) -> None:
    closed = Survey.objects.filter(pk=survey.pk, state=SurveyState.OPEN).update(state=SurveyState.CLOSED)
    if closed:
        record(verb="survey.closed", subject=f"survey:{survey.slug}", territory_code=survey.territory.code)
        transaction.on_commit(lambda: stamp.touch(settings.HOME.content_stamp))


def _erase_begun(day: date) -> None:
    begun = Submission.objects.filter(
        state=SubmissionState.STARTED,
        survey__state=SurveyState.CLOSED,
        survey__closes_on__lt=day - BEGUN_KEPT_FOR,
    )
    for one in begun.order_by("pk")[:_AT_ONCE]:
        with transaction.atomic():
            erase_content(one)
            one.delete()


def _erase_names(day: date) -> None:
    over = Survey.objects.filter(state=SurveyState.CLOSED, closes_on__lt=day - WHO_KEPT_FOR)
    keys = Submission.objects.filter(survey__in=over).values("key")
    Respondent.objects.filter(submission_key__in=keys).delete()
    # What could not be placed, and the rows of exports that were refused, hold names too.
    with transaction.atomic():
        aside = SetAside.objects.filter(survey__in=over)
        brought = AnswersFile.objects.filter(survey__in=over)
        paths = {one["path"] for files in aside.values_list("files", flat=True) for one in files}
        paths |= set(brought.values_list("path", flat=True))
        aside.delete()
        brought.delete()
        drop_files(paths)
