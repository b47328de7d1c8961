"""What was set aside, and what an agent does of it."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from terreau.core.errors import ToldError
from terreau.journal.services import record
from terreau.survey import perms
from terreau.survey.field import arrivals
from terreau.survey.field_models import SetAside
from terreau.survey.withdrawing import drop_files


def retry(*, person: Any, held: SetAside) -> bool:
    """Try to take in what was set aside.

    Returns:
        Whether it entered; when it did not, the reason of today is written beside it.

    Raises:
        NotAllowed: when the person does not run the survey.
    """
    perms.can_run.require(person, held.survey.territory)
    try:
        arrivals.try_again(held)
    except ToldError as error:
        SetAside.objects.filter(pk=held.pk).update(reason=error.message[:300])
        return False
    return True


@transaction.atomic
def drop(*, person: Any, held: SetAside) -> None:
    """Throw away what was set aside; the journal says that it was.

    Raises:
        NotAllowed: when the person does not run the survey.
    """
    perms.can_run.require(person, held.survey.territory)
    survey = held.survey
    paths = {one["path"] for one in held.files}
    if SetAside.objects.filter(pk=held.pk).delete()[0]:
        drop_files(paths)
        record(
            verb="set_aside.dropped",
            subject=f"survey:{survey.slug}",
            actor=person,
            territory_code=survey.territory.code,
        )
