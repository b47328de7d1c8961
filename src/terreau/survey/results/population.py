"""The actors that the directory knows in a territory, divided in the ways that weights and tables use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from terreau.directory.enums import Status
from terreau.directory.labels import family_label
from terreau.directory.models import Organisation
from terreau.perimeters.vocabulary import FAMILIES
from terreau.survey.results.compute import Division
from terreau.territories.models import Territory

FAMILY: Final = "family"
SIZE: Final = "size"
ZONE: Final = "zone"
DIVISIONS: Final = (FAMILY, SIZE, ZONE)
# Paid people, from which each class begins; "" is a sheet that does not say.
_SIZES: Final = (("50+", 50), ("10-49", 10), ("1-9", 1), ("0", 0))
_SIZES_IN_ORDER: Final = ("0", "1-9", "10-49", "50+", "")
Categories = tuple[str, str, str]


@dataclass
class Population:
    """Of each sheet, its categories; of each division, how many sheets in each."""

    categories: dict[int, Categories] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)

    def divisions(self) -> tuple[Division, ...]:
        """The ways of dividing, each category with how many sheets, the largest first but for sizes."""
        has_zones = any(zone for _family, _size, zone in self.categories.values())
        keys = DIVISIONS if has_zones else (FAMILY, SIZE)
        return tuple(self._division(at, key) for at, key in enumerate(keys))

    def _division(self, at: int, key: str) -> Division:
        counts = Counter(one[at] for one in self.categories.values())
        keys = [one for one in _SIZES_IN_ORDER if counts[one]] if key == SIZE else _by_count(counts)
        labels = {one: self.label(key, one) for one in keys}
        return Division(key, {one: counts[one] for one in keys}, labels, ordered=key == SIZE)

    def label(self, key: str, category: str) -> str:
        """What a category is called."""
        if key == FAMILY:
            return str(family_label(category, plural=True))
        if key == SIZE:
            return str(size_label(category))
        return self.zones.get(category) or _("ailleurs, ou lieu non précisé")


def _by_count(counts: Mapping[str, int]) -> list[str]:
    return sorted(counts, key=lambda one: (one == "", -counts[one], one))


def size_label(size: str) -> str:
    """A class of size in words."""
    return {
        "0": _("personne de payé"),
        "1-9": _("1 à 9 personnes payées"),
        "10-49": _("10 à 49 personnes payées"),
        "50+": _("50 personnes payées ou plus"),
    }.get(size, _("taille inconnue"))


def size_of(jobs: Any) -> str:
    """The class of a number of paid people, as a sheet tells it (a number or a band) or as it is answered."""
    if isinstance(jobs, Mapping):
        jobs = jobs.get("value", jobs.get("low"))
    if not isinstance(jobs, int):
        return ""
    return next(size for size, least in _SIZES if jobs >= least)


def sheets_of(territory: Territory) -> QuerySet[Organisation]:
    """The sheets of those who are asked: in activity, each once."""
    return Organisation.objects.in_territory(territory).filter(status=Status.ACTIVE, merged_into__isnull=True)


def read_population(territory: Territory) -> Population:
    """The actors of a territory."""
    zone_of, zones = _zones(territory)
    told = sheets_of(territory).order_by().values_list("pk", "family", "shown_values__jobs", "territory")
    found = {
        pk: (family, size_of(jobs), zone_of.get(place, "")) for pk, family, jobs, place in told.iterator(8192)
    }
    return Population(found, zones)


def _zones(territory: Territory) -> tuple[dict[int, str], dict[str, str]]:
    """For each territory under this one, that of its direct parts in which it lies; what those are called."""
    direct = Q(parent=territory) | Q(grouping_links__grouping=territory, grouping_links__valid_to=None)
    told = Territory.objects.current().filter(direct).order_by()
    parts = list(told.values_list("descendant_links__descendant", "code", "name").distinct())
    return {below: code for below, code, _name in parts}, {code: name for _below, code, name in parts}


def categories_answered(values: Mapping[str, Any], population: Population) -> Categories:
    """The categories of an answer that is tied to no sheet, as it tells them itself.

    The directory has no family for « autre », nor for informal groups, which have no legal form.
    """
    jobs = [value for name in ("jobs_women", "jobs_men") if (value := values.get(name)) is not None]
    zone = str(values.get("commune") or "")
    return (
        family if (family := str(values.get("family") or "")) in FAMILIES else "",
        size_of(sum(jobs)) if jobs else "",
        zone if zone in population.zones else "",
    )
