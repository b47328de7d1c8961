"""By which source a person speaks of an organisation, and how that word is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.text import of_place
from terreau.directory import perms
from terreau.directory.enums import LinkMethod, SourceKind
from terreau.directory.fields import Values
from terreau.directory.merging_moves import moved_records
from terreau.directory.models import Identifier, Link, Organisation, Record, Source
from terreau.directory.simulated import show_again
from terreau.directory.writing import known
from terreau.territories.models import Territory


def ensure_source(*, code: str, name: str, kind: str, territory: Territory, **meta: Any) -> Source:
    """The source of this code, made if there is none; what is newly known of it is written.

    Args:
        code: stable, unique; `agent-<territory>` and `agent-secretariat-<country>` are the agents' own.
        name: as it is cited.
        kind: one of `SourceKind`.
        territory: that of which it speaks.
        meta: `publisher`, `url`, `licence`, `dated_on`, `description`, `simulated`; empty values
            change nothing.
    """
    if settings.EXERCISE:
        # Nobody there speaks of anything real, the agents and the actors no more than the lists.
        meta["simulated"] = True
    with transaction.atomic():
        source, made = Source.objects.get_or_create(
            code=code, defaults={"name": name, "kind": kind, "territory": territory, **meta}
        )
        if not made:
            news = {key: value for key, value in {"name": name, **meta}.items() if value}
            changed = [key for key, value in news.items() if getattr(source, key) != value]
            for key in changed:
                setattr(source, key, news[key])
            if changed:
                source.save(update_fields=changed)
            if "simulated" in changed:
                show_again(source)
    return source


def agent_source(person: Any, territories: list[Territory]) -> Source:
    """The source by which the person speaks: agent of the smallest of their territories that holds it."""
    mine = perms.agent_territories(person, territories)
    if mine:
        order = {kind: rank for rank, kind in enumerate(("country", "region", "department", "grouping"))}
        nearest = max(mine, key=lambda territory: order.get(territory.kind, 9))
        return ensure_source(
            code=f"agent-{nearest.code}",
            name=_("l’agent %(of)s") % {"of": of_place(nearest.name)},
            kind=SourceKind.AGENT,
            territory=nearest,
        )
    at = _country_of(territories[0].code.partition("-")[0] if territories else "", territories)
    return ensure_source(
        code=f"agent-secretariat-{at.code}"[:80],
        name=_("le secrétariat du réseau"),
        kind=SourceKind.AGENT,
        territory=at,
    )


def _country_of(code: str, territories: list[Territory]) -> Territory:
    """The country of this code, or else the first of the territories."""
    found = Territory.objects.filter(code=code).first() or next(iter(territories), None)
    if found is None:
        raise TerreauError(
            _("On ne sait dans quel territoire se trouve cette organisation."),
            remedy=_("Indiquez d’abord son lieu."),
        )
    return found


def speaking_source(person: Any, organisation: Organisation) -> Source:
    """The source by which the person speaks of this sheet: its organisation's own, or an agent's.

    The actors of a country share one source: each speaks of itself alone, in a record of its own.
    """
    territories = perms.territories_of(organisation)
    if not perms.keeps_sheet(person, organisation):
        return agent_source(person, territories)
    return actor_source(organisation)


def actor_source(organisation: Organisation) -> Source:
    """The source of the actors of the country where the organisation is."""
    territories = perms.territories_of(organisation)
    country = organisation.country_code.lower() or next((one.country_code.lower() for one in territories), "")
    at = _country_of(country, territories)
    return ensure_source(
        code=f"actors-{at.code}"[:80],
        name=_("l’organisation elle-même"),
        kind=SourceKind.ACTOR,
        territory=at,
    )


def own_record(source: Source, organisation: Organisation) -> Record | None:
    """What this source says of the organisation, the last if it says it twice.

    What it said of a sheet that was joined to this one is not it: that would leave with the merge.
    """
    records = Record.objects.filter(source=source, organisation=organisation)
    records = records.exclude(pk__in=moved_records(organisation))
    return records.select_related("source").order_by("-pk").first()


def state(
    source: Source,
    organisation: Organisation,
    record: Record | None,
    values: Values,
    dates: dict[str, str],
    today: date,
    person: Any,
) -> None:
    """Write what an agent says, as the agent's record of that organisation."""
    now = timezone.now()
    if record is not None:
        record.values, record.value_dates = values, dates
        record.stated_on, record.last_seen_at = today, now
        record.save(update_fields=["values", "value_dates", "stated_on", "last_seen_at"])
    else:
        # The reference may be taken by a record that was tied elsewhere since.
        taken = Record.objects.filter(source=source, source_ref=organisation.public_id).exists()
        record = Record.objects.create(
            source=source,
            source_ref=f"{organisation.public_id}-{now:%Y%m%d%H%M%S%f}" if taken else organisation.public_id,
            organisation=organisation,
            values=values,
            value_dates=dates,
            stated_on=today,
            first_seen_at=now,
            last_seen_at=now,
        )
        Link.objects.create(
            record=record, organisation=organisation, method=LinkMethod.PERSON, person=known(person)
        )
    keep_identifiers(record)


def keep_identifiers(record: Record) -> None:
    """Write the record's identifiers where they can be looked up."""
    said = {scheme: value for scheme, value in (record.values.get("identifiers") or {}).items() if value}
    stored = dict(record.identifiers.values_list("scheme", "value"))
    if said != stored:
        record.identifiers.all().delete()
        Identifier.objects.bulk_create(
            Identifier(record=record, scheme=scheme, value=value) for scheme, value in said.items()
        )
