"""What the tests of practices share: towns, their agents, a sheet at each of its stages."""

from __future__ import annotations

from terreau.directory.models import new_public_id
from terreau.practices import services
from terreau.territories.models import Territory
from tests.directory import factories

VALUES = {
    "title": "Un marché d’essai chaque jeudi",
    "summary": "Des producteurs d’essai vendent ensemble, une fois par semaine.",
    "problem": "Les producteurs d’essai vendaient chacun de son côté.",
    "done": "La mairie d’essai prête une place et tient un registre.",
    "needs": ["networking", "visibility"],
    "issues": ["emploi"],
    "sectors": ["agriculture"],
    "kind": "urban",
    "months": 10,
    "costs": [{"nature": "running", "amount": 500_000, "period": "yearly"}],
    "results": [{"what": "douze étals d’essai", "evidence": "registre de la place"}],
    "contact": "service d’essai",
}


def town(country: str = "xx", people: int = 60_000, **fields) -> tuple[Territory, object]:
    """An opened town and its agent."""
    made = factories.territory(
        f"{country}-com-{new_public_id()}", population=people, opened_on="2026-01-01", **fields
    )
    return made, factories.agent_of(made)


def drafted(agent, place, **values):
    """A sheet that nobody else reads yet."""
    return services.begin(person=agent, territory=place, public_id=new_public_id(), values=VALUES | values)


def published(agent=None, place=None, **values):
    """A sheet that everyone reads, checked by the secretariat."""
    if place is None:
        place, agent = town()
    made = services.submit(person=agent, practice=drafted(agent, place, **values))
    return services.check(
        person=factories.secretary(), practice=made, number=made.submitted.number, approves=True
    )
