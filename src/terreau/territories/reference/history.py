"""What became of the French communes: lives, names and successors, from INSEE's history.

Each row of the history is one version of a commune, from `start` to `end`, with the reason it
ended and the commune that followed, itself when only its name or extent changed. The history
stops at the end of 2019; what changed since is known by comparing with the communes in force,
without a date, and is said so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

LAST_DATED = date(2019, 12, 31)
UNDATED_END = date(2026, 1, 1)
ENDED_NOTE = "A pris fin au plus tard le 1er janvier 2026\u202f; la source ne donne pas la date."
BEGUN_NOTE = "Existe au plus tard depuis le 1er janvier 2026\u202f; la source ne donne pas la date."
_SPLIT = "dé-fusion"


@dataclass(frozen=True, slots=True)
class Version:
    """One row of the history."""

    code: str
    name: str
    start: date | None
    end: date
    reason: str
    successor: str

    @property
    def continues(self) -> bool:
        """Whether the code goes on after it, with another name or extent."""
        return self.successor == self.code or (not self.successor and self.reason == _SPLIT)


@dataclass
class Life:
    """What is known of one code: its last period, the earlier ones, its names."""

    code: str
    valid_from: date | None = None
    valid_to: date | None = None
    dates_note: str = ""
    name: str = ""
    earlier: list[tuple[date | None, date]] = field(default_factory=list)
    former_names: list[tuple[str, date | None, date | None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, order=True)
class Passage:
    """From one code to another, on a day (None when the source gives none)."""

    former: str
    successor: str
    on: date | None
    reason: str


@dataclass
class Histories:
    """Lives by code, and all passages."""

    lives: dict[str, Life]
    passages: list[Passage]


def read_versions(rows: Iterable[Mapping[str, str]]) -> list[Version]:
    """The history's rows, typed, in the order of their ends."""
    versions = [
        Version(
            code=row["code"],
            name=row["name"],
            start=date.fromisoformat(row["start"]) if row["start"] else None,
            end=date.fromisoformat(row["end"]),
            reason=row["reason"],
            successor=row["successor_code"],
        )
        for row in rows
    ]
    return sorted(versions, key=lambda version: (version.end, version.code))


def build_histories(
    versions: Iterable[Version], *, current: Mapping[str, str], attached: Mapping[str, tuple[str, str]]
) -> Histories:
    """Lives and passages of all codes.

    Args:
        versions: the history, sorted by end.
        current: names of the communes in force, by code.
        attached: delegated and associated communes, code → (name, code of the commune they are in).
    """
    by_code: dict[str, list[Version]] = defaultdict(list)
    for version in versions:
        by_code[version.code].append(version)
    passages = _dated_passages(by_code)
    passages |= _undated_passages(by_code, passages, current, attached)
    arrivals: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        arrivals[passage.successor].append(passage)
    lives: dict[str, Life] = {}
    codes = dict.fromkeys((*by_code, *attached, *(passage.successor for passage in passages)))
    splits = {code: [v.end for v in rows if v.reason == _SPLIT] for code, rows in by_code.items()}
    for code in codes:
        life = _life(code, by_code[code], arrivals[code], splits, code in current)
        life.name = current.get(code) or life.name or attached.get(code, ("", ""))[0]
        life.name = life.name or next((_last_name(by_code[p.former]) for p in arrivals[code]), "")
        life.former_names = [item for item in life.former_names if item[0] != life.name]
        lives[code] = life
    passages |= _rebirths(lives, by_code)
    return Histories(lives, sorted(passages, key=_chronological))


def _chronological(passage: Passage) -> tuple[str, date, str]:
    return passage.former, passage.on or date.max, passage.successor


def _last_name(rows: list[Version]) -> str:
    return rows[-1].name if rows else ""


def _dated_passages(by_code: Mapping[str, list[Version]]) -> set[Passage]:
    return {
        Passage(version.code, version.successor, version.end, version.reason)
        for rows in by_code.values()
        for version in rows
        if version.successor and version.successor != version.code
    }


