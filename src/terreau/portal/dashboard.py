"""A town's dashboard: how fresh and complete its directory is, counted from the index and one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from operator import itemgetter
from typing import Any

from django.core.cache import caches
from django.db.models import Count, IntegerField, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.registry import Waiting, territory_waits
from terreau.directory import labels, search
from terreau.directory.enums import Precision, Status
from terreau.directory.freshness import fresh_from, on_map_from
from terreau.directory.models import Organisation
from terreau.directory.search import Query
from terreau.registers.enums import OVER
from terreau.registers.models import ImportRun
from terreau.territories.enums import Kind
from terreau.territories.models import Territory

SHOWN = 12
IMPORTS_SHOWN = 6
_PLACED = (Precision.POINT.value, Precision.COMMUNE.value)
_COUNTED_SECONDS = 600
# Under which kind of territory a container is told in parts.
_BELOW = {Kind.COUNTRY: "region", Kind.REGION: "department"}
_PARAMETERS = {"family": "famille", "sector": "secteur", "source": "source"}


@dataclass(frozen=True)
class Part:
    """A number among others: its share, and the length of its bar."""

    count: int
    total: int

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None of nothing."""
        return self.count / self.total if self.total else None

    @property
    def width(self) -> int:
        """Of a bar of a hundred: something is never nothing, nor some all."""
        if not self.count:
            return 0
        if self.count == self.total:
            return 100
        return min(99, max(1, round(100 * self.count / self.total)))

    @property
    def decimals(self) -> int:
        """One where few would read as none, or most as all."""
        return int(0 < self.count < self.total and not 0.01 <= self.count / self.total <= 0.99)


@dataclass(frozen=True)
class Row:
    """One family, sector, commune or source: its sheets, those confirmed, those placed."""

    label: str
    address: str
    total: int
    confirmed: Part
    placed: Part


@dataclass(frozen=True)
class Table:
    """One way to look at the directory, in rows; how many more there are."""

    key: str
    title: str
    column: str
    rows: list[Row]
    more: int
    note: str = ""


@dataclass(frozen=True)
class Lack:
    """One thing that is known of some sheets, and of how many."""

    label: str
    part: Part


@dataclass(frozen=True)
class Figures:
    """The whole state of a territory's directory."""

    total: int
    confirmed: Part
    aged: int
    off_map: int
    never: int
    placed: Part
    pointed: int
    known: list[Lack]
    tables: list[Table]

    @property
    def lacks(self) -> bool:
        """Whether something is not known of every sheet."""
        return any(one.part.count < one.part.total for one in self.known)


@dataclass(frozen=True)
class Step:
    """The one next thing to do."""

    title: str
    why: str
    url: str
    label: str


# --- Figures ---------------------------------------------------------------------------------------------


def figures(territory: Territory, whole_table: str = "") -> Figures:
    """Counted from the index; what is known of the sheets, by one query on the base.

    Args:
        territory: whose directory.
        whole_table: the key of the table of which every row is asked for.
    """
    level = _BELOW.get(Kind(territory.kind), "commune")
    facets = ("family", "sector", level, "source", "precision", "confirmed")
    everything = Query(territories=(territory.code,), size=1, facets=facets)
    today = timezone.localdate()
    whole = search.search(everything)
    fresh = search.search(replace(everything, confirmed_since=fresh_from(today)))
    on_map = search.search(replace(everything, confirmed_since=on_map_from(today), facets=()))
    placed = search.search(replace(everything, precisions=_PLACED))
    ever = dict(whole.facets.get("confirmed", ())).get("yes", 0)
    return Figures(
        total=whole.total,
        confirmed=Part(fresh.total, whole.total),
        aged=on_map.total - fresh.total,
        off_map=ever - on_map.total,
        never=whole.total - ever,
        placed=Part(placed.total, whole.total),
        pointed=dict(whole.facets.get("precision", ())).get(Precision.POINT.value, 0),
        known=_known(territory, whole.total, placed.total),
        tables=[
            table
            for facet in ("family", "sector", level, "source")
            if (table := _table(facet, territory, whole, fresh, placed, all_rows=facet == whole_table)).rows
        ],
    )


def _table(
    facet: str,
    territory: Territory,
    whole: search.Results,
    fresh: search.Results,
    placed: search.Results,
    *,
    all_rows: bool,
) -> Table:
    counts = [one for one in whole.facets.get(facet, []) if one[0] != territory.code]
    confirmed, located = dict(fresh.facets.get(facet, ())), dict(placed.facets.get(facet, ()))
    shown = counts if all_rows else counts[:SHOWN]
    names = labels.labels(facet, [code for code, _number in shown])
    rows = [
        Row(
            label=names[code] if facet != "family" else labels.family_label(code, plural=True),
            address=_address(facet, territory, code),
            total=number,
            confirmed=Part(confirmed.get(code, 0), number),
            placed=Part(located.get(code, 0), number),
        )
        for code, number in shown
    ]
    title, column, note = _titles()[facet]
    return Table(facet, title, column, rows, max(0, len(counts) - len(shown)), note)


def _titles() -> dict[str, tuple[str, str, str]]:
    several = _("Une organisation peut être dans plusieurs lignes.")
    return {
        "family": (_("Par famille"), _("Famille"), ""),
        "sector": (_("Par secteur"), _("Secteur"), several),
        "commune": (_("Par commune"), _("Commune"), ""),
        "department": (_("Par département ou province"), _("Territoire"), ""),
        "region": (_("Par région"), _("Région"), ""),
        "source": (_("Par source"), _("Source"), several),
    }


