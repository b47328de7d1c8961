"""The sources and their coverage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from terreau.diagnosis.facts import (
    Coverage,
    SourceFacts,
)
from terreau.diagnosis.models import CoverageStatement
from terreau.diagnosis.reading.counting import attested, counted, still_named
from terreau.diagnosis.rules import CoverageClaim, fresh_since, known_coverage
from terreau.directory.enums import Precision, SourceKind
from terreau.directory.models import Organisation, OrganisationQuerySet, Record, Source
from terreau.territories.models import Territory

_PLACED = ~Q(organisation__precision__in=[Precision.NONE, Precision.COUNTRY])


def attested_by(territory: Territory, as_of: date, codes: Sequence[str]) -> QuerySet[Organisation]:
    """The organisations counted that one of these sources names."""
    records = Record.objects.filter(
        attested(as_of) & still_named(as_of), organisation=OuterRef("pk"), source__code__in=codes
    )
    return counted(territory, as_of).filter(Exists(records))


def read_coverage(territory: Territory, as_of: date) -> Coverage:
    """What is declared complete for the territory on the day, and what it attests there."""
    statements = CoverageStatement.objects.holding_for(territory, as_of).select_related("source")
    claims = known_coverage(
        [
            CoverageClaim(one.source.code, one.source.told_name, one.field, one.evidence, one.stated_on)
            for one in statements.order_by("source__name", "pk")
        ],
        as_of,
    )
    if not claims:
        return Coverage()
    codes = [claim.source_code for claim in claims]
    named = Record.objects.filter(attested(as_of) & still_named(as_of), source__code__in=codes)
    totals = named.aggregate(rows=Count("pk"), placed=Count("pk", filter=_PLACED))
    return Coverage(
        claims=claims,
        count=attested_by(territory, as_of, codes).count(),
        placed_share=totals["placed"] / totals["rows"] if totals["rows"] else 1.0,
    )


def rests_on_simulated(territory: Territory, as_of: date) -> bool:
    """Whether a simulated source names an organisation counted in the territory."""
    simulated = Source.objects.filter(simulated=True).values_list("code", flat=True)
    return bool(simulated) and attested_by(territory, as_of, list(simulated)).exists()


def read_sources(
    territory: Territory, organisations: OrganisationQuerySet, as_of: date
) -> tuple[SourceFacts, ...]:
    """The sources that say something here, and those of a wider territory that might."""
    named = Record.objects.filter(attested(as_of) & still_named(as_of))
    fresh = Q(organisation__confirmed_on__gte=fresh_since(as_of), organisation__confirmed_on__lte=as_of)
    here: dict[int, Any] = {
        row["source"]: row
        for row in named.filter(organisation__in=organisations.order_by().values("pk"))
        .order_by()
        .values("source")
        .annotate(here=Count("pk"), oldest=Min("stated_on"), confirmed=Count("pk", filter=fresh))
    }
    containing = Territory.objects.containing(territory).values("pk")
    sources = Source.objects.filter(Q(pk__in=list(here)) | Q(territory__in=containing))
    totals: dict[int, Any] = {
        row["source"]: row
        for row in named.filter(source__in=sources.values("pk"))
        .order_by()
        .values("source")
        .annotate(
            rows=Count("pk"),
            placed=Count("pk", filter=_PLACED),
            elsewhere=Count("pk", filter=~_PLACED & _abroad(territory)),
        )
    }
    nothing: dict[str, Any] = {"here": 0, "oldest": None, "confirmed": 0}
    found = [
        _source_facts(one, here.get(one.pk, nothing), totals[one.pk]) for one in sources if one.pk in totals
    ]
    # A wider source of which no row can be from here has nothing to say of this territory.
    kept = [one for one in found if one.here or one.placed + one.elsewhere < one.rows]
    return tuple(sorted(kept, key=lambda one: (-one.here, -one.rows, one.name)))


def _abroad(territory: Territory) -> Q:
    known = ~Q(organisation__country_code="") & Q(organisation__country_code__isnull=False)
    return known & ~Q(organisation__country_code=territory.country_code)


def _source_facts(source: Source, here: dict[str, Any], total: dict[str, Any]) -> SourceFacts:
    return SourceFacts(
        code=source.code,
        name=source.told_name,
        kind=source.kind,
        kind_label=str(SourceKind(source.kind).label),
        publisher=source.publisher,
        licence=source.licence,
        url=source.url,
        dated_on=source.dated_on,
        rows=total["rows"],
        placed=total["placed"],
        elsewhere=total["elsewhere"],
        here=here["here"],
        confirmed=here["confirmed"],
        oldest=here["oldest"],
        simulated=source.simulated,
    )
