"""What is worked out of a project: money secured, break-even, a bad year, where it may go next. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

# A bad year, as the anchors of the risk factor say it (methods D.1): a fifth of the income is missing.
STRESS: Final = Fraction(1, 5)
SECURED: Final = frozenset({"obtained", "paid"})

# From each state, where a project may go; where a reason must be told.
TRANSITIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "idea": ("study", "submitted", "aside"),
    "study": ("submitted", "aside", "idea"),
    "submitted": ("selected", "rework", "aside", "study"),
    "rework": ("study", "submitted", "aside"),
    "selected": ("running", "rework", "abandoned"),
    "aside": ("idea",),
    "running": ("finished", "abandoned"),
    "finished": (),
    "abandoned": ("idea",),
}
REASONED: Final = frozenset({"rework", "aside", "abandoned"})


def may_go(before: str, after: str) -> bool:
    """Whether a project may pass from one state to another."""
    return after in TRANSITIONS.get(before, ())


@dataclass(frozen=True, slots=True)
class Money:
    """The money of a project, in the smallest units of its currency.

    Attributes:
        budget: all that it costs.
        asked: asked for and not answered.
        obtained: promised and not paid.
        paid: paid.
        refused: refused.
        foreign: whether some funder gives in a currency that no law ties to the project's.
    """

    budget: int
    asked: int
    obtained: int
    paid: int
    refused: int
    foreign: bool

    @property
    def secured(self) -> int:
        """What is obtained or paid."""
        return self.obtained + self.paid

    @property
    def share_secured(self) -> Fraction | None:
        """Of the budget, from 0 to 1; None without budget."""
        return min(Fraction(1), Fraction(self.secured, self.budget)) if self.budget else None

    @property
    def missing(self) -> int:
        """What nobody was even asked for."""
        return max(0, self.budget - self.secured - self.asked)

    @property
    def excess(self) -> int:
        """What is asked and secured beyond the budget."""
        return max(0, self.secured + self.asked - self.budget)


def money_of(budget: Iterable[int], fundings: Iterable[tuple[str, int | None]]) -> Money:
    """The money of a project.

    Args:
        budget: its lines.
        fundings: the state of each, and its amount in the project's currency; None where it cannot be told.
    """
    sums = dict.fromkeys(("asked", "obtained", "paid", "refused"), 0)
    foreign = False
    for state, amount in fundings:
        if amount is None:
            foreign = True
        else:
            sums[state] += amount
    return Money(sum(budget), sums["asked"], sums["obtained"], sums["paid"], sums["refused"], foreign)


@dataclass(frozen=True, slots=True)
class Part:
    """What falls to one of the territories of a project, of its budget and of its funding.

    Attributes:
        percent: of the budget.
        budget: that share of all that it costs.
        asked: that share of what is asked for and not answered.
        secured: that share of what is obtained or paid.
    """

    percent: int
    budget: int
    asked: int
    secured: int


def parts_of(money: Money, percents: Sequence[int]) -> list[Part]:
    """The part of each territory that shares a project, then what is left to the one that bears it.

    Each part is rounded down; what the roundings leave falls to the bearer, so that the parts make the whole.
    Example: a budget of 101, shared at 50 %: 50, and 51 to the bearer.

    Args:
        money: of the whole project.
        percents: of those that share it; not more than 100 together.
    """
    sums = (money.budget, money.asked, money.secured)
    shared = [[amount * percent // 100 for amount in sums] for percent in percents]
    left = [amount - sum(told[at] for told in shared) for at, amount in enumerate(sums)]
    parts = [Part(percent, *told) for percent, told in zip(percents, shared, strict=True)]
    return [*parts, Part(100 - sum(percents), *left)]


@dataclass(frozen=True, slots=True)
class Balance:
    """A year of a project that runs.

    Attributes:
        result: income less costs.
        break_even: the income from which it pays for itself; None when each sale costs more than it brings.
        stressed: the result with a fifth of the income missing.
    """

    result: int
    break_even: int | None
    stressed: int

    @property
    def holds(self) -> bool:
        """Whether it still pays for itself in a bad year."""
        return self.stressed >= 0


def balance(income: int, fixed: int, variable_percent: int) -> Balance:
    """The break-even of a project, and a bad year.

    The break-even is the income at which what is left after variable costs pays the fixed ones: fixed ÷
    (1 − variable share). Example: 100 000 of income, 30 000 of fixed costs, 40 % of variable ones: 50 000 to
    break even, 30 000 of result, 18 000 in a bad year.

    Args:
        income: expected in a year.
        fixed: costs of a year whatever it sells.
        variable_percent: of the income, what each sale costs.
    """
    left = 1 - Fraction(variable_percent, 100)
    bad = income * (1 - STRESS)
    return Balance(
        result=round(income * left - fixed),
        break_even=_ceiling(fixed / left) if left > 0 else None,
        stressed=round(bad * left - fixed),
    )


def _ceiling(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)
