"""The levers of Songemont: thresholds of its own, two opinions with their reasons, an edition."""

from __future__ import annotations

from typing import Any, Final

from terreau.levers import services
from terreau.levers.catalogue import catalogue
from terreau.project.exercise.people import SONGEMONT, person_of
from terreau.territories.services import resolve

_THRESHOLDS: Final[dict[str, Any]] = {
    "reserve": 5,
    "lot": 3,
    "clause": 1,
    "capable": 2,
    "jobs": 3,
    "bought": [*catalogue().bought, "artisanat-industrie"],
    "reach": "",
    "reason": "Les marchés inventés de Songemont sont petits, ses ateliers ont trois ou quatre personnes.",
}
# Lever, stance, order of cost, months, reason.
_OPINIONS: Final = (
    (
        "premises.sales",
        "chosen",
        1,
        6,
        "La halle est libre trois samedis sur quatre, et les ateliers la demandent.",
    ),
    ("finance.local_fund", "aside", 3, 24, "Le conseil inventé a voté contre un fonds propre en mars."),
)


def levers() -> None:
    """Set thresholds, overrule twice, publish."""
    agent, town = person_of(SONGEMONT), resolve(SONGEMONT.territory)
    services.set_thresholds(person=agent, territory=town, read=0, values=_THRESHOLDS)
    for lever, stance, cost, months, reason in _OPINIONS:
        services.give_opinion(
            person=agent,
            territory=town,
            lever=lever,
            read=0,
            values={"stance": stance, "cost": cost, "months": months, "reason": reason},
        )
    services.publish(person=agent, territory=town)
