"""The wizard of the imports: the screens by which an agent brings a list into the directory."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terreau.accounts.perms import can_import, can_review
from terreau.core.errors import TerreauError
from terreau.core.numbers import french_number
from terreau.directory.services import mark_source
from terreau.jobs.enums import JobState
from terreau.registers import screens_review, services
from terreau.registers.enums import BUSY, Outcome, RunState
from terreau.registers.forms import NewImportForm, ReadingForm
from terreau.registers.models import ImportRun, StagedRow
from terreau.registers.reporting import rejects_file
from terreau.registers.screens_list import source_lines, sources_of, waiting_rows
from terreau.registers.screens_mapping import MappingScreen, grouping_select, screen
from terreau.registers.screens_rows import Words, fate_row, samples
from terreau.registers.screens_steps import (
    begin_again,
    begin_applying,
    begin_reading,
    drop_twin,
    is_under_way,
)
from terreau.registers.screens_upload import BoundedUpload
from terreau.territories.models import Territory

View = Callable[..., HttpResponseBase]
SOURCES_SHOWN = 20
REVIEWED_SHOWN = 20
ROWS_SHOWN = 50


def _territory(request: HttpRequest, code: str) -> Territory:
    """The territory, if the person may import there.

    Raises:
        NotAllowed: with the reason.
    """
    territory = get_object_or_404(Territory, code=code)
    can_import.require(request.user, territory)
    return territory


def _run(request: HttpRequest, code: str, run_id: uuid.UUID) -> ImportRun:
    territory = _territory(request, code)
    found = ImportRun.objects.select_related("source", "territory", "person", "job", "same_as", "mapping")
    return get_object_or_404(found, pk=run_id, territory=territory)


def _tell(request: HttpRequest, error: TerreauError) -> None:
    messages.error(request, str(error))


# --- The list, and a new import -------------------------------------------------------------------


@login_required
@require_safe
def imports(request: HttpRequest, code: str) -> HttpResponse:
    """The sources of a territory, where their imports stand, what to do next."""
    territory = _territory(request, code)
    page = Paginator(sources_of(territory), SOURCES_SHOWN).get_page(request.GET.get("page"))
    context = {
        "territory": territory,
        "page": page,
        "lines": source_lines(page),
        "to_review": waiting_rows(territory).count(),
    }
    return render(request, "registers/list.html", context)


@login_required
@require_POST
def simulated(request: HttpRequest, code: str) -> HttpResponseBase:
    """Say that a source is simulated, or that it is not."""
    territory = _territory(request, code)
    source = get_object_or_404(sources_of(territory), code=request.POST.get("source", ""))
    mark_source(person=request.user, source=source, simulated=request.POST.get("simulated") == "1")
    messages.success(request, _("C’est noté\u00a0: les fiches de cette source sont mises à jour."))
    return redirect("registers:list", territory.code)


@csrf_exempt
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, code: str) -> HttpResponseBase:
    """Bring a list in. The bound on the file is set before anything of the request is read."""
    territory = _territory(request, code)
    bound = BoundedUpload(request, settings.UPLOAD_MAX_BYTES)
    request.upload_handlers.insert(0, bound)
    return _new(request, territory, bound)


@csrf_protect
def _new(request: HttpRequest, territory: Territory, bound: BoundedUpload) -> HttpResponseBase:
    mended = _mended(request, territory)
    if request.method != "POST":
        form = NewImportForm(territory=territory, initial=_initial(request, territory, mended))
        return _new_page(request, territory, form, mended)
    form = NewImportForm(request.POST, request.FILES, territory=territory)
    trouble: TerreauError | None = None
    if bound.too_large:
        trouble = _too_large()
    elif form.is_valid():
        try:
            run = _receive(request, territory, form, mended)
        except TerreauError as error:
            trouble = error
        else:
            return redirect("registers:mapping", territory.code, run.pk)
    return _new_page(request, territory, form, mended, trouble)


def _new_page(
    request: HttpRequest,
    territory: Territory,
    form: NewImportForm,
    mended: ImportRun | None,
    trouble: TerreauError | None = None,
) -> HttpResponse:
    context = {"territory": territory, "form": form, "mended": mended, "trouble": trouble}
    return render(request, "registers/new.html", context, status=400 if form.is_bound else 200)


def _too_large() -> TerreauError:
    return TerreauError(
        _("Le fichier dépasse %(size)d Mo\u00a0: il n’a pas été gardé.")
        % {"size": settings.UPLOAD_MAX_BYTES // (1024 * 1024)},
        remedy=_("Gardez les seules colonnes utiles, ou découpez-le en plusieurs parties."),
    )


def _mended(request: HttpRequest, territory: Territory) -> ImportRun | None:
    """The import whose rejected rows come back mended, when the address says so."""
    try:
        key = uuid.UUID(request.GET.get("complete", ""))
    except ValueError:
        return None
    return ImportRun.objects.filter(pk=key, territory=territory).select_related("source").first()


def _initial(request: HttpRequest, territory: Territory, mended: ImportRun | None) -> dict[str, Any]:
    wanted = mended.source.code if mended else request.GET.get("source", "")
    source = territory.sources.filter(code=wanted).first() if wanted else None
    if source is None:
        return {}
    known = {name: getattr(source, name) for name in ("kind", "publisher", "licence", "url", "simulated")}
    dated = mended.dated_on if mended else None
    return {"source": source, "extent": "partial" if mended else "whole", "dated_on": dated, **known}


def _receive(
    request: HttpRequest, territory: Territory, form: NewImportForm, mended: ImportRun | None
) -> ImportRun:
    file = form.cleaned_data["file"]
    same_source = mended is not None and form.cleaned_data["source"] == mended.source
    run = services.receive(
        person=request.user,
        territory=territory,
        about=form.about(),
        name=file.name,
        content=file.chunks(),
        # Mended rows sent as a whole list are known by their columns: the others have not left.
        partial=True if form.cleaned_data["extent"] == "partial" else None,
        completes=mended if same_source else None,
    )
    return drop_twin(person=request.user, run=run)


# --- The columns ---------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: HttpRequest, code: str, run_id: uuid.UUID) -> HttpResponseBase:
    """What each column is: proposed, confirmed, shown on ten rows."""
    run = _run(request, code, run_id)
    if run.state in (*BUSY, RunState.APPLIED, RunState.ABANDONED):
        return redirect("registers:run", code, run.pk)
    plan = services.plan(run)
    if request.method != "POST":
        return _mapping_page(request, run, plan, screen(run, plan, None))
    asked = request.POST.get("action", "rows")
    shown = screen(run, plan, request.POST, rows=asked != "compare")
    if asked != "compare":
        return _mapping_page(request, run, plan, shown)
    if not shown.is_sound:
        return _mapping_page(request, run, plan, shown, status=400)
    try:
        job = begin_reading(person=request.user, run=run, spec=shown.spec)
    except TerreauError as error:
        _tell(request, error)
        return _mapping_page(request, run, plan, shown, status=400)
    return _follow(code, run, job)


def _mapping_page(
    request: HttpRequest, run: ImportRun, plan: services.Plan, shown: MappingScreen, status: int = 200
) -> HttpResponse:
    context = {
        "territory": run.territory,
        "run": run,
        "plan": plan,
        "screen": shown,
        "grouping": grouping_select(shown.spec),
        "reading": None if _is_json(run) else ReadingForm(described=run.described),
        "tried": request.method == "POST",
    }
    return render(request, "registers/mapping.html", context, status=status)


def _is_json(run: ImportRun) -> bool:
    return run.described.get("format") in ("JSON", "GeoJSON")


@login_required
@require_POST
def reading(request: HttpRequest, code: str, run_id: uuid.UUID) -> HttpResponseBase:
    """Read another sheet of the file, or take its titles from another row."""
    run = _run(request, code, run_id)
    form = ReadingForm(request.POST, described=run.described)
    try:
        if not form.is_valid() or _is_json(run):
            raise TerreauError(
                _("Cette feuille ou cette ligne n’existe pas dans le fichier."),
                remedy=_("Choisissez une feuille de la liste, et un numéro de ligne, ou laissez-le vide."),
            )
        said = form.cleaned_data
        services.read_otherwise(
            person=request.user, run=run, sheet=said.get("sheet", ""), header_row=said["header_row"]
        )
    except TerreauError as error:
        _tell(request, error)
    return redirect("registers:mapping", code, run.pk)


def _follow(code: str, run: ImportRun, job: Any) -> HttpResponseBase:
    """To the page of the work, or straight on when it is done."""
    if job is None or job.is_over:
        return redirect("registers:run", code, run.pk)
    return redirect("jobs:job", job.pk)


# --- One import ----------------------------------------------------------------------------------------


@login_required
@require_safe
def run(request: HttpRequest, code: str, run_id: uuid.UUID) -> HttpResponseBase:
    """Where one import stands: the page that its state asks for."""
    found = _run(request, code, run_id)
    over = found.state in (RunState.APPLIED, RunState.ABANDONED)
    if is_under_way(found) and not over and found.job is not None:
        return redirect("jobs:job", found.job.pk)
    failed = found.job is not None and found.job.state == JobState.FAILED
    if found.state in (RunState.RECEIVED, RunState.MAPPED) and not failed:
        return redirect("registers:mapping", code, found.pk)
    if found.state == RunState.COMPARED:
        return _differences(request, found)
    if found.state == RunState.APPLIED:
        return _result(request, found)
    context = {
        "territory": found.territory,
        "run": found,
        "interrupted": found.state in BUSY,
        "problem": found.error or (found.job.message if found.job else ""),
    }
    return render(request, "registers/stopped.html", context)


def _differences(request: HttpRequest, found: ImportRun) -> HttpResponse:
    failed = found.job is not None and found.job.state == JobState.FAILED
    counts = found.counts
    context = {
        "territory": found.territory,
        "run": found,
        "counts": counts,
        "samples": samples(found),
        "changes_nothing": not any(counts.get(name) for name in ("new", "changed", "gone", "review")),
        "has_rejects": rejects_file(found) is not None,
        "problem": found.job.message if failed and found.job else "",
    }
    return render(request, "registers/differences.html", context)


def _result(request: HttpRequest, found: ImportRun) -> HttpResponse:
    context = {
        "territory": found.territory,
        "run": found,
        "counts": found.counts,
        "left": found.rows.to_review().count(),
        "has_rejects": rejects_file(found) is not None,
        "directory_url": f"{reverse('directory:list')}?source={found.source.code}",
    }
    return render(request, "registers/result.html", context)


@login_required
@require_safe
def rows(request: HttpRequest, code: str, run_id: uuid.UUID, outcome: str) -> HttpResponse:
    """The rows kept of one fate, by the page."""
    found = _run(request, code, run_id)
    if outcome not in Outcome.values:
        raise Http404
    listed = found.rows.filter(outcome=outcome).order_by("number")
    page = Paginator(listed, ROWS_SHOWN).get_page(request.GET.get("page"))
    words = Words()
    context = {
        "territory": found.territory,
        "run": found,
        "outcome": outcome,
        "page": page,
        "lines": [fate_row(row, words) for row in page],
        "total": found.counts.get(outcome, 0),
        "has_rejects": outcome == Outcome.REJECTED and rejects_file(found) is not None,
    }
    return render(request, "registers/rows.html", context)


@login_required
@require_safe
def rejects(request: HttpRequest, code: str, run_id: uuid.UUID) -> HttpResponseBase:
    """The rejected rows with their reasons, to be mended and sent again."""
    found = _run(request, code, run_id)
    path = rejects_file(found)
    if path is None:
        raise Http404
    name = f"{Path(found.file_name).stem}-rejets.csv"
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8"
    )


@login_required
@require_POST
def apply(request: HttpRequest, code: str, run_id: uuid.UUID) -> HttpResponseBase:
    """Write what was compared; clicked again, it leads to the same place."""
    found = _run(request, code, run_id)
    try:
        if found.state not in (RunState.COMPARED, RunState.APPLYING, RunState.APPLIED):
            raise TerreauError(
                _("Il n’y a pas de différences à appliquer."),
                remedy=_("Confirmez d’abord les colonnes, puis relisez les différences."),
            )
        job = begin_applying(person=request.user, run=found)
    except TerreauError as error:
        _tell(request, error)
        return redirect("registers:run", code, found.pk)
    return _follow(code, found, job)


@login_required
@require_POST
def resume(request: HttpRequest, code: str, run_id: uuid.UUID) -> HttpResponseBase:
    """Take up what was cut short."""
    found = _run(request, code, run_id)
    if found.state in (RunState.APPLIED, RunState.ABANDONED) or found.mapping is None:
        return redirect("registers:run", code, found.pk)
    return _follow(code, found, begin_again(person=request.user, run=found))


@login_required
@require_POST
def abandon(request: HttpRequest, code: str, run_id: uuid.UUID) -> HttpResponseBase:
    """Give up an import that was not applied; asked twice, it is given up once."""
    found = _run(request, code, run_id)
    if found.state != RunState.ABANDONED:
        try:
            services.abandon(person=request.user, run=found)
        except TerreauError as error:
            _tell(request, error)
            return redirect("registers:run", code, found.pk)
    messages.success(request, _("L’import est abandonné\u00a0: rien n’a été écrit dans l’annuaire."))
    return redirect("registers:list", code)


# --- Rows to review ----------------------------------------------------------------------------------


@login_required
@require_safe
def review(request: HttpRequest, code: str) -> HttpResponse:
    """The rows that wait for an answer, twenty by page."""
    return _review_page(request, _reviewer(request, code))


def _reviewer(request: HttpRequest, code: str) -> Territory:
    territory = get_object_or_404(Territory, code=code)
    can_review.require(request.user, territory)
    return territory


def _asked_import(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.GET.get("import", ""))
    except ValueError:
        return None


def _review_page(
    request: HttpRequest,
    territory: Territory,
    tried: dict[int, screens_review.Tried] | None = None,
) -> HttpResponse:
    waiting = (
        waiting_rows(territory).select_related("run__source", "run__territory").order_by("run", "number")
    )
    one = _asked_import(request)
    if one is not None:
        waiting = waiting.filter(run=one)
    page = Paginator(waiting, REVIEWED_SHOWN).get_page(request.GET.get("page"))
    context = {
        "territory": territory,
        "page": page,
        "cards": screens_review.cards(page, territory, tried),
        "one_import": one,
    }
    return render(request, "registers/review.html", context, status=400 if tried else 200)


@login_required
@require_POST
def answer(request: HttpRequest, code: str, row_id: int) -> HttpResponseBase:
    """Take one answer; the other rows stay as they are."""
    territory = _reviewer(request, code)
    found = StagedRow.objects.select_related("run__source", "run__territory")
    row = get_object_or_404(found, pk=row_id, run__territory=territory)
    back = f"{reverse('registers:review', args=[code])}?{request.GET.urlencode()}"
    try:
        said, tried = screens_review.answer_of(row, request.POST, territory)
        if said is None:
            return _review_page(request, territory, {row.pk: tried or screens_review.Tried("", "")})
        _decide(request, row, said)
    except TerreauError as error:
        _tell(request, error)
        return redirect(f"{back}#lignes")
    row.refresh_from_db(fields=["decision"])
    if row.decision == "":
        messages.info(request, _("«\u00a0%(name)s\u00a0»\u00a0: encore une question.") % {"name": row.name})
        return redirect(f"{back}#ligne-{row.pk}")
    return redirect(f"{back}#lignes")


def _decide(request: HttpRequest, row: StagedRow, said: Any) -> None:
    if "alike" in request.POST:
        count = services.decide_alike(person=request.user, row=row, answer=said)
        if not count:
            raise TerreauError(_("Cette ligne a déjà reçu une réponse."), where=row.name)
    else:
        services.decide(person=request.user, row=row, answer=said)
        count = 1
    text = ngettext("%(count)s réponse enregistrée.", "%(count)s réponses enregistrées.", count)
    messages.success(request, text % {"count": french_number(count)})
