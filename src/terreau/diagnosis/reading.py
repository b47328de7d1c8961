"""Reading the directory and the territories for a diagnosis: the one place with its queries.

What counts on a day D, said in `docs/methodes/diagnostic.md`: an organisation that a source attested by
then (its data are dated no later than D, or the platform had them by D), that this source still named,
that was founded by D and had not ceased. Family, sectors and place are those known today.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils import timezone

from terreau.diagnosis.content import digest
from terreau.diagnosis.facts import (
    Coverage,
    Facts,
    Inhabitants,
    Published,
    Reference,
    SourceFacts,
    Tally,
    Unit,
)
from terreau.diagnosis.models import CoverageStatement
from terreau.diagnosis.rules import CoverageClaim, fresh_since, is_fresh, known_coverage
from terreau.directory.enums import Nomenclature, Precision, SourceKind, Status
from terreau.directory.models import Organisation, OrganisationQuerySet, Record, Source, Term
from terreau.observatory.published import TOTAL, PublishedFigure, figures_for
from terreau.territories.enums import Kind
from terreau.territories.models import Ancestry, Outline, Population, Succession, Territory

_CHUNK = 900  # SQLite bounds the values of one query
MAP_UNITS = 400  # beyond, outlines would be unreadable on a page and heavy on a thin link
MAP_POINTS = 5000
NAMED = 10  # so few that they can be named
PUBLISHED_LIMIT = 6  # of one territory
# What an order of magnitude is wanted of, most telling first, as the publications name it.
PUBLISHED = (
    "part de l’ESS dans l’emploi", "part de l’emploi", "part de l’emploi salarié", "part de l’emploi privé",
    "part de l’économie sociale dans l’emploi salarié", "part des emplois", "part des salariés", "emplois",
    "salariés", "établissements employeurs", "établissements", "entreprises employeuses",
    "entreprises d’économie sociale", "entreprises sociales", "entités ESS", "coopératives", "ETP",
)  # fmt: skip
UNITS = {"nb": "", "%": "%", "EUR": "€"}
_PLACED = ~Q(organisation__precision__in=[Precision.NONE, Precision.COUNTRY])
_INNER_KINDS = (Kind.BOROUGH, Kind.SECTOR, Kind.VILLAGE)
_UNIT_WORDS = {
    Kind.COMMUNE: "communes",
    Kind.BOROUGH: "arrondissements",
    Kind.SECTOR: "secteurs",
    Kind.VILLAGE: "villages",
}
_TREE_ORDER = {kind: rank for rank, kind in enumerate(Kind.values)}


def kind_in_words(territory: Territory) -> str:
    """« commune », « région »…; in France a department is called so, elsewhere it may be a province."""
    if territory.kind == Kind.DEPARTMENT and territory.country_code == "FR":
        return "département"
    return str(territory.get_kind_display())


def end_of(day: date) -> datetime:
    """The last instant of a day, in the instance's time zone."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min)) - timedelta(
        microseconds=1
    )


def attested(as_of: date, prefix: str = "") -> Q:
    """Condition on records: known of by the day, by the platform or by the date of the data."""
    return (
        Q(**{f"{prefix}first_seen_at__lte": end_of(as_of)})
        | Q(**{f"{prefix}stated_on__lte": as_of})
        | Q(**{f"{prefix}source__dated_on__lte": as_of})
    )


def still_named(as_of: date, prefix: str = "") -> Q:
    """Condition on records: their source had not dropped them by the day."""
    return Q(**{f"{prefix}gone_at__isnull": True}) | Q(**{f"{prefix}gone_at__gt": end_of(as_of)})


def existing(territory: Territory, as_of: date) -> OrganisationQuerySet:
    """The organisations of a territory that a source attested by the day, whatever became of them."""
    day = as_of.isoformat()
    records = Record.objects.filter(attested(as_of), organisation=OuterRef("pk"))
    return (
        Organisation.objects.shown()
        .in_territory(territory)
        .annotate(
            founded=Coalesce(KT("shown_values__founded_on"), Value(""), output_field=TextField()),
            ended=Coalesce(KT("shown_values__ceased_on"), Value(""), output_field=TextField()),
        )
        # Dates may be a year or a month alone; as text they sort as they should, « 2019 » before « 2019-06 ».
        .filter(Exists(records), founded__lte=day, merged_into__isnull=True)
    )


def _has_ended(as_of: date) -> Q:
    dated = ~Q(ended="") & Q(ended__lte=as_of.isoformat())
    return dated | Q(ended="", status=Status.CEASED)


def counted(territory: Territory, as_of: date) -> OrganisationQuerySet:
    """The organisations in activity that the diagnosis counts."""
    named = Record.objects.filter(attested(as_of) & still_named(as_of), organisation=OuterRef("pk"))
    return existing(territory, as_of).exclude(_has_ended(as_of)).filter(Exists(named))


