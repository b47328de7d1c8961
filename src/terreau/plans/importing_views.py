"""A plan brought in from a spreadsheet: the file sent, its columns, what it would change, what it changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.plans import perms, services
from terreau.plans.importing import LIMITS, changes_of
from terreau.plans.importing_columns import MEANINGS
from terreau.plans.importing_compare import Change, counted
from terreau.plans.importing_grid import SEARCHED, titles_of
from terreau.plans.importing_models import PlanFile
from terreau.plans.models import Plan
from terreau.plans.plan_views import plan_for
from terreau.registers.screens_upload import BoundedUpload

_PAGE: Final = 50
_EXAMPLES, _LONGEST_EXAMPLE = 3, 60
_SHOWN_ROWS, _SHOWN_CELLS = 12, 8
_FORM = require_http_methods(["GET", "HEAD", "POST"])


def _plan(request: HttpRequest, code: str) -> Plan:
    plan = plan_for(request, code)
    perms.can_write.require(request.user, plan.territory)
    return plan


@csrf_exempt  # The bound on the file is set before the form is read; `_send` then checks it.
@login_required
@_FORM
def send(request: HttpRequest, code: str) -> HttpResponseBase:
    """Send a spreadsheet; those that were sent before."""
    bound = BoundedUpload(request, LIMITS.size)
    request.upload_handlers.insert(0, bound)
    return _send(request, code, bound)


@csrf_protect
def _send(request: HttpRequest, code: str, bound: BoundedUpload) -> HttpResponseBase:
    plan, problem = _plan(request, code), None
    if request.method == "POST":
        try:
            file = _received(request, plan, bound)
        except TerreauError as error:
            problem = error
        else:
            return redirect("plans:import_file", code, file.public_id)
    context = {
        "territory": plan.territory,
        "plan": plan,
        "problem": problem,
        "sheet": str(request.POST.get("sheet", "")),
        "limits": {"rows": LIMITS.rows, "size": LIMITS.size // 1_000_000},
        "files": PlanFile.objects.filter(plan=plan).defer("rows", "outcome")[:20],
    }
    return render(request, "plans/import.html", context, status=400 if problem else 200)


def _received(request: HttpRequest, plan: Plan, bound: BoundedUpload) -> PlanFile:
    file = request.FILES.get("file")
    if bound.too_large:
        raise TerreauError(
            _("Ce fichier dépasse %(size)d Mo\u00a0: il n’a pas été gardé.")
            % {"size": LIMITS.size // 1_000_000},
            remedy=_("Gardez la seule feuille du plan, sans images."),
        )
    if file is None:
        raise TerreauError(_("Choisissez le fichier du plan."))
    return services.receive_file(
        person=request.user,
        plan=plan,
        name=file.name or "",
        content=file.chunks(),
        sheet=str(request.POST.get("sheet", ""))[:255],
    )


@login_required
@_FORM
def file(request: HttpRequest, code: str, public_id: str) -> HttpResponseBase:
    """The columns of a file and what it would change; once it is brought in, what that gave."""
    plan = _plan(request, code)
    held = get_object_or_404(
        PlanFile.objects.select_related("plan__territory"), plan=plan, public_id=public_id
    )
    problem = None
    if request.method == "POST":
        try:
            return _done(request, held)
        except TerreauError as error:
            problem = error
    context = {"territory": plan.territory, "plan": plan, "file": held, "problem": problem}
    if held.done_at is not None:
        return render(request, "plans/imported.html", context)
    context |= _columns(request, held) | _preview(request, held)
    return render(request, "plans/import_file.html", context, status=400 if problem else 200)


def _done(request: HttpRequest, held: PlanFile) -> HttpResponseBase:
    what, person = str(request.POST.get("act", "")), request.user
    if what == "drop":
        services.drop_file(person=person, file=held)
        messages.success(request, _("Le fichier est retiré. Rien n’a été importé."))
        return redirect("plans:import", held.plan.territory.code)
    if what == "titles":
        text = str(request.POST.get("titles", "")).replace("–", "-")
        services.set_titles(
            person=person, file=held, titles_at=[whole_number(one.strip()) for one in text.split("-")]
        )
        messages.success(request, _("Les titres sont lus sur cette ligne."))
    elif what == "import":
        services.import_file(person=person, file=held)
        messages.success(request, _("Le fichier est importé."))
    else:
        services.set_columns(person=person, file=held, meanings=_asked(request, held))
        messages.success(request, _("Le sens des colonnes est gardé pour les prochains fichiers."))
    return redirect("plans:import_file", held.plan.territory.code, held.public_id)


def _asked(request: HttpRequest, held: PlanFile) -> list[str]:
    return [str(request.POST.get(f"column-{place}", "")) for place in range(len(held.meanings))]


def _columns(request: HttpRequest, held: PlanFile) -> dict[str, Any]:
    """Each column with some of its values and what it means; without titles, the first rows to find them."""
    if not held.titles_at:
        shown = [
            {"number": number, "cells": [cell[:_LONGEST_EXAMPLE] for cell in row[:_SHOWN_CELLS]]}
            for number, row in enumerate(held.rows[:_SHOWN_ROWS], 1)
        ]
        return {"first_rows": shown, "searched": SEARCHED, "titles_at": ""}
    typed = request.POST.get("act") == "columns"
    told = _asked(request, held) if typed else held.meanings
    # A row merged over the table is no example of its columns.
    body = [row for row in held.rows[max(held.titles_at) :] if len({cell for cell in row if cell}) > 1]
    columns = [
        {
            "name": f"column-{place}",
            "title": title,
            "meaning": meaning,
            "examples": _examples(body, place),
        }
        for place, (title, meaning) in enumerate(zip(titles_of(held.rows, held.titles_at), told, strict=True))
    ]
    return {
        "columns": [one for one in columns if one["title"] or one["examples"]],
        "meanings": list(MEANINGS.items()),
        "titles_at": "-".join(map(str, held.titles_at)),
    }


def _examples(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    found: dict[str, None] = {}
    for row in rows:
        if place < len(row) and row[place]:
            found[row[place][:_LONGEST_EXAMPLE]] = None
        if len(found) == _EXAMPLES:
            break
    return list(found)


_ORDER: Final = {
    "refused": gettext_lazy("refusées"),
    "kept": gettext_lazy("dites autrement à l’écran"),
    "changed": gettext_lazy("modifiées"),
    "added": gettext_lazy("ajoutées"),
    "same": gettext_lazy("inchangées"),
}


def _preview(request: HttpRequest, held: PlanFile) -> dict[str, Any]:
    """What would be refused, kept as it is, changed, added; what comes to the same is only counted."""
    changes = changes_of(held)
    counts = counted(changes)
    wanted = str(request.GET.get("voir", ""))
    if wanted not in _ORDER:
        wanted = ""
    shown = [one for one in changes if (_is(one, wanted) if wanted else one.status != "same" or one.kept)]
    return {
        "changes": Paginator(shown, _PAGE).get_page(str(request.GET.get("page", ""))),
        "counts": [(one, label, counts[one]) for one, label in _ORDER.items()],
        "wanted": wanted,
        "to_write": counts["added"] + counts["changed"],
    }


def _is(change: Change, wanted: str) -> bool:
    return bool(change.kept) if wanted == "kept" else change.status == wanted
