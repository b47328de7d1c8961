"""What was said so far that may be read: marks of nobody by name, by college, and the weights.

While a round is open its marks are read by nobody but their author: every page, file and computation reads
them here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from terreau.decision import cards
from terreau.evaluation import criteria
from terreau.evaluation.criteria import Criterion
from terreau.evaluation.enums import EvaluationState, Round, Weighting
from terreau.evaluation.models import Assessor, Candidate, CardGame, Evaluation, Interest, MarkSheet
from terreau.evaluation.rules import WIDE_GAP, Interval, Mark, agreed, gap

Marks = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Voice:
    """One assessor whose marks count, without name; candidate → criterion → mark and evidence."""

    number: int
    college: str
    first: Mapping[int, Marks]
    now: Mapping[int, Marks]
    stepped_back: frozenset[int]

    def speaks_of(self, candidate: Candidate) -> bool:
        """Whether they judge this project: no personal interest."""
        return candidate.pk not in self.stepped_back or not self.college


@dataclass(frozen=True)
class Gathered:
    """All that may be read of an evaluation."""

    evaluation: Evaluation
    criteria: tuple[Criterion, ...]
    candidates: tuple[Candidate, ...]
    voices: tuple[Voice, ...]
    hands: tuple[tuple[str, cards.Hand], ...]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The criteria, by their keys."""
        return tuple(one.key for one in self.criteria)

    @cached_property
    def merged(self) -> cards.Merged | None:
        """The weights that the members' cards give together; None where nobody played."""
        if not self.hands:
            return None
        return cards.merge((college, cards.weigh(hand, self.keys)) for college, hand in self.hands)

    @cached_property
    def weights(self) -> dict[str, float]:
        """Criterion → weight in percent, as the evaluation uses them."""
        if self.evaluation.weighting == Weighting.CARDS and self.merged is not None:
            return {key: self.merged.weights[key] for key in self.keys}
        return {key: 100 / len(self.keys) for key in self.keys}

    def marks_of(self, candidate: Candidate, key: str) -> dict[str, list[Mark]]:
        """College → the mark of each of its members who judges this project."""
        found: dict[str, list[Mark]] = {}
        for voice in self.voices:
            if voice.speaks_of(candidate):
                mark = voice.now.get(candidate.pk, {}).get(key, {}).get("mark")
                found.setdefault(voice.college, []).append(mark)
        return found

    def agreed(self, candidate: Candidate) -> dict[str, Interval]:
        """Criterion → the mark of all, an interval where some are missing."""
        return {key: agreed(self.marks_of(candidate, key)) for key in self.keys}

    def gaps(self) -> list[tuple[Candidate, Criterion, int]]:
        """What is worth a discussion, in the first round: the widest gaps first."""
        found = []
        for candidate in self.candidates:
            for one in self.criteria:
                width = gap(
                    voice.first.get(candidate.pk, {}).get(one.key, {}).get("mark")
                    for voice in self.voices
                    if voice.speaks_of(candidate)
                )
                if width >= WIDE_GAP:
                    found.append((candidate, one, width))
        return sorted(found, key=lambda each: -each[2])

    @cached_property
    def digest(self) -> str:
        """What changes when the result would."""
        bars = self.evaluation.thresholds
        told = {
            "criteria": criteria.as_json(self.criteria),
            "weights": self.weights,
            "bars": [bars.keep_from, bars.leave_under],
            "marks": {one.project.public_id: self.agreed(one) for one in self.candidates},
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def is_readable(evaluation: Evaluation) -> bool:
    """Whether marks may be read by others than their author: not in a blind first round."""
    return evaluation.together or evaluation.state != EvaluationState.FIRST


def gather(evaluation: Evaluation) -> Gathered:
    """All that may be read now; of a round that is open and blind, nothing."""
    candidates = tuple(evaluation.candidates.select_related("project"))
    voices, hands = (_voices(evaluation), _hands(evaluation)) if is_readable(evaluation) else ((), ())
    return Gathered(evaluation, criteria.read(evaluation.own_criteria), candidates, voices, hands)


def _voices(evaluation: Evaluation) -> tuple[Voice, ...]:
    """Those who sent their marks; of a second round, once it is closed only."""
    sheets = _by_assessor(evaluation)
    back: dict[int, set[int]] = {}
    for assessor, candidate in Interest.objects.filter(candidate__evaluation=evaluation).values_list(
        "assessor", "candidate"
    ):
        back.setdefault(assessor, set()).add(candidate)
    is_over = evaluation.state in (EvaluationState.CLOSED, EvaluationState.DECIDED)
    found = []
    for number, one in enumerate(evaluation.assessors.all(), start=1):
        if not _counts(one, is_over):
            continue
        first, second = (sheets.get((one.pk, which), {}) for which in Round.values)
        first = first if not one.college or one.first_sent_at else {}
        now = {**first, **second} if is_over and one.second_sent_at else first
        found.append(Voice(number, one.college, first, now, frozenset(back.get(one.pk, ()))))
    return tuple(found)


def _counts(assessor: Assessor, is_over: bool) -> bool:
    if not assessor.college:
        return True
    return assessor.first_sent_at is not None or (is_over and assessor.second_sent_at is not None)


def _by_assessor(evaluation: Evaluation) -> dict[tuple[int, int], dict[int, Marks]]:
    found: dict[tuple[int, int], dict[int, Marks]] = {}
    rows = MarkSheet.objects.filter(candidate__evaluation=evaluation)
    for assessor, which, candidate, marks in rows.values_list("assessor", "round", "candidate", "marks"):
        found.setdefault((assessor, which), {})[candidate] = marks
    return found


def _hands(evaluation: Evaluation) -> tuple[tuple[str, cards.Hand], ...]:
    played = CardGame.objects.filter(assessor__evaluation=evaluation).order_by("assessor")
    return tuple(
        (college, hand_of(ranks, blanks, z))
        for college, ranks, blanks, z in played.values_list("assessor__college", "ranks", "blanks", "z")
    )


def hand_of(ranks: Sequence[Sequence[str]], blanks: Sequence[int], z: Any) -> cards.Hand:
    """Cards as they are kept, as the method reads them."""
    return cards.Hand(tuple(tuple(rank) for rank in ranks), tuple(blanks), Fraction(z))
