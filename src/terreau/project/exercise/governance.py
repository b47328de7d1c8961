"""Who steers Songemont's plan: a committee, its reviews over two years, one that was missed, what sleeps."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.utils import timezone

from terreau.plans import services
from terreau.plans.governance_content import usual_powers
from terreau.plans.governance_models import Review
from terreau.plans.models import Action, Plan
from terreau.practices.rules import months_after
from terreau.project.exercise import actors, people
from terreau.stewardship.models import Keeper
from terreau.territories.services import resolve

_SEATS: Final = (
    ("adjointe aux métiers, présidence", "elected"),
    ("adjoint aux finances", "elected"),
    ("direction du développement local", "staff"),
    ("service des marchés", "staff"),
)
_FILATURE: Final = "Ouvrir l’ancienne filature à dix ateliers"
_KITCHEN: Final = "Équiper une cuisine commune"
_MEETINGS: Final = "Réunir la commission quatre fois par an"
_SLEEPING: Final = "Un registre des savoir-faire"
# What each review decided: the words, who sees to it, the action, whether anybody reads it.
_HELD: Final = (
    (
        "Le lancement",
        "Le comité a lu le plan action par action et nommé un pilote pour chacune.",
        (("Chaque pilote donne trois étapes datées avant l’été.", "services", "", True),),
    ),
    (
        "Les lieux",
        "La visite de la filature a montré une toiture à reprendre.",
        (
            ("La toiture est réparée avant les ateliers.", "service des bâtiments", _FILATURE, True),
            ("Une assurance est cherchée pour les ateliers.", "adjoint aux finances", _FILATURE, False),
        ),
    ),
    (
        "La première année",
        "Neuf étals au marché, quatorze prêts au guichet ; la commission s’est réunie quatre fois.",
        (("Le compte rendu de chaque réunion est publié sous huit jours.", "secrétariat", _MEETINGS, True),),
    ),
    (
        "La cuisine",
        "Le fournisseur de l’extracteur a fermé ; deux autres sont consultés.",
        (("Un second fournisseur est choisi sans attendre.", "service des marchés", _KITCHEN, True),),
    ),
)


def governance() -> None:
    """The committee, its calendar, what its reviews decided, the action of which nobody speaks."""
    agent, town = people.person_of(people.SONGEMONT), resolve(actors.SONGEMONT)
    plan, today = Plan.objects.get(territory=town), timezone.localdate()
    services.save_governance(person=agent, plan=plan, version=0, values=_values())
    first = plan.starts_on + timedelta(days=40)
    services.plan_reviews(person=agent, plan=plan, first_on=first, every=4, today=plan.starts_on)
    for review, told in zip(plan.reviews.all(), _HELD, strict=False):
        _held(agent, plan, review, told)
    _then(agent, plan, list(plan.reviews.filter(held_on=None, due_on__lt=today)))
    _sleeping(agent, plan, today)


def _values() -> dict[str, Any]:
    actor = people.person_of(people.ACTOR)
    own = [one.organisation for one in Keeper.objects.owners().filter(person=actor).order_by("pk")]
    seats: list[dict[str, Any]] = [{"function": function, "college": college} for function, college in _SEATS]
    seats += [{"function": "présidence", "college": "actors", "organisation": one} for one in own]
    names = ("kind", "decides", "asked", "told")
    return {
        "name": "Comité de la laine et du reste",
        "words": "Il suit le plan, tranche ce qui bloque et dit aux acteurs ce qui a été décidé.",
        "meets_every": 4,
        "sleeps_after": 6,
        "seats": seats,
        "powers": [dict(zip(names, row, strict=True)) for row in usual_powers()],
    }


def _held(agent: Any, plan: Plan, review: Review, told: tuple[str, str, Any]) -> None:
    subject, minutes, decisions = told
    actions = {one.title: one for one in Action.objects.of(plan)}
    rows = [
        {"text": text, "who": who, "action": actions.get(title), "is_public": is_public}
        for text, who, title, is_public in decisions
    ]
    values = {"subject": subject, "held_on": review.due_on, "minutes": minutes, "decisions": rows}
    services.tell_review(person=agent, review=review, version=1, values=values)


def _then(agent: Any, plan: Plan, untold: list[Review]) -> None:
    """One was not held, the last that passed is still to be told, the next was put off."""
    if len(untold) > 1:
        services.miss_review(
            person=agent,
            review=untold[0],
            version=1,
            reason="La salle n’était pas libre, et personne n’a proposé un autre jour.",
        )
    coming = plan.reviews.filter(due_on__gte=timezone.localdate()).first()
    if coming is not None:
        services.postpone_review(
            person=agent,
            review=coming,
            version=1,
            to=coming.due_on + timedelta(days=14),
            reason="Les comptes de l’année ne seront pas prêts.",
        )


def _sleeping(agent: Any, plan: Plan, today: date) -> None:
    """An action begun ten months ago, of which nothing was said since."""
    begun = months_after(today, -10)
    objective = Action.objects.of(plan).get(title=_MEETINGS).objective
    action = services.add_action(
        person=agent,
        plan=plan,
        public_id="svrfrngstrx",
        values={
            "title": _SLEEPING,
            "words": "Chaque atelier dit ce qu’il sait faire ; la ville tient la liste.",
            "objective": objective,
            "technical_pilot": "service du commerce",
            "starts_on": begun,
            "ends_on": months_after(today, 8),
            "state": "under_way",
            "need": "visibility",
            "is_public": True,
        },
        today=begun,
    )
    # Written today for the exercise, it was last spoken of when it began.
    said = timezone.make_aware(datetime.combine(begun, time(9)))
    Action.objects.filter(pk=action.pk).update(changed_at=said)
