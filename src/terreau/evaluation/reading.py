"""The whole result, worked out once and kept: value, comparison two by two, steadiness against the weights.

The draws take up to some tenths of a second: they are done when a round closes or marks change, not when a
page is read. What is kept says by its digest from which marks and weights it comes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction

from terreau.decision import cards, promethee, sensitivity, smaa
from terreau.decision.marks import Table
from terreau.decision.orders import Order
from terreau.evaluation import perms
from terreau.evaluation.enums import Weighting
from terreau.evaluation.gathering import Gathered, gather, is_readable
from terreau.evaluation.headline import Line, count_kept, lines_of, table_of
from terreau.evaluation.models import Evaluation, Reading
from terreau.evaluation.telling import held

# Changes when the definition of a figure does.
METHOD_VERSION: Final = "1"
SEED: Final = 1
_LEAST_DRAWS, _MOST_DRAWS = 10_000, 100_000
# So many values of projects are drawn together at the most: some tenths of a second.
_VALUES: Final = 2_000_000


def content_of(gathered: Gathered) -> dict[str, Any]:
    """The result as JSON."""
    lines = lines_of(gathered)
    eligible = [one for one in lines if one.proposal.reason != "veto"]
    kept = count_kept(lines)
    return {
        "method": METHOD_VERSION,
        "digest": gathered.digest,
        "weights": gathered.weights,
        "weighting": gathered.evaluation.weighting,
        "thresholds": {
            "keep_from": gathered.evaluation.keep_from,
            "leave_under": gathered.evaluation.leave_under,
        },
        "projects": [_line(one) for one in lines],
        "kept": kept,
        "members": members_of(gathered),
        "comparison": _comparison(gathered, eligible, kept) if len(eligible) > 1 else None,
    }


def _line(one: Line) -> dict[str, Any]:
    return {
        "id": one.candidate.project.public_id,
        "title": one.candidate.project.title,
        "marks": {key: list(mark) for key, mark in one.marks.items()},
        "value": list(one.value),
        "rank": one.rank,
        "ranks": list(one.ranks),
        "proposal": one.proposal.outcome,
        "reason": one.proposal.reason,
    }


def members_of(gathered: Gathered) -> dict[str, Any] | None:
    """The weights of all by the cards, by college, and how far members agree; None where nobody played."""
    merged = gathered.merged
    if merged is None:
        return None
    return {
        "weights": dict(merged.weights),
        "colleges": {college: dict(weights) for college, weights in merged.colleges.items()},
        "spreads": {
            key: {"least": one.least, "median": one.median, "greatest": one.greatest}
            for key, one in merged.spreads.items()
        },
        "members": dict(merged.members),
    }


def _comparison(gathered: Gathered, eligible: Sequence[Line], kept: int) -> dict[str, Any]:
    """Projects under no veto, compared: by whom they are beaten, how often they come among the first."""
    table = _restricted(gathered, eligible)
    count = min(kept, len(eligible) - 1)
    top = [one.candidate.project.public_id for one in eligible][:count]
    flows = promethee.evaluate(table, gathered.weights)
    ranked = [one.rank for one in eligible]
    draws = min(_MOST_DRAWS, max(_LEAST_DRAWS, _VALUES // len(eligible)))
    steady = smaa.analyse(table, _order(gathered, table), draws=draws, seed=SEED)
    among = steady.among(count)
    return {
        "count": count,
        "top": top,
        "ordered": gathered.evaluation.weighting == Weighting.CARDS,
        "draws": steady.draws,
        "seed": steady.seed,
        "error": steady.error,
        "projects": {
            key: {
                "flow": flows[at].net,
                "leaving": flows[at].leaving,
                "entering": flows[at].entering,
                "flow_rank": flows[at].rank,
                "value_rank": 1 + sum(one < ranked[at] for one in ranked),
                "acceptability": [float(one) for one in steady.acceptability[at]],
                "among": float(among[at]),
                "central_weights": _central(steady, at),
            }
            for at, key in enumerate(table.projects)
        },
        "ranges": {
            one.criterion: {"weight": 100 * one.weight, "low": 100 * one.low, "high": 100 * one.high}
            for one in sensitivity.ranges(table, gathered.weights, top)
        },
    }


def _restricted(gathered: Gathered, eligible: Sequence[Line]) -> Table:
    """The marks of these projects only, in this order."""
    whole = table_of(gathered)
    return Table.of(whole.criteria, {one.candidate.project.public_id: dict(one.marks) for one in eligible})


def _order(gathered: Gathered, table: Table) -> Order | None:
    """What is agreed on weights: the order of the cards, where the evaluation uses them."""
    if gathered.evaluation.weighting != Weighting.CARDS:
        return None
    return Order.of(table.criteria, cards.order(gathered.weights))


def _central(steady: smaa.Robustness, at: int) -> dict[str, float] | None:
    """The mean of the weights that put a project first; None when none does."""
    weights = [float(one) for one in steady.central[at]]
    if any(math.isnan(one) for one in weights):
        return None
    return {key: 100 * one for key, one in zip(steady.criteria, weights, strict=True)}


def kept(gathered: Gathered) -> dict[str, Any] | None:
    """The result that was kept, if it is that of these marks and weights."""
    found = Reading.objects.filter(evaluation=gathered.evaluation, digest=gathered.digest).first()
    return found.content if found else None


def kept_or_made(gathered: Gathered) -> dict[str, Any]:
    """The same, worked out where it is not kept."""
    return kept(gathered) or content_of(gathered)


def read_again(*, person: Any, evaluation: Evaluation) -> None:
    """Work the result out and keep it, where marks or weights changed since.

    Raises:
        NotAllowed: when the person may not.
    """
    perms.can_keep.require(person, evaluation.territory)
    refresh(evaluation)


def refresh(evaluation: Evaluation) -> None:
    """Keep the result of the marks and weights of now; nothing while they may not be read.

    Done after the write that changes them, not within: cut in between, the page asks for it again.
    """
    evaluation = Evaluation.objects.select_related("territory").get(pk=evaluation.pk)
    if not is_readable(evaluation):
        return
    gathered = gather(evaluation)
    if kept(gathered) is not None:
        return
    content = content_of(gathered)
    with transaction.atomic():
        held(evaluation)
        Reading.objects.update_or_create(
            evaluation=evaluation, defaults={"digest": content["digest"], "content": content}
        )
