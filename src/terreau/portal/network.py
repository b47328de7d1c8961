"""The network's view: every open territory with its figures, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.accounts.care import nearest_kept
from terreau.accounts.enums import Role
from terreau.accounts.models import Person, RoleGrant
from terreau.accounts.perms import can_open_territory
from terreau.core.countries import country_name
from terreau.core.text import fold
from terreau.diagnosis.models import Edition
from terreau.directory import search
from terreau.directory.freshness import fresh_from
from terreau.directory.search import Query
from terreau.journal.models import Event
from terreau.portal.dashboard import Part, waiting
from terreau.territories.enums import Kind
from terreau.territories.models import Ancestry, Territory

_FACETS = {
    Kind.COUNTRY: "country",
    Kind.REGION: "region",
    Kind.DEPARTMENT: "department",
    Kind.COMMUNE: "commune",
}
# As many values of a facet as the search counts: beyond, a missing one is not nought.
_MANY = 5000


@dataclass(frozen=True)
class Line:
    """One territory of the network.

    `edition` is the day of the situation that its last published diagnosis tells.
    """

    territory: Territory
    sheets: int
    confirmed: Part
    edition: date | None
    last: datetime | None
    keepers: list[str]
    addresses: list[str]
    kept_by: str
    waiting: int

    @property
    def country(self) -> str:
        """The name of its country."""
        return country_name(self.territory.country_code) if self.territory.country_code else ""

    @property
    def last_day(self) -> date | None:
        """The day, here, of what was last done."""
        return timezone.localtime(self.last).date() if self.last else None


@dataclass(frozen=True)
class Asked:
    """Which lines a reader asks for: a name, a country, what they lack."""

    text: str = ""
    country: str = ""
    lacking: str = ""

    @property
    def narrows(self) -> bool:
        """Whether some lines may be left out."""
        return bool(self.text or self.country or self.lacking)


@dataclass(frozen=True)
class Sum:
    """What the head of the page says of all of them; each sheet counts once, wherever it is held."""

    territories: int
    orphans: int
    editions: int
    waiting: int
    sheets: int
    confirmed: Part


def rows(country: Territory | None = None, *, keeps: bool = True) -> list[Line]:
    """Every open territory, of the network or of a country; what waits only for whom may act on it."""
    opened = list(Territory.objects.opened().within(country) if country else Territory.objects.opened())
    sheets = _counts(opened, Query(size=1))
    fresh = _counts(opened, _fresh())
    waits = waiting(opened) if keeps else {}
    editions, last = _editions(opened), _last_activity(opened)
    own, above = _agents(opened), nearest_kept(opened)
    return [
        Line(
            territory=one,
            sheets=sheets[one.code],
            confirmed=Part(fresh[one.code], sheets[one.code]),
            edition=editions.get(one.pk),
            last=last.get(one.pk),
            keepers=[str(person) for person in own.get(one.pk, ())],
            addresses=[person.email for person in own.get(one.pk, ())],
            kept_by=_kept_by(above.get(one.pk)),
            waiting=sum(wait.count for wait in waits.get(one.pk, ())),
        )
        for one in opened
    ]


def _fresh() -> Query:
    return Query(size=1, confirmed_since=fresh_from(timezone.localdate()))


def _kept_by(nearest: Territory | None) -> str:
    if nearest is None:
        return str(_("le secrétariat du réseau"))
    return _("agents\u00a0: %(name)s") % {"name": nearest.name}


def _counts(territories: Iterable[Territory], query: Query) -> dict[str, int]:
    """How many sheets answer in each territory: all counted at once, but groupings, asked one by one."""
    facets = search.search(replace(query, facets=tuple(_FACETS.values()))).facets
    counted = {facet: dict(counts) for facet, counts in facets.items()}
    found = {}
    for one in territories:
        known = counted.get(_FACETS.get(Kind(one.kind), ""))
        if known is not None and (one.code in known or len(known) < _MANY):
            found[one.code] = known.get(one.code, 0)
        else:
            found[one.code] = search.search(replace(query, territories=(one.code,))).total
    return found


def _last_activity(territories: list[Territory]) -> dict[int, datetime]:
    """When something was last done in each, or in what lies under it."""
    said = dict(
        Event.objects.exclude(territory_code="")
        .order_by()
        .values_list("territory_code")
        .annotate(last=Max("at"))
    )
    found: dict[int, datetime] = {}
    under = Ancestry.objects.filter(ancestor__in=territories, descendant__code__in=list(said))
    for key, code in under.values_list("ancestor", "descendant__code"):
        found[key] = max(found.get(key, said[code]), said[code])
    return found


def _agents(territories: list[Territory]) -> dict[int, list[Person]]:
    grants = RoleGrant.objects.filter(
        role=Role.AGENT, territory__in=territories, person__is_active=True
    ).select_related("person")
    found: dict[int, list[Person]] = {}
    for grant in grants.order_by("granted_at"):
        found.setdefault(grant.territory_id or 0, []).append(grant.person)
    return found


def _editions(territories: list[Territory]) -> dict[int, date]:
    found = Edition.objects.filter(territory__in=territories).order_by().values_list("territory")
    return dict(found.annotate(last=Max("as_of")))


# --- Choosing -----------------------------------------------------------------------------------------------

_LACKING: dict[str, Callable[[Line], bool]] = {
    "sans-agent": lambda line: not line.keepers,
    "sans-fiche": lambda line: not line.sheets,
    "sans-diagnostic": lambda line: line.edition is None,
    "attente": lambda line: line.waiting > 0,
}


def read(asked: Mapping[str, str], *, keeps: bool = True) -> Asked:
    """What an address asks for; what cannot be asked is left out."""
    lacking = asked.get("voir", "")
    known = lacking in _LACKING and (keeps or lacking != "attente")
    country = asked.get("pays", "")
    return Asked(asked.get("q", "").strip()[:200], country[:2].upper(), lacking if known else "")


def chosen(lines: Iterable[Line], asked: Asked, *, keeps: bool = True) -> list[Line]:
    """The lines asked for; a text is looked for in names of territories, and of agents for who reads them."""
    words = fold(asked.text).split()
    return [
        line
        for line in lines
        if (not asked.country or line.territory.country_code == asked.country)
        and (not asked.lacking or _LACKING[asked.lacking](line))
        and (not words or all(word in _said(line, keeps=keeps) for word in words))
    ]


def _said(line: Line, *, keeps: bool) -> str:
    people = (*line.keepers, *line.addresses) if keeps else ()
    return " ".join([line.territory.name_folded, line.territory.code, *map(fold, people)])


def countries_of(lines: Iterable[Line]) -> list[tuple[str, str]]:
    """The countries of the lines, by name."""
    found = {line.territory.country_code: line.country for line in lines if line.country}
    return sorted(found.items(), key=lambda one: fold(one[1]))


def lacks(*, keeps: bool = True) -> list[tuple[str, str]]:
    """What may be asked for of lines, in words."""
    names = {
        "sans-agent": _("sans agent"),
        "sans-fiche": _("sans aucune fiche"),
        "sans-diagnostic": _("sans diagnostic publié"),
        "attente": _("où quelque chose attend"),
    }
    return [(key, name) for key, name in names.items() if keeps or key != "attente"]


# --- Sorting ------------------------------------------------------------------------------------------------

_KEYS: dict[str, Callable[[Line], Any]] = {
    "nom": lambda line: 0,
    "fiches": lambda line: -line.sheets,
    "confirmees": lambda line: -(line.confirmed.share or 0),
    "diagnostic": lambda line: line.edition or date.min,
    "activite": lambda line: -line.last.timestamp() if line.last else 0,
    "suivi": lambda line: bool(line.keepers),
    "attente": lambda line: -line.waiting,
}


def sort(lines: list[Line], order: str, *, keeps: bool = True) -> list[Line]:
    """By a column: most first, those without a diagnosis or an agent first; then by name."""
    key = _KEYS[_order(order, keeps=keeps)]
    return sorted(lines, key=lambda line: (key(line), line.territory.name_folded))


def _order(asked: str, *, keeps: bool) -> str:
    """The order asked for, or the one of whoever reads: what waits first, or by name."""
    if asked in _KEYS and (keeps or asked != "attente"):
        return asked
    return "attente" if keeps else "nom"


def columns(order: str, *, keeps: bool = True) -> list[dict[str, Any]]:
    """The heads of the table, each a link that sorts by it."""
    names = {
        "nom": (_("Territoire"), False),
        "fiches": (_("Fiches"), True),
        "confirmees": (_("Confirmées depuis un an"), False),
        "diagnostic": (_("Diagnostic"), False),
        "activite": (_("Dernière activité"), False),
        "suivi": (_("Suivi par"), False),
        "attente": (_("En attente"), True),
    }
    current = _order(order, keeps=keeps)
    return [
        {"key": key, "label": label, "number": number, "current": key == current}
        for key, (label, number) in names.items()
        if keeps or key != "attente"
    ]


def sum_of(lines: list[Line], country: Territory | None = None) -> Sum:
    """What the head of the page says of all of them."""
    where = (country.code,) if country else ()
    sheets = search.search(replace(Query(size=1), territories=where)).total
    fresh = search.search(replace(_fresh(), territories=where)).total
    return Sum(
        territories=len(lines),
        orphans=sum(not line.keepers for line in lines),
        editions=sum(line.edition is not None for line in lines),
        waiting=sum(line.waiting for line in lines),
        sheets=sheets,
        confirmed=Part(fresh, sheets),
    )


def country_door(territory: Territory) -> str | None:
    """The same of a country, for its State."""
    return reverse("portal:country", args=[territory.code]) if territory.kind == Kind.COUNTRY else None


def door(person: Any) -> str | None:
    """The network's view, for those who may read it."""
    return reverse("portal:network") if can_open_territory(person) else None
