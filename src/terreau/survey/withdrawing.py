"""An answer taken back: what it said, who gave it and what was sent with it are erased; that it was stays."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction

from terreau.journal.services import record
from terreau.survey.enums import SubmissionState
from terreau.survey.field_models import SetAside
from terreau.survey.models import Media, Respondent, Submission


@transaction.atomic
def withdraw(*, submission: Submission) -> None:
    """Erase an answer, and with it those that it edited: the person took their agreement back.

    The empty answers stay, so that a telephone that sends one again does not bring it back.
    """
    held = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    if held.state == SubmissionState.WITHDRAWN:
        return
    for one in _line_of(held):
        erase_content(one)
        one.state = SubmissionState.WITHDRAWN
        one.values, one.unread, one.consent = {}, {}, ""
        one.organisation, one.link_digest = None, ""
        one.save()
    record(
        verb="submission.withdrawn",
        subject=f"survey:{submission.survey.slug}",
        territory_code=submission.survey.territory.code,
    )


def erase_content(submission: Submission) -> None:
    """Delete who gave the answer and the files sent with it; in the caller's transaction."""
    Respondent.objects.filter(submission_key=submission.pk).delete()
    paths = set(submission.media.values_list("path", flat=True))
    submission.media.all().delete()
    drop_files(paths)


def drop_files(paths: Iterable[str]) -> None:
    """Delete from the disk, once the deletion of their rows is settled, the files that no row names."""
    transaction.on_commit(partial(_unlink_unnamed, frozenset(paths)))


def _unlink_unnamed(paths: frozenset[str]) -> None:
    named = set(Media.objects.filter(path__in=paths).values_list("path", flat=True))
    for files in SetAside.objects.exclude(files=[]).values_list("files", flat=True):
        named |= {one["path"] for one in files}
    for path in paths - named:
        (Path(settings.HOME.files) / path).unlink(missing_ok=True)


def _line_of(submission: Submission) -> list[Submission]:
    """The answer and all those before and after it that are the same person's."""
    found = {submission.pk: submission}
    waiting = [submission]
    while waiting:
        one = waiting.pop()
        near = Submission.objects.select_for_update(of=("self",)).filter(survey=one.survey_id)
        linked = [
            *(near.filter(pk=one.replaces_id) if one.replaces_id else ()),
            *near.filter(replaces=one),
            *(near.filter(instance_id=one.awaits) if one.awaits else ()),
            *near.filter(awaits=one.instance_id),
        ]
        for other in linked:
            if other.pk not in found:
                found[other.pk] = other
                waiting.append(other)
    return list(found.values())
