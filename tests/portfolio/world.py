"""What the tests of the portfolio share."""

from __future__ import annotations

from terreau.directory.models import new_public_id
from terreau.portfolio import services
from tests.evaluation.world import town as town

PDF = b"%PDF-1.7 essai"
VALUES = {
    "summary": "Une halle où vendre et réparer.",
    "need": "premises",
    "women": 12,
    "budget": [{"year": 2027, "nature": "investment", "amount": 100_000_00}],
    "fundings": [{"funder": "Région", "year": 2027, "amount": 60_000_00, "state": "obtained"}],
    "risks": [{"text": "Retard des travaux", "probability": 3, "severity": 4, "control": "Pénalités"}],
}


def begun(agent, place, title="Halle aux réparations", **more):
    """A project, begun and filled."""
    values = VALUES | more
    return services.create(person=agent, territory=place, title=title, once=new_public_id(), values=values)
