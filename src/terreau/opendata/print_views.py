"""The printed directory of a territory: a page that offers it, the document."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from terreau.accounts.rate_limits import limit
from terreau.jobs.enums import JobState
from terreau.jobs.models import Job
from terreau.jobs.services import start
from terreau.opendata import printed
from terreau.opendata.jobs import PRINT
from terreau.territories.models import Territory

_UNDER_WAY = (JobState.WAITING, JobState.RUNNING)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, code: str) -> HttpResponseBase:
    """What the document holds and where it is; one too long to wait for is asked for here."""
    territory = get_object_or_404(Territory, code=code)
    limit(request, "search")
    found = printed.prepare(territory)
    if request.method == "POST":
        if found.is_long and not found.is_made:
            limit(request, "export")
            _ask(territory)
        return redirect("opendata:printed", territory.code)
    ready = found.is_made
    context = {
        "territory": territory,
        "found": found,
        "ready": ready,
        "made_at": printed.made_at(found) if ready else None,
        "kilobytes": -(-found.path.stat().st_size // 1000) if ready else 0,
        "under_way": not ready and found.is_long and _jobs(territory).exists(),
        "families": [(family["title"], len(family["sheets"])) for family in found.data["families"]],
    }
    return render(request, "opendata/printed.html", context)


@transaction.atomic
def _ask(territory: Territory) -> None:
    """One document at a time for a territory: a second click, or another reader, waits for the same."""
    Territory.objects.select_for_update().get(pk=territory.pk)
    if not _jobs(territory).exists():
        start(
            kind=PRINT,
            title=_("Imprimer l’annuaire : %(name)s") % {"name": territory.name},
            arguments={"territory": territory.code},
            person=None,
            territory_code=territory.code,
        )


def _jobs(territory: Territory) -> QuerySet[Job]:
    return Job.objects.filter(kind=PRINT, territory_code=territory.code, state__in=_UNDER_WAY)


@require_safe
@never_cache
def document(request: HttpRequest, code: str) -> HttpResponseBase:
    """The document: as it is kept, or made now when that is quick; else the page where it is asked for."""
    territory = get_object_or_404(Territory, code=code)
    limit(request, "export")
    found = printed.prepare(territory)
    if not found.is_made and found.is_long:
        return redirect("opendata:printed", territory.code)
    made = printed.made_at(found) if found.is_made else timezone.localtime()
    content = found.path.read_bytes() if found.is_made else printed.make(found)
    response = HttpResponse(content, content_type="application/pdf")
    name = f"annuaire-{territory.code}-{made.date().isoformat()}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
