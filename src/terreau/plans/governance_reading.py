"""The governance of a plan as its pages tell it: the body, the reviews in order, what sleeps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse

from terreau.directory.models import Organisation
from terreau.framework.enums import College
from terreau.plans.enums import ReviewState
from terreau.plans.governance_alarms import last_word, sleeping_actions
from terreau.plans.governance_models import Decision, Governance, Postponement, Review
from terreau.plans.models import Action, Plan

TONES = {
    ReviewState.PLANNED: "",
    ReviewState.SILENT: "warn",
    ReviewState.HELD: "good",
    ReviewState.MISSED: "warn",
}


@dataclass(frozen=True)
class ReviewTold:
    """A review as a list shows it."""

    review: Review
    state: ReviewState
    decisions: list[Decision]
    postponements: list[Postponement]
    url: str = ""

    @property
    def tone(self) -> str:
        """The colour of its state; never told by colour alone."""
        return TONES[self.state]


def body_of(plan: Plan) -> Governance | None:
    """Who steers a plan: its seats, the sheets that are shown behind them, who decides what."""
    sheets = Prefetch("seats__organisation", Organisation.objects.shown())
    return Governance.objects.filter(plan=plan).prefetch_related("seats", sheets, "powers").first()


def colleges_of(governance: Governance | None) -> list[tuple[str, list[Any]]]:
    """The seats by college, those of which there are some."""
    seats = list(governance.seats.all()) if governance else []
    by_college = [(str(one.label), [seat for seat in seats if seat.college == one]) for one in College]
    return [(label.capitalize(), held) for label, held in by_college if held]


def reviews_of(plan: Plan, today: date, *, public: bool = False) -> list[ReviewTold]:
    """The reviews of a plan, in their order; a visitor reads the decisions that are public."""
    decisions = Decision.objects.select_related("action")
    if public:
        decisions = decisions.filter(is_public=True)
    found = plan.reviews.prefetch_related(Prefetch("decisions", decisions), "postponements")
    return [
        ReviewTold(
            review=one,
            state=one.state(today),
            decisions=list(one.decisions.all()),
            postponements=list(one.postponements.all()),
            url="" if public else reverse("plans:review", args=[plan.territory.code, one.pk]),
        )
        for one in found
    ]


def by_time(reviews: Iterable[ReviewTold]) -> dict[str, list[ReviewTold]]:
    """Reviews to come, the nearest first; the others, those of which nothing is said, then the last first."""
    told = list(reviews)
    coming = [one for one in told if one.state == ReviewState.PLANNED]
    past = [one for one in reversed(told) if one.state != ReviewState.PLANNED]
    return {"coming": coming, "past": sorted(past, key=lambda one: one.state != ReviewState.SILENT)}


def next_review(plan: Plan, today: date) -> Review | None:
    """The next one to come."""
    return plan.reviews.filter(due_on__gte=today, held_on=None, missed_because="").first()


def asleep_in(plan: Plan, today: date) -> list[dict[str, Any]]:
    """The actions of a plan that sleep, and since when."""
    found = sleeping_actions(today).filter(objective__axis__plan=plan)
    return [{"action": one, "since": last_word(one)} for one in found]


def decided_of(action: Action, *, public: bool) -> list[Decision]:
    """What reviews decided of an action, the last first."""
    found = action.decisions.select_related("review").exclude(review__held_on=None)
    if public:
        found = found.filter(is_public=True)
    return list(found.order_by("-review__held_on", "rank"))
