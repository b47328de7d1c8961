"""Many edits on one page, row by row: what one could not be saved is shown again, the others are kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from terreau.core.errors import TerreauError
from terreau.plans import content, perms, reading, services
from terreau.plans.enums import Standing
from terreau.plans.forms import RowForm
from terreau.plans.plan_views import about, plan_for
from terreau.plans.reading import Row

# Eight fields a row: within what one form may carry.
ROWS: Final = 100


@dataclass(frozen=True)
class TableRow:
    """A row to edit, and why it was not saved."""

    row: Row
    form: RowForm
    problem: TerreauError | None = None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, code: str) -> HttpResponseBase:
    """The actions as a table to fill in; each row is saved by itself."""
    plan = plan_for(request, code)
    perms.can_write.require(request.user, plan.territory)
    context = about(request, plan, "table")
    asked = reading.Asked.read(request.GET)
    rows = [row for row in reading.rows_of(plan, context["today"]) if asked.keeps(row)]
    refused: dict[int, tuple[RowForm, TerreauError | None]] = {}
    if request.method == "POST":
        saved, refused = _save(request, rows)
        if saved:
            told = ngettext("%(count)d ligne enregistrée.", "%(count)d lignes enregistrées.", saved)
            messages.success(request, told % {"count": saved})
        if not refused:
            return redirect(request.get_full_path())
        # Read again: others may have saved since.
        rows = [row for row in reading.rows_of(plan, context["today"]) if row.action.pk in refused]
    page = Paginator(rows, ROWS).get_page(str(request.GET.get("page", "")))
    context |= {
        "page": page,
        "rows": [_table_row(row, *refused.get(row.action.pk, ())) for row in page],
        "problems": len(refused),
        "asked": asked,
        "standings": Standing.choices,
    }
    return render(request, "plans/table.html", context, status=400 if refused else 200)


def _save(
    request: HttpRequest, rows: Iterable[Row]
) -> tuple[int, dict[int, tuple[RowForm, TerreauError | None]]]:
    """Every row that was sent and touched; how many were saved, and why others were not."""
    saved, refused = 0, {}
    for row in rows:
        action, form = row.action, RowForm(request.POST, action=row.action)
        if form.add_prefix("version") not in request.POST or all(map(form.is_untouched, form.fields)):
            continue
        problem = None
        if form.is_valid():
            try:
                values = form.values()
                if all(getattr(action, name) == value for name, value in content.clean(values).items()):
                    continue
                services.save_action(person=request.user, action=action, version=form.version, values=values)
                saved += 1
                continue
            except TerreauError as error:
                problem = error
        refused[action.pk] = form, problem
    return saved, refused


def _table_row(row: Row, typed: RowForm | None = None, problem: TerreauError | None = None) -> TableRow:
    action = row.action
    if typed is None:
        return TableRow(row, RowForm(action=action))
    if problem is not None:
        typed = typed.gathered(action.version, lambda sent: RowForm(sent, action=action))
    return TableRow(row, typed, problem)
