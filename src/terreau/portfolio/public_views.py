"""The public projects of a territory, for all."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from terreau.accounts.rate_limits import limit
from terreau.portfolio.exporting import file_of
from terreau.portfolio.models import Project, ProjectQuerySet
from terreau.portfolio.reading import page_of, whole
from terreau.territories.models import Territory

PER_PAGE = 50


def _projects(territory: Territory) -> ProjectQuerySet:
    """Its own and those it shares, in the order of their names."""
    return Project.objects.of(territory).public().order_by("title", "pk")


@require_safe
def every(request: HttpRequest, code: str) -> HttpResponse:
    """The list of them."""
    territory = get_object_or_404(Territory, code=code)
    page = page_of(_projects(territory).select_related("territory"), request.GET.get("page"), PER_PAGE)
    if not page.paginator.count and territory.opened_on is None:
        raise Http404
    context = {
        "territory": territory,
        "page": page,
        "simulated": any(one.is_simulated for one in page.object_list),
    }
    return render(request, "portfolio/public.html", context)


@require_safe
def export(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The same as a file, without fundings nor risks."""
    limit(request, "export")
    territory = get_object_or_404(Territory, code=code)
    return file_of(form, whole(_projects(territory)), territory, whole=False)
