"""What was marked, on which scale: the one table that all the methods read.

A mark is a number, an interval when those who mark differ, or missing. A missing mark is the whole scale,
never zero: what is not known neither helps nor harms a project, it widens what can be said of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from terreau.core.errors import TerreauError
from terreau.core.numbers import french_number

Floats = NDArray[np.float64]
Mark = float | tuple[float, float] | None
Marks = Mapping[str, Mapping[str, Mark]]

# The anchored scale of the five success factors (document 004).
SCALE: Final = (0.0, 4.0)


class Shape(StrEnum):
    """The six preference functions of PROMETHEE (Brans and Vincke, 1985)."""

    USUAL = "usual"
    QUASI = "quasi"
    V = "v"
    LEVEL = "level"
    LINEAR = "linear"
    GAUSS = "gauss"


@dataclass(frozen=True, slots=True)
class Preference:
    """How a difference of marks becomes a preference between 0 and 1.

    Attributes:
        indifference: up to this difference, none (q).
        strict: from this difference on, a whole one (p).
        spread: the difference at which a Gaussian turns (s).
    """

    shape: Shape = Shape.LINEAR
    indifference: float = 0.5
    strict: float = 2.0
    spread: float = 1.0


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing projects are judged on.

    Attributes:
        scale: its lowest and its highest mark; None when it has no bounds.
        smaller_is_better: a cost, a delay, a risk.
        preference: for PROMETHEE; by default the house's, carried from the scale 0–4 to this one.
        veto_below: a project marked worse than this is to be taken up again, whatever its value.
    """

    key: str
    scale: tuple[float, float] | None = SCALE
    smaller_is_better: bool = False
    preference: Preference | None = None
    veto_below: float | None = None

    def preferred(self) -> Preference:
        """Its preference function."""
        if self.preference is not None:
            return self.preference
        low, high = self.scale or SCALE
        step = (high - low) / (SCALE[1] - SCALE[0])
        return Preference(indifference=0.5 * step, strict=2.0 * step)


@dataclass(frozen=True)
class Table:
    """The marks of some projects on some criteria, each as an interval (projects × criteria)."""

    criteria: tuple[Criterion, ...]
    projects: tuple[str, ...]
    low: Floats = field(repr=False)
    high: Floats = field(repr=False)

    @classmethod
    def of(cls, criteria: Sequence[Criterion], marks: Marks) -> Table:
        """The table of these marks, in the order they come.

        Raises:
            TerreauError: a criterion that nobody knows, a mark out of its scale or that is not a number.
        """
        known = {one.key for one in criteria}
        if len(known) != len(criteria):
            raise TerreauError("Deux critères portent le même nom.", remedy="Donnez à chacun le sien.")
        cells = []
        for project, given in marks.items():
            unknown = [key for key in given if key not in known]
            if unknown:
                raise TerreauError(
                    f"Le critère « {unknown[0]} » n’est pas dans la liste des critères.",
                    where=f"Projet « {project} »",
                    remedy=f"Critères connus : {', '.join(sorted(known))}.",
                )
            cells.append([_interval(project, one, given.get(one.key)) for one in criteria])
        bounds = np.array(cells, dtype=np.float64).reshape(len(cells), len(criteria), 2)
        return cls(tuple(criteria), tuple(marks), bounds[:, :, 0], bounds[:, :, 1])

    def scores(self) -> tuple[Floats, Floats]:
        """Least and greatest value of each mark, from 0 (worst of the scale) to 1 (best).

        Raises:
            TerreauError: a criterion has no scale.
        """
        unbounded = next((one.key for one in self.criteria if one.scale is None), None)
        if unbounded is not None:
            raise TerreauError(
                "Ce critère n’a pas d’échelle.", where=f"Critère « {unbounded} »", remedy="Donnez « scale »."
            )
        scales = np.array([one.scale for one in self.criteria], dtype=np.float64).reshape(-1, 2)
        span = scales[:, 1] - scales[:, 0]
        low, high = (self.low - scales[:, 0]) / span, (self.high - scales[:, 0]) / span
        return self._oriented(low, high, 1.0)

    def gains(self) -> tuple[Floats, Floats]:
        """Least and greatest mark, on the criterion's own scale, turned so that more is better."""
        return self._oriented(self.low, self.high, 0.0)

    def _oriented(self, low: Floats, high: Floats, top: float) -> tuple[Floats, Floats]:
        turned = np.array([one.smaller_is_better for one in self.criteria], dtype=bool)
        return np.where(turned, top - high, low), np.where(turned, top - low, high)


def _interval(project: str, criterion: Criterion, mark: Mark) -> tuple[float, float]:
    where = f"Projet « {project} », critère « {criterion.key} »"
    if mark is None:
        if criterion.scale is None:
            raise TerreauError(
                "Une note manque et le critère n’a pas d’échelle.",
                where=where,
                remedy="Donnez « scale » : une note qui manque peut y être n’importe où.",
            )
        return criterion.scale
    low, high = mark if isinstance(mark, tuple) else (mark, mark)
    if not (math.isfinite(low) and math.isfinite(high)):
        raise TerreauError(
            "La note n’est pas un nombre.", where=where, remedy="Une note qui manque se dit null."
        )
    if low > high:
        raise TerreauError(
            f"L’intervalle va de {french_number(low)} à {french_number(high)}, à l’envers.",
            where=where,
            remedy="Donnez la plus petite note d’abord.",
        )
    if criterion.scale is not None and not criterion.scale[0] <= low <= high <= criterion.scale[1]:
        wrong = low if low < criterion.scale[0] else high
        raise TerreauError(
            f"La note {french_number(wrong)} est hors de l’échelle, "
            f"de {french_number(criterion.scale[0])} à {french_number(criterion.scale[1])}.",
            where=where,
            remedy="Corrigez la note, ou donnez l’échelle du critère avec « scale ».",
        )
    return low, high


def shares(criteria: Sequence[Criterion], weights: Mapping[str, float] | None) -> Floats:
    """The weight of each criterion, all together 1; equal where none is given.

    Raises:
        TerreauError: a weight is missing, negative or not a number, or all are zero.
    """
    if not weights:
        return np.full(len(criteria), 1 / max(1, len(criteria)))
    known = {one.key for one in criteria}
    for key in weights:
        if key not in known:
            raise TerreauError(f"Un poids est donné au critère « {key} », que personne ne connaît.")
    missing = [one.key for one in criteria if one.key not in weights]
    if missing:
        raise TerreauError(
            f"Il manque le poids de « {missing[0]} ».", remedy="Donnez un poids à chaque critère, ou à aucun."
        )
    given = np.array([weights[one.key] for one in criteria], dtype=np.float64)
    if not np.isfinite(given.sum()) or (given < 0).any():
        raise TerreauError("Un poids n’est pas un nombre positif.", remedy="Donnez des nombres de 0 ou plus.")
    if not given.any():
        raise TerreauError("Tous les poids sont nuls.", remedy="Donnez-en un au moins qui ne le soit pas.")
    result: Floats = given / given.sum()
    return result
