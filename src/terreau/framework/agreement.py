"""How far judges agree: Kendall's W on what they rank, Fleiss' kappa on the classes they give. Pure.

Sources: M. G. Kendall and B. Babington Smith (1939), with the correction for ties; J. L. Fleiss (1971), where
statements may have been marked by different numbers of judges.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

# Low, middling, high marks: the three classes on which kappa is computed.
LOW, MIDDLING, HIGH = "low", "middling", "high"
_HIGHEST_LOW, _LOWEST_HIGH = 3, 7
FEWEST_JUDGES: Final = 2
FEWEST_STATEMENTS: Final = 2


def ranks(marks: Sequence[float]) -> list[float]:
    """The rank of each, from 1 for the lowest; those that tie share the mean of their ranks."""
    order = sorted(range(len(marks)), key=lambda place: marks[place])
    found = [0.0] * len(marks)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and marks[order[end]] == marks[order[start]]:
            end += 1
        for place in order[start:end]:
            found[place] = (start + 1 + end) / 2
        start = end
    return found


def kendall_w(judges: Sequence[Sequence[float]]) -> float | None:
    """Kendall's coefficient of concordance, from 0 (no common order) to 1 (the same order).

    Args:
        judges: what each judge gave to the same statements, all of them marked.

    Returns:
        W corrected for ties; None with fewer than two judges or statements, or where nobody ranks anything.

    Raises:
        ValueError: when judges did not mark the same number of statements.
    """
    count = len(judges)
    statements = len(judges[0]) if judges else 0
    if any(len(one) != statements for one in judges):
        raise ValueError("judges marked different numbers of statements")
    if count < FEWEST_JUDGES or statements < FEWEST_STATEMENTS:
        return None
    ranked = [ranks(one) for one in judges]
    sums = [sum(one[place] for one in ranked) for place in range(statements)]
    mean = count * (statements + 1) / 2
    spread = sum((total - mean) ** 2 for total in sums)
    ties = sum(size**3 - size for one in judges for size in Counter(one).values())
    greatest = count**2 * (statements**3 - statements) - count * ties
    return 12 * spread / greatest if greatest > 0 else None


def fleiss_kappa(counts: Sequence[Sequence[int]]) -> float | None:
    """Fleiss' kappa: agreement on classes beyond what chance gives; 1 is full agreement, 0 is chance.

    Args:
        counts: for each statement, how many judges gave each class.

    Returns:
        Kappa over the statements that two judges at least marked; None where there is none, or where all
        gave one and the same class (chance alone explains it all).
    """
    rows = [row for row in counts if sum(row) >= FEWEST_JUDGES]
    if not rows:
        return None
    marks = sum(map(sum, rows))
    shares = [sum(row[place] for row in rows) / marks for place in range(len(rows[0]))]
    by_chance = sum(share**2 for share in shares)
    agreed = [(sum(n * n for n in row) - sum(row)) / (sum(row) * (sum(row) - 1)) for row in rows]
    observed = sum(agreed) / len(agreed)
    return (observed - by_chance) / (1 - by_chance) if by_chance < 1 else None


def class_of(mark: int) -> str:
    """Low from 0 to 3, middling from 4 to 6, high from 7 to 10."""
    if mark <= _HIGHEST_LOW:
        return LOW
    return HIGH if mark >= _LOWEST_HIGH else MIDDLING


def marked_by_all(judges: Sequence[Mapping[str, int | None]]) -> list[list[float]]:
    """What each judge gave to the statements that every one of them marked."""
    common = [key for key in judges[0] if all(one.get(key) is not None for one in judges)] if judges else []
    return [[float(one[key] or 0) for key in common] for one in judges]


def class_counts(judges: Sequence[Mapping[str, int | None]]) -> list[list[int]]:
    """For each statement, how many judges found it low, middling, high."""
    found = []
    for key in dict.fromkeys(key for one in judges for key in one):
        classes = Counter(class_of(mark) for one in judges if (mark := one.get(key)) is not None)
        found.append([classes[name] for name in (LOW, MIDDLING, HIGH)])
    return found
