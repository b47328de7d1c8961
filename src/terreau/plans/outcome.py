"""What became of the needs of the last diagnosis: a section of the next one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from terreau.core.money import money_text
from terreau.core.text import shorten
from terreau.diagnosis.content import Column, Entry, Line, Part, Table
from terreau.diagnosis.drawings import Drawings
from terreau.diagnosis.facts import Facts
from terreau.diagnosis.models import Edition
from terreau.diagnosis.services import read
from terreau.plans.chain import need_of
from terreau.plans.models import Plan
from terreau.plans.reading import Row, rows_of
from terreau.plans.rules import Sums
from terreau.survey.enums import Need
from terreau.territories.models import Territory

TITLE = "Ce que sont devenus les besoins du dernier diagnostic"
_COUNTED = "actions publiques du plan qui répondent à ce besoin"


def build(facts: Facts, drawings: Drawings) -> Part | None:
    """For each need that the last edition told: the actions of the plan, what was paid, what they gave."""
    place = Territory.objects.filter(code=facts.code).first()
    edition = Edition.objects.of(place).first() if place else None
    plan = Plan.objects.of(place).public().first() if place else None
    if place is None or edition is None or plan is None:
        return None
    plan.territory = place
    needs = _needs_of(edition)
    if not needs:
        return None
    by_need: dict[str, list[Row]] = {code: [] for code in needs}
    for row in rows_of(plan, facts.as_of, public=True):
        if (code := need_of(row.action)) in by_need:
            by_need[code].append(row)
    answered = sum(bool(rows) for rows in by_need.values())
    return Part(
        key="suites",
        title=TITLE,
        texts=(
            f"Le diagnostic n°\u00a0{edition.number} disait {len(needs)} besoins\u00a0; le plan d’action "
            f"public répond à {answered} d’entre eux.",
        ),
        tables=(_table(facts, plan, by_need),),
        entries=tuple(_results(by_need)),
        notes=(
            "Un besoin sans action n’est pas un besoin sans réponse\u00a0: seul le plan public est lu ici.",
        ),
    )


def _needs_of(edition: Edition) -> list[str]:
    """The needs of an edition, the strongest first."""
    part = read(edition).part("besoins")
    tables = part.tables if part else ()
    return [
        line.key
        for table in tables
        if table.key == "besoins"
        for line in table.lines
        if line.key in Need.values
    ]


def _table(facts: Facts, plan: Plan, by_need: dict[str, list[Row]]) -> Table:
    columns = (
        Column("actions", "Actions", "actions", counted=_COUNTED),
        Column("terminees", "Terminées", "actions", counted=f"{_COUNTED}, terminées"),
        Column("retard", "En retard", "actions", counted=f"{_COUNTED}, en retard"),
        Column("paye", "Payé"),
    )
    lines = []
    for code, rows in by_need.items():
        sums = sum((row.sums for row in rows), Sums())
        paid = money_text(sums.paid, plan.currency)
        cells = (len(rows), _count(rows, "done"), _count(rows, "late"), paid)
        lines.append(Line(code, str(Need(code).label).capitalize(), cells))
    return Table(
        "suites",
        "Besoins du dernier diagnostic et actions du plan",
        "Besoin",
        columns,
        tuple(lines),
        date=facts.as_of.isoformat(),
        perimeter=facts.perimeter,
        method="suites",
        source=f"plan d’action «\u00a0{plan.title}\u00a0»",
        reliability="dit par la ville",
        simulated=plan.is_simulated,
    )


def _count(rows: Iterable[Row], standing: str) -> int:
    return sum(row.standing == standing for row in rows)


def _results(by_need: dict[str, list[Row]]) -> Iterable[Entry]:
    """The results that were told, under the need they answer."""
    for code, rows in by_need.items():
        for row in rows:
            if row.action.result:
                yield Entry(
                    key=row.action.public_id,
                    title=row.action.title,
                    group=str(Need(code).label).capitalize(),
                    text=shorten(row.action.result, 400),
                    facts=(("Terminée", _day(row.action.ended_on)),) if row.action.ended_on else (),
                    url=row.url,
                )


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
