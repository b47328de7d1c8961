"""The form of a sheet, saved; when somebody else saved meanwhile, shown again beside what they wrote."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.directory.consolidation import views_of
from terreau.directory.fields import BY_KEY
from terreau.directory.forms import SheetForm
from terreau.directory.models import Organisation
from terreau.directory.rules import choose
from terreau.directory.sheet import value_text


@dataclass(frozen=True)
class Saving:
    """What became of a form.

    Attributes:
        form: as typed.
        organisation: as the form now reads it.
        problem: why it was not saved.
        differences: when somebody saved in between, what was typed beside what the sheet says now.
        status: that of the page that shows the form.
        done: whether it was saved.
    """

    form: SheetForm
    organisation: Organisation
    problem: TerreauError | None = None
    differences: list[dict[str, str]] = field(default_factory=list)
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
    written = data.get("version", "")
    version = whole_number(written)
    try:
        write(form, version)
    except TerreauError as problem:
        # Read again: the other one may have saved since this request began.
        sheets = Organisation.objects.select_related("territory", "source__territory", "merged_into")
        now = sheets.get(pk=organisation.pk)
        again = _form(data, now)
        is_stale = again.is_valid() and version != now.version
        differences = _differences(again) if is_stale else []
        return Saving(again, now, problem, differences, status=409 if is_stale else 400)
    return Saving(form, organisation, done=True)


def _form(data: Any, organisation: Organisation) -> SheetForm:
    chosen = choose(views_of([organisation.pk])[organisation.pk])
    territory = organisation.territory or (organisation.source.territory if organisation.source else None)
    return SheetForm(data, territory=territory, organisation=organisation, chosen=chosen)


def _differences(form: SheetForm) -> list[dict[str, str]]:
    """What was typed beside what the sheet says now, for the fields that differ."""
    country = str((form.values.get("place") or {}).get("country") or "")
    return [
        {
            "label": str(BY_KEY[key].label),
            "typed": value_text(key, typed, country) if typed else "—",
            "now": value_text(key, now, country) if (now := form.values.get(key)) else "—",
        }
        for key, typed in form.said().items()
    ]
