"""What a page of figures stands on: the territory, the vintage and the perimeter asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terreau.directory.labels import day_text
from terreau.observatory.labels import perimeter_label
from terreau.statistics import reading
from terreau.statistics.reading import FigureSet, Vintage
from terreau.territories.enums import Kind
from terreau.territories.models import Territory
from terreau.territories.services import public_code

ABOVE_COMMUNES = (Kind.COUNTRY, Kind.REGION, Kind.DEPARTMENT, Kind.GROUPING)
_TREE = {kind: rank for rank, kind in enumerate(Kind.values)}
PERIMETERS = {
    "legal": gettext_lazy(
        "Sont dans le champ les entreprises qui portent la mention ESS dans Sirene ou figurent sur la liste "
        "d’ESS France\u00a0: c’est ce que dit la loi de 2014."
    ),
    "statistical": gettext_lazy(
        "Sont dans le champ les coopératives, mutuelles, associations et fondations, d’après leur catégorie "
        "juridique, sauf quelques activités\u00a0: c’est la façon de compter des statistiques."
    ),
    "national": gettext_lazy("Sont dans le champ les formes juridiques que dit la table du pays."),
}
PAGES = {
    "territory": gettext_lazy("Les chiffres"),
    "map": gettext_lazy("Carte et tableau"),
    "comparison": gettext_lazy("Comparer"),
    "evolution": gettext_lazy("Évolution"),
    "everything": gettext_lazy("Tous les chiffres"),
    "tables": gettext_lazy("Tableaux"),
    "contributions": gettext_lazy("Ce qu’apportent les communes"),
    "downloads": gettext_lazy("Télécharger"),
}


@dataclass(frozen=True)
class Scene:
    """The territory, its vintages, and what was chosen among them."""

    territory: Territory
    containers: tuple[Territory, ...]  # the largest first
    vintages: tuple[Vintage, ...]
    vintage: Vintage | None
    perimeter: str

    @property
    def found(self) -> FigureSet | None:
        """Every figure of the territory; None where no vintage holds it."""
        return reading.figures(self.vintage, self.territory.code) if self.vintage else None

    @property
    def notice(self) -> str:
        """« données simulées », where they are."""
        return str(self.vintage.manifest["notice"]) if self.vintage else ""

    def parameters(self) -> list[tuple[str, str]]:
        """What was chosen otherwise than by default, by the names that addresses use."""
        chosen = []
        if self.vintage and self.vintage != self.vintages[0]:
            chosen.append(("millesime", self.vintage.name))
        if self.vintage and self.perimeter != self.vintage.manifest["perimeters"][0]:
            chosen.append(("perimetre", self.perimeter))
        return chosen

    def query(self, **others: str) -> str:
        """The same as the end of an address, with more."""
        chosen = [*others.items(), *self.parameters()]
        return f"?{urlencode(chosen)}" if chosen else ""

    def address(self, page: str, *arguments: str, **others: str) -> str:
        """A page of the same territory, for the same vintage and perimeter."""
        return reverse(f"statistics:{page}", args=[self.territory.code, *arguments]) + self.query(**others)


def scene_of(request: HttpRequest, code: str) -> Scene:
    """What an address asks for."""
    territory = Territory.objects.select_related("parent").filter(code=public_code(code)).first()
    if territory is None:
        raise Http404
    vintages = tuple(reading.vintages(territory.country_code))
    asked = request.GET.get("millesime", "")
    vintage = next(
        (one for one in vintages if one.name == asked), None if asked else next(iter(vintages), None)
    )
    if asked and vintage is None:
        raise Http404
    perimeter = _perimeter(vintage, request.GET.get("perimetre", ""))
    return Scene(territory, _containers(territory), vintages, vintage, perimeter)


def _perimeter(vintage: Vintage | None, asked: str) -> str:
    """The one asked for, else the first of the country; none where nothing is to be counted."""
    known = list(vintage.manifest["perimeters"]) if vintage else []
    if asked and known and asked not in known:
        raise Http404
    return asked if asked in known else next(iter(known), "")


def _containers(territory: Territory) -> tuple[Territory, ...]:
    found = Territory.objects.containing(territory).exclude(pk=territory.pk)
    return tuple(sorted(found, key=lambda one: _TREE[one.kind]))


def frame(scene: Scene, page: str) -> dict[str, Any]:
    """What stands around every page of figures of a territory."""
    found, manifest = scene.found, scene.vintage.manifest if scene.vintage else {}
    return {
        "territory": scene.territory,
        "containers": scene.containers,
        "found": found,
        "source": found.source if found else "",
        "kept": [],
        "chosen": scene.query(),
        "simulated": scene.notice,
        "on": manifest.get("on", ""),
        "page_label": PAGES[page],
        "tabs": [
            {"label": label, "url": scene.address(name), "current": name == page}
            for name, label in PAGES.items()
            if _offered(scene, name)
        ],
        "perimeters": [
            {
                "key": key,
                "label": perimeter_label(key),
                "text": PERIMETERS[key],
                "current": key == scene.perimeter,
            }
            for key in manifest.get("perimeters", [])
        ],
        "vintage_choices": [{"name": one.name, "current": one == scene.vintage} for one in scene.vintages],
        "missing": "" if found else _missing(scene),
    }


def _offered(scene: Scene, page: str) -> bool:
    """Whether a page has something to show: figures, communes below, both."""
    above = scene.territory.kind in ABOVE_COMMUNES
    if page == "contributions" or (page == "territory" and above):
        return above
    return scene.found is not None and (above or page not in {"map", "tables"})


def _missing(scene: Scene) -> str:
    if scene.vintage is None:
        return _(
            "Aucun millésime de l’observatoire n’a été construit pour ce pays\u00a0: il n’y a ici que les "
            "chiffres publiés par d’autres."
        )
    return _(
        "Le registre (%(vintage)s) ne compte pas ce territoire à part\u00a0: voyez celui qui le contient."
    ) % {"vintage": day_text(scene.vintage.name)}
