"""Two days of a plan side by side, in words: what came and went, what was kept, put off, paid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.core.money import money_text
from terreau.core.text import shorten
from terreau.plans.edition_rules import (
    Pair,
    Placed,
    days_late,
    outcome,
    pairs,
    placed,
    put_off,
    standing_of,
    summed_by,
)
from terreau.plans.edition_words import Words, day_told, duration, label_of
from terreau.plans.enums import EntryKind, Outcome, Standing
from terreau.plans.reading import action_url
from terreau.plans.rules import Sums

_LONGEST: Final = 400


@dataclass(frozen=True)
class Side:
    """One of the two: what it says, of which day, what it is called."""

    content: Mapping[str, Any]
    as_of: date
    label: str


@dataclass(frozen=True)
class Difference:
    """A field that is not the same."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Fate:
    """What became of an action: in a sentence, then field by field."""

    outcome: Outcome
    action: str
    number: str
    title: str
    url: str
    sentence: str
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class MoneyChange:
    """The money of the whole, of a year, of a source: each kind as it is after, by how much it moved."""

    label: str
    amounts: tuple[tuple[str, str, str], ...]


@dataclass
class Comparison:
    """All that changed from one day to the other."""

    before: Side
    after: Side
    sentences: list[str] = field(default_factory=list)
    counts: list[tuple[str, int, int]] = field(default_factory=list)
    money: list[MoneyChange] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    fates: list[Fate] = field(default_factory=list)

    @property
    def outcomes(self) -> list[tuple[Outcome, int]]:
        """How many actions became what, those of which there are some."""
        counted = Counter(one.outcome for one in self.fates)
        return [(one, counted[one]) for one in Outcome if counted[one]]


def compare(before: Side, after: Side) -> Comparison:
    """What changed from a day to a later one."""
    found = list(pairs(before.content, after.content))
    words = Words.of(before.content), Words.of(after.content)
    fates = [_fate(one, before, after, words) for one in found]
    order = list(Outcome)
    return Comparison(
        before,
        after,
        sentences=list(_sentences(found, fates, before, after)),
        counts=_counts(before, after),
        money=_money(before, after),
        headings=list(_headings(before.content, after.content)),
        fates=sorted(fates, key=lambda one: order.index(one.outcome)),
    )


def _brief(text: str) -> str:
    """The text, cut where it is long; its no-break spaces stay where it is not."""
    return text if len(text) <= _LONGEST else shorten(text, _LONGEST)


# --- One action -----------------------------------------------------------------------------------------


def _fate(pair: Pair, before: Side, after: Side, words: tuple[Words, Words]) -> Fate:
    became = Outcome(outcome(pair, after.as_of))
    now = pair.now
    return Fate(
        became,
        now.action["id"],
        now.number,
        now.action["title"],
        action_url(now.action["id"]),
        _SENTENCES[became](pair, before, after),
        tuple(_differences(pair, words)),
    )


def _differences(pair: Pair, words: tuple[Words, Words]) -> Iterable[Difference]:
    if pair.before is None or pair.after is None:
        return
    for name in pair.changed:
        was, now = (
            told.told(name, _only_changed(pair, one, name))
            for told, one in zip(words, (pair.before, pair.after), strict=True)
        )
        yield Difference(label_of(name), _brief(was), _brief(now))


def _only_changed(pair: Pair, one: Placed, name: str) -> Placed:
    """Of a list, the rows that are not the same on both days: the others would hide what changed."""
    if pair.before is None or pair.after is None or not isinstance(one.value(name), list):
        return one
    same = [row for row in pair.before.value(name) if row in pair.after.value(name)]
    kept = [row for row in one.value(name) if row not in same]
    return Placed(one.number, one.axis, one.objective, {**one.action, name: kept})


def _done(pair: Pair, _before: Side, _after: Side) -> str:
    action = pair.now.action
    told = _("Terminée le %(day)s.") % {"day": day_told(action["ended_on"])}
    if action["result"]:
        told += " " + _brief(action["result"])
    return told


def _late(pair: Pair, before: Side, after: Side) -> str:
    """For how long it is late, by how much that grew, and why."""
    action, told = pair.now.action, []
    days = days_late(action, after.as_of)
    was = days_late(pair.before.action, before.as_of) if pair.before else 0
    if days:
        late = _("En retard de %(time)s") % {"time": duration(days)}
        if was and duration(was) != duration(days):
            late += _(", contre %(time)s") % {"time": duration(was)}
        told.append(f"{late}.")
    moved = _moved(pair)
    told += [moved] if moved else []
    if action["cause"]:
        told.append(_brief(action["cause"]))
    elif not told:
        told.append(_("Elle devait commencer le %(day)s.") % {"day": day_told(action["starts_on"])})
    return " ".join(told)


def _moved(pair: Pair) -> str:
    days = put_off(pair)
    if days <= 0 or pair.before is None:
        return ""
    return _("Fin reportée de %(time)s, du %(before)s au %(after)s.") % {
        "time": duration(days),
        "before": day_told(pair.before.action["ends_on"]),
        "after": day_told(pair.now.action["ends_on"]),
    }


def _put_off(pair: Pair, _before: Side, _after: Side) -> str:
    return " ".join(one for one in (_moved(pair), _brief(pair.now.action["cause"])) if one)


def _dropped(pair: Pair, _before: Side, _after: Side) -> str:
    action = pair.now.action
    told = _("Abandonnée le %(day)s.") % {"day": day_told(action["ended_on"])}
    return f"{told} {_brief(action['cause'])}".strip()


