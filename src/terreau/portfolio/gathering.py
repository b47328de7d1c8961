"""Two who write one project at once: what the second did not touch keeps what the first wrote of it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from terreau.accounts.fields import AmountField, count_rows
from terreau.portfolio.forms import CELLS, LISTS, ProjectForm, told
from terreau.portfolio.models import Project

_Row = dict[str, Any]


@dataclass(frozen=True)
class Gathered:
    """The form to read again before it is saved.

    Attributes:
        form: what was typed, and for what was not touched, what somebody else wrote meanwhile.
        taken: the labels of what was taken from the other.
        differences: what both changed, each in their own way.
    """

    form: ProjectForm
    taken: list[str]
    differences: list[dict[str, str]]


def marks_of(form: ProjectForm) -> str:
    """What a form shows when it is opened, as short marks: enough to know later what was touched."""
    kept: dict[str, Any] = {name: _mark(form, name) for name in form.fields if "-" not in name}
    return json.dumps(kept | {name: [mark for mark, _row in _rows(form, name)] for name in CELLS})


def gathered(data: QueryDict, mine: ProjectForm, now: Project) -> Gathered:
    """What was typed, and what the sheet says now.

    Args:
        data: what was posted; its `read` holds the marks of what the form showed. What is not in it is
            held for touched.
        mine: the form of that.
        now: the project as somebody else left it.
    """
    read, theirs = _marks(data.get("read", "")), ProjectForm(project=now)
    merged, taken, without_clash = data.copy(), [], set()
    for name in (name for name in mine.fields if "-" not in name):
        was, here, there = read.get(name), _mark(mine, name), _mark(theirs, name)
        if was == here != there:
            taken.append(str(mine.fields[name].label))
            _put(merged, name, theirs[name].value())
        elif was == there:
            without_clash.add(name)
    for name, label in LISTS.items():
        typed, written, was = _rows(mine, name), _rows(theirs, name), read.get(name)
        if not isinstance(was, list) or _same_changed(typed, written, was):
            continue
        without_clash.add(name)
        if _count(written) not in (_count(typed), Counter(was)):
            taken.append(str(label))
            _put_rows(merged, name, _joined(typed, written, was))
    form = ProjectForm(merged, project=now)
    return Gathered(form, taken, form.differences(theirs, leaving=without_clash))


def _count(rows: Iterable[tuple[str, _Row]]) -> Counter[str]:
    return Counter(mark for mark, _row in rows)


def _same_changed(mine: list[tuple[str, _Row]], theirs: list[tuple[str, _Row]], was: list[str]) -> bool:
    """Whether both changed, or took away, one and the same row."""
    return bool((Counter(was) - _count(mine)) & (Counter(was) - _count(theirs)))


def _joined(mine: list[tuple[str, _Row]], theirs: list[tuple[str, _Row]], was: list[str]) -> list[_Row]:
    """My rows without those that the other took away, and those that the other added."""
    gone = Counter(was) - _count(theirs)
    added = (_count(theirs) - Counter(was)) - (_count(mine) - Counter(was))
    return [*_less(mine, gone), *(row for mark, row in theirs if _taken_from(added, mark))]


def _less(rows: Iterable[tuple[str, _Row]], gone: Counter[str]) -> list[_Row]:
    return [row for mark, row in rows if not _taken_from(gone, mark)]


def _taken_from(some: Counter[str], mark: str) -> bool:
    found = some[mark] > 0
    some[mark] -= found
    return found


def _rows(form: ProjectForm, name: str) -> list[tuple[str, _Row]]:
    """The rows of a list that say something, each with its mark."""
    found = []
    for at in range(form.counts[name]):
        names = {cell: f"{name}-{at}-{cell}" for cell in CELLS[name]}
        if any(told(form, one) != "—" for one in names.values()):
            mark = _short("|".join(_mark(form, one) for one in names.values()))
            found.append((mark, {cell: form[one].value() for cell, one in names.items()}))
    return found


def _mark(form: ProjectForm, name: str) -> str:
    text = told(form, name)
    return _short("".join(text.split()) if isinstance(form.fields[name], AmountField) else text)


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _marks(text: str) -> dict[str, Any]:
    """The marks that came back with the form; none when they are not what was sent."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: list(map(str, one)) if isinstance(one, list) else one for name, one in found.items()}


def _put(data: QueryDict, name: str, value: Any) -> None:
    """Put a value as a browser would have sent it."""
    if value in (None, False):
        data.pop(name, None)
    else:
        data.setlist(name, [str(one) for one in (value if isinstance(value, list) else [value])])


def _put_rows(data: QueryDict, name: str, rows: list[_Row]) -> None:
    for sent in [key for key in data if key.startswith(f"{name}-")]:
        del data[sent]
    blank = dict.fromkeys(CELLS[name], "")
    for at in range(count_rows(None, name, rows)):
        for cell, value in (rows[at] if at < len(rows) else blank).items():
            data[f"{name}-{at}-{cell}"] = "" if value is None else str(value)
