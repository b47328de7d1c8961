"""The still maps of the directory, and the tables that say the same in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.core.numbers import french_number
from terreau.directory import clusters, search
from terreau.directory.asking import Asking, describe
from terreau.directory.listing import Option
from terreau.directory.models import Organisation, marked
from terreau.directory.simulated import any_among
from terreau.documents.maps import Area, Look, Place, place_map
from terreau.documents.projections import Bounds
from terreau.territories.enums import Kind
from terreau.territories.models import Outline, Territory

MOST_OUTLINES = 80
# Degrees: a place abroad is shown with the coast and borders around it.
_SITUATED = 16.0
# Places as far from one another as this situate themselves: they fill half of the picture.
_SPREAD = 1.0
_MOST_KEPT = 100
_NOTHING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 40" role="img"><title>%s</title></svg>'


@dataclass(frozen=True)
class Row:
    """One line of the table beside a map."""

    label: str
    count: int
    address: str


def rows(asking: Asking, places: list[Option]) -> list[Row]:
    """How many organisations in each place, the most numerous first."""
    return [Row(one.label, one.count, asking.address(territoire=one.code)) for one in places]


_kept: dict[Any, str] = {}


def picture(asking: Asking, *, narrow: bool = False) -> str:
    """The results on a map, counted by places near one another.

    Drawing the world takes half a second: the last pictures are kept until the index changes.
    """
    if search.mark() is None:
        return _picture(asking, narrow=narrow)
    key = (search.mark(), replace(asking.query, page=1, size=1, sort="", near=None), narrow)
    if key not in _kept:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[key] = _picture(asking, narrow=narrow)
    return _kept[key]


def _picture(asking: Asking, *, narrow: bool) -> str:
    found = clusters.spots(asking.query)
    if not found.spots:
        return _NOTHING % _("Aucune position connue")
    outlines, credit = _outlines(asking.query.territories)
    title = marked(_("Carte de %(what)s") % {"what": describe(asking)}, any_among(asking.query))
    places = [Place(spot.longitude, spot.latitude, spot.count) for spot in found.spots]
    return place_map(
        places,
        title=title,
        description=said(found),
        outlines=outlines,
        look=Look(narrow=narrow, credit=credit, extent=_extent(places, outlines)),
    )


def _extent(places: list[Place], outlines: list[Area]) -> Bounds | None:
    """Wide enough to show a country around a place that nothing else situates, and no wider."""
    if outlines:
        return None
    west, east = min(one.longitude for one in places), max(one.longitude for one in places)
    south, north = min(one.latitude for one in places), max(one.latitude for one in places)
    spread = max(east - west, (north - south) / 0.75)
    if spread >= _SITUATED:
        return None
    width = min(_SITUATED, 2 * spread) if spread >= _SPREAD else _SITUATED
    east_west, north_south = (width - (east - west)) / 2, (width * 0.75 - (north - south)) / 2
    return (
        west - east_west,
        max(-89.0, south - north_south),
        east + east_west,
        min(89.0, north + north_south),
    )


def said(found: clusters.Spots) -> str:
    """The map in one sentence."""
    missing = found.total - found.placed - found.aged
    placed = ngettext(
        "%(count)s organisation a un lieu sur la carte",
        "%(count)s organisations ont un lieu sur la carte",
        found.placed,
    ) % {"count": french_number(found.placed)}
    without = ngettext("%(count)s n’en a pas", "%(count)s n’en ont pas", missing)
    aged = ngettext(
        "%(count)s a quitté la carte, confirmée il y a plus de deux ans",
        "%(count)s ont quitté la carte, confirmées il y a plus de deux ans",
        found.aged,
    )
    parts = [placed]
    parts += [
        words % {"count": french_number(count)}
        for words, count in ((without, missing), (aged, found.aged))
        if count
    ]
    return f"{', '.join(parts)}."


def sheet_picture(organisation: Organisation) -> str:
    """Where one organisation is: its point, else the centre of its commune; empty when not placed."""
    territory = organisation.territory
    commune = territory is not None and territory.kind in {
        Kind.COMMUNE,
        Kind.BOROUGH,
        Kind.SECTOR,
        Kind.VILLAGE,
    }
    longitude, latitude = organisation.longitude, organisation.latitude
    if longitude is None and territory is not None and commune:
        longitude, latitude = territory.longitude, territory.latitude
    if longitude is None or latitude is None:
        return ""
    outlines, credit = _outlines((territory.code,)) if territory is not None and commune else ([], "")
    places = [Place(longitude, latitude, 1)]
    return place_map(
        places,
        title=_("Où se trouve %(name)s") % {"name": organisation.name},
        description=_("Point précis.") if organisation.precision == "point" else _("Centre de la commune."),
        outlines=outlines,
        look=Look(narrow=True, credit=credit, extent=_extent(places, outlines)),
    )


def _outlines(codes: tuple[str, ...]) -> tuple[list[Area], str]:
    """The communes of the territories chosen, when they are few enough to be told apart."""
    if not codes:
        return [], ""
    inside = Territory.objects.filter(
        ancestor_links__ancestor__code__in=codes, kind=Kind.COMMUNE, valid_to=None
    )
    if inside.distinct().count() > MOST_OUTLINES:
        return [], ""
    found: dict[int, Outline] = {}
    for outline in (
        Outline.objects.filter(territory__in=inside).select_related("territory").order_by("vintage")
    ):
        found[outline.territory_id] = outline
    areas = [Area(one.territory.code, one.territory.name, _geometry(one)) for one in found.values()]
    credits = {one.source for one in found.values()}
    return areas, " ; ".join(sorted(credits))


def _geometry(outline: Outline) -> Any:
    return outline.geometry
