"""The money of a plan: what is foreseen against what is secured, by year, by source, by axis."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from terreau.core.money import money_text
from terreau.plans.models import Entry, Plan
from terreau.plans.rules import Sums
from terreau.practices.enums import CostNature


@dataclass(frozen=True)
class MoneyRow:
    """One line of a table of money, as amounts and as words."""

    label: str
    sums: Sums
    currency: str

    @property
    def planned(self) -> str:
        """What is foreseen."""
        return money_text(self.sums.planned, self.currency)

    @property
    def secured(self) -> str:
        """What is secured."""
        return money_text(self.sums.secured, self.currency)

    @property
    def committed(self) -> str:
        """What is committed."""
        return money_text(self.sums.committed, self.currency)

    @property
    def paid(self) -> str:
        """What is paid."""
        return money_text(self.sums.paid, self.currency)

    @property
    def missing(self) -> str:
        """What is foreseen and not secured, of what has not ended; empty when all is."""
        return money_text(self.sums.missing, self.currency) if self.sums.missing else ""

    @property
    def released(self) -> str:
        """What is not to be found any more, its action having ended; empty when there is nothing."""
        return money_text(self.sums.released, self.currency) if self.sums.released else ""

    @property
    def share(self) -> float | None:
        """The part that is secured, in percent."""
        return self.sums.share_secured

    @property
    def oddities(self) -> list[str]:
        """What does not add up, in words."""
        told = {
            "paid": _("plus payé qu’engagé"),
            "committed": _("plus engagé qu’acquis"),
            "secured": _("plus acquis que prévu"),
        }
        return [told[kind] for kind in self.sums.oddities]


@dataclass(frozen=True)
class Money:
    """All of a plan's money, summed in several ways."""

    total: MoneyRow
    years: list[MoneyRow]
    sources: list[MoneyRow]
    natures: list[MoneyRow]
    axes: list[MoneyRow]


def money_of(plan: Plan, *, public: bool = False) -> Money:
    """The money of a plan, in one query; of what any visitor reads only, when it is for them."""
    columns = ("line__year", "line__source", "line__nature", "line__action__objective__axis__title")
    state = "line__action__state"
    entries = Entry.objects.filter(line__action__objective__axis__plan=plan).order_by()
    if public:
        entries = entries.filter(line__action__is_public=True)
    told = list(entries.values_list(*columns, "kind", state).annotate(total=Sum("amount")))

    def one_entry(row: Any) -> Sums:
        return Sums().with_entry(row[4], row[6]).in_state(row[5])

    def summed(
        key: Callable[[Any], Hashable], name: Callable[[Any], str], *, largest: bool
    ) -> list[MoneyRow]:
        found: dict[Any, Sums] = {}
        for row in told:
            found[key(row)] = found.get(key(row), Sums()) + one_entry(row)
        order = sorted(found, key=lambda one: -found[one].planned) if largest else sorted(found)
        return [MoneyRow(name(one), found[one], plan.currency) for one in order]

    total = Sums()
    for row in told:
        total += one_entry(row)
    return Money(
        MoneyRow("", total, plan.currency),
        summed(lambda row: row[0], str, largest=False),
        summed(lambda row: row[1], str, largest=True),
        summed(lambda row: row[2], lambda code: str(CostNature(code).label), largest=True),
        summed(lambda row: row[3], str, largest=True),
    )


def entries_of(plan: Plan) -> QuerySet[Entry]:
    """Every entry of a plan, the last first."""
    found = Entry.objects.filter(line__action__objective__axis__plan=plan)
    return found.select_related("line__action").order_by("-on", "-pk")
