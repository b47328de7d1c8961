"""Songemont's plan, two years in: done, late and why, paid, measured, carried with actors, shared."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Final

from django.utils import timezone

from terreau.documents.editable import Editable, Items
from terreau.documents.odt import to_odt
from terreau.plans import services
from terreau.plans.enums import ActionState
from terreau.plans.models import Action, CoLeader, Objective, Plan
from terreau.portfolio import services as projects
from terreau.portfolio.enums import ProjectState
from terreau.portfolio.models import Project
from terreau.project.exercise import actors, people
from terreau.project.exercise.plan_words import ACTIONS, AXES, Planned
from terreau.stewardship.models import Keeper
from terreau.territories.services import resolve

_LETTERS: Final = "23456789bcdfghjkmnpqrstvwxz"
_STALLS: Final = ("Première année : neuf étals", "Deuxième année : vingt-deux étals")
# What happens on a day.
Event = tuple[date, Callable[[], Any]]
# In days from the start of the plan.
_FIRST_EDITION: Final = 335

_ELECTED: Final = "adjointe aux métiers"
_SERVICES: Final = ("service du commerce", "service des bâtiments", "service des marchés")


def plans() -> None:
    """The plan as it went day after day, kept once a year; who carries what, and who shares it."""
    agent, town = people.person_of(people.SONGEMONT), resolve(actors.SONGEMONT)
    today = timezone.localdate()
    start = (today - timedelta(days=730)).replace(day=1)
    drawn = random.Random("plan de Songemont")  # noqa: S311  (the addresses of the exercise stay the same)
    plan = services.open_plan(
        person=agent,
        territory=town,
        public_id=_public_id(drawn),
        values={
            "title": "Songemont, la laine et le reste",
            "words": "En quatre ans, donner aux acteurs des lieux, des commandes et une voix.",
            "starts_on": start,
            "ends_on": start.replace(year=start.year + 4) - timedelta(days=1),
        },
    )
    objectives = _headings(agent, plan)
    services.show_plan(person=agent, plan=plan, today=start + timedelta(days=60))
    made: dict[str, Action] = {}
    course = [
        event
        for number, one in enumerate(ACTIONS)
        for event in _course(agent, plan, made, one, objectives[one.objective], start, number, drawn)
    ]
    course = sorted([*course, *_measured(agent, made, start)], key=lambda event: event[0])
    first_year = start + timedelta(days=_FIRST_EDITION)
    for since, until, words in (
        (date.min, first_year, "Bilan de la première année, présenté au conseil."),
        (first_year, today, "Bilan à deux ans, présenté au conseil."),
    ):
        for day, act in course:
            if since < day <= until:
                act()
        _steps_follow(agent, made, until)
        if until == today:
            _ties(agent, made)
            _carried(agent, made)
            _told(agent, made, drawn)
            _projects_follow(agent, made)
        services.freeze(person=agent, plan=plan, words=words, is_public=True, today=until)


def _projects_follow(agent: Any, made: dict[str, Action]) -> None:
    """A project that an action began to carry out runs; it is over once all its actions are."""
    for project in Project.objects.filter(actions__in=made.values()).distinct():
        states = set(project.actions.values_list("state", flat=True))
        if states != {ActionState.TO_START}:
            projects.move(person=agent, project=project, after=ProjectState.RUNNING)
        if states == {ActionState.DONE}:
            projects.move(person=agent, project=project, after=ProjectState.FINISHED)


def _public_id(drawn: random.Random) -> str:
    return "".join(drawn.choices(_LETTERS, k=11))


def _headings(agent: Any, plan: Plan) -> dict[str, Objective]:
    found = {}
    for title, objectives in AXES:
        axis = services.add_axis(person=agent, plan=plan, title=title)
        for one in objectives:
            found[one] = services.add_objective(person=agent, axis=axis, title=one)
    return found


def _course(
    agent: Any,
    plan: Plan,
    made: dict[str, Action],
    one: Planned,
    objective: Objective,
    start: date,
    number: int,
    drawn: random.Random,
) -> list[Event]:
    """All that happens to an action: promised, then as it went, with its money."""
    promised = _months(start, one.since)
    begins, ends = (_months(start, months) for months in one.months)

    def written() -> None:
        made[one.title] = _written(
            agent,
            plan,
            one,
            objective,
            (begins, _months(start, one.first_end or one.months[1])),
            number,
            drawn,
        )

    def changed(values: dict[str, Any], day: date) -> Callable[[], None]:
        return lambda: _changed(agent, made[one.title], values, day)

    events: list[Event] = [(promised, written)]
    if one.first_end:
        put_off = _months(start, one.first_end) - timedelta(days=90)
        events.append((put_off, changed({"ends_on": ends, "cause": one.cause}, put_off)))
    for state, day in _moves(one, begins, ends):
        # The cause of a later end is told when the end is put off.
        cause = one.cause if state == one.state and not one.first_end else ""
        events.append((day, changed({"state": state, "cause": cause}, day)))
    for kind, amount, day, note in _entries(one, promised, begins):
        values = {"kind": kind, "amount": amount, "on": day, "note": note}
        events.append((day, partial(_spent, agent, made, one, begins.year, _public_id(drawn), values)))
    return events


def _months(start: date, months: int) -> date:
    return start + timedelta(days=round(30.44 * months))


def _written(
    agent: Any,
    plan: Plan,
    one: Planned,
    objective: Objective,
    days: tuple[date, date],
    number: int,
    drawn: random.Random,
) -> Action:
    """An action as it was promised."""
    begins, ends = days
    count = len(one.steps)
    steps = [
        {"title": title, "due_on": begins + (ends - begins) * place / count, "done_on": None}
        for place, title in enumerate(one.steps, start=1)
    ]
    chosen = Project.objects.of(plan.territory).filter(need=one.need, state=ProjectState.SELECTED)
    project = chosen.order_by("pk").first() if one.need else None
    return services.add_action(
        person=agent,
        plan=plan,
        public_id=_public_id(drawn),
        values={
            "title": one.title,
            "words": one.words,
            "objective": objective,
            "elected_pilot": _ELECTED,
            "technical_pilot": _SERVICES[number % len(_SERVICES)],
            "starts_on": begins,
            "ends_on": ends,
            "need": one.need,
            "recommendation": one.recommendation,
            "participation": one.participation,
            "partners": one.partners,
            "steps": steps,
            "project": project,
            "is_public": True,
        },
        today=plan.starts_on,
    )


def _changed(agent: Any, action: Action, values: dict[str, Any], day: date) -> None:
    action.refresh_from_db()
    if values.get("state") == "done":
        values = values | {"steps": _steps_by(action, date.max)}
    services.save_action(person=agent, action=action, version=action.version, values=values, today=day)


def _moves(one: Planned, begins: date, ends: date) -> tuple[tuple[str, date], ...]:
    """Each state that the action went through, on its day."""
    moves: dict[str, tuple[tuple[str, date], ...]] = {
        "to_start": (),
        "under_way": (("under_way", begins),),
        "blocked": (("under_way", begins), ("blocked", begins + (ends - begins) / 2)),
        "done": (("under_way", begins), ("done", min(ends, timezone.localdate()))),
        "dropped": (("under_way", begins), ("dropped", ends)),
    }
    return moves[one.state]


def _steps_follow(agent: Any, made: dict[str, Action], on: date) -> None:
    """The steps of what is under way: those that were due two months before are done."""
    for action in made.values():
        action.refresh_from_db()
        if action.state in ("under_way", "blocked"):
            _changed(agent, action, {"steps": _steps_by(action, on - timedelta(days=60))}, on)


def _steps_by(action: Action, day: date) -> list[dict[str, Any]]:
    return [
        {
            "title": step.title,
            "due_on": step.due_on,
            "done_on": step.due_on if step.due_on and step.due_on < day else None,
        }
        for step in action.steps.all()
    ]


def _entries(one: Planned, promised: date, begins: date) -> list[tuple[str, int, date, str]]:
    """What was foreseen, promised, ordered and paid, in two payments; nothing is noted before its day."""
    first, second = one.paid // 2, one.paid - one.paid // 2
    told = (
        ("planned", one.planned, promised, ""),
        ("secured", one.secured, begins + timedelta(days=90), "convention signée"),
        ("committed", one.paid, begins + timedelta(days=120), "bon de commande"),
        ("paid", first, begins + timedelta(days=150), "mandat"),
        ("paid", second, begins + timedelta(days=240), "solde"),
    )
    today = timezone.localdate()
    return [(kind, amount, min(day, today), note) for kind, amount, day, note in told if amount]


def _spent(
    agent: Any, made: dict[str, Action], one: Planned, year: int, drawn: str, values: dict[str, Any]
) -> None:
    nature = "investment" if one.planned > 20_000 else "running"
    services.add_entry(
        person=agent,
        action=made[one.title],
        public_id=drawn,
        year=year,
        nature=nature,
        source=one.source,
        **values,
    )


def _ties(agent: Any, made: dict[str, Action]) -> None:
    """The workshop by which one answers calls waits for the page of what is to be bought."""
    waits = made["Une permanence pour lire un appel d’offres"]
    other = made["Publier chaque trimestre ce que la ville achètera"]
    waits.refresh_from_db()
    services.save_action(
        person=agent, action=waits, version=waits.version, values={"waits_for": [other.public_id]}
    )


def _measured(agent: Any, made: dict[str, Action], start: date) -> list[Event]:
    """What the market and the desk of credit gave, year after year."""
    told = (
        ("Tenir un marché de la laine chaque premier samedi", "Étals tenus", "étals", "0", "20", ("9", "22")),
        ("Un guichet de micro-crédit en mairie", "Prêts accordés", "prêts", "0", "60", ("14", "31")),
        ("Ouvrir l’ancienne filature à dix ateliers", "Ateliers occupés", "ateliers", "0", "10", ("0", "3")),
        ("Réunir la commission quatre fois par an", "Réunions tenues", "réunions", "1", "4", ("4", "3")),
    )
    today = timezone.localdate()
    events: list[Event] = []
    for title, what, unit, baseline, target, values in told:
        indicator = {
            "title": what,
            "unit": unit,
            "source": "registre de la mairie de Songemont",
            "baseline": Decimal(baseline),
            "target": Decimal(target),
            "target_on": date(start.year + 3, 12, 31),
        }
        for days, value in zip((_FIRST_EDITION - 30, 700), values, strict=True):
            day = min(start + timedelta(days=days), today)
            events.append((day, partial(_valued, agent, made, title, indicator, day, Decimal(value))))
    return events


def _valued(
    agent: Any, made: dict[str, Action], title: str, indicator: dict[str, Any], on: date, value: Decimal
) -> None:
    found = services.add_indicator(person=agent, action=made[title], values=indicator)
    services.add_value(person=agent, indicator=found, on=on, value=value)


def _carried(agent: Any, made: dict[str, Action]) -> None:
    """The actress's organisation accepted one action, not yet another; two towns share one."""
    actor = people.person_of(people.ACTOR)
    own = [one.organisation for one in Keeper.objects.owners().filter(person=actor).order_by("pk")]
    asked = services.ask_co_leader(
        person=agent,
        action=made["Ouvrir l’ancienne filature à dix ateliers"],
        organisation=own[0],
        words="Tenir l’accueil et le planning des ateliers.",
    )
    services.answer(person=actor, asked=CoLeader.objects.get(pk=asked.pk), accepts=True)
    services.ask_co_leader(
        person=agent,
        action=made["Équiper une cuisine commune"],
        organisation=own[-1],
        words="Tenir les réservations de la cuisine.",
    )
    shuttle = made["Un transport commun vers les marchés voisins"]
    port_fable, brumeval = (resolve(code) for code in (actors.PORT_FABLE, actors.BRUMEVAL))
    share = services.ask_share(
        person=agent, action=shuttle, territory=port_fable, words="Le car du port, le samedi.", percent=30
    )
    services.answer_share(person=people.person_of(people.AGENTS[1]), share=share, accepts=True)
    services.ask_share(
        person=agent, action=shuttle, territory=brumeval, words="Un arrêt au bois.", percent=20
    )


def _told(agent: Any, made: dict[str, Action], drawn: random.Random) -> None:
    """The results of what ended, but for one; the practice that is made of the lots."""
    for one in ACTIONS:
        if one.result:
            action = made[one.title]
            action.refresh_from_db()
            services.tell_result(
                person=agent,
                action=action,
                version=action.version,
                result=one.result,
                evidence=one.evidence,
            )
    services.add_file(
        person=agent,
        action=made["Tenir un marché de la laine chaque premier samedi"],
        title="Registre de la halle",
        name="registre-de-la-halle.odt",
        content=to_odt(Editable("Registre de la halle", "Données simulées", (Items(_STALLS),))),
        is_public=True,
    )
    lots = made["Réserver deux lots du marché des repas"]
    services.begin_practice(person=agent, action=lots, public_id=_public_id(drawn))