@dataclass
class _Pass:
    """What one reading of the organisations gathers."""

    active: int = 0
    confirmed: int = 0
    families: Counter[str] = field(default_factory=Counter)
    terms: dict[str, Counter[str]] = field(
        default_factory=lambda: {key: Counter() for key in ("sectors", "issues", "filieres")}
    )
    known: Counter[str] = field(default_factory=Counter)
    precisions: Counter[str] = field(default_factory=Counter)
    places: Counter[int] = field(default_factory=Counter)
    points: list[tuple[float, float]] = field(default_factory=list)

    def add(self, row: dict[str, Any], as_of: date) -> None:
        """Count one organisation."""
        self.active += 1
        self.confirmed += is_fresh(row["confirmed_on"], as_of)
        self.families[row["family"]] += 1
        self.precisions[row["precision"]] += 1
        self.places[row["territory_id"]] += 1
        for key, counter in self.terms.items():
            codes = set(row[key] or ())
            counter.update(codes)
            self.known[key] += bool(codes)
        if row["precision"] == Precision.POINT and row["longitude"] is not None:
            self.points.append((row["longitude"], row["latitude"]))


def _read(organisations: OrganisationQuerySet, as_of: date) -> _Pass:
    """Read the organisations once, in a stream: terms are lists, which databases count differently."""
    gathered = _Pass()
    columns = (
        "family", "precision", "territory_id", "sectors", "issues", "filieres", "confirmed_on",
        "longitude", "latitude",
    )  # fmt: skip
    for row in organisations.order_by().values(*columns).iterator(chunk_size=5000):
        gathered.add(row, as_of)
    return gathered


def read_facts(territory: Territory, as_of: date) -> Facts:
    """All that is known of a territory on a day, for the sections of its diagnosis."""
    organisations = counted(territory, as_of)
    gathered = _read(organisations, as_of)
    everything = existing(territory, as_of)
    ceased = everything.filter(_has_ended(as_of)).count()
    coverage = read_coverage(territory, as_of)
    containers = _containers(territory)
    units_kind, units_total = _units_kind(territory)
    units = _units(territory, units_kind, gathered.places, as_of, coverage)
    outlines, credit = _unit_outlines(territory, units_kind, units, units_total, as_of)
    around: tuple[Unit, ...] = ()
    around_name = ""
    if territory.kind == Kind.COMMUNE and not outlines:
        around, around_name, credit = _around(territory, as_of)
    return Facts(
        code=territory.code,
        name=territory.name,
        kind=territory.kind,
        kind_label=kind_in_words(territory),
        country_code=territory.country_code,
        extent=_extent(territory, units_kind),
        as_of=as_of,
        active=gathered.active,
        ceased=ceased,
        unseen=everything.exclude(_has_ended(as_of)).count() - gathered.active,
        confirmed=gathered.confirmed,
        families=dict(gathered.families),
        sectors=_tally(gathered, "sectors", Nomenclature.SECTOR),
        issues=_tally(gathered, "issues", Nomenclature.ISSUE),
        filieres=_tally(gathered, "filieres", Nomenclature.FILIERE),
        precisions=dict(gathered.precisions),
        points=tuple(gathered.points[:MAP_POINTS]),
        names=_names(organisations) if gathered.active <= NAMED else (),
        units_kind=_UNIT_WORDS.get(Kind(units_kind), "") if units_kind else "",
        units=units,
        units_total=units_total,
        unit_outlines=outlines,
        around=around,
        around_name=around_name,
        outline_credit=credit,
        longitude=territory.longitude,
        latitude=territory.latitude,
        inhabitants=read_inhabitants([territory.pk], as_of).get(territory.pk),
        coverage=coverage,
        sources=_sources(territory, organisations, as_of),
        references=_references(containers, as_of),
        published=read_published([territory.code, *(place.code for place in containers)], as_of),
    )


def _names(organisations: OrganisationQuerySet) -> tuple[tuple[str, str], ...]:
    return tuple(organisations.order_by("name_folded", "pk").values_list("name", "public_id"))


def _tally(gathered: _Pass, key: str, nomenclature: str) -> Tally:
    counter = gathered.terms[key]
    labels = (
        dict(Term.objects.filter(nomenclature=nomenclature).values_list("code", "label")) if counter else {}
    )
    lines = [(code, labels.get(code, code), number) for code, number in counter.items()]
    lines.sort(key=lambda line: (-line[2], line[1]))
    return Tally(tuple(lines), gathered.known[key])


# --- Inside the territory -------------------------------------------------------------------------


