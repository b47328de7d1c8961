"""Territories, people and organisations for tests: obviously fictional, made through the real doors.

town = territory("xx-com-1", "Ville-Essai")
agent = agent_of(town)
sheet = organisation("Les Pommes de l’Essai", town, sectors=["agriculture"])
said(sheet, kind="register", name="LES POMMES DE L ESSAI")
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone

from terreau.accounts.enums import Role
from terreau.accounts.models import Person, RoleGrant
from terreau.core.text import fold
from terreau.directory import search
from terreau.directory.consolidation import refresh
from terreau.directory.enums import LinkMethod, SourceKind
from terreau.directory.models import Identifier, Link, Organisation, Record, Source
from terreau.directory.terms import load_nomenclatures
from terreau.territories.enums import Kind
from terreau.territories.models import Ancestry, Territory

_numbers = itertools.count(1)


def territory(
    code: str = "",
    name: str = "",
    *,
    kind: str = Kind.COMMUNE,
    parent: Territory | None = None,
    groupings: tuple[Territory, ...] = (),
    **fields: Any,
) -> Territory:
    """A territory with its closure; its country is made when there is none."""
    number = next(_numbers)
    code = code or f"xx-com-{number}"
    if kind != Kind.COUNTRY and parent is None:
        country = code.partition("-")[0]
        parent = Territory.objects.filter(code=country).first() or territory(
            country, f"Pays {country.upper()}", kind=Kind.COUNTRY
        )
    name = name or f"Ville-Essai {number}"
    made = Territory.objects.create(
        code=code,
        kind=kind,
        name=name,
        name_folded=fold(name),
        country_code=code[:2].upper(),
        national_code=fields.pop("national_code", code.rpartition("-")[2]),
        parent=parent,
        **fields,
    )
    above: set[int] = {made.pk}
    for container in filter(None, (parent, *groupings)):
        above |= set(Ancestry.objects.filter(descendant=container).values_list("ancestor", flat=True))
    Ancestry.objects.bulk_create(Ancestry(ancestor_id=key, descendant=made) for key in above)
    return made


def person(email: str = "", **fields: Any) -> Person:
    """Someone without any role."""
    return Person.objects.create_user(email or f"personne{next(_numbers)}@exemple.test", **fields)


def agent_of(place: Territory) -> Person:
    """An agent of a territory."""
    made = person()
    RoleGrant.objects.create(person=made, role=Role.AGENT, territory=place)
    return made


def secretary() -> Person:
    """Someone of the secretariat of the network."""
    made = person()
    RoleGrant.objects.create(person=made, role=Role.SECRETARIAT)
    return made


def source(place: Territory, *, kind: str = SourceKind.LIST, code: str = "", **fields: Any) -> Source:
    """A source of a territory; the same code again gives the same source."""
    code = code or f"{kind}-essai-{place.code}"
    defaults = {"name": f"Liste d’essai {code}", "kind": kind, "territory": place, **fields}
    return Source.objects.get_or_create(code=code, defaults=defaults)[0]


def place_of(where: Territory | None, **place: Any) -> dict[str, Any]:
    """The value of the field `place`."""
    point = "longitude" in place
    return {
        "country": where.country_code if where else "",
        "territory": where.code if where else "",
        "longitude": None,
        "latitude": None,
        "precision": "point" if point else ("commune" if where else "none"),
        **place,
    }


def record_of(
    organisation: Organisation | None,
    said_by: Source,
    values: dict[str, Any],
    *,
    ref: str = "",
    stated_on: date | None = None,
    method: str = LinkMethod.FIRST,
) -> Record:
    """One row of a source, linked when an organisation is given."""
    made = _record(organisation, said_by, values, ref=ref, stated_on=stated_on)
    made.save()
    _bind([made], method)
    return made


def _record(
    organisation: Organisation | None,
    said_by: Source,
    values: dict[str, Any],
    *,
    ref: str,
    stated_on: date | None,
) -> Record:
    now = timezone.now()
    return Record(
        source=said_by,
        source_ref=ref or f"ligne-{next(_numbers)}",
        organisation=organisation,
        values=values,
        stated_on=stated_on,
        first_seen_at=now,
        last_seen_at=now,
    )


def _bind(records: list[Record], method: str) -> None:
    """The identifiers of these rows, and the links to their organisations."""
    Identifier.objects.bulk_create(
        Identifier(record=one, scheme=scheme, value=value)
        for one in records
        for scheme, value in one.values.get("identifiers", {}).items()
    )
    Link.objects.bulk_create(
        Link(record=one, organisation=one.organisation, method=method)
        for one in records
        if one.organisation is not None
    )


def organisation(
    name: str = "",
    where: Territory | None = None,
    *,
    said_by: Source | None = None,
    stated_on: date | None = None,
    ref: str = "",
    **values: Any,
) -> Organisation:
    """An organisation known from one row of a list; `place` may be given whole among the values."""
    name = name or f"Les Essais réunis {next(_numbers)}"
    (made,) = organisations([{"name": name, **values}], where, said_by=said_by, stated_on=stated_on, ref=ref)
    return made


def organisations(
    told: Iterable[dict[str, Any]],
    where: Territory | None = None,
    *,
    said_by: Source | None = None,
    stated_on: date | None = None,
    ref: str = "",
) -> list[Organisation]:
    """Organisations known each from one row of a list, of which these are the values."""
    if said_by is None:
        at = where or Territory.objects.filter(code="xx").first() or territory("xx", kind=Kind.COUNTRY)
        said_by = source(at)
    rows = [{"place": place_of(where), **values} for values in told]
    made = Organisation.objects.bulk_create(
        Organisation(name=values["name"], name_folded=fold(values["name"])) for values in rows
    )
    records = Record.objects.bulk_create(
        _record(one, said_by, values, ref=ref, stated_on=stated_on)
        for one, values in zip(made, rows, strict=True)
    )
    _bind(records, LinkMethod.FIRST)
    keys = [one.pk for one in made]
    refresh(keys)
    found = Organisation.objects.in_bulk(keys)
    return [found[key] for key in keys]


def said(
    sheet: Organisation,
    *,
    kind: str = SourceKind.LIST,
    place: Territory | None = None,
    code: str = "",
    stated_on: date | None = None,
    **values: Any,
) -> Record:
    """One more source that speaks of an organisation, and the sheet that follows."""
    at = place or sheet.territory or sheet.source.territory
    made = record_of(
        sheet, source(at, kind=kind, code=code), values, stated_on=stated_on, method=LinkMethod.SIMILARITY
    )
    refresh([sheet.pk])
    sheet.refresh_from_db()
    return made


def indexed() -> None:
    """Bring the search index up to what the test wrote (no commit happens inside a test)."""
    search.sync(wait=True)


__all__ = [
    "agent_of",
    "indexed",
    "load_nomenclatures",
    "organisation",
    "organisations",
    "person",
    "place_of",
    "record_of",
    "said",
    "secretary",
    "source",
    "territory",
]
