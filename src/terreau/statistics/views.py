"""The figures of territories, for visitors. Thin: what is shown is made elsewhere."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from terreau.accounts.rate_limits import limit
from terreau.directory.row_files import written_file
from terreau.statistics import (
    charts,
    comparing,
    contributions,
    everything,
    mapping,
    methods,
    packages,
    page,
    reading,
    tables,
    trend,
    welcome,
)
from terreau.statistics.scene import ABOVE_COMMUNES, Scene, scene_of

_FORMS = ("csv", "json")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The way to the figures of a territory, and the countries that have some."""
    return render(request, "statistics/home.html", welcome.context_of(request.GET))


@require_safe
def territory(request: HttpRequest, code: str) -> HttpResponse:
    """The figures of a territory; where no vintage holds it, those that others published."""
    return render(request, "statistics/territory.html", page.context_of(scene_of(request, code)))


@require_safe
def map_and_table(request: HttpRequest, code: str) -> HttpResponse:
    """The territories inside, in a table and on a map."""
    context = mapping.context_of(scene_of(request, code), request.GET)
    return render(request, "statistics/map.html", context)


@require_safe
def comparison(request: HttpRequest, code: str) -> HttpResponse:
    """Beside those that contain it, and others."""
    context = comparing.context_of(scene_of(request, code), request.GET)
    return render(request, "statistics/comparison.html", context)


@require_safe
def evolution(request: HttpRequest, code: str) -> HttpResponse:
    """From one vintage to another."""
    return render(
        request, "statistics/evolution.html", trend.context_of(scene_of(request, code), request.GET)
    )


@require_safe
def all_figures(request: HttpRequest, code: str) -> HttpResponse:
    """Every figure with all that is needed to judge it."""
    context = everything.context_of(scene_of(request, code), request.GET)
    return render(request, "statistics/everything.html", context)


@require_safe
def crossed(request: HttpRequest, code: str) -> HttpResponse:
    """The territories inside by family or by sector."""
    return render(request, "statistics/tables.html", tables.context_of(scene_of(request, code), request.GET))


@require_safe
def brought(request: HttpRequest, code: str) -> HttpResponse:
    """What the communes have brought of their knowledge."""
    scene = scene_of(request, code)
    if scene.territory.kind not in ABOVE_COMMUNES:
        raise Http404
    context = contributions.context_of(scene, request.GET.get("niveau", ""))
    return render(request, "statistics/contributions.html", context)


@require_safe
def brought_picture(request: HttpRequest, code: str, width: str) -> HttpResponse:
    """The same on a map."""
    scene = scene_of(request, code)
    if scene.territory.kind not in ABOVE_COMMUNES or width not in charts.WIDTHS:
        raise Http404
    return _picture(contributions.picture(scene.territory, charts.WIDTHS[width]))


@require_safe
def downloads(request: HttpRequest, code: str) -> HttpResponse:
    """Every file there is: of the territory, of the whole country."""
    return render(request, "statistics/downloads.html", packages.context_of(scene_of(request, code)))


def _package_mark(request: HttpRequest, code: str) -> str | None:
    """What tells the package from any other: whoever has it does not download it again."""
    found = packages.package_of(code)
    return f'"{found.path.stem}"' if found else None


@require_safe
@condition(etag_func=_package_mark)
def package(request: HttpRequest, code: str) -> FileResponse:
    """The data package of the country, as it was made."""
    found = packages.package_of(code)
    if found is None:
        raise Http404
    limit(request, "export")
    return FileResponse(found.path.open("rb"), as_attachment=True, filename=found.name)


@require_safe
def chart(request: HttpRequest, code: str, key: str, width: str) -> HttpResponse:
    """One chart, in one of its two widths."""
    scene = scene_of(request, code)
    if width not in charts.WIDTHS or scene.vintage is None:
        raise Http404
    narrow = charts.WIDTHS[width]
    if key == "comparaison":
        return _picture(comparing.picture(scene, request.GET, narrow=narrow))
    if key == "evolution":
        return _picture(trend.picture(scene, narrow=narrow))
    if key not in charts.KINDS:
        raise Http404
    return _picture(charts.structure(scene.vintage, scene.territory.code, scene.perimeter, key, narrow))


@require_safe
def map_picture(request: HttpRequest, code: str, width: str) -> HttpResponse:
    """The map, in one of its two widths."""
    scene: Scene = scene_of(request, code)
    choice = mapping.choice_of(scene, request.GET)
    if scene.vintage is None or choice is None or width not in charts.WIDTHS:
        raise Http404
    found = mapping.picture(scene.vintage, scene.territory, scene.perimeter, choice, charts.WIDTHS[width])
    return _picture(found)


def _picture(svg: str | None) -> HttpResponse:
    if svg is None:
        raise Http404
    return HttpResponse(svg, content_type="image/svg+xml")


@require_safe
def data(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """All the figures of a territory, in every perimeter, as `terreau observatory figures` writes them."""
    scene = scene_of(request, code)
    if scene.found is None or form not in _FORMS:
        raise Http404
    name = f"chiffres-{scene.territory.code}-{scene.found.vintage}"
    return written_file(reading.written(scene.found, form), name, form)


@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """How each figure is made."""
    context = {
        "title": _("Méthodes de l’observatoire"),
        "lead": _("Comment chaque chiffre d’un territoire est tiré du registre, et ce qu’il ne dit pas."),
        "parts": methods.parts(),
    }
    return render(request, "documents/manual.html", context)
