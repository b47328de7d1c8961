"""From the address of a list to the question put to the index, and back."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from terreau.core.numbers import whole_number
from terreau.core.text import fold, of_place, squeeze
from terreau.directory import labels
from terreau.directory.search import Query
from terreau.territories.enums import Kind
from terreau.territories.models import Ancestry, Territory
from terreau.territories.rules import fold_place
from terreau.territories.services import find

LONGEST_TEXT = 200
MOST_CODES = 30
PAGE_SIZE = 20
_RIGHT_ANGLE, _WHOLE_TURN = 90, 360
# Facet → the name of its parameter in addresses, and the attribute of Query.
PARAMETERS = {
    "family": ("famille", "families"),
    "sector": ("secteur", "sectors"),
    "issue": ("enjeu", "issues"),
    "filiere": ("filiere", "filieres"),
    "territory": ("territoire", "territories"),
    "source": ("source", "sources"),
    "precision": ("lieu", "precisions"),
    "confirmed": ("confirmee", "confirmed"),
}
SORTS = {"pertinence": "relevance", "nom": "name", "proximite": "near"}
# As it is written alone or before a town, in one piece or « 86 000 »; not within a longer number.
_POSTAL_CODE = re.compile(r"(?<!\d)(?<!\d )\b(\d{4}|\d{2} ?\d{3})\b(?! ?\d)")
_KINDS = (Kind.COMMUNE, Kind.REGION, Kind.DEPARTMENT, Kind.GROUPING, Kind.COUNTRY)


@dataclass(frozen=True)
class Asking:
    """A question, and the parameters of its address in their order."""

    query: Query
    parameters: tuple[tuple[str, str], ...]
    near_text: str = ""
    near_label: str = ""
    near_unknown: bool = False

    def address(self, *, drop: tuple[str, str] | None = None, **changes: str | None) -> str:
        """The query string with one value dropped, or parameters changed (None removes one)."""
        kept = [
            pair for pair in self.parameters if pair != drop and pair[0] not in changes and pair[0] != "page"
        ]
        kept += [(name, value) for name, value in changes.items() if value]
        return f"?{urlencode(kept)}" if kept else "?"

    @property
    def canonical(self) -> str:
        """The one query string of this question: its parameters sorted, whatever their order was."""
        return f"?{urlencode(sorted(self.parameters))}" if self.parameters else ""

    @property
    def zone(self) -> str:
        """The zone of the map, as written in the address."""
        return zone_text(self.query.within)

    @property
    def chosen(self) -> list[tuple[str, str, str]]:
        """The filters in force: facet, parameter, code."""
        return [
            (facet, name, code)
            for facet, (name, attribute) in PARAMETERS.items()
            for code in getattr(self.query, attribute)
        ]


def read(parameters: QueryDict) -> Asking:
    """The question in an address; what cannot be understood is left out, never refused."""
    parameters = _without_nul(parameters)
    text = squeeze(parameters.get("q", ""))[:LONGEST_TEXT]
    codes: dict[str, Any] = {
        attribute: tuple(dict.fromkeys(code[:80] for code in parameters.getlist(name) if code))[:MOST_CODES]
        for name, attribute in PARAMETERS.values()
    }
    codes["territories"] = _deepest(codes["territories"])
    query = Query(
        # A space at the end says that the last word is whole; the address loses it.
        text=text,
        **codes,
        ceased=parameters.get("cessees") == "oui",
        exact=parameters.get("exact") == "1",
        within=_zone(parameters.get("zone", "")),
        sort=SORTS.get(parameters.get("tri", ""), ""),
        page=_number(parameters.get("page", "1")),
        size=PAGE_SIZE,
    )
    near_text = squeeze(parameters.get("pres", ""))[:80]
    point = _point(near_text)
    near = find_place(near_text) if near_text and not point else None
    if near is not None and near.longitude is not None and near.latitude is not None:
        point = near.longitude, near.latitude
    if point is not None:
        query = replace(query, near=point, sort=query.sort or "near")
    elif query.sort == "near":
        query = replace(query, sort="")
    given = [("q", text)] if text else []
    given += [(name, code) for name, attribute in PARAMETERS.values() for code in codes[attribute]]
    for name, value in (
        ("pres", near_text),
        ("zone", zone_text(query.within)),
        ("cessees", "oui" if query.ceased else ""),
    ):
        given += [(name, value)] if value else []
    given += [("exact", "1")] if query.exact else []
    given += [("tri", str(parameters["tri"]))] if parameters.get("tri") in SORTS else []
    return Asking(
        query,
        tuple(given),
        near_text=near_text,
        near_label=near.name if near else (near_text if point else ""),
        near_unknown=bool(near_text) and point is None,
    )


def _numbers(text: str, count: int) -> tuple[float, ...] | None:
    parts = text[:120].split(",")
    if len(parts) != count:
        return None
    try:
        values = tuple(round(float(part), 4) for part in parts)
    except ValueError:
        return None
    return values if all(abs(value) <= _WHOLE_TURN for value in values) else None


def _zone(text: str) -> tuple[float, float, float, float] | None:
    """West, south, east, north; None when they are no zone."""
    found = _numbers(text, 4)
    if found is None or found[0] > found[2] or found[1] > found[3]:
        return None
    return found[0], found[1], found[2], found[3]


def zone_text(within: tuple[float, float, float, float] | None) -> str:
    """The zone as it is written in an address."""
    return ",".join(f"{value:.4f}".rstrip("0").rstrip(".") for value in within or ())


def _point(text: str) -> tuple[float, float] | None:
    """The longitude and latitude of « 46.58, 0.34 », latitude first as people write it, to a kilometre."""
    found = _numbers(text.replace(";", ","), 2)
    if found is None or abs(found[0]) > _RIGHT_ANGLE:
        return None
    return round(found[1], 2), round(found[0], 2)


def _without_nul(parameters: QueryDict) -> QueryDict:
    """No PostgreSQL text may hold a NUL."""
    if not any("\x00" in value for values in parameters.lists() for value in values[1]):
        return parameters
    clean = QueryDict(mutable=True)
    for name, values in parameters.lists():
        clean.setlist(name, [value.replace("\x00", "") for value in values])
    return clean


def _number(text: str) -> int:
    return max(1, min(whole_number(text, 1), 10_000))


def _deepest(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Without those that contain another: a region ticked under its country narrows the search to it."""
    if len(codes) < 2:
        return codes
    pairs = Ancestry.objects.filter(ancestor__code__in=codes, descendant__code__in=codes)
    above = {
        ancestor
        for ancestor, descendant in pairs.values_list("ancestor__code", "descendant__code")
        if ancestor != descendant
    }
    return tuple(code for code in codes if code not in above)


