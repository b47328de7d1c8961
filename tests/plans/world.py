"""What the tests of the plan share: a town with a plan, its actions, an organisation that is asked."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from terreau.directory.models import new_public_id
from terreau.plans import services
from terreau.plans.carrying import token_of
from terreau.plans.models import Action, Plan, Review
from terreau.stewardship.models import Keeper
from tests.directory import factories
from tests.practices.world import town

__all__ = [
    "PDF",
    "action",
    "entry",
    "governed",
    "keeper_of",
    "piece",
    "plan",
    "planned_town",
    "public_pages",
    "town",
]

PDF = b"%PDF-1.7 essai"


def plan(agent: Any, place: Any, *, shown: bool = True) -> Plan:
    """A plan with two axes of one objective each."""
    today = timezone.localdate()
    made = services.open_plan(
        person=agent,
        territory=place,
        public_id=new_public_id(),
        values={
            "title": "Plan d’essai",
            "words": "Un plan d’essai pour les acteurs d’essai.",
            "starts_on": date(today.year - 1, 1, 1),
            "ends_on": date(today.year + 2, 12, 31),
        },
    )
    for number in (1, 2):
        axis = services.add_axis(person=agent, plan=made, title=f"Axe d’essai {number}")
        services.add_objective(person=agent, axis=axis, title=f"Objectif d’essai {number}")
    return services.show_plan(person=agent, plan=made) if shown else made


def planned_town(*, shown: bool = True) -> tuple[Any, Any, Plan]:
    """A town, its agent and its plan."""
    place, agent = town()
    return place, agent, plan(agent, place, shown=shown)


def action(agent: Any, of: Plan, **values: Any) -> Action:
    """An action under the first objective of a plan."""
    today = timezone.localdate()
    told = {
        "title": "Ouvrir une halle d’essai",
        "objective": of.axes.first().objectives.first(),
        "starts_on": today - timedelta(days=30),
        "ends_on": today + timedelta(days=300),
        "state": "under_way",
        "is_public": True,
    }
    return services.add_action(person=agent, plan=of, public_id=new_public_id(), values=told | values)


def entry(agent: Any, of: Action, amount: int, kind: str = "paid", **values: Any) -> Any:
    """An amount noted for an action."""
    told = {
        "public_id": new_public_id(),
        "year": timezone.localdate().year,
        "nature": "investment",
        "source": "Ville d’essai",
        "on": timezone.localdate(),
    }
    return services.add_entry(person=agent, action=of, amount=amount, kind=kind, **(told | values))


def governed(agent: Any, of: Plan, organisation: Any = None, **values: Any) -> Review:
    """A plan with a steering body, and a review held yesterday that decided two things, one public."""
    told = {
        "name": "Comité d’essai",
        "meets_every": 3,
        "sleeps_after": 6,
        "seats": [
            {"function": "adjointe d’essai", "college": "elected"},
            {"function": "présidence d’essai", "college": "actors", "organisation": organisation},
        ],
        "powers": [{"kind": "Adopter le plan d’essai", "decides": "conseil d’essai"}],
    }
    services.save_governance(person=agent, plan=of, version=0, values=told | values)
    yesterday = timezone.localdate() - timedelta(days=1)
    review = services.add_review(person=agent, plan=of, due_on=yesterday)
    services.add_review(person=agent, plan=of, due_on=yesterday + timedelta(days=90))
    decided = {
        "subject": "Revue d’essai",
        "held_on": yesterday,
        "minutes": "Le compte rendu d’essai.",
        "decisions": [
            {"text": "Ouvrir le samedi d’essai.", "who": "service d’essai", "is_public": True},
            {"text": "Un secret d’essai.", "who": "adjointe d’essai"},
        ],
    }
    return services.tell_review(person=agent, review=review, version=1, values=decided)


def piece(agent: Any, of: Action, content: bytes = PDF, name: str = "compte-rendu.pdf", **values: Any) -> Any:
    """A file that shows what an action did."""
    told = {"title": "Compte rendu d’essai"}
    return services.add_file(person=agent, action=of, name=name, content=content, **(told | values))


def keeper_of(organisation: Any) -> Any:
    """Someone who keeps the sheet of an organisation."""
    person = factories.person()
    Keeper.objects.create(person=person, organisation=organisation, role="owner")
    return person


def public_pages(place: Any, agent: Any) -> dict[str, str]:
    """The pages of a plan that a visitor reads, by what they show: one of everything."""
    made = plan(agent, place)
    done = action(
        agent,
        made,
        need="premises",
        recommendation="besoin-locaux",
        steps=[{"title": "Étape d’essai", "done_on": timezone.localdate()}],
        partners=["Une coopérative d’essai"],
        participation="consultation",
    )
    noted = [
        entry(agent, done, amount, kind)
        for kind, amount in (("planned", 900), ("secured", 600), ("paid", 300))
    ]
    values = {"title": "Étals d’essai", "unit": "étals", "baseline": 2, "target": 20}
    indicator = services.add_indicator(person=agent, action=done, values=values)
    services.add_value(person=agent, indicator=indicator, on=timezone.localdate(), value=Decimal(12))
    piece(agent, done, is_public=True)
    services.freeze(person=agent, plan=made, words="Édition d’essai.", is_public=True)
    services.save_action(person=agent, action=done, version=1, values={"state": "done"})
    services.tell_result(person=agent, action=done, version=2, result="Douze étals d’essai.")
    action(agent, made, title="Réparer le toit d’essai", state="blocked", cause="Le devis d’essai manque.")
    asked = services.ask_co_leader(
        person=agent, action=done, organisation=factories.organisation(name="Mutuelle d’essai", where=place)
    )
    governed(agent, made)
    return {
        "pilotage d’un plan": reverse("plans:governance_public", args=[place.code]),
        "plan d’action": reverse("plans:public", args=[place.code]),
        "axe d’un plan": reverse("plans:public", args=[place.code]) + f"?axe={made.axes.first().pk}",
        "action d’un plan": reverse("plans:action", args=[done.public_id]),
        "de l’argent au besoin": reverse("plans:entry", args=[noted[-1].public_id]),
        "éditions d’un plan": reverse("plans:editions", args=[made.public_id]),
        "édition d’un plan": reverse("plans:edition", args=[made.public_id, 1]),
        "édition d’un plan, et aujourd’hui": reverse("plans:comparison", args=[made.public_id]),
        "action à porter": reverse("plans:asked", args=[token_of(asked)]),
    }
