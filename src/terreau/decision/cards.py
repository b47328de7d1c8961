"""Weights by the card game: revised Simos procedure (Figueira and Roy, EJOR 139, 2002; methods D.2, D.3).

Each member ranks the criteria from the least to the most important, criteria of equal importance together,
with white cards between two ranks to set them apart, and says how many times the most important counts more
than the least. Members are then merged by median, within a college and across colleges: consensus is never
forced, and the dispersion stays in sight.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from terreau.core.errors import TerreauError

# Beyond, a person no longer says a ratio of importance but that a criterion does not count.
MOST_TIMES: Final = 1_000
MOST_BLANKS: Final = 100


@dataclass(frozen=True, slots=True)
class Hand:
    """One member's cards.

    Attributes:
        ranks: the criteria, least important first; those of one rank are equally important.
        blanks: white cards between a rank and the next.
        times: how many times the last rank counts more than the first (z).
    """

    ranks: tuple[tuple[str, ...], ...]
    blanks: tuple[int, ...] = ()
    times: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Spread:
    """How the members' weights of one criterion lie, in percent."""

    least: float
    low: float
    median: float
    high: float
    greatest: float


@dataclass(frozen=True, slots=True)
class Merged:
    """The weights of all, and how far they agree.

    Attributes:
        weights: in percent, by criterion.
        colleges: the medians of each college, in percent.
        spreads: how the members' weights lie, whatever their college.
        members: how many members each college counts.
    """

    weights: Mapping[str, float]
    colleges: Mapping[str, Mapping[str, float]]
    spreads: Mapping[str, Spread]
    members: Mapping[str, int]


def check(hand: Hand, criteria: Iterable[str] | None = None) -> None:
    """Refuse cards from which no weight comes.

    Args:
        hand: the cards.
        criteria: all the criteria, when they are known: none may be left out.

    Raises:
        TerreauError: a card left out or laid twice, white cards that do not fit, an impossible ratio.
    """
    laid = [key for rank in hand.ranks for key in rank]
    if not laid:
        raise TerreauError(
            "Aucune carte n’est posée.", remedy="Classez les critères, le moins important d’abord."
        )
    twice = next((key for key in laid if laid.count(key) > 1), None)
    if twice is not None:
        raise TerreauError(
            f"La carte « {twice} » est posée deux fois.", remedy="Laissez-la dans un seul rang."
        )
    if any(not rank for rank in hand.ranks):
        raise TerreauError(
            "Un rang ne contient aucune carte.",
            remedy="Pour écarter deux rangs, mettez des cartes blanches entre eux.",
        )
    if criteria is not None:
        _check_all_laid(laid, tuple(criteria))
    if hand.blanks and len(hand.blanks) != len(hand.ranks) - 1:
        raise TerreauError(
            f"Il y a {len(hand.ranks)} rangs et {len(hand.blanks)} nombres de cartes blanches.",
            remedy=f"Donnez-en {len(hand.ranks) - 1} : un entre chaque rang et le suivant.",
        )
    if any(not 0 <= count <= MOST_BLANKS for count in hand.blanks):
        raise TerreauError(f"Les cartes blanches se comptent de 0 à {MOST_BLANKS}.")
    if not 1 <= hand.times <= MOST_TIMES:
        raise TerreauError(
            "Le nombre de fois où le critère le plus important compte plus que le moins important "
            f"va de 1 à {MOST_TIMES}.",
            remedy="Donnez 1 s’ils comptent autant.",
        )


def _check_all_laid(laid: Sequence[str], criteria: Sequence[str]) -> None:
    left = [key for key in criteria if key not in laid]
    if left:
        names = ", ".join(f"« {key} »" for key in left)
        raise TerreauError(f"Des cartes ne sont pas posées : {names}.", remedy="Placez-les toutes.")
    unknown = next((key for key in laid if key not in criteria), None)
    if unknown is not None:
        raise TerreauError(f"La carte « {unknown} » n’est celle d’aucun critère.")


def weigh(hand: Hand, criteria: Iterable[str] | None = None) -> dict[str, float]:
    """The weight of each criterion, in percent.

    Raises:
        TerreauError: the cards do not hold (see `check`).
    """
    check(hand, criteria)
    steps = [count + 1 for count in hand.blanks or (0,) * (len(hand.ranks) - 1)]
    unit = (hand.times - 1) / sum(steps) if steps else Fraction(0)
    # Two decimals are kept, as the procedure says; a half goes up, as on paper.
    raw = [_hundredths(1 + unit * sum(steps[:rank])) for rank in range(len(hand.ranks))]
    total = sum(one * len(rank) for one, rank in zip(raw, hand.ranks, strict=True))
    return {key: float(100 * one / total) for one, rank in zip(raw, hand.ranks, strict=True) for key in rank}


def _hundredths(value: Fraction) -> Fraction:
    return Fraction((value * 100 + Fraction(1, 2)).__floor__(), 100)


def merge(hands: Iterable[tuple[str, Mapping[str, float]]]) -> Merged:
    """The weights of all: the median of each college, then the median of the colleges, brought to 100.

    Args:
        hands: the college of each member, and the weights their cards give (`weigh`).

    Raises:
        TerreauError: nobody played, or two members did not weigh the same criteria.
    """
    by_college: dict[str, list[Mapping[str, float]]] = {}
    for college, weights in hands:
        by_college.setdefault(college, []).append(weights)
    if not by_college:
        raise TerreauError("Personne n’a encore posé ses cartes.")
    everyone = [weights for members in by_college.values() for weights in members]
    keys = tuple(everyone[0])
    if any(set(weights) != set(keys) for weights in everyone):
        raise TerreauError("Les membres n’ont pas pesé les mêmes critères.")
    colleges = {
        college: _to_hundred({key: statistics.median(one[key] for one in members) for key in keys})
        for college, members in by_college.items()
    }
    merged = {key: statistics.median(one[key] for one in colleges.values()) for key in keys}
    return Merged(
        _to_hundred(merged),
        colleges,
        {key: _spread([one[key] for one in everyone]) for key in keys},
        {college: len(members) for college, members in by_college.items()},
    )


def _to_hundred(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {key: 100 * weight / total for key, weight in weights.items()}


def _spread(weights: Sequence[float]) -> Spread:
    low, median, high = (
        statistics.quantiles(weights, n=4, method="inclusive") if len(weights) > 1 else (weights[0],) * 3
    )
    return Spread(min(weights), low, median, high, max(weights))


def order(weights: Mapping[str, float]) -> tuple[tuple[str, ...], ...]:
    """The ranks that weights give, least important first: what robustness is then asked over."""
    levels: dict[float, list[str]] = {}
    for key, weight in weights.items():
        levels.setdefault(round(weight, 9), []).append(key)
    return tuple(tuple(levels[weight]) for weight in sorted(levels))
