"""Many edits on one page, row by row: what one could not be saved is shown again, the others are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.plans import content, perms, reading, services
from terreau.plans.enums import ActionState, Standing
from terreau.plans.models import Action, Plan
from terreau.plans.plan_views import about, plan_for
from terreau.plans.reading import Row

# Eight fields a row: within what one form may carry.
ROWS: Final = 100
FIELDS: Final = ("state", "cause", "starts_on", "ends_on", "elected_pilot", "technical_pilot")


@dataclass
class Cell:
    """One field of a row: what stands in it, and what was there when it is not what was typed."""

    name: str
    label: str
    value: str
    now: str = ""


@dataclass
class TableRow:
    """A row to edit."""

    row: Row
    version: int
    cells: dict[str, Cell] = field(default_factory=dict)
    problem: TerreauError | None = None

    @property
    def differences(self) -> list[Cell]:
        """What was typed beside what someone else saved."""
        return [cell for cell in self.cells.values() if cell.now]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, code: str) -> HttpResponseBase:
    """The actions as a table to fill in; each row is saved by itself."""
    plan = plan_for(request, code)
    perms.can_write.require(request.user, plan.territory)
    context = about(request, plan, "table")
    asked = reading.Asked.read(request.GET)
    rows = [row for row in reading.rows_of(plan, context["today"]) if asked.keeps(row)]
    problems: dict[int, TerreauError] = {}
    if request.method == "POST":
        saved, problems = _save(request, plan, rows)
        if saved:
            told = ngettext("%(count)d ligne enregistrée.", "%(count)d lignes enregistrées.", saved)
            messages.success(request, told % {"count": saved})
        if not problems:
            return redirect(request.get_full_path())
        # Read again: others may have saved since.
        typed = {row.action.pk for row in rows if row.action.pk in problems}
        rows = [row for row in reading.rows_of(plan, context["today"]) if row.action.pk in typed]
    page = Paginator(rows, ROWS).get_page(str(request.GET.get("page", "")))
    context |= {
        "page": page,
        "rows": [_table_row(row, request.POST, problems.get(row.action.pk)) for row in page],
        "states": [(code, str(label)) for code, label in ActionState.choices],
        "problems": len(problems),
        "asked": asked,
        "standings": Standing.choices,
    }
    return render(request, "plans/table.html", context, status=400 if problems else 200)


def _save(request: HttpRequest, plan: Plan, rows: Iterable[Row]) -> tuple[int, dict[int, TerreauError]]:
    """Every row that was sent and differs; how many were saved, and why others were not."""
    saved, problems = 0, {}
    for row in rows:
        action = row.action
        if _name(action, "version") not in request.POST:
            continue
        version = whole_number(request.POST[_name(action, "version")])
        try:
            values = _typed(action, request.POST)
            if all(getattr(action, name) == value for name, value in content.clean(values).items()):
                continue
            services.save_action(person=request.user, action=action, version=version, values=values)
            saved += 1
        except TerreauError as error:
            problems[action.pk] = error
    return saved, problems


def _name(action: Action, field_name: str) -> str:
    return f"{action.public_id}-{field_name}"


def _typed(action: Action, data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a row as typed; one that was not sent stays as it is."""
    found: dict[str, Any] = {}
    for name in FIELDS:
        if (key := _name(action, name)) in data:
            found[name] = _day(name, data[key]) if name in content.DATES else data[key]
    return found


def _day(name: str, text: str) -> date | None:
    plain = text.strip()
    if not plain:
        return None
    try:
        return date.fromisoformat("-".join(reversed(plain.split("/"))) if "/" in plain else plain)
    except ValueError:
        raise TerreauError(
            _("«\u00a0%(text)s\u00a0» n’est pas une date.") % {"text": plain[:40]},
            where=content.label_of(name),
            remedy=_("Écrivez par exemple 30/06/2026."),
        ) from None


def _table_row(row: Row, data: Mapping[str, Any], problem: TerreauError | None) -> TableRow:
    action = row.action
    found = TableRow(row, action.version, problem=problem)
    for name in FIELDS:
        now = _shown(getattr(action, name))
        typed = str(data.get(_name(action, name), now)) if problem else now
        same = typed == now
        told = "" if same else content.in_words(name, getattr(action, name))
        found.cells[name] = Cell(_name(action, name), content.label_of(name), typed, told)
    return found


def _shown(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")
