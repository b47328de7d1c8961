"""What the tests of the strategy share: a town, its issues, a file, a revision."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from terreau.directory.models import new_public_id
from terreau.strategy import services
from terreau.strategy.content import content_of, digest_of
from terreau.strategy.models import PriorityIssue, Revision, Strategy
from tests.practices.world import town

__all__ = ["PDF", "VALUES", "issue", "public_pages", "published", "read", "text", "town"]

PDF = b"%PDF-1.7 essai"
VALUES: dict[str, Any] = {
    "title": "Donner des lieux d’essai aux acteurs",
    "words": "Des ateliers d’essai cherchent un toit.",
    "horizon": 2032,
    "indicator": "Ateliers d’essai logés",
    "unit": "ateliers",
    "source": "registre d’essai",
    "baseline": 2,
    "target": 20,
    "needs": ["premises"],
}


def issue(agent: Any, place: Any, **values: Any) -> PriorityIssue:
    """An issue that is written."""
    return services.add_issue(
        person=agent, territory=place, public_id=new_public_id(), values=VALUES | values
    )


def text(agent: Any, place: Any, content: bytes = PDF, name: str = "deliberation.pdf", **values: Any) -> Any:
    """A text that was voted."""
    told = {"title": "Délibération d’essai", "reference": "2026-01", "voted_on": date(2026, 3, 2)}
    return services.attach(person=agent, territory=place, name=name, content=content, **(told | values))


def read(place: Any) -> str:
    """What a page that shows the strategy to publish carries."""
    return digest_of(content_of(Strategy.objects.get(territory=place)))


def published(agent: Any, place: Any, reason: str = "") -> Revision:
    """A revision of what is written."""
    return services.publish(person=agent, territory=place, read=read(place), reason=reason)


def public_pages(place: Any, agent: Any) -> dict[str, str]:
    """The pages that a visitor reads, by what they show: one of everything."""
    issue(agent, place)
    text(agent, place)
    services.introduce(person=agent, territory=place, version=1, words="Des lieux d’essai pour tous.")
    published(agent, place)
    issue(agent, place, title="Acheter d’essai", target=None)
    published(agent, place, "Un enjeu d’essai de plus.")
    return {
        "stratégie": reverse("strategy:latest", args=[place.code]),
        "révision de la stratégie": reverse("strategy:revision", args=[place.code, 1]),
        "révisions comparées": reverse("strategy:comparison", args=[place.code]),
    }