def find_place(text: str) -> Territory | None:
    """The place a person names, to be near it: a commune rather than the region of the same name."""
    known = [place for place in find(text, limit=8) if place.longitude is not None]
    # A postal code of Paris is that of a borough, not of the whole town.
    narrow = Kind.BOROUGH if _POSTAL_CODE.fullmatch(text) else Kind.COMMUNE
    best = [place for place in known if place.kind == narrow]
    communes = [place for place in known if place.kind == Kind.COMMUNE]
    return next(iter(best or communes or known), None)


def places_named_in(text: str) -> list[Territory]:
    """Territories whose whole name is said among the words: the search may be narrowed to them."""
    # « st etienne » is said of Saint-Étienne.
    spans = {span for words in (fold(text), fold_place(text)) for span in _spans(words) if len(span) > 2}
    if not spans:
        return []
    found = Territory.objects.filter(name_folded__in=spans, valid_to=None, kind__in=_KINDS)
    return sorted(found[:50], key=lambda one: -(one.population or 0))[:3]


def _spans(text: str) -> set[str]:
    """One to four words that follow each other, among the first eight."""
    words = text.split()[:8]
    return {
        " ".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, min(len(words), start + 4) + 1)
    }


def postal_code_in(text: str) -> tuple[str, str, list[Territory]]:
    """A postal code said among the words, the words without it, and the towns that it serves, largest first.

    Few sheets carry the code of their town: without this, who types one finds nobody. The code is empty when
    none is said, or none that is known.
    """
    written = _POSTAL_CODE.search(text)
    if written is None:
        return "", text, []
    code = written[1].replace(" ", "")
    served = list(Territory.objects.filter(postal_codes__code=code).current().by_size()[:3])
    served.sort(key=lambda place: place.kind != Kind.BOROUGH)
    rest = squeeze(f"{text[: written.start()]} {text[written.end() :]}")
    return (code, rest, served) if served else ("", text, [])


def describe(asking: Asking) -> str:
    """The filters in words, for the title of a page and of a map."""
    parts = [f"«\u00a0{asking.query.text}\u00a0»"] if asking.query.text else []
    parts += [labels.label(facet, code) for facet, _name, code in asking.chosen]
    parts += [_("zone de la carte")] if asking.query.within else []
    parts += [_("près %(of)s") % {"of": of_place(asking.near_label)}] if asking.near_label else []
    parts += [_("avec celles qui ont cessé leur activité")] if asking.query.ceased else []
    return ", ".join(parts) or _("tout l’annuaire")
