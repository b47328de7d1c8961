"""The form of a sheet, saved; when somebody else saved meanwhile, shown again beside what they wrote."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from terreau.core.errors import TerreauError
from terreau.directory.consolidation import views_of
from terreau.directory.forms import SheetForm
from terreau.directory.models import Organisation
from terreau.directory.rules import choose


@dataclass(frozen=True)
class Saving:
    """What became of a form.

    Attributes:
        form: as typed; when somebody saved in between, what was not touched is as they left it.
        organisation: as the form now reads it.
        problem: why it was not saved.
        status: that of the page that shows the form.
        done: whether it was saved.
    """

    form: SheetForm
    organisation: Organisation
    problem: TerreauError | None = None
    status: int = 200
    done: bool = False


def save(data: Any, organisation: Organisation, write: Callable[[SheetForm, int], object]) -> Saving:
    """Save what was typed, if it is sound and nobody saved since it was read.

    Args:
        data: what was posted; None when the form is only read.
        organisation: the sheet.
        write: given the form and the version that was read, writes or raises a `TerreauError`.
    """
    form = _form(data, organisation)
    if not form.is_valid():
        return Saving(form, organisation, status=400 if form.errors else 200)
    try:
        write(form, form.version)
    except TerreauError as problem:
        # Read again: the other one may have saved since this request began.
        sheets = Organisation.objects.select_related("territory", "source__territory", "merged_into")
        now = sheets.get(pk=organisation.pk)
        again = form.gathered(now.version, lambda sent: _form(sent, now))
        return Saving(again, now, problem, status=400 if again is form else 409)
    return Saving(form, organisation, done=True)


def _form(data: Any, organisation: Organisation) -> SheetForm:
    chosen = choose(views_of([organisation.pk])[organisation.pk])
    territory = organisation.territory or (organisation.source.territory if organisation.source else None)
    return SheetForm(data, territory=territory, organisation=organisation, chosen=chosen)
