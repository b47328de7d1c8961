"""A plan kept as plain data, in words: each field of an action, an action as a list or a table tells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from terreau.core.money import money_text
from terreau.core.numbers import french_quantity
from terreau.plans import content as fields
from terreau.plans.edition_rules import Placed, day_of, placed, standing_of, sums_of
from terreau.plans.enums import ActionState, EntryKind, Participation, Standing
from terreau.plans.reading import TONES, action_url, standing_label
from terreau.plans.rules import Sums
from terreau.practices.enums import CostNature

NOTHING: Final = "—"
_PARTED: Final = "\u202f; "
_LABELS: Final = {
    "axis": gettext_lazy("axe"),
    "co_leaders": gettext_lazy("portée avec"),
    "shares": gettext_lazy("partagée avec"),
    "money": gettext_lazy("argent"),
    "indicators": gettext_lazy("indicateurs"),
    "evidence": gettext_lazy("pièces"),
    "public": gettext_lazy("visible du public"),
}


def label_of(name: str) -> str:
    """What a field of an action is called."""
    return str(_LABELS.get(name) or fields.label_of(name))


def day_told(text: str | None) -> str:
    """« 01/03/2026 »; empty where there is none."""
    day = day_of(text)
    return f"{day:%d/%m/%Y}" if day else ""


def duration(days: int) -> str:
    """« 12 jours », « 5 mois », « 2 ans »: as people count."""
    if days < 60:
        return ngettext("%(count)d jour", "%(count)d jours", days) % {"count": days}
    months = round(days / 30.44)
    if months < 24:
        return _("%(count)d mois") % {"count": months}
    years = round(days / 365.25)
    return _("%(count)d ans") % {"count": years}


def money_words(sums: Sums, currency: str) -> str:
    """« prévu 240 000 €, acquis 150 000 €, payé 62 000 € »: what is not nothing."""
    return ", ".join(
        f"{kind.label}\u00a0{money_text(getattr(sums, kind), currency)}"
        for kind in EntryKind
        if getattr(sums, kind)
    )


def value_told(number: str | None, unit: str = "") -> str:
    """A value of an indicator, as a reader writes it."""
    if number is None:
        return ""
    value = Decimal(number)
    # « 1 réunion », « 3 réunions »: French is in the singular up to two.
    single = unit.removesuffix("s") if " " not in unit else unit
    return french_quantity(float(value), single if abs(value) < 2 else unit)


@dataclass(frozen=True)
class Words:
    """The fields of the actions of one content, in words.

    Attributes:
        titles: action → its title, for those that wait for others.
        currency: of the plan.
    """

    titles: Mapping[str, str]
    currency: str

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Words:
        """What the words of a content rest on."""
        return cls(
            {one.action["id"]: one.action["title"] for one in placed(content)}, content["plan"]["currency"]
        )

    def told(self, name: str, one: Placed) -> str:
        """What an action says under a field; a dash where it says nothing."""
        return self._told(name, one.value(name)) or NOTHING

    def _told(self, name: str, value: Any) -> str:
        if name == "public":
            return _("oui") if value else _("non")
        if not value:
            return ""
        if name in ("starts_on", "ends_on", "ended_on"):
            return day_told(value)
        if name in ("state", "participation"):
            known = ActionState if name == "state" else Participation
            return str(known(value).label) if value in known.values else str(value)
        if isinstance(value, Mapping):
            named = value.get("label") or value.get("title") or value.get("key") or value.get("code") or ""
            return str(named)
        if isinstance(value, list):
            return _PARTED.join(self._row(name, row) for row in value)
        return str(value)

    def _row(self, name: str, row: Any) -> str:
        if name == "waits_for":
            return self.titles.get(row, str(row))
        if name == "steps":
            return fields.step_in_words(row["title"], day_of(row["due_on"]), day_of(row["done_on"]))
        if name == "money":
            return self.line(row)
        if name == "indicators":
            return indicator_words(row)
        if name == "evidence":
            return str(row["title"])
        percent = f" ({row['percent']}\u00a0%)" if row.get("percent") is not None else ""
        return f"{row['name']}{percent}"

    def line(self, row: Mapping[str, Any]) -> str:
        """« 2026, investissement, Ville\u00a0: prévu 900 €, payé 300 € »."""
        head = ", ".join((str(row["year"]), nature_label(row["nature"]), row["source"]))
        return f"{head}\u00a0: {money_words(sums_of([row]), self.currency) or NOTHING}"


def nature_label(code: str) -> str:
    """What a nature of cost is called."""
    return str(CostNature(code).label) if code in CostNature.values else code


def indicator_words(row: Mapping[str, Any]) -> str:
    """« Étals tenus\u00a0: 22 étals le 01/12/2026 (cible 20) »."""
    last = row["values"][-1] if row["values"] else None
    words = (
        _("%(value)s le %(day)s")
        % {"value": value_told(last["value"], row["unit"]), "day": day_told(last["on"])}
        if last
        else _("pas encore mesuré")
    )
    aimed = _(" (cible %(value)s)") % {"value": value_told(row["target"])} if row["target"] else ""
    return f"{row['title']}\u00a0: {words}{aimed}"


@dataclass(frozen=True)
class Told:
    """An action of a content, on a day, as lists and tables tell it."""

    number: str
    axis: Mapping[str, Any]
    objective: Mapping[str, Any]
    action: Mapping[str, Any]
    standing: Standing
    currency: str

    @property
    def url(self) -> str:
        """Where it is read today, if it still is."""
        return action_url(self.action["id"])

    @property
    def tone(self) -> str:
        """The colour of its state; never told by colour alone."""
        return TONES[self.standing]

    @property
    def label(self) -> str:
        """Its state: what it is, and that it is late."""
        return standing_label(self.standing, self.action["state"])

    @property
    def carried(self) -> str:
        """Who carries it: its pilots, and the organisations that accepted."""
        pilots = (self.action["elected_pilot"], self.action["technical_pilot"])
        names = (one["name"] for one in self.action["co_leaders"])
        return ", ".join(one for one in (*pilots, *names) if one)

    @property
    def begins(self) -> str:
        """When it should begin."""
        return day_told(self.action["starts_on"])

    @property
    def should_begin(self) -> str:
        """When it should have begun, of what has not."""
        return self.begins if self.action["state"] == ActionState.TO_START else ""

    @property
    def end(self) -> str:
        """When it should end."""
        return day_told(self.action["ends_on"])

    @property
    def ended(self) -> str:
        """When it did."""
        return day_told(self.action["ended_on"])

    @property
    def why(self) -> str:
        """Why it is late, as far as anyone said."""
        return str(self.action["cause"]) if self.standing == Standing.LATE else ""

    @property
    def sums(self) -> Sums:
        """Its money."""
        return sums_of(self.action["money"]).in_state(self.action["state"])

    @property
    def money(self) -> str:
        """Its money, in words."""
        return money_words(self.sums, self.currency)


def told_of(content: Mapping[str, Any], on: date) -> list[Told]:
    """Every action of a content, in the order of the plan, as it stood on a day."""
    currency = content["plan"]["currency"]
    return [
        Told(one.number, one.axis, one.objective, one.action, Standing(standing_of(one.action, on)), currency)
        for one in placed(content)
    ]


def by_heading(rows: Iterable[Told]) -> list[dict[str, Any]]:
    """Actions under their axis (`axis`, `rows`, `objectives`) and objective (`objective`, `rows`)."""
    axes: dict[int, dict[str, Any]] = {}
    groups: dict[int, dict[str, Any]] = {}
    for row in rows:
        axis = axes.setdefault(row.axis["id"], {"axis": row.axis, "rows": [], "objectives": []})
        axis["rows"].append(row)
        group = groups.get(row.objective["id"])
        if group is None:
            group = groups[row.objective["id"]] = {"objective": row.objective, "rows": []}
            axis["objectives"].append(group)
        group["rows"].append(row)
    return list(axes.values())
