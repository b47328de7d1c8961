"""The regulatory framework of the exercise: invented texts, a grid judged by three colleges, barriers.

Everything goes through the services that pages call. The law of Imaginie exists nowhere.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from terreau.framework import grid, judging, services
from terreau.framework.enums import College
from terreau.framework.library_models import LegalText
from terreau.framework.models import Assessment, Barrier
from terreau.project.exercise import people
from terreau.project.exercise.people import person_of
from terreau.territories.models import Territory
from terreau.territories.services import resolve

_ONCE: Final = "23456789bc{}"
# How well each college sees each area, on average: they do not see the same town.
_VIEWS: Final = {
    College.ELECTED: (7, 8, 5, 6, 7, 6, 5, 4, 6),
    College.STAFF: (6, 6, 5, 5, 5, 5, 4, 4, 5),
    College.ACTORS: (5, 3, 4, 3, 3, 4, 4, 3, 5),
}
_JUDGES: Final = {College.ELECTED: 4, College.STAFF: 4, College.ACTORS: 6}
_TEXTS: Final[tuple[dict[str, Any], ...]] = (
    {
        "kind": "law",
        "title": "Loi inventée n° 12 sur l’entraide",
        "short": "Loi sur l’entraide",
        "dated": "2019-03-12",
        "summary": "Reconnaît les coopératives, les mutuelles et les associations d’Imaginie.",
        "articles": [{"ref": "article 3", "text": "qui relève de l’entraide"}],
        "themes": ["framework"],
        "needs": ["status"],
    },
    {
        "kind": "decree",
        "title": "Décret inventé n° 7 sur les achats des villes",
        "short": "Décret des achats",
        "dated": "2021",
        "summary": "Laisse les villes réserver un dixième de leurs achats aux coopératives.",
        "articles": [{"ref": "article 2", "text": "part réservée"}],
        "themes": ["procurement"],
        "needs": ["purchasing"],
    },
    {
        "kind": "deliberation",
        "title": "Modèle inventé de délibération : prêt de locaux inoccupés",
        "short": "Prêt de locaux",
        "dated": "2024",
        "summary": "Une délibération à reprendre : qui peut demander un local, pour combien de temps.",
        "articles": [],
        "themes": ["local"],
        "needs": ["premises"],
    },
)
# Statement, verdict, which text, article, words.
_FINDINGS: Final = (
    ("law-framework", "strength", 0, "article 3", "La loi nomme les acteurs."),
    ("markets-reserved", "strength", 1, "article 2", "La ville peut réserver un dixième de ses achats."),
    ("markets-town", "weakness", 1, "article 2", "La part réservée n’est presque jamais employée."),
    ("finance-guarantee", "absent", None, "", "Cherché dans le recueil des lois inventées : aucun fonds."),
    ("law-approval", "weakness", 0, "article 3", "Le dossier se dépose à la capitale seulement."),
)
# Title, category, who, probability, severity, control, action, days until due, statement, published.
_BARRIERS: Final = (
    (
        "L’agrément se dépose à la capitale",
        "legal",
        "state",
        5,
        4,
        1,
        "Demander un guichet",
        90,
        "law-approval",
        True,
    ),
    ("Aucun fonds de garantie", "financial", "state", 4, 5, 2, "", None, "finance-guarantee", True),
    (
        "Les marchés sont trop gros pour les coopératives",
        "market",
        "town",
        4,
        4,
        5,
        "Allotir",
        45,
        "markets-town",
        True,
    ),
    ("Peu de gestionnaires formés", "skills", "network", 3, 3, 3, "Former dix personnes", 200, "", True),
    ("Pas de local abordable au port", "land", "town", 4, 3, 4, "Prêter la vieille criée", -20, "", True),
    (
        "Trois guichets pour un seul dossier",
        "administrative",
        "town",
        5,
        3,
        5,
        "Un seul guichet",
        -5,
        "",
        False,
    ),
    ("On ne croit pas aux coopératives", "cultural", "network", 3, 2, 3, "", None, "", False),
    ("Le réseau coupe au pied du mont", "digital", "donor", 3, 4, 1, "", None, "data-digital", False),
)


def frameworks() -> None:
    """Texts, a framework published in Songemont, one being judged in Port-Fable, barriers, an answer."""
    texts = _library()
    _judge_all(people.AGENTS[0], texts)
    _judge_some(people.AGENTS[1])
    _answer_one()


def _library() -> list[LegalText]:
    agent, secretariat = person_of(people.SONGEMONT), person_of(people.SECRETARIAT)
    town, made = resolve(people.SONGEMONT.territory), []
    for place, values in enumerate(_TEXTS):
        proposal = services.propose(
            person=agent,
            territory=town,
            text=None,
            once=_ONCE.format(place + 2),
            values=values
            | {
                "place": town.country_code.lower(),
                "reliability": "V",
                "source": "Recueil inventé des lois",
                "url": "https://lois.imaginie.invalid",
            },
        )
        services.decide(person=secretariat, proposal=proposal, accepted=True, read=0)
        made.append(proposal.text)
    services.propose(
        person=agent,
        territory=town,
        text=None,
        once=_ONCE.format(9),
        values={
            "place": town.country_code.lower(),
            "kind": "order",
            "title": "Arrêté inventé sur les foires",
            "summary": "Dit quand se tiennent les foires.",
            "reliability": "K",
        },
    )
    return made


def _judge_all(account: people.Account, texts: list[LegalText]) -> None:
    agent, town = person_of(account), resolve(account.territory)
    day = timezone.localdate() - timedelta(days=30)
    assessment = services.open_grid(person=agent, territory=town, today=day)
    for place, college in enumerate(College.values):
        tokens = services.invite(
            person=agent,
            assessment=assessment,
            college=college,
            count=_JUDGES[College(college)],
            once=_ONCE.format(place + 2),
        )
        for number, token in enumerate(tokens):
            _rate(token, College(college), random.Random(f"{college}{number}"))  # noqa: S311
    services.close(person=agent, assessment=assessment, today=day + timedelta(days=20))
    _conclude(agent, assessment, texts)
    for place, one in enumerate(_BARRIERS):
        _note(agent, town, place, one)
    for barrier in Barrier.objects.filter(territory=town, lifter="state"):
        services.carry(person=agent, barrier=barrier)
    services.publish(person=agent, assessment=assessment, today=day + timedelta(days=25))


def _rate(token: str, college: College, chance: random.Random) -> None:
    judge = judging.judge_of_link(token)
    for area, mean in zip(grid.current().areas, _VIEWS[college], strict=True):
        given = {one.key: _mark(mean, chance) for one in area.statements}
        services.save_area(judge=judge, area=area.key, given=given)
    services.send(judge=judge)


def _mark(mean: int, chance: random.Random) -> str:
    if chance.random() < 0.08:
        return judging.NO_ANSWER
    return str(min(10, max(0, mean + chance.randint(-2, 2))))


def _conclude(agent: Any, assessment: Assessment, texts: list[LegalText]) -> None:
    for statement, verdict, text, article, words in _FINDINGS:
        known = grid.current().statement(statement)
        if known is None:
            continue
        services.save_finding(
            person=agent,
            assessment=assessment,
            statement=statement,
            version=0,
            values={
                "verdict": verdict,
                "level": known.level,
                "lever": known.lever,
                "lever_words": known.help,
                "law": texts[text] if text is not None else None,
                "article": article,
                "dated": "" if text is not None else "2026",
                "url": "" if text is not None else "https://lois.imaginie.invalid/recherche",
                "words": words,
            },
        )


def _note(agent: Any, town: Territory, place: int, one: tuple[Any, ...]) -> None:
    title, category, lifter, probability, severity, control, action, due, statement, public = one
    services.save_barrier(
        person=agent,
        territory=town,
        public_id=_public_id(town, place),
        version=0,
        values={
            "title": title,
            "category": category,
            "lifter": lifter,
            "probability": probability,
            "severity": severity,
            "controllability": control,
            "action": action,
            "owner": "Service inventé de l’entraide",
            "due_on": timezone.localdate() + timedelta(days=due) if due is not None else None,
            "state": "under_way" if action else "open",
            "statement": statement,
            "is_public": public,
        },
    )


def _public_id(town: Territory, place: int) -> str:
    """Always the same one, so that the addresses of the exercise stay."""
    digits = f"{town.code[-4:]}{place}"
    return f"bcdfgh{digits.translate(str.maketrans('0123456789', 'bcdfghjkmn'))}"


def _judge_some(account: people.Account) -> None:
    """A grid still open: some sent their marks, others did not begin."""
    agent, town = person_of(account), resolve(account.territory)
    assessment = services.open_grid(person=agent, territory=town)
    for college in (College.ELECTED, College.ACTORS):
        tokens = services.invite(
            person=agent, assessment=assessment, college=college, count=4, once=_ONCE.format(5)
        )
        for place, token in enumerate(tokens[:3]):
            _rate(token, college, random.Random(f"{college}{place}"))  # noqa: S311
    for place, one in enumerate(_BARRIERS[1:4]):
        _note(agent, town, place, one)


def _answer_one() -> None:
    point = next(iter(Barrier.objects.filter(advocacy__isnull=False).order_by("title"))).advocacy
    services.answer(
        person=person_of(people.STATE),
        point=point,
        version=point.version,
        answer="study",
        words="Une note inventée est à l’étude au ministère inventé.",
        answered_on=timezone.localdate(),
    )
