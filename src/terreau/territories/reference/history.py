"""What became of the French communes: lives, names and successors, from INSEE's two accounts.

Each row of the history (1943 to 1 January 2019) is one version of a commune, from `start` to `end`,
with the reason it ended and the commune that followed, itself when only its name or extent changed.
The movements (2019 to 1 January 2024) tell, for one day, from which code to which. What changed
since is known by comparing with the communes in force, without a date, and is said so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

UNDATED_END = date(2026, 1, 1)
ENDED_NOTE = "A pris fin au plus tard le 1er janvier 2026\u202f; la source ne donne pas la date."
BEGUN_NOTE = "Existe au plus tard depuis le 1er janvier 2026\u202f; la source ne donne pas la date."
_SEVERAL_NOTE = "Rétablie au plus tard à cette date\u202f; la source en donne plusieurs possibles."
_RE_ESTABLISHED = "rétablissement"
_SINCE = "rétablissement constaté en 2026, postérieur à 2023"
_NOTICED = "rattachement constaté en 2026, postérieur à 2023"
_SPLIT = "dé-fusion"
_REGROUPED = "recomposition de la commune groupe"


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
    """The rows of the history, typed, in the order of their ends."""
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


def read_movements(rows: Iterable[Mapping[str, str]]) -> tuple[list[Version], set[Passage]]:
    """The movements, as versions that ended and as passages out of communes that went on."""
    groups: dict[tuple[str, str], list[Mapping[str, str]]] = defaultdict(list)
    for row in rows:
        groups[row["date"], row["code_before"]].append(row)
    versions: list[Version] = []
    partings: set[Passage] = set()
    for (day, code), group in sorted(groups.items()):
        on = date.fromisoformat(day)
        goes_on = any(row["code_after"] == code for row in group)
        for row in group:
            after, reason = row["code_after"], row["reason"]
            if goes_on and after != code:
                partings.add(Passage(code, after, on, reason))
            else:
                versions.append(Version(code, row["name_before"], None, on, reason, after))
    return versions, partings


def build_histories(
    versions: Iterable[Version],
    *,
    current: Mapping[str, str],
    attached: Mapping[str, tuple[str, str]],
    partings: Iterable[Passage] = (),
) -> Histories:
    """Lives and passages of all codes.

    Args:
        versions: what ended or changed, sorted by end.
        partings: passages out of communes that went on.
        current: names of the communes in force, by code.
        attached: delegated and associated communes, code → (name, code of the commune they are in).
    """
    by_code: dict[str, list[Version]] = defaultdict(list)
    for version in versions:
        by_code[version.code].append(version)
    passages = _dated_passages(by_code) | set(partings)
    passages |= _undated_passages(passages, current, attached)
    arrivals: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        arrivals[passage.successor].append(passage)
    lives: dict[str, Life] = {}
    for code, rows in by_code.items():
        by_code[code] = _with_starts(rows, arrivals[code])
    codes = dict.fromkeys((*by_code, *attached, *(passage.successor for passage in passages)))
    for code in codes:
        life = _life(code, by_code, arrivals[code], in_force=code in current)
        life.name = current.get(code) or life.name or attached.get(code, ("", ""))[0]
        life.name = life.name or next((_last_name(by_code[p.former]) for p in arrivals[code]), "")
        life.former_names = [item for item in life.former_names if item[0] != life.name]
        lives[code] = life
    passages |= _rebirths(lives, by_code, passages)
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
    dated: set[Passage],
    current: Mapping[str, str],
    attached: Mapping[str, tuple[str, str]],
) -> set[Passage]:
    """Since 2019: where a former commune is attached today, when the dated history does not lead there."""
    followers = {passage.former: passage.successor for passage in sorted(dated, key=_chronological)}
    found: set[Passage] = set()
    for code, (_name, now) in attached.items():
        stop = _stopping_point(code, followers, current)
        if code in current or stop == now:
            continue
        # Where the dated history stops short, it goes on from there; where it leads to another
        # commune in force, the later word is that of the commune itself.
        found.add(Passage(code if stop in current else stop, now, None, _NOTICED))
    return {passage for passage in found if passage.former != passage.successor}


def _stopping_point(code: str, followers: Mapping[str, str], current: Mapping[str, str]) -> str:
    """Where following the passages from a code ends: a commune in force, or one with no follower."""
    seen = {code}
    while code not in current and code in followers and followers[code] not in seen:
        code = followers[code]
        seen.add(code)
    return code


def _life(
    code: str, by_code: Mapping[str, list[Version]], arrivals: list[Passage], *, in_force: bool
) -> Life:
    life = Life(code)
    rows = by_code[code]
    begun = rows[0].start if rows else _first_arrival(arrivals)
    alive = True
    for index, version in enumerate(rows):
        alive = True
        life.name = version.name
        _add_name(life, version)
        if not version.continues:
            life.earlier.append((begun, version.end))
            begun = rows[index + 1].start if index + 1 < len(rows) else None
            alive = False
    if alive:
        life.valid_from = begun
        if not in_force:
            life.valid_to, life.dates_note = UNDATED_END, ENDED_NOTE
    elif in_force:
        life.valid_from, life.dates_note = _rebirth(
            life.earlier[-1][1], by_code[rows[-1].successor], arrivals
        )
    else:
        life.valid_from, life.valid_to = life.earlier.pop()
    return life


def _with_starts(rows: list[Version], arrivals: list[Passage]) -> list[Version]:
    """The movements give no start: a version begins where the one before it ended, or at an arrival."""
    found: list[Version] = []
    for version in rows:
        before = found[-1] if found else None
        start = version.start
        if start is None and before is not None and before.continues:
            start = before.end
        elif start is None:
            since = before.end if before else date.min
            start = min((p.on for p in arrivals if p.on and since < p.on < version.end), default=None)
        found.append(replace(version, start=start))
    return found


def _first_arrival(arrivals: list[Passage]) -> date | None:
    """A code with no history of its own begins with the first commune that passes into it."""
    dated = [passage.on for passage in arrivals if passage.on]
    return min(dated, default=None)


def _rebirth(ended: date, joined: list[Version], arrivals: list[Passage]) -> tuple[date, str]:
    """When a code that ended began again, and what is uncertain about it.

    It is the day of a passage back into it, or of the split of what it had joined; when what it
    had joined was regrouped several times, the last of these days at the latest.
    """
    back = [passage.on for passage in arrivals if passage.on and passage.on > ended]
    split = [version.end for version in joined if version.reason == _SPLIT and version.end > ended]
    if back or split:
        return min((*back, *split)), ""
    regrouped = [version.end for version in joined if version.reason == _REGROUPED and version.end > ended]
    if regrouped:
        return max(regrouped), _SEVERAL_NOTE if len(regrouped) > 1 else ""
    return UNDATED_END, BEGUN_NOTE


def _add_name(life: Life, version: Version) -> None:
    """Keep a name once, from when it was first borne to when it was last."""
    for index, (name, since, _until) in enumerate(life.former_names):
        if name == version.name:
            life.former_names[index] = (name, since, version.end)
            return
    life.former_names.append((version.name, version.start, version.end))


def _rebirths(
    lives: Mapping[str, Life], by_code: Mapping[str, list[Version]], passages: set[Passage]
) -> set[Passage]:
    """The passages from what a commune had joined back to the commune re-established."""
    told = {(passage.former, passage.successor, passage.on) for passage in passages}
    found: set[Passage] = set()
    for code, life in lives.items():
        begins = [begun for begun, _until in life.earlier[1:]] + [life.valid_from]
        for (_from, ended), begun in zip(life.earlier, begins, strict=False):
            into = next(version.successor for version in by_code[code] if version.end == ended)
            undated = begun == UNDATED_END
            passage = Passage(into, code, None if undated else begun, _SINCE if undated else _RE_ESTABLISHED)
            if (into, code, passage.on) not in told:
                found.add(passage)
    return found
