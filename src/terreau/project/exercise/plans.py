"""Songemont's plan, two years in: done, late and why, paid, measured, carried with actors, shared."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.utils import timezone

from terreau.plans import services
from terreau.plans.models import Action, CoLeader, Objective, Plan
from terreau.portfolio.models import Project
from terreau.project.exercise import actors, people
from terreau.stewardship.models import Keeper
from terreau.territories.services import resolve

_LETTERS: Final = "23456789bcdfghjkmnpqrstvwxz"
_AXES: Final = (
    ("Donner des lieux aux acteurs", ("Ouvrir des locaux partagés", "Faire vivre la halle")),
    ("Acheter ici, acheter autrement", ("Ouvrir la commande publique", "Aider les ateliers à répondre")),
    ("Financer et former", ("Un crédit à portée de main", "Des bénévoles mieux armés")),
    ("Décider ensemble", ("Une commission qui se réunit",)),
)


class Planned(NamedTuple):
    """An action: its objective, its days in months from the start of the plan, where it stands now."""

    objective: str
    title: str
    words: str
    months: tuple[int, int]
    state: str
    need: str = ""
    recommendation: str = ""
    cause: str = ""
    planned: int = 0
    secured: int = 0
    paid: int = 0
    source: str = "Songemont"
    participation: str = ""
    steps: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    result: str = ""
    evidence: str = ""


_ELECTED: Final = "adjointe aux métiers"
_SERVICES: Final = ("service du commerce", "service des bâtiments", "service des marchés")
_ACTIONS: Final = (
    Planned(
        "Faire vivre la halle",
        "Tenir un marché de la laine chaque premier samedi",
        "La halle est prêtée, les ateliers tiennent la caisse à tour de rôle.",
        (0, 14),
        "done",
        need="visibility",
        recommendation="besoin-visibilite",
        planned=18_000,
        secured=18_000,
        paid=17_200,
        participation="co_construction",
        steps=("Voter le prêt de la halle", "Écrire le règlement", "Ouvrir le premier samedi"),
        partners=("Ateliers de laine de Songemont",),
        result="Vingt-deux étals la deuxième année, neuf la première ; quatre emplois dans les ateliers.",
        evidence="Registre de la halle ; enquête auprès des ateliers.",
    ),
    Planned(
        "Ouvrir des locaux partagés",
        "Ouvrir l’ancienne filature à dix ateliers",
        "Un bâtiment communal vide devient dix ateliers loués à prix publié.",
        (3, 30),
        "under_way",
        need="premises",
        recommendation="besoin-locaux",
        planned=240_000,
        secured=150_000,
        paid=62_000,
        participation="concertation",
        steps=(
            "Dresser la liste des locaux vides",
            "Mettre aux normes",
            "Publier le prix",
            "Signer les baux",
        ),
        partners=("Union des ateliers de Songemont",),
    ),
    Planned(
        "Ouvrir des locaux partagés",
        "Équiper une cuisine commune",
        "Une cuisine aux normes, louée à l’heure aux traiteurs et aux cantines.",
        (8, 20),
        "blocked",
        need="equipment",
        recommendation="besoin-equipement",
        cause="L’extracteur commandé n’est pas arrivé : le fournisseur a fermé, un autre est cherché.",
        planned=60_000,
        secured=60_000,
        paid=9_000,
        source="Fonds d’équipement d’Imaginie",
    ),
    Planned(
        "Ouvrir la commande publique",
        "Réserver deux lots du marché des repas",
        "Les repas des écoles sont partagés en lots ; deux sont réservés.",
        (6, 18),
        "done",
        need="purchasing",
        recommendation="besoin-commande-publique",
        planned=4_000,
        secured=4_000,
        paid=3_500,
        steps=("Rencontrer les fournisseurs", "Écrire les lots", "Signer"),
        result="Deux coopératives servent 180 repas par jour ; un lot est resté sans réponse.",
        evidence="Registre des marchés.",
    ),
    Planned(
        "Ouvrir la commande publique",
        "Publier chaque trimestre ce que la ville achètera",
        "Une page dit les achats à venir, six mois d’avance.",
        (10, 22),
        "under_way",
        need="purchasing",
        cause="Le service des marchés attend la liste de trois services.",
        planned=1_500,
        secured=1_500,
    ),
    Planned(
        "Aider les ateliers à répondre",
        "Une permanence pour lire un appel d’offres",
        "Deux heures par mois, avec un agent des marchés et une coopérative qui a déjà répondu.",
        (12, 36),
        "under_way",
        need="management_advice",
        planned=6_000,
        secured=2_000,
        paid=1_000,
    ),
    Planned(
        "Un crédit à portée de main",
        "Un guichet de micro-crédit en mairie",
        "Une société mutualiste tient une permanence ; la ville garantit une part.",
        (2, 26),
        "under_way",
        need="microcredit",
        recommendation="besoin-microcredit",
        planned=45_000,
        secured=45_000,
        paid=30_000,
        source="Caisse mutuelle du mont",
        participation="consultation",
        steps=("Signer la convention", "Ouvrir la permanence", "Faire le bilan de la première année"),
    ),
    Planned(
        "Un crédit à portée de main",
        "Cofinancer cinq projets par an",
        "Un appel annuel, aux critères publiés, avec un second financeur.",
        (18, 34),
        "to_start",
        need="cofinancing",
        planned=100_000,
        secured=20_000,
        source="Région du Mont-Rêveur",
    ),
    Planned(
        "Des bénévoles mieux armés",
        "Former les trésoriers des associations",
        "Trois soirées, le soir, avec garde d’enfants.",
        (4, 16),
        "done",
        need="training",
        recommendation="besoin-formation",
        planned=5_000,
        secured=5_000,
        paid=5_000,
    ),
    Planned(
        "Des bénévoles mieux armés",
        "Un parrainage entre coopératives",
        "Une coopérative ancienne suit une jeune pendant un an.",
        (26, 40),
        "to_start",
        need="management_advice",
        planned=3_000,
    ),
    Planned(
        "Une commission qui se réunit",
        "Réunir la commission quatre fois par an",
        "Élus, services et acteurs, à parts égales ; le compte rendu est publié.",
        (1, 47),
        "under_way",
        need="dialogue",
        planned=8_000,
        secured=8_000,
        paid=3_200,
        participation="co_decision",
    ),
    Planned(
        "Une commission qui se réunit",
        "Un budget participatif d’essai",
        "Abandonné : la commission a préféré l’appel à projets.",
        (5, 12),
        "dropped",
        need="dialogue",
        planned=10_000,
    ),
    Planned(
        "Faire vivre la halle",
        "Un transport commun vers les marchés voisins",
        "Une navette le samedi, avec Port-Fable et Brumeval.",
        (14, 30),
        "under_way",
        need="visibility",
        planned=36_000,
        secured=24_000,
        paid=8_000,
        source="Songemont et ses voisines",
    ),
)


def plans() -> None:
    """The plan, its actions as they went, what was paid and measured, who carries what."""
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
    made = {
        one.title: _written(agent, plan, one, objectives[one.objective], start, number, drawn)
        for number, one in enumerate(_ACTIONS)
    }
    _ties(agent, made)
    _measured(agent, made, start)
    _carried(agent, made)
    services.show_plan(person=agent, plan=plan, today=start + timedelta(days=60))
    _told(agent, made, drawn)


def _public_id(drawn: random.Random) -> str:
    return "".join(drawn.choices(_LETTERS, k=11))


def _headings(agent: Any, plan: Plan) -> dict[str, Objective]:
    found = {}
    for title, objectives in _AXES:
        axis = services.add_axis(person=agent, plan=plan, title=title)
        for one in objectives:
            found[one] = services.add_objective(person=agent, axis=axis, title=one)
    return found


def _written(
    agent: Any, plan: Plan, one: Planned, objective: Objective, start: date, number: int, drawn: random.Random
) -> Action:
    """An action as it was promised, then as it went, with its money."""
    begins, ends = (start + timedelta(days=round(30.44 * months)) for months in one.months)
    count = len(one.steps)
    steps = [
        {"title": title, "due_on": begins + (ends - begins) * place / count, "done_on": None}
        for place, title in enumerate(one.steps, start=1)
    ]
    project = (
        Project.objects.of(plan.territory).filter(need=one.need).order_by("pk").first() if one.need else None
    )
    action = services.add_action(
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
        today=start,
    )
    _moved(agent, action, one, begins, ends)
    _spent(agent, action, one, begins, drawn)
    return action


def _moved(agent: Any, action: Action, one: Planned, begins: date, ends: date) -> None:
    """Each state that the action went through, on its day."""
    today = timezone.localdate()
    went = {
        "to_start": (),
        "under_way": (("under_way", begins),),
        "blocked": (("under_way", begins), ("blocked", begins + (ends - begins) / 2)),
        "done": (("under_way", begins), ("done", min(ends, today))),
        "dropped": (("dropped", ends),),
    }[one.state]
    for state, day in went:
        action.refresh_from_db()
        cause = one.cause if state == one.state else ""
        services.save_action(
            person=agent,
            action=action,
            version=action.version,
            values={
                "state": state,
                "cause": cause,
                "steps": _steps_on(action, done=state == "done", begun=state == one.state),
            },
            today=day,
        )


def _steps_on(action: Action, *, done: bool, begun: bool) -> list[dict[str, Any]]:
    """The steps; those that were due two months ago are done, and all of what ended."""
    late = timezone.localdate() - timedelta(days=60)
    return [
        {
            "title": step.title,
            "due_on": step.due_on,
            "done_on": step.due_on if step.due_on and (done or (begun and step.due_on < late)) else None,
        }
        for step in action.steps.all()
    ]


def _spent(agent: Any, action: Action, one: Planned, begins: date, drawn: random.Random) -> None:
    """What was foreseen, promised, ordered and paid, in two payments."""
    nature = "investment" if one.planned > 20_000 else "running"
    first, second = one.paid // 2, one.paid - one.paid // 2
    entries = (
        ("planned", one.planned, 0, ""),
        ("secured", one.secured, 90, "convention signée"),
        ("committed", one.paid, 120, "bon de commande"),
        ("paid", first, 150, "mandat"),
        ("paid", second, 240, "solde"),
    )
    for kind, amount, days, note in entries:
        if amount:
            services.add_entry(
                person=agent,
                action=action,
                public_id=_public_id(drawn),
                year=begins.year,
                nature=nature,
                source=one.source,
                kind=kind,
                amount=amount,
                on=min(begins + timedelta(days=days), timezone.localdate()),
                note=note,
            )


def _ties(agent: Any, made: dict[str, Action]) -> None:
    """The workshop by which one answers calls waits for the page of what is to be bought."""
    waits = made["Une permanence pour lire un appel d’offres"]
    other = made["Publier chaque trimestre ce que la ville achètera"]
    waits.refresh_from_db()
    services.save_action(
        person=agent, action=waits, version=waits.version, values={"waits_for": [other.public_id]}
    )


def _measured(agent: Any, made: dict[str, Action], start: date) -> None:
    """What the market and the desk of credit gave, year after year."""
    told = (
        ("Tenir un marché de la laine chaque premier samedi", "Étals tenus", "étals", "0", "20", ("9", "22")),
        ("Un guichet de micro-crédit en mairie", "Prêts accordés", "prêts", "0", "60", ("14", "31")),
        ("Ouvrir l’ancienne filature à dix ateliers", "Ateliers occupés", "ateliers", "0", "10", ("0", "3")),
        ("Réunir la commission quatre fois par an", "Réunions tenues", "réunions", "1", "4", ("4", "3")),
    )
    for title, what, unit, baseline, target, values in told:
        indicator = services.add_indicator(
            person=agent,
            action=made[title],
            values={
                "title": what,
                "unit": unit,
                "source": "registre de la mairie de Songemont",
                "baseline": Decimal(baseline),
                "target": Decimal(target),
                "target_on": date(start.year + 3, 12, 31),
            },
        )
        for years, value in enumerate(values, start=1):
            day = min(start.replace(year=start.year + years), timezone.localdate())
            services.add_value(person=agent, indicator=indicator, on=day, value=Decimal(value))


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
    for one in _ACTIONS:
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
    lots = made["Réserver deux lots du marché des repas"]
    services.begin_practice(person=agent, action=lots, public_id=_public_id(drawn))
