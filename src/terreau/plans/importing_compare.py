"""What a file would change in a plan: each line beside what the plan says now, and what the last file said.

A field is changed where the file says something new and nobody changed it on the screen since the last file;
where both did, the screen stays and both are shown.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import Sum
from django.utils.translation import gettext as _

from terreau.core.money import money_text
from terreau.core.text import fold
from terreau.journal.words import field_label
from terreau.plans import content
from terreau.plans.enums import ActionState, EntryKind
from terreau.plans.importing_models import LastSaid
from terreau.plans.importing_values import Line, MoneyKey
from terreau.plans.models import Action, Entry, Indicator, Partner, Plan
from terreau.plans.rules import numbered

_PLACE: Final = re.compile(r"\d+\.\d+\.\d+")
MEASURED: Final = ("unit", "source", "baseline", "target", "target_on")


@dataclass(frozen=True)
class Difference:
    """One thing that the file and the plan say otherwise."""

    label: str
    file: str
    now: str


@dataclass
class Known:
    """An action as the plan tells it now, in words that are compared, and what the last file said."""

    action: Action
    number: str
    fields: dict[str, Any]
    money: dict[MoneyKey, int] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)


@dataclass
class Change:
    """What one action of the file becomes."""

    line: Line
    known: Known | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    money: dict[MoneyKey, int] = field(default_factory=dict)
    indicators: list[tuple[Indicator | None, dict[str, Any]]] = field(default_factory=list)
    moves: bool = False
    applied: list[Difference] = field(default_factory=list)
    kept: list[Difference] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """What becomes of the line: added, changed, same or refused."""
        if self.line.problems:
            return "refused"
        if self.known is None:
            return "added"
        return "changed" if self.fields or self.money or self.indicators or self.moves else "same"

    @property
    def told(self) -> bool:
        """Whether there is anything to say of the line."""
        return bool(self.line.problems or self.line.notes or self.applied or self.kept)


def compare(plan: Plan, lines: Iterable[Line]) -> list[Change]:
    """What each line would change; several lines about one action are added to one another."""
    lines, known = list(lines), _known(plan)
    by_id = {one.action.public_id: one for one in known}
    by_title = {_place(one.action): one for one in known}
    numbers = _sure_numbers((fold(one.reference), fold(one.title)) for one in lines)
    own = _sure_numbers((fold(one.action.reference), one.action.pk) for one in known)
    by_number = {fold(one.action.reference): one for one in known if fold(one.action.reference) in own}
    changes: list[Change] = []
    first_of: dict[Any, Change] = {}
    for line in lines:
        found = (
            by_id.get(line.public_id)
            or (by_number.get(fold(line.reference)) if fold(line.reference) in numbers else None)
            or by_title.get((fold(line.axis), fold(line.objective), fold(line.title)))
        )
        mark = found.action.pk if found else _mark(line, numbers)
        if (first := first_of.get(mark)) is not None and not line.problems:
            _join(first.line, line)
            if not line.problems:
                continue
        change = Change(line, found)
        changes.append(change)
        if not line.problems:
            first_of[mark] = change
    for change in changes:
        if not change.line.problems:
            _compare(change, plan)
    return changes


def _sure_numbers(told: Iterable[tuple[str, Any]]) -> set[str]:
    """The numbers that are each that of one action: some plans count anew under each axis."""
    bearers: dict[str, set[Any]] = defaultdict(set)
    for number, bearer in told:
        bearers[number].add(bearer)
    return {number for number, several in bearers.items() if number and len(several) == 1}


def _mark(line: Line, numbers: set[str]) -> tuple[str, ...]:
    if fold(line.reference) in numbers:
        return ("number", fold(line.reference))
    return (fold(line.axis), fold(line.objective), fold(line.title))


def _place(action: Action) -> tuple[str, str, str]:
    objective = action.objective
    return fold(objective.axis.title), fold(objective.title), fold(action.title)


def _join(first: Line, line: Line) -> None:
    """Add to a line another one about the same action: a year more, a source, an indicator, a partner."""
    for name, value in line.fields.items():
        if name != "partners" and first.fields.get(name, value) != value:
            words = {"row": first.number, "column": content.label_of(name)}
            line.problems.append(
                _("La ligne %(row)d est la même action et dit autre chose (%(column)s).") % words
            )
            return
    partners = [*first.fields.get("partners", ()), *line.fields.get("partners", ())]
    first.fields |= line.fields
    if line.partners:
        first.partners = ""
    if partners:
        first.fields["partners"] = list(dict.fromkeys(partners))
    for key, amount in line.money.items():
        first.money[key] = first.money.get(key, 0) + amount
    told = {fold(one["title"]) for one in first.indicators}
    first.indicators += [one for one in line.indicators if fold(one["title"]) not in told]
    first.notes += [one for one in line.notes if one not in first.notes]


# --- One action ---------------------------------------------------------------------------------------


def _compare(change: Change, plan: Plan) -> None:
    known, line = change.known, change.line
    for name, value in line.fields.items():
        now = known.fields[name] if known else None
        if known and name == "reference" and (value == known.number or _counted(line, now, value)):
            continue
        if known and name == "partners" and line.partners == _plain(now):
            change.said[name] = _plain(now)
            continue
        if _takes(change, name, content.label_of(name), _plain(value), _plain(now)):
            change.fields[name] = value
            told = content.in_words(name, now) if known else ""
            change.applied.append(Difference(content.label_of(name), content.in_words(name, value), told))
    if known:
        _compare_place(change, known)
    else:
        change.said["objective"] = f"{line.axis} › {line.objective}"
    _check(change)
    if not line.problems:
        _compare_money(change, plan)
        _compare_indicators(change)


def _counted(line: Line, now: Any, number: str) -> bool:
    """Whether a number is only where the action stood in the plan when it was exported."""
    return bool(line.public_id) and not now and _PLACE.fullmatch(number) is not None


def _takes(change: Change, key: str, label: str, file: str, now: str) -> bool:
    """Whether what the file says is taken; where the screen changed since, it stays and both are kept."""
    if change.known is None:
        change.said[key] = file
        return True
    before = change.known.said.get(key)
    if file == now:
        change.said[key] = file
        return False
    if _untouched(change, key) or (before is None and not now):
        change.said[key] = file
        return True
    if file == before:
        # The file says nothing new: what was written on the screen since stays.
        return False
    if before is not None and before == now:
        change.said[key] = file
        return True
    change.kept.append(Difference(label, file or "—", now or "—"))
    return False


def _untouched(change: Change, key: str) -> bool:
    """Whether nobody changed the action since the file was exported; amounts have no version."""
    known = change.known
    return known is not None and ":" not in key and change.line.version == known.action.version


def _plain(value: Any) -> str:
    """A value as it is kept and compared."""
    if isinstance(value, list):
        return "\n".join(value)
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


def _compare_place(change: Change, known: Known) -> None:
    line, objective = change.line, known.action.objective
    file, now = f"{line.axis} › {line.objective}", f"{objective.axis.title} › {objective.title}"
    if fold(file) == fold(now):
        change.said["objective"] = now
    elif _takes(change, "objective", content.label_of("objective"), file, now):
        change.moves = True
        change.applied.append(Difference(content.label_of("objective"), file, now))


def _check(change: Change) -> None:
    """What could not be saved is said before anything is."""
    now = change.known.fields if change.known else {}
    told = {**now, **change.fields}
    starts_on, ends_on = told.get("starts_on"), told.get("ends_on")
    if starts_on and ends_on and ends_on < starts_on:
        words = {"end": f"{ends_on:%d/%m/%Y}", "start": f"{starts_on:%d/%m/%Y}"}
        change.line.problems.append(_("La fin (%(end)s) est avant le début (%(start)s).") % words)
    if told.get("state") == ActionState.BLOCKED and not told.get("cause"):
        change.line.problems.append(_("L’action est bloquée\u00a0: une colonne doit dire ce qui bloque."))


def _compare_money(change: Change, plan: Plan) -> None:
    for key, file in change.line.money.items():
        year, _nature, source, kind = key
        now = change.known.money.get(key, 0) if change.known else 0
        label = f"{EntryKind(kind).label} {year} ({source})"
        told = [money_text(amount, plan.currency) for amount in (file, now)]
        name = "money:" + ":".join(map(str, key))
        if _takes(change, name, label, str(file), str(now) if now else ""):
            if file != now:
                change.money[key] = file - now
                change.applied.append(Difference(label, *told))
        elif change.kept and change.kept[-1].label == label:
            change.kept[-1] = Difference(label, *told)


def _compare_indicators(change: Change) -> None:
    for told in change.line.indicators:
        title = told["title"]
        indicator = change.known.indicators.get(fold(title)) if change.known else None
        if indicator is None:
            change.indicators.append((None, told))
            change.said |= {_measure(title, name): _plain(told[name]) for name in MEASURED if name in told}
            change.applied.append(Difference(_("indicateur"), title, "—"))
            continue
        taken: dict[str, Any] = {}
        for name in MEASURED:
            if name not in told:
                continue
            now, label = getattr(indicator, name), f"{title}, {field_label(Indicator, name)}"
            if _takes(change, _measure(title, name), label, _plain(told[name]), _plain(now)):
                taken[name] = told[name]
                change.applied.append(Difference(label, _plain(told[name]), _plain(now) or "—"))
        if taken:
            change.indicators.append((indicator, taken))


def _measure(title: str, name: str) -> str:
    return f"indicator:{fold(title)}:{name}"


# --- The plan as it is --------------------------------------------------------------------------------


def _known(plan: Plan) -> list[Known]:
    """Every action of the plan, in a number of questions that does not grow."""
    actions = list(Action.objects.of(plan))
    numbers = numbered((one.objective.axis_id, one.objective_id, one.reference) for one in actions)
    partners = _grouped(
        Partner.objects.filter(action__objective__axis__plan=plan).values_list("action", "name")
    )
    indicators: dict[int, dict[str, Indicator]] = defaultdict(dict)
    for indicator in Indicator.objects.filter(action__objective__axis__plan=plan):
        indicators[indicator.action_id][fold(indicator.title)] = indicator
    said = dict(LastSaid.objects.filter(action__objective__axis__plan=plan).values_list("action", "said"))
    money = _money(plan)
    names = [name for name in content.FIELDS if name not in (*content.LISTS, "objective", "project")]
    return [
        Known(
            action=one,
            number=number,
            fields={name: getattr(one, name) for name in names} | {"partners": partners.get(one.pk, [])},
            money=money.get(one.pk, {}),
            indicators=indicators.get(one.pk, {}),
            said=said.get(one.pk, {}),
        )
        for one, number in zip(actions, numbers, strict=True)
    ]


def _grouped(rows: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for key, value in rows:
        found[key].append(value)
    return found


def _money(plan: Plan) -> dict[int, dict[MoneyKey, int]]:
    columns = ("line__action", "line__year", "line__nature", "line__source", "kind")
    entries = Entry.objects.filter(line__action__objective__axis__plan=plan).order_by()
    found: dict[int, dict[MoneyKey, int]] = defaultdict(dict)
    for action, *key, total in entries.values_list(*columns).annotate(total=Sum("amount")):
        found[action][tuple(key)] = total
    return found


def counted(changes: Sequence[Change]) -> dict[str, int]:
    """How many lines are added, changed, the same, refused."""
    found = dict.fromkeys(("added", "changed", "same", "refused"), 0)
    for one in changes:
        found[one.status] += 1
    return found | {"kept": sum(1 for one in changes if one.kept)}