def _units_kind(territory: Territory) -> tuple[str, int]:
    """The kind of territory by which the inventory is broken down, and how many of them there are."""
    within = Territory.objects.within(territory).current().exclude(pk=territory.pk)
    found = dict(within.order_by().values_list("kind").annotate(n=Count("pk")))
    wanted = (Kind.COMMUNE,) if _TREE_ORDER[territory.kind] < _TREE_ORDER[Kind.COMMUNE] else _INNER_KINDS
    kind = next((kind for kind in wanted if found.get(kind)), "")
    return (str(kind), found[kind]) if kind else ("", 0)


def _chunks(values: Iterable[int]) -> Iterator[list[int]]:
    listed = list(values)
    for start in range(0, len(listed), _CHUNK):
        yield listed[start : start + _CHUNK]


def _units(
    territory: Territory, kind: str, places: Counter[int], as_of: date, coverage: Coverage
) -> tuple[Unit, ...]:
    if not kind:
        return ()
    counts: Counter[int] = Counter()
    complete = _complete_by_place(territory, as_of, coverage)
    of_unit: Counter[int] = Counter()
    known: dict[int, Territory] = {}
    for some in _chunks(places):
        links = Ancestry.objects.filter(descendant__in=some, ancestor__kind=kind).select_related("ancestor")
        for link in links:
            counts[link.ancestor_id] += places[link.descendant_id]
            of_unit[link.ancestor_id] += complete[link.descendant_id]
            known[link.ancestor_id] = link.ancestor
    inhabitants = read_inhabitants(list(known), as_of)
    units = [
        Unit(
            code=place.code,
            name=place.name,
            count=counts[pk],
            inhabitants=inhabitants.get(pk),
            complete=of_unit[pk],
            longitude=place.longitude,
            latitude=place.latitude,
        )
        for pk, place in known.items()
    ]
    return tuple(sorted(units, key=lambda unit: (-unit.count, unit.name, unit.code)))


def _complete_by_place(territory: Territory, as_of: date, coverage: Coverage) -> Counter[int]:
    if not coverage.known:
        return Counter()
    codes = [claim.source_code for claim in coverage.claims]
    rows = _attested_by(territory, as_of, codes).order_by().values_list("territory").annotate(n=Count("pk"))
    return Counter({place: number for place, number in rows if place})


def _extent(territory: Territory, units_kind: str) -> str:
    """A digest of what makes the perimeter, to tell whether two editions speak of the same one."""
    if units_kind == Kind.COMMUNE:
        within = Territory.objects.within(territory).current().filter(kind=Kind.COMMUNE)
        codes = list(within.order_by("code").values_list("code", flat=True))
    else:
        # Communes that were merged into this one changed its limits.
        former = Succession.objects.filter(successor=territory).order_by("former__code")
        codes = [territory.code, *former.values_list("former__code", flat=True)]
    return digest(" ".join(codes))


def _outlines(places: Sequence[int], as_of: date) -> tuple[dict[int, Any], str]:
    """The latest outline of each territory, and where they come from."""
    found: dict[int, Any] = {}
    credits: dict[str, None] = {}
    for some in _chunks(places):
        for outline in Outline.objects.filter(territory__in=some).order_by("vintage"):
            if outline.vintage <= as_of.year or outline.territory_id not in found:
                found[outline.territory_id] = outline.geometry
            credits[outline.source] = None
    return found, "\u202f; ".join(one for one in credits if one)


def _unit_outlines(
    territory: Territory, kind: str, units: tuple[Unit, ...], total: int, as_of: date
) -> tuple[tuple[Unit, ...], str]:
    if not kind or not units or total > MAP_UNITS:
        return (), ""
    within = list(Territory.objects.within(territory).current().filter(kind=kind))
    found, credit = _outlines([place.pk for place in within], as_of)
    counts = {unit.code: unit for unit in units}
    outlined = [
        Unit(
            code=place.code,
            name=place.name,
            count=counts[place.code].count if place.code in counts else 0,
            inhabitants=counts[place.code].inhabitants if place.code in counts else None,
            complete=counts[place.code].complete if place.code in counts else 0,
            longitude=place.longitude,
            latitude=place.latitude,
            geometry=found[place.pk],
        )
        for place in within
        if place.pk in found
    ]
    return tuple(outlined), credit


def _around(territory: Territory, as_of: date) -> tuple[tuple[Unit, ...], str, str]:
    """The outlines of a commune's grouping, among which it is shown; of itself where there is none."""
    grouping = Territory.objects.containing(territory).current().filter(kind=Kind.GROUPING).first()
    communes = [territory]
    if grouping is not None:
        communes = list(
            Territory.objects.within(grouping).current().filter(kind=Kind.COMMUNE)[: MAP_UNITS + 1]
        )
        if len(communes) > MAP_UNITS:
            communes, grouping = [territory], None
    found, credit = _outlines([place.pk for place in communes], as_of)
    units = [
        Unit(code=place.code, name=place.name, count=0, geometry=found[place.pk])
        for place in communes
        if place.pk in found
    ]
    return tuple(units), grouping.name if grouping else "", credit