def _gone(_pair: Pair, _before: Side, after: Side) -> str:
    return _("Elle n’est plus dans ce qui se lit au %(day)s.") % {"day": f"{after.as_of:%d/%m/%Y}"}


def _added(pair: Pair, _before: Side, _after: Side) -> str:
    end = day_told(pair.now.action["ends_on"])
    return _("Promise pour le %(day)s.") % {"day": end} if end else _("Promise, sans date de fin.")


def _changed(pair: Pair, _before: Side, _after: Side) -> str:
    return _("Modifiée\u00a0: %(fields)s.") % {"fields": ", ".join(label_of(one) for one in pair.changed)}


def _same(_pair: Pair, _before: Side, _after: Side) -> str:
    return ""


_SENTENCES: Final[dict[Outcome, Callable[[Pair, Side, Side], str]]] = {
    Outcome.DONE: _done,
    Outcome.LATE: _late,
    Outcome.PUT_OFF: _put_off,
    Outcome.DROPPED: _dropped,
    Outcome.GONE: _gone,
    Outcome.ADDED: _added,
    Outcome.CHANGED: _changed,
    Outcome.SAME: _same,
}


# --- The whole ------------------------------------------------------------------------------------------


def _sentences(found: list[Pair], fates: list[Fate], before: Side, after: Side) -> Iterable[str]:
    """What changed, in a few lines."""
    counted = Counter(one.outcome for one in fates)
    promised = sum(one.before is not None for one in found)
    late = sum(
        one.outcome == Outcome.LATE and pair.before is not None
        for one, pair in zip(fates, found, strict=True)
    )
    yield _(
        "Actions promises au %(day)s\u00a0: %(total)d\u202f; terminées depuis\u00a0: %(done)d\u202f; "
        "en retard\u00a0: %(late)d."
    ) % {
        "total": promised,
        "day": f"{before.as_of:%d/%m/%Y}",
        "done": counted[Outcome.DONE],
        "late": late,
    }
    moved = [days for days in map(put_off, found) if days > 0]
    if moved:
        yield ngettext(
            "Une fin est reportée, de %(time)s.",
            "%(count)d fins sont reportées, de %(time)s en moyenne.",
            len(moved),
        ) % {"count": len(moved), "time": duration(round(sum(moved) / len(moved)))}
    if counted[Outcome.ADDED] or counted[Outcome.GONE]:
        yield _("Actions nouvelles\u00a0: %(added)d\u202f; sorties du plan\u00a0: %(gone)d.") % {
            "added": counted[Outcome.ADDED],
            "gone": counted[Outcome.GONE],
        }


def _counts(before: Side, after: Side) -> list[tuple[str, int, int]]:
    was, now = (
        Counter(standing_of(one.action, side.as_of) for one in placed(side.content))
        for side in (before, after)
    )
    return [(str(one.label), was[one], now[one]) for one in Standing if was[one] or now[one]]


def _money(before: Side, after: Side) -> list[MoneyChange]:
    """The amounts that moved: of the whole, of each year, of each source."""
    currency, whole = after.content["plan"]["currency"], _("Tout le plan")
    keys: tuple[Callable[[Placed, Mapping[str, Any]], str], ...] = (
        lambda _one, _line: whole,
        lambda _one, line: str(line["year"]),
        lambda _one, line: str(line["source"]),
    )
    was, now = placed(before.content), placed(after.content)
    found: list[MoneyChange] = []
    for key in keys:
        old, new = summed_by(was, key), summed_by(now, key)
        for label in sorted({*old, *new}):
            sums = old.get(label, Sums()), new.get(label, Sums())
            amounts = tuple(_amount(kind, *sums, currency) for kind in EntryKind)
            if any(moved for _kind, _told, moved in amounts):
                found.append(MoneyChange(label, amounts))
    return found


def _amount(kind: EntryKind, was: Sums, now: Sums, currency: str) -> tuple[str, str, str]:
    """What an amount says, how much it is, by how much it moved; the last is empty where it did not."""
    one, other = getattr(was, kind), getattr(now, kind)
    sign = "+" if other > one else "−"
    moved = f"{sign}\u202f{money_text(abs(other - one), currency)}" if one != other else ""
    return str(kind.label), money_text(other, currency), moved


def _headings(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[str]:
    """Axes and objectives that came, went, or are called otherwise."""
    old, new = _titles(before), _titles(after)
    for key, title in new.items():
        if key not in old:
            yield _new_heading(key) % {"title": title}
        elif old[key] != title:
            yield _("«\u00a0%(before)s\u00a0» s’appelle désormais «\u00a0%(after)s\u00a0».") % {
                "before": old[key],
                "after": title,
            }
    for key, title in old.items():
        if key not in new:
            yield _gone_heading(key) % {"title": title}


def _titles(content: Mapping[str, Any]) -> dict[tuple[str, int], str]:
    found = {}
    for axis in content["axes"]:
        found[("axis", axis["id"])] = axis["title"]
        for objective in axis["objectives"]:
            found[("objective", objective["id"])] = objective["title"]
    return found


def _new_heading(key: tuple[str, int]) -> str:
    return (
        _("Nouvel axe\u00a0: «\u00a0%(title)s\u00a0».")
        if key[0] == "axis"
        else _("Nouvel objectif\u00a0: «\u00a0%(title)s\u00a0».")
    )


def _gone_heading(key: tuple[str, int]) -> str:
    return (
        _("Axe retiré\u00a0: «\u00a0%(title)s\u00a0».")
        if key[0] == "axis"
        else _("Objectif retiré\u00a0: «\u00a0%(title)s\u00a0».")
    )
