"""Weights of the criteria: each member's cards, and whether the evaluation uses them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.decision import cards
from terreau.evaluation import criteria, perms
from terreau.evaluation.enums import EvaluationState, Weighting
from terreau.evaluation.gathering import hand_of, is_readable
from terreau.evaluation.marking import may_mark
from terreau.evaluation.models import Assessor, CardGame, Evaluation
from terreau.evaluation.reading import refresh
from terreau.evaluation.telling import held, held_undecided, tell

MOST_BLANKS: Final = 9
MOST_TIMES: Final = 99


@dataclass(frozen=True)
class Laid:
    """Cards as a form gives them: criterion → rank, from 1, the least important; rank → white cards after."""

    ranks: Mapping[str, int]
    blanks: Mapping[int, int]
    times: Decimal

    def order(self) -> list[list[str]]:
        """The criteria, least important first, those of one rank together."""
        return [
            [key for key, rank in self.ranks.items() if rank == each]
            for each in sorted(set(self.ranks.values()))
        ]

    def between(self) -> list[int]:
        """White cards between each rank and the next."""
        return [self.blanks.get(each, 0) for each in sorted(set(self.ranks.values()))[:-1]]


def save_cards(*, person: Any, assessor: Assessor, version: int, laid: Laid) -> CardGame:
    """Keep one member's cards; they may be laid again until the marking is over.

    Raises:
        NotAllowed: when they are somebody else's.
        TerreauError: when the marking is over, a card is left out, or the cards changed in between.
    """
    may_mark(person, assessor)
    with transaction.atomic():
        evaluation = held(assessor.evaluation)
        if evaluation.state in (EvaluationState.CLOSED, EvaluationState.DECIDED):
            raise TerreauError(
                _("La notation est close\u00a0: les cartes ne changent plus."), where=evaluation.title
            )
        _check(evaluation, laid)
        kept = CardGame.objects.filter(assessor=assessor).first() or CardGame(assessor=assessor, version=0)
        values = (laid.order(), laid.between(), laid.times)
        if (kept.ranks, kept.blanks, kept.z) == values:
            return kept
        if kept.version != version:
            raise TerreauError(
                _("Ces cartes ont été posées autrement ailleurs pendant que vous les posiez."),
                remedy=_("Votre jeu est encore ici\u00a0: regardez-le, puis enregistrez de nouveau."),
            )
        kept.ranks, kept.blanks, kept.z = values
        kept.version += 1
        kept.save()
        tell("weighed", None if assessor.college else person, evaluation, college=assessor.college)
    refresh(evaluation)
    return kept


def _check(evaluation: Evaluation, laid: Laid) -> None:
    """Refuse cards from which no weight comes, in the words of the page."""
    labels = {one.key: one.label for one in criteria.read(evaluation.own_criteria)}
    left = [label for key, label in labels.items() if key not in laid.ranks]
    if left:
        raise TerreauError(
            _("Des cartes ne sont pas posées\u00a0: %(names)s.") % {"names": ", ".join(left)},
            remedy=_("Donnez un rang à chaque critère."),
        )
    used = sorted(set(laid.ranks.values()))
    for rank, count in laid.blanks.items():
        if count and rank not in used[:-1]:
            raise TerreauError(
                _("Des cartes blanches suivent le rang %(rank)d, après lequel il n’y a rien.")
                % {"rank": rank},
                remedy=_("Mettez-les entre deux rangs occupés."),
            )
    if not 1 <= laid.times <= MOST_TIMES or any(not 0 <= one <= MOST_BLANKS for one in laid.blanks.values()):
        raise TerreauError(
            _("Le rapport va de 1 à %(times)d, et les cartes blanches de 0 à %(blanks)d entre deux rangs.")
            % {"times": MOST_TIMES, "blanks": MOST_BLANKS}
        )
    cards.check(hand_of(laid.order(), laid.between(), laid.times), labels)


def use_weights(*, person: Any, evaluation: Evaluation, weighting: str) -> Evaluation:
    """Weigh the criteria alike, or as the members' cards say together.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when it is decided, the first round is open, or nobody laid cards.
    """
    perms.can_keep.require(person, evaluation.territory)
    with transaction.atomic():
        found = held_undecided(evaluation)
        if weighting not in Weighting.values or found.weighting == weighting:
            return found
        if not is_readable(found):
            raise TerreauError(
                _("Les poids se choisissent une fois le premier tour clos."), where=found.title
            )
        if weighting == Weighting.CARDS and not CardGame.objects.filter(assessor__evaluation=found).exists():
            raise TerreauError(
                _("Personne n’a encore posé ses cartes."),
                remedy=_("Jouez aux cartes, ou gardez des poids égaux."),
            )
        found.weighting = weighting
        found.save(update_fields=["weighting"])
        tell("weights", person, found, weighting=weighting)
    refresh(found)
    return found


def differing(
    asked: Sequence[criteria.Criterion], kept: CardGame | None, typed: Mapping[str, Any]
) -> list[dict[str, str]]:
    """The cards that were typed beside those that are kept, where they differ.

    Ranks are read together: a game of two is not made of the ranks of one and of the other.
    """
    pairs = zip(
        _laid_in_words(shown(asked, None, typed)), _laid_in_words(shown(asked, kept, None)), strict=True
    )
    return [
        {"label": label, "typed": mine, "now": theirs}
        for (label, mine), (_label, theirs) in pairs
        if mine != theirs
    ]


def _laid_in_words(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    after = _("Cartes blanches après le rang %(rank)d")
    return [
        *((one["label"], str(one["rank"]) or "—") for one in told["cards"]),
        *((after % {"rank": one["rank"]}, str(one["count"] or 0)) for one in told["blanks"]),
        (_("Combien de fois plus"), str(told["times"])),
    ]


def shown(
    asked: Sequence[criteria.Criterion], kept: CardGame | None, typed: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What the page of the cards shows: what was typed, else what is kept; the weights of what is kept."""
    ranks: dict[str, Any] = {}
    blanks: dict[int, Any] = {}
    times: Any = "5"
    weights: dict[str, float] = {}
    if kept is not None:
        ranks = {key: place for place, rank in enumerate(kept.ranks, start=1) for key in rank}
        blanks = dict(enumerate(kept.blanks, start=1))
        times = f"{kept.z.normalize():f}".replace(".", ",")
        weights = cards.weigh(hand_of(kept.ranks, kept.blanks, kept.z))
    if typed is not None:
        ranks = {one.key: typed.get(f"rank-{one.key}", "") for one in asked}
        blanks = {rank: typed.get(f"blank-{rank}", "") for rank in range(1, len(asked))}
        times = typed.get("z", "")
    return {
        "cards": [{"key": one.key, "label": one.label, "rank": ranks.get(one.key, "")} for one in asked],
        "blanks": [{"rank": rank, "count": blanks.get(rank, 0)} for rank in range(1, len(asked))],
        "times": times,
        "most_blanks": MOST_BLANKS,
        "weights": [(one.label, weights[one.key]) for one in asked] if weights else [],
    }
