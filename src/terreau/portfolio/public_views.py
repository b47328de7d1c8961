"""The public projects of a territory, for all."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from terreau.portfolio.models import Project
from terreau.territories.models import Territory

PER_PAGE = 50


@require_safe
def every(request: HttpRequest, code: str) -> HttpResponse:
    """Its own public projects and those it shares, in the order of their names."""
    territory = get_object_or_404(Territory, code=code)
    projects = Project.objects.of(territory).public().select_related("territory").order_by("title", "pk")
    page = Paginator(projects, PER_PAGE).get_page(request.GET.get("page"))
    if not page.paginator.count and territory.opened_on is None:
        raise Http404
    context = {
        "territory": territory,
        "page": page,
        "simulated": any(one.is_simulated for one in page.object_list),
    }
    return render(request, "portfolio/public.html", context)