def read_inhabitants(places: Sequence[int], as_of: date) -> dict[int, Inhabitants]:
    """The population of each territory: the latest dated no later than the day, else the one there is."""
    found: dict[int, Population] = {}
    for some in _chunks(places):
        rows = Population.objects.filter(territory__in=some).order_by(
            F("year").asc(nulls_first=True), "source"
        )
        for row in rows:
            if row.territory_id not in found or (row.year or 0) <= as_of.year:
                found[row.territory_id] = row
    return {place: Inhabitants(row.value, row.year, row.source) for place, row in found.items() if row.value}


# --- Sources and coverage ------------------------------------------------------------------------------


def _attested_by(territory: Territory, as_of: date, codes: Sequence[str]) -> QuerySet[Organisation]:
    records = Record.objects.filter(
        attested(as_of) & still_named(as_of), organisation=OuterRef("pk"), source__code__in=codes
    )
    return counted(territory, as_of).filter(Exists(records))


def read_coverage(territory: Territory, as_of: date) -> Coverage:
    """What is declared complete for the territory on the day, and what it attests there."""
    statements = CoverageStatement.objects.holding_for(territory, as_of).select_related("source")
    claims = known_coverage(
        [
            CoverageClaim(one.source.code, one.source.name, one.field, one.evidence, one.stated_on)
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
        count=_attested_by(territory, as_of, codes).count(),
        placed_share=totals["placed"] / totals["rows"] if totals["rows"] else 1.0,
    )


def _sources(
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
        .annotate(rows=Count("pk"), placed=Count("pk", filter=_PLACED))
    }
    nothing: dict[str, Any] = {"here": 0, "oldest": None, "confirmed": 0}
    found = [
        _source_facts(one, here.get(one.pk, nothing), totals[one.pk]) for one in sources if one.pk in totals
    ]
    # A wider source that is wholly placed, none of it here, has nothing to say of this territory.
    kept = [one for one in found if one.here or one.placed < one.rows]
    return tuple(sorted(kept, key=lambda one: (-one.here, -one.rows, one.name)))


def _source_facts(source: Source, here: dict[str, Any], total: dict[str, Any]) -> SourceFacts:
    return SourceFacts(
        code=source.code,
        name=source.name,
        kind=source.kind,
        kind_label=str(SourceKind(source.kind).label),
        publisher=source.publisher,
        licence=source.licence,
        url=source.url,
        dated_on=source.dated_on,
        rows=total["rows"],
        placed=total["placed"],
        here=here["here"],
        confirmed=here["confirmed"],
        oldest=here["oldest"],
    )


# --- Beside the territory ----------------------------------------------------------------------------------


def _containers(territory: Territory) -> list[Territory]:
    """The territories in force that contain it, nearest first."""
    found = Territory.objects.containing(territory).current().exclude(pk=territory.pk)
    return sorted(found, key=lambda place: -_TREE_ORDER[place.kind])


def _references(containers: Sequence[Territory], as_of: date) -> tuple[Reference, ...]:
    inhabitants = read_inhabitants([place.pk for place in containers], as_of)
    return tuple(
        Reference(
            code=place.code,
            name=place.name,
            kind_label=kind_in_words(place),
            count=counted(place, as_of).count(),
            inhabitants=inhabitants.get(place.pk),
            coverage=read_coverage(place, as_of),
        )
        for place in containers
    )


def read_published(codes: Sequence[str], as_of: date) -> tuple[Published, ...]:
    """Figures that others published on these territories, the newest of each kind by the day."""
    found = []
    for code in codes:
        known = [
            one for one in figures_for([code]) if one.segment == TOTAL and one.sorting_year <= as_of.year
        ]
        of_code = []
        for indicator in PUBLISHED:
            newest = max((one.sorting_year for one in known if one.indicator == indicator), default=None)
            of_code += [one for one in known if one.indicator == indicator and one.sorting_year == newest]
        found += [_published(code, one) for one in of_code[:PUBLISHED_LIMIT]]
    return tuple(one for one in found if one is not None)


def _published(code: str, one: PublishedFigure) -> Published | None:
    if one.value is None:
        return None
    link = next(iter(one.links), "")
    return Published(
        code=code,
        year=one.year,
        label=one.indicator,
        field="économie sociale et solidaire, au sens de la source",
        value=round(one.value, 1),
        unit=UNITS.get(one.unit, one.unit),
        source=(urlsplit(link).hostname or link).removeprefix("www.") if link else one.source_url,
        url=link,
        note=one.note,
    )
