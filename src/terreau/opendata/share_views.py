"""To share what was found: a link that keeps its filters, a code, a feed, files; a line for a site."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from terreau.accounts.rate_limits import limit
from terreau.core import atom
from terreau.core.errors import TerreauError
from terreau.core.text import of_place
from terreau.directory import asking as asked
from terreau.directory import exports, search
from terreau.directory.asking import Asking
from terreau.directory.labels import label
from terreau.documents import qr
from terreau.opendata import embedding, printed, services
from terreau.opendata.feeds import new_sheets
from terreau.opendata.forms import FrameForm, NarrowForm, SitesForm
from terreau.opendata.perms import can_choose_sites
from terreau.territories.models import Territory


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """All the ways to hand on the results of a search."""
    asking = asked.read(request.GET)
    link = f"{settings.PUBLIC_URL}{reverse('directory:list')}{asking.canonical}"
    codes = asking.query.territories
    territory = Territory.objects.filter(code=codes[0]).first() if len(codes) == 1 else None
    context = {
        "title": asked.describe(asking),
        "total": search.search(asking.query).total,
        "link": link,
        "list_address": f"{reverse('directory:list')}{asking.canonical}",
        "map_link": f"{settings.PUBLIC_URL}{reverse('directory:map')}{asking.canonical}",
        "mail": _mail(asking, link),
        "qr": f"{reverse('opendata:qr')}{asking.canonical}" if len(link) <= qr.LONGEST else "",
        "feed": f"{reverse('opendata:feed')}{asking.canonical}",
        "formats": _files(asking),
        "metadata": f"{reverse('directory:export_metadata')}{asking.canonical}",
        "territory": territory,
        "embed": _embed_address(asking, territory),
    }
    return render(request, "opendata/share.html", context)


def _mail(asking: Asking, link: str) -> str:
    subject = _("Annuaire de l’économie sociale et solidaire : %(what)s") % {"what": asked.describe(asking)}
    return f"mailto:?subject={quote(subject)}&body={quote(link)}"


def _files(asking: Asking) -> list[dict[str, str]]:
    return [
        {"label": label, "address": f"{reverse('directory:export', args=[form])}{asking.canonical}"}
        for form, label in exports.FORMATS.items()
    ]


def _embed_address(asking: Asking, territory: Territory | None) -> str:
    if territory is None:
        return ""
    kept = embedding.filters_of(asking)
    path = reverse("opendata:embed", args=[territory.code])
    return f"{path}?{urlencode(kept)}" if kept else path


@require_safe
def qr_code(request: HttpRequest) -> HttpResponse:
    """The link of a search as a code to photograph."""
    asking = asked.read(request.GET)
    link = f"{settings.PUBLIC_URL}{reverse('directory:list')}{asking.canonical}"
    drawn = qr.svg(link, title=_("Code à photographier : %(what)s") % {"what": asked.describe(asking)})
    if not drawn:
        raise Http404
    return HttpResponse(drawn, content_type="image/svg+xml")


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The new sheets that answer a search."""
    limit(request, "search")
    return HttpResponse(atom.atom(new_sheets(asked.read(request.GET))), content_type=atom.CONTENT_TYPE)


@require_safe
def embed(request: HttpRequest, code: str) -> HttpResponse:
    """« Montrer l’annuaire sur votre site »: choices, the lines to copy, what they show."""
    territory = get_object_or_404(Territory, code=code)
    form = FrameForm(request.GET)
    form.is_valid()
    asking = asked.read(request.GET)
    frame = form.frame(territory, embedding.filters_of(asking))
    mended = embedding.theme_of(frame.colours).mended
    names = {value: str(form.fields[name].label) for name, value in embedding.COLOURS.items()}
    choice = services.choice_of(territory)
    context = {
        "territory": territory,
        "form": form,
        "narrow": NarrowForm(),
        "text": asking.query.text,
        "kept": _kept(request, asking),
        "silent": [pair for pair in frame.filters if pair[0] in _SILENT],
        "frame": frame,
        "script_line": frame.script_line(),
        "frame_line": frame.frame_line(),
        "mended": [names[name] for name in mended],
        "sites": choice.sites if choice.restricted else [],
        "restricted": choice.restricted,
        "printed": printed.offered(territory),
    }
    response = render(request, "opendata/embed.html", context)
    response._csp_update = {"frame-src": ["'self'"]}  # type: ignore[attr-defined]  # its own preview
    return response


# Carried along, without a word of its own on the page.
_SILENT = ("exact", "tri")


def _kept(request: HttpRequest, asking: Asking) -> list[dict[str, str]]:
    """The filters in force, each in words, with the address of the page without it."""
    named = {(name, code): label(facet, code) for facet, name, code in asking.chosen}
    words = {
        "pres": _("Près %(of)s") % {"of": of_place(asking.near_text)},
        "zone": _("Zone de la carte"),
        "cessees": _("Avec celles qui ont cessé leur activité"),
    }
    found = []
    for name, value in embedding.filters_of(asking):
        if name == "q" or name in _SILENT:
            continue
        rest = request.GET.copy()
        rest.setlist(name, [one for one in rest.getlist(name) if one != value])
        text = named.get((name, value)) or words.get(name, value)
        found.append({"name": name, "value": value, "label": text, "without": f"?{rest.urlencode()}"})
    return found


@login_required
def sites(request: HttpRequest, code: str) -> HttpResponseBase:
    """Which sites may show the directory of a territory."""
    territory = get_object_or_404(Territory, code=code)
    can_choose_sites.require(request.user, territory)
    if request.method != "POST":
        return _sites_screen(request, territory, SitesForm.of(services.choice_of(territory)))
    form = SitesForm(request.POST, label_suffix="")
    if form.is_valid():
        try:
            services.choose_sites(person=request.user, territory=territory, **form.said())
        except TerreauError as error:
            form.add_error("sites", " ".join(part for part in (error.message, error.remedy) if part))
        else:
            messages.success(request, _("Le réglage est enregistré."))
            return redirect("opendata:sites", territory.code)
    return _sites_screen(request, territory, form, status=400)


def _sites_screen(
    request: HttpRequest, territory: Territory, form: SitesForm, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"territory": territory, "form": form}
    return render(request, "opendata/sites.html", context, status=status)
