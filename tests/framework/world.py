"""What the tests of the framework share: a town, its grid judged, a barrier, a text proposed."""

from __future__ import annotations

from terreau.directory.models import new_public_id
from terreau.framework import grid, judging, services
from terreau.framework.enums import College
from tests.directory import factories

TEXT = {
    "place": "sn",
    "kind": "law",
    "title": "Loi d’essai sur les essais",
    "summary": "Dit ce qu’est un essai.",
    "articles": [{"ref": "article 1", "text": "définition"}],
    "themes": ["framework"],
    "needs": ["status"],
    "source": "recueil d’essai",
    "url": "https://essai.example/loi",
    "reliability": "V",
}
BARRIER = {
    "title": "L’essai coûte trop cher",
    "description": "Les acteurs d’essai n’ont pas de quoi.",
    "category": "financial",
    "lifter": "state",
    "probability": 4,
    "severity": 5,
    "controllability": 1,
    "state": "open",
}
PROVEN = {
    "verdict": "strength",
    "level": "state",
    "lever": "purchasing",
    "text_title": "Décret d’essai",
    "article": "article 2",
    "dated": "2024-03-01",
    "url": "https://essai.example/decret",
}


def town(country: str = "xx"):
    """An opened town and its agent."""
    made = factories.territory(f"{country}-com-{new_public_id()}", opened_on="2026-01-01")
    return made, factories.agent_of(made)


def rate(token: str, mark, *, sent: bool = True) -> None:
    """Someone with a link gives the same mark to every statement, or what a function says of each."""
    judge = judging.judge_of_link(token)
    for area in grid.current().areas:
        given = {one.key: str(mark(one.key) if callable(mark) else mark) for one in area.statements}
        services.save_area(judge=judge, area=area.key, given=given)
    if sent:
        services.send(judge=judge)


def judged(agent, place, marks: dict[str, list], *, closed: bool = True):
    """A grid rated by links: college → what each judge gives everywhere."""
    assessment = services.open_grid(person=agent, territory=place)
    for college, given in marks.items():
        tokens = services.invite(
            person=agent, assessment=assessment, college=college, count=len(given), once=new_public_id()
        )
        for token, mark in zip(tokens, given, strict=True):
            rate(token, mark)
    return services.close(person=agent, assessment=assessment) if closed else assessment


def judged_open(agent, place) -> str:
    """The link of someone who has begun to rate, in a town whose grid is open."""
    assessment = services.open_grid(person=agent, territory=place)
    token = services.invite(
        person=agent, assessment=assessment, college=College.ACTORS, count=1, once=new_public_id()
    )[0]
    rate(token, lambda key: 4 if key.startswith("culture") else "", sent=False)
    return token


THREE_COLLEGES = {College.ELECTED: [8, 8, 9], College.STAFF: [6, 6, 6], College.ACTORS: [2, 3, 4]}


def barrier(agent, place, **values):
    """A barrier noted by the agent."""
    return services.save_barrier(
        person=agent, territory=place, public_id=new_public_id(), version=0, values=BARRIER | values
    )


def published(agent=None, place=None):
    """A town whose framework everyone reads, with one finding and one barrier."""
    if place is None:
        place, agent = town()
    assessment = judged(agent, place, THREE_COLLEGES)
    services.save_finding(
        person=agent, assessment=assessment, statement="markets-reserved", version=0, values=PROVEN
    )
    barrier(agent, place, is_public=True)
    return services.publish(person=agent, assessment=assessment)


def library_text(**values):
    """A text that all read, proposed by an agent and checked by the secretariat."""
    place, agent = town()
    proposal = services.propose(
        person=agent, territory=place, text=None, once=new_public_id(), values=TEXT | values
    )
    services.decide(person=factories.secretary(), proposal=proposal, accepted=True, read=0)
    proposal.text.refresh_from_db()
    return proposal.text
