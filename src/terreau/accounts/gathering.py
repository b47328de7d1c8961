"""Two who write one thing at once: what the second did not touch keeps what the first wrote of it.

A form tells, in a hidden field, short marks of what it showed when it was opened, beside the version that was
read (`accounts/_read.html`). Where somebody saved meanwhile, those marks tell what was touched: the rest is
taken from the other, and only what both changed is asked.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Self

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from terreau.accounts.fields import AmountField, count_rows
from terreau.core.numbers import whole_number

_CELL: Final = re.compile(r"([a-z]+)([-_])(\d{1,2})\2(\w+)")
_NOTHING: Final = "—"
# A row of a list: its mark, then each of its cells as a browser sends it.
_Row = tuple[str, dict[str, list[str]]]


class SharedForm(forms.Form):
    """A form of what several people write.

    Attributes:
        lists: the lists of rows, whose fields are called `name-0-…`, by what people call them.
        taken: the labels of what was taken from somebody who saved meanwhile.
        differences: what both changed, each in their own way.
    """

    lists: Mapping[str, Any] = {}
    taken: Sequence[str] = ()
    differences: Sequence[Mapping[str, str]] = ()

    @property
    def read(self) -> str:
        """The marks of what was shown when the form was opened."""
        return self._hidden("read") if self.is_bound else json.dumps(_marks_of(self))

    @property
    def version(self) -> int:
        """Of what was read; nothing as long as nothing is sent."""
        return whole_number(self._hidden("version"))

    def _hidden(self, name: str) -> str:
        return str(self.data.get(self.add_prefix(name), ""))

    def label_of(self, name: str) -> str:
        """What a field is called away from its place on the page: « Budget, ligne 2, montant »."""
        label, cell = str(self.fields[name].label), _cell(name)
        if cell is None:
            return label
        said = {"list": self.lists[cell.rows], "row": cell.place + 1, "cell": label.lower()}
        return _("%(list)s, ligne %(row)d, %(cell)s") % said

    def is_untouched(self, name: str) -> bool:
        """Whether a field, or a list, was sent as it was shown when the form was opened."""
        now = [mark for mark, _cells in _rows(self, name)] if name in self.lists else _mark(self, name)
        return bool(_marks(self.read).get(name) == now)

    def gathered(self, version: int, again: Callable[[Any], Self]) -> Self:
        """The form to read again when somebody saved since it was opened; else the form as it is.

        Args:
            version: of what is written now; the form says which one was read.
            again: makes the form anew from what is written now, given what is sent, or None.
        """
        if self.version == version:
            return self
        read, theirs, merged = _marks(self.read), again(None), QueryDict(mutable=True)
        merged.update(self.data)
        merged[self.add_prefix("version")], merged[self.add_prefix("read")] = str(version), theirs.read
        taken, clashes = [], []
        for name in dict.fromkeys([*_plain(self), *_plain(theirs)]):
            was, here, there = read.get(name), _mark(self, name), _mark(theirs, name)
            if was == here != there:
                taken.append((theirs if name in theirs.fields else self).label_of(name))
                _put(merged, theirs, name)
            elif was != there:
                clashes.append(name)
        own, other = _lists(self), _lists(theirs)
        for name in dict.fromkeys([*own, *other]):
            typed, written, was = _rows(self, name), _rows(theirs, name), read.get(name)
            cells = [*own.get(name, ()), *other.get(name, ())]
            if not isinstance(was, list) or _same_changed(typed, written, was):
                clashes += dict.fromkeys(one.field for one in cells)
            elif _count(written) not in (_count(typed), Counter(was)):
                taken.append(str(self.lists[name]))
                _put_rows(merged, self, cells, _joined(typed, written, was))
        form = again(merged)
        form.taken, form.differences = taken, list(_differing(self, theirs, clashes))
        return form


def told(form: forms.Form, name: str) -> str:
    """The value of a field in words."""
    if name not in form.fields:
        return _NOTHING
    field, sent = form.fields[name], _sent(form, name)
    if isinstance(field, forms.BooleanField):
        return _("oui") if sent else _("non")
    given = [one for one in sent if one]
    if isinstance(field, forms.ChoiceField):
        labels = dict(_flat(field.choices))
        # A browser sends what is chosen in the order of the page.
        given = sorted(labels.get(one, one) for one in given)
    elif isinstance(field, forms.DateField):
        given = [_day(field, one) for one in given]
    return ", ".join(one.replace("\r\n", "\n").strip() for one in given) or _NOTHING


def _day(field: forms.DateField, text: str) -> str:
    try:
        day = field.to_python(text)
    except forms.ValidationError:
        return text
    return date_format(day) if isinstance(day, date) else text


def _flat(choices: Any) -> Iterator[tuple[str, str]]:
    """The choices without their groups."""
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(key), str(label)


def _sent(form: forms.Form, name: str) -> list[str]:
    """The value of a field as a browser sends it."""
    field, value = form.fields[name], form[name].value()
    if isinstance(field, forms.BooleanField):
        return ["on"] if value else []
    shown = field.widget.format_value(value)
    return [str(one) for one in (shown if isinstance(shown, list) else [shown]) if one is not None]


# --- Marks ----------------------------------------------------------------------------------------------


def _marks_of(form: forms.Form) -> dict[str, Any]:
    kept: dict[str, Any] = {name: _mark(form, name) for name in _plain(form)}
    return kept | {name: [mark for mark, _cells in _rows(form, name)] for name in _lists(form)}


def _mark(form: forms.Form, name: str) -> str:
    text = told(form, name)
    return _short("".join(text.split()) if isinstance(form.fields.get(name), AmountField) else text)


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


# --- Fields and rows ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cell:
    """A field of a row of a list."""

    rows: str
    dash: str
    place: int
    name: str

    @property
    def field(self) -> str:
        """What the field is called."""
        return self.dash.join((self.rows, str(self.place), self.name))


def _cell(name: str) -> _Cell | None:
    found = _CELL.fullmatch(name)
    return _Cell(found[1], found[2], int(found[3]), found[4]) if found else None


def _plain(form: forms.Form) -> list[str]:
    """The fields that are in no list."""
    return [name for name in form.fields if not _cell(name)]


def _lists(form: forms.Form) -> dict[str, list[_Cell]]:
    """The lists of a form, with all their cells."""
    found: dict[str, list[_Cell]] = {}
    for cell in filter(None, map(_cell, form.fields)):
        found.setdefault(cell.rows, []).append(cell)
    return found


def _rows(form: forms.Form, name: str) -> list[_Row]:
    """The rows of a list that say something; a box alone, ticked or not, says nothing."""
    by_place: dict[int, list[_Cell]] = {}
    for cell in _lists(form).get(name, ()):
        by_place.setdefault(cell.place, []).append(cell)
    found = []
    for cells in by_place.values():
        words = [one for one in cells if not isinstance(form.fields[one.field], forms.BooleanField)]
        if any(told(form, one.field) != _NOTHING for one in words):
            mark = _short("|".join(_mark(form, one.field) for one in cells))
            found.append((mark, {one.name: _sent(form, one.field) for one in cells}))
    return found


def _count(rows: Iterable[_Row]) -> Counter[str]:
    return Counter(mark for mark, _cells in rows)


def _same_changed(mine: list[_Row], theirs: list[_Row], was: list[str]) -> bool:
    """Whether both changed, or took away, one and the same row."""
    return bool((Counter(was) - _count(mine)) & (Counter(was) - _count(theirs)))


def _joined(mine: list[_Row], theirs: list[_Row], was: list[str]) -> list[dict[str, list[str]]]:
    """My rows without those that the other took away, and those that the other added."""
    gone = Counter(was) - _count(theirs)
    added = (_count(theirs) - Counter(was)) - (_count(mine) - Counter(was))
    left = [cells for mark, cells in mine if not _taken_from(gone, mark)]
    return [*left, *(cells for mark, cells in theirs if _taken_from(added, mark))]


def _taken_from(some: Counter[str], mark: str) -> bool:
    found = some[mark] > 0
    some[mark] -= found
    return found


def _put(data: QueryDict, form: forms.Form, name: str) -> None:
    """Put the value of a field as a browser would have sent it."""
    sent, key = _sent(form, name) if name in form.fields else [], form.add_prefix(name)
    if sent:
        data.setlist(key, sent)
    else:
        data.pop(key, None)


def _put_rows(
    data: QueryDict, form: forms.Form, cells: list[_Cell], rows: list[dict[str, list[str]]]
) -> None:
    for cell in cells:
        data.pop(form.add_prefix(cell.field), None)
    for cell in (one for one in cells if one.place == 0):
        for place in range(count_rows(None, cell.rows, rows)):
            sent = rows[place].get(cell.name) if place < len(rows) else None
            data.setlist(form.add_prefix(replace(cell, place=place).field), sent or [""])


# --- What is told ---------------------------------------------------------------------------------------


def _differing(mine: SharedForm, theirs: SharedForm, names: Iterable[str]) -> Iterator[dict[str, str]]:
    for name in names:
        if _mark(mine, name) != _mark(theirs, name):
            form = mine if name in mine.fields else theirs
            yield {"label": form.label_of(name), "typed": told(mine, name), "now": told(theirs, name)}
