"""The answers that count in a survey, read from the base in one pass. Who gave them is never read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import orjson
from django.db.models import TextField
from django.db.models.functions import Cast

from terreau.framework.enums import College
from terreau.survey.models import Survey
from terreau.survey.publishing import all_questionnaires
from terreau.survey.results.columns import read_columns
from terreau.survey.results.compute import Gathered
from terreau.survey.results.population import DIVISIONS, Categories, Population, categories_answered

_CHUNK: Final = 8192


@dataclass
class _Read:
    """What is kept of each answer beside its values."""

    keys: list[str] = field(default_factory=list)
    colleges: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    sheets: list[int | None] = field(default_factory=list)
    categories: list[Categories] = field(default_factory=list)


def gather(
    survey: Survey, population: Population, published: Sequence[frozenset[str]] = ()
) -> tuple[Gathered, list[str]]:
    """The answers of a survey, and the key of each.

    An organisation counts once among the actors: of the answers tied to one sheet, the last.

    Args:
        survey: the survey.
        population: what the directory knows of its territory.
        published: of each edition of the survey, the keys of the answers that it counted.
    """
    versions = all_questionnaires(survey)
    asked = versions[max(versions)]
    read = _Read()
    columns = read_columns(asked, versions, _rows(survey, population, read))
    kept = _last_of_each_sheet(read)
    divided = {key: [read.categories[row][at] for row in kept] for at, key in enumerate(DIVISIONS)}
    keys = [read.keys[row] for row in kept]
    return Gathered(
        columns={name: column.of(kept) for name, column in columns.items()},
        colleges=np.array(read.colleges, dtype="U8")[kept],
        channels=np.array(read.channels, dtype="U8")[kept],
        tied=np.array([read.sheets[row] in population.categories for row in kept], dtype=bool),
        added=np.array([[key not in one for one in published] for key in keys], dtype=bool).reshape(
            len(keys), len(published)
        ),
        divided=divided,
        divisions=population.divisions(),
        population=len(population.categories),
        set_aside=len(read.keys) - len(keys),
    ), keys


def _rows(survey: Survey, population: Population, read: _Read) -> Iterator[tuple[int, dict[str, Any]]]:
    """The form and the values of each answer; the rest is noted on the way.

    The text of the values is read by the fastest reader there is: they are nearly all of the time.
    """
    told = (
        survey.submissions.counted().annotate(text=Cast("values", TextField())).order_by("completed_at", "pk")
    )
    rows = told.values_list("pk", "form_id", "college", "channel", "organisation_id", "text")
    for key, form, college, channel, sheet, text in rows.iterator(_CHUNK):
        values = orjson.loads(text)
        read.keys.append(key.hex)
        read.colleges.append(college)
        read.channels.append(channel)
        read.sheets.append(sheet)
        known = population.categories.get(sheet) if sheet else None
        read.categories.append(known or categories_answered(values, population))
        yield form, values


def _last_of_each_sheet(read: _Read) -> np.ndarray[Any, np.dtype[np.intp]]:
    """The rows that count, in their order."""
    last: dict[Any, int] = {}
    for row, (sheet, college) in enumerate(zip(read.sheets, read.colleges, strict=True)):
        last[sheet if sheet and college == College.ACTORS else -row - 1] = row
    return np.array(sorted(last.values()), dtype=np.intp)