def _undated_passages(
    by_code: Mapping[str, list[Version]],
    dated: set[Passage],
    current: Mapping[str, str],
    attached: Mapping[str, tuple[str, str]],
) -> set[Passage]:
    """Since 2019: where a former commune is attached today, when the dated history does not lead there."""
    followers: dict[str, str] = {}
    for passage in sorted(dated, key=_chronological):
        followers[passage.former] = passage.successor
    found: set[Passage] = set()
    for code, (_name, now) in attached.items():
        if code in current or _follow(code, followers, by_code, current) == now:
            continue
        origin = _stopping_point(code, followers, current)
        found.add(Passage(origin, now, None, "rattachement constaté en 2026, après 2019"))
        if origin != code:
            found.add(Passage(code, now, None, "rattachement constaté en 2026, après 2019"))
    return {passage for passage in found if passage.former != passage.successor}


def _follow(
    code: str, followers: Mapping[str, str], by_code: Mapping[str, list[Version]], current: Mapping[str, str]
) -> str | None:
    stop = _stopping_point(code, followers, current)
    return stop if stop in current else None


def _stopping_point(code: str, followers: Mapping[str, str], current: Mapping[str, str]) -> str:
    """Where following the passages from a code ends: a commune in force, or one with no follower."""
    seen = {code}
    while code not in current and code in followers and followers[code] not in seen:
        code = followers[code]
        seen.add(code)
    return code


def _life(
    code: str, rows: list[Version], arrivals: list[Passage], splits: Mapping[str, list[date]], in_force: bool
) -> Life:
    life = Life(code)
    begun = rows[0].start if rows else _first_arrival(arrivals)
    alive = True
    for index, version in enumerate(rows):
        if not alive:
            begun = version.start
            alive = True
        life.name = version.name
        _add_name(life, version)
        if not version.continues:
            following = rows[index + 1].start if index + 1 < len(rows) else None
            life.earlier.append((begun, version.end))
            begun = following
            alive = False
    if alive:
        life.valid_from = begun
        if not in_force:
            life.valid_to, life.dates_note = UNDATED_END, ENDED_NOTE
    elif in_force:
        life.valid_from = _rebirth(life.earlier[-1][1], rows[-1].successor, arrivals, splits)
        if life.valid_from is None:
            life.valid_from, life.dates_note = UNDATED_END, BEGUN_NOTE
    else:
        life.valid_from, life.valid_to = life.earlier.pop()
    return life


def _first_arrival(arrivals: list[Passage]) -> date | None:
    """A code with no history of its own begins with the first commune that passes into it."""
    dated = [passage.on for passage in arrivals if passage.on]
    return min(dated, default=None)


def _rebirth(
    ended: date, into: str, arrivals: list[Passage], splits: Mapping[str, list[date]]
) -> date | None:
    """When a code that ended began again: a passage back into it, or the split of what it had joined."""
    back = [passage.on for passage in arrivals if passage.on and passage.on > ended]
    split = [day for day in splits.get(into, ()) if day > ended]
    return min((*back, *split), default=None)


def _add_name(life: Life, version: Version) -> None:
    """Keep a name once, from when it was first borne to when it was last."""
    for index, (name, since, _until) in enumerate(life.former_names):
        if name == version.name:
            life.former_names[index] = (name, since, version.end)
            return
    life.former_names.append((version.name, version.start, version.end))


def _rebirths(lives: Mapping[str, Life], by_code: Mapping[str, list[Version]]) -> set[Passage]:
    """The passages from what a commune had joined back to the commune re-established."""
    found: set[Passage] = set()
    for code, life in lives.items():
        if not life.earlier:
            continue
        gaps = [*life.earlier[1:], (life.valid_from, None)]
        for (_from, ended), (begun, _until) in zip(life.earlier, gaps, strict=True):
            into = next((v.successor for v in by_code[code] if v.end == ended), "")
            if not into or into == code:
                continue
            undated = life.dates_note == BEGUN_NOTE and begun == UNDATED_END
            reason = (
                "rétablissement constaté en 2026, après 2019" if undated else "rétablissement (dé-fusion)"
            )
            found.add(Passage(into, code, None if undated else begun, reason))
    return found
