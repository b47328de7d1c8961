"""How closed questions were answered: shares with their bounds, small counts masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terreau.survey.definition import NOT_APPLICABLE, in_language
from terreau.survey.results import protecting
from terreau.survey.results.columns import NONE, Column
from terreau.survey.results.comparing import mean_of
from terreau.survey.results.content import ChoiceFigures, CountedCrossing, QuestionFigures, Told
from terreau.survey.results.protecting import Door
from terreau.survey.results.raking import effective_size
from terreau.survey.results.sampling import informative_size, wilson
from terreau.survey.wording import step_label

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
_STEPS = ("1", "2", "3", "4", "5", NOT_APPLICABLE)


@dataclass(frozen=True)
class Audience:
    """Those whose answers are told (the actors, in their order), and through which door."""

    door: Door
    weights: Floats
    added: Mask
    population: int


def figures(column: Column, audience: Audience) -> QuestionFigures:
    """The share of each choice; a scale also has its mean."""
    question = column.question
    key = f"question.{question.id}"
    reason = audience.door.reason(key, column.answered, audience.added)
    codes, labels, chosen = _chosen(column)
    counts = chosen[column.answered].sum(axis=0)
    n = int(column.answered.sum())
    masks = _masks(column, counts, n, audience.door)
    choices = tuple(
        ChoiceFigures(
            code,
            label,
            _share(column, chosen[:, at], audience, reason or str(masks[at])),
            _category(column, code),
        )
        for at, (code, label) in enumerate(zip(codes, labels, strict=True))
    )
    mean = _mean(column, audience) if question.kind == "scale" else None
    return QuestionFigures(
        id=question.id,
        version=question.version,
        block=column.block,
        label=in_language(question.label, "fr"),
        kind=question.kind,
        n=None if reason else n,
        choices=choices,
        mean=mean,
        former=column.former,
    )


def _category(column: Column, code: str) -> str:
    return next((one.category for one in column.question.choices if one.code == code), "")


def _chosen(column: Column) -> tuple[Sequence[str], Sequence[str], Mask]:
    """The choices, what they are called, and who chose each."""
    question = column.question
    if question.kind == "scale":
        steps = np.nan_to_num(column.numbers, nan=0.0)
        marks = [steps == at for at in range(1, 6)] + [column.answered & (steps == 0)]
        labels = [in_language(step_label(question.measure or "importance", step), "fr") for step in _STEPS]
        return _STEPS, labels, np.column_stack(marks)
    labels = [in_language(one.label, "fr") for one in question.choices]
    if column.chosen is not None:
        return question.codes(), labels, column.chosen
    ranks = np.arange(len(question.choices))
    return question.codes(), labels, column.numbers[:, None] == ranks


def _masks(column: Column, counts: NDArray[np.intp], n: int, door: Door) -> NDArray[np.str_]:
    """Why each share is not told, of a question that is."""
    if not door.masks_cells:
        return np.full(len(counts), protecting.SHOWN)
    if column.question.kind == "many":
        # Each share stands alone: those who did not choose are as few as those who did.
        least = protecting.LEAST_IN_CELL
        few = ((counts > 0) & (counts < least)) | ((counts < n) & (n - counts < least))
        return np.array([protecting.CELL if one else protecting.SHOWN for one in few])
    if any(one.category for one in column.question.choices):
        # Told by kind of obstacle only (`counted`): both together would give away what each masks.
        return np.full(len(counts), protecting.NEIGHBOUR)
    masks: NDArray[np.str_] = protecting.masked_cells(counts[None, :])[0]
    if column.question.kind == "scale" and (masks != protecting.SHOWN).any():
        # With the mean, two masked steps would be two unknowns of two equations.
        masks[:] = np.where(masks == protecting.SHOWN, protecting.NEIGHBOUR, masks)
    return masks


def _share(column: Column, chose: Mask, audience: Audience, reason: str) -> Told:
    if reason:
        return Told(None, None, masked=reason)
    weights = audience.weights[column.answered]
    if not len(weights):
        return Told(None, 0)
    share = float(weights[chose[column.answered]].sum() / weights.sum())
    size = informative_size(effective_size(weights), len(weights), audience.population)
    interval = wilson(share, size)
    return Told(interval.value, len(weights), interval.low, interval.high)


def _mean(column: Column, audience: Audience) -> Told:
    base = ~np.isnan(column.numbers)
    reason = audience.door.reason(f"mean.{column.question.id}", base, audience.added)
    mean = None if reason else mean_of(column.numbers, audience.weights)
    return Told(mean.value, mean.answers) if mean else Told(None, None, masked=reason)


def counted(
    column: Column, audience: Audience, key: str, groups: tuple[tuple[str, ...], ...], rank: NDArray[np.intp]
) -> CountedCrossing | None:
    """How many of each group named each kind of obstacle, then how many in all; None where too few did."""
    question = column.question
    categories = list(dict.fromkeys(one.category for one in question.choices if one.category))
    place = {name: at for at, name in enumerate(categories)}
    kinds = np.array([place.get(one.category, NONE) for one in question.choices], dtype=np.intp)
    named = np.where(column.numbers == NONE, NONE, kinds[column.numbers.astype(np.intp)])
    base = (named != NONE) & column.answered
    if not groups or audience.door.reason(f"counted.{question.id}", base, audience.added):
        return None
    counts = np.zeros((len(groups), len(categories)), dtype=np.intp)
    np.add.at(counts, (rank[base], named[base]), 1)
    whole = np.vstack([counts, counts.sum(axis=0)])
    reasons = np.full(whole.shape, protecting.SHOWN)
    if audience.door.masks_cells:
        reasons = protecting.masked_cells(counts)
    cells = tuple(
        tuple(
            Told(None, None, masked=str(why)) if why else Told(float(count), int(row.sum()))
            for count, why in zip(row, line, strict=True)
        )
        for row, line in zip(whole, reasons, strict=True)
    )
    return CountedCrossing(question.id, key, groups, tuple(categories), cells)