def list_address(territory: Territory, **more: str) -> str:
    """The directory's list of a territory, narrowed."""
    extra = "".join(f"&{name}={value}" for name, value in more.items())
    return f"{reverse('directory:list')}?territoire={territory.code}{extra}"


def _address(facet: str, territory: Territory, code: str) -> str:
    if facet in _PARAMETERS:
        return list_address(territory, **{_PARAMETERS[facet]: code})
    return f"{reverse('directory:list')}?territoire={code}"


def _known(territory: Territory, total: int, placed: int) -> list[Lack]:
    """For how many sheets each thing is known."""
    counted = _counted(territory)
    return [
        Lack(_("Lieu"), Part(placed, total)),
        *(
            Lack(label, Part(min(counted[key], total), total))
            for key, label in (
                ("description", _("Activité décrite")),
                ("sectors", _("Secteur")),
                ("issues", _("Enjeu du territoire")),
                ("legal_form", _("Forme juridique")),
                ("reached", _("Site, courriel ou téléphone public")),
            )
        ),
    ]


def _counted(territory: Territory) -> dict[str, int]:
    """One query over the sheets of the territory, kept as long as the directory does not change."""
    mark = blake2b(repr(search.mark()).encode(), digest_size=12).hexdigest()
    key = f"dashboard:{territory.pk}:{mark}"
    kept = caches["pages"].get(key)
    if kept is None:
        kept = _count(territory)
        caches["pages"].set(key, kept, _COUNTED_SECONDS)
    return dict(kept)


def _count(territory: Territory) -> dict[str, int]:
    ways = Q()
    for name in ("website", "email", "telephone"):
        ways |= Q(shown_values__has_key=name)
    sheets = Organisation.objects.in_territory(territory).filter(
        status=Status.ACTIVE, merged_into__isnull=True
    )
    return sheets.order_by().aggregate(
        description=Count("pk", filter=~Q(description="")),
        sectors=Count("pk", filter=~Q(sectors=[])),
        issues=Count("pk", filter=~Q(issues=[])),
        legal_form=Count("pk", filter=~Q(legal_form="")),
        reached=Count("pk", filter=ways),
    )


# --- What waits, what comes next ---------------------------------------------------------------------------


def waiting(territories: Sequence[Territory]) -> dict[int, list[Waiting]]:
    """What waits in each of these territories, what comes first at the head: one question to the base."""
    known = {one.pk: one for one in territories}
    kinds = list(territory_waits)
    first, *others = (
        kind.counts(territories).annotate(kind=Value(rank, IntegerField())) for rank, kind in enumerate(kinds)
    )
    found: dict[int, list[Waiting]] = {key: [] for key in known}
    for key, count, rank in sorted(first.union(*others, all=True), key=itemgetter(2)):
        found[key].append(kinds[rank].tell(known[key], count))
    return found


def next_step(territory: Territory, state: Figures, waits: Sequence[Waiting], *, has_edition: bool) -> Step:
    """One thing to do now: what waits, else what the directory lacks most."""
    if waits:
        first = waits[0]
        why = str(first.why or _("Des personnes attendent votre réponse."))
        return Step(f"{str(first.text)[:1].upper()}{str(first.text)[1:]}", why, first.url, _("Y aller"))
    if not state.total:
        return Step(
            _("Apportez une première liste"),
            _("Un fichier de subventions ou d’associations suffit\u00a0: il devient des fiches."),
            reverse("registers:new", args=[territory.code]),
            _("Importer une liste"),
        )
    calls = reverse("freshness:calls", args=[territory.code])
    if state.off_map:
        why = _("Elles n’ont plus été confirmées depuis deux ans. Un appel les y remet.")
        return Step(_("Remettez sur la carte les fiches qui l’ont quittée"), why, calls, _("Voir les appels"))
    if not has_edition:
        why = _(
            "L’annuaire suffit pour une première édition\u00a0: elle dit aussi ce qu’on ne sait pas encore."
        )
        url = reverse("diagnosis:draft", args=[territory.code])
        return Step(_("Préparez le diagnostic"), why, url, _("Préparer"))
    if state.confirmed.count < state.total:
        why = _("Dix appels par semaine, et l’annuaire dit vrai en quelques mois.")
        return Step(_("Faites confirmer des fiches"), why, calls, _("Voir les appels"))
    why = _("Chaque fiche a été confirmée depuis moins d’un an.")
    return Step(_("Rien ne presse"), why, list_address(territory), _("Voir l’annuaire"))


def imports(territory: Territory) -> list[dict[str, Any]]:
    """The last imports, those that are not over first."""
    runs = ImportRun.objects.filter(territory=territory).select_related("source")
    last = sorted(runs.order_by("-created_at")[: 3 * IMPORTS_SHOWN], key=lambda run: run.state in OVER)
    return [
        {
            "name": run.source.name,
            "state": run.get_state_display(),
            "is_over": run.state in OVER,
            "on": run.applied_at or run.created_at,
            "url": reverse("registers:run", args=[territory.code, run.pk]),
        }
        for run in last[:IMPORTS_SHOWN]
    ]
