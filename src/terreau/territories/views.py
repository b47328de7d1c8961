"""Screens of the territories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from terreau.core.errors import TerreauError
from terreau.core.permissions import right
from terreau.territories import services, stash
from terreau.territories.enums import TieKind
from terreau.territories.forms import SubdivisionsForm
from terreau.territories.models import NetworkTie, Population, Territory
from terreau.territories.panels import inside
from terreau.territories.reading_files import read_rows
from terreau.territories.searching import MOST
from terreau.territories.subdividing import Plan, plan_subdivisions
from terreau.territories.subdivisions import Reading, read_subdivisions

PER_PAGE = 20
SHOWN_CHANGES = 100


@dataclass(frozen=True)
class TiedCity:
    """A city tied to the network, and by what."""

    territory: Territory
    country: str
    ties: list[str]
    is_member: bool


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Territories: searched, or those of the network and the countries."""
    typed = request.GET.get("q", "").strip()
    context: dict[str, Any] = {"typed": typed}
    if typed:
        found = services.find(typed, limit=MOST)
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        _add_figures(list(page.object_list))
        context |= {"page": page, "at_most": len(found) >= MOST}
        return render(request, "territories/found.html", context)
    if request.GET.get("dans"):
        return _inside(request, context)
    countries = list(
        Territory.objects.current().filter(kind="country").order_by("name_folded").only("code", "name")
    )
    names = {country.code.upper(): country.name for country in countries}
    opened = Paginator(Territory.objects.current().opened().by_size().select_related("parent"), PER_PAGE)
    page = opened.get_page(request.GET.get("page"))
    _add_figures(list(page.object_list))
    context |= {"countries": countries, "page": page, "tied": _tied_cities(names)}
    return render(request, "territories/list.html", context)


def _inside(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """All that lies directly inside one territory, page by page."""
    territory = get_object_or_404(Territory, code=request.GET["dans"].replace("\0", ""))
    page = Paginator(inside(territory), PER_PAGE).get_page(request.GET.get("page"))
    _add_figures(list(page.object_list))
    return render(request, "territories/inside.html", context | {"territory": territory, "page": page})


def _add_figures(territories: list[Territory]) -> None:
    """The population figures of all, in one query; the latest dated one comes first."""
    prefetch_related_objects(territories, Prefetch("populations", Population.objects.all()), "parent")


def _tied_cities(names: dict[str, str]) -> list[TiedCity]:
    cities = Territory.objects.filter(network_ties__isnull=False).distinct().order_by("name_folded")
    ties = Prefetch("network_ties", NetworkTie.objects.order_by("kind", "pk"))
    return [
        TiedCity(
            territory=city,
            country=names.get(city.country_code, city.country_code),
            ties=[tie.evidence.split(" (")[0] for tie in city.network_ties.all()],
            is_member=any(tie.kind == TieKind.ACCESSION for tie in city.network_ties.all()),
        )
        for city in cities.prefetch_related(ties)
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def subdivisions(request: HttpRequest, code: str) -> HttpResponse:
    """A town's own subdivisions: those that are there, a file sent, what it changes, confirmed."""
    town = get_object_or_404(Territory, code=code)
    right("edit_territory").require(request.user, town)
    if request.method == "POST" and request.POST.get("ticket"):
        return _confirm(request, town)
    form = SubdivisionsForm(request.POST or None, request.FILES or None)
    trouble = None
    if request.method == "POST" and form.is_valid():
        try:
            return _preview(request, town, form)
        except TerreauError as error:
            trouble = error
    here = Territory.objects.within(town).exclude(pk=town.pk).current().select_related("parent")
    page = Paginator(here.order_by("kind", "name_folded"), 100).get_page(request.GET.get("page"))
    _add_figures(list(page.object_list))
    context = {"town": town, "form": form, "page": page, "trouble": trouble}
    return render(request, "territories/subdivisions.html", context, status=400 if trouble else 200)


def _read(content: bytes, name: str) -> Reading:
    return read_subdivisions(read_rows(content, name))


def _preview(request: HttpRequest, town: Territory, form: SubdivisionsForm) -> HttpResponse:
    file, source = form.cleaned_data["file"], form.cleaned_data["source"]
    content, name = file.read(), file.name
    reading = _read(content, name)
    plan = plan_subdivisions(town=town, reading=reading, source=source)
    ticket = stash.keep(content, name=name, source=source, person=request.user, code=town.code)
    context = {"town": town, "plan": plan, "reading": reading, "ticket": ticket, "file_name": name}
    return render(request, "territories/subdivisions_preview.html", context | _shown(plan))


def _shown(plan: Plan) -> dict[str, Any]:
    """What of a plan fits a page; the counts tell the rest."""
    moving = [change for change in plan.changes if change.action != "unchanged"]
    return {
        "counts": plan.counts(),
        "changes": moving[:SHOWN_CHANGES],
        "more_changes": max(0, len(moving) - SHOWN_CHANGES),
        "row_errors": plan.errors[:SHOWN_CHANGES],
        "more_errors": max(0, len(plan.errors) - SHOWN_CHANGES),
        "absent": plan.absent[:SHOWN_CHANGES],
        "absent_count": len(plan.absent),
    }


def _confirm(request: HttpRequest, town: Territory) -> HttpResponse:
    ticket = request.POST["ticket"]
    content, name, source = stash.take(ticket, person=request.user, code=town.code)
    plan = services.add_subdivisions(
        person=request.user,
        town=town,
        reading=_read(content, name),
        source=source,
        end_absent=request.POST.get("end_absent") == "1",
    )
    stash.drop(ticket)
    counts = plan.counts()
    done = counts["new"] + counts["changed"] + counts["ended"]
    said = ngettext("%(n)d subdivision mise à jour.", "%(n)d subdivisions mises à jour.", done) % {"n": done}
    messages.success(request, said if done else _("Tout était déjà à jour\u00a0: rien n’a changé."))
    return HttpResponseRedirect(reverse("territories:subdivisions", args=[town.code]))
