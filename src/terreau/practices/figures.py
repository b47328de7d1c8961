"""What other applications ask of the good practices: which ones answer a need, and why."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.practices.listing import Line, every_line
from terreau.practices.rules import size_of
from terreau.practices.world import region_of
from terreau.survey.enums import Need
from terreau.territories.models import Territory

PROPOSED = 3


@dataclass(frozen=True)
class Proposed:
    """A practice that answers a need, and the reason why it is proposed."""

    public_id: str
    title: str
    place: str
    url: str
    reason: str
    confirmed: bool
    simulated: bool


def answering(need: str, territory: Territory | None = None, *, most: int = PROPOSED) -> list[Proposed]:
    """The public practices that answer a need, those of the most alike places first.

    Args:
        need: one of `survey.enums.Need`.
        territory: for whom; without one, those that most towns took up come first.
        most: how many.
    """
    found = [line for line in every_line() if need in line.needs]
    if territory is not None:
        found = [
            line for line in found if line.place != territory.name or line.country != territory.country_code
        ]
    found.sort(key=lambda line: (-len(_likeness(line, territory)), -line.taken_up, line.title))
    return [_proposed(line, need, territory) for line in found[:most]]


def _proposed(line: Line, need: str, territory: Territory | None) -> Proposed:
    reasons = [_("répond au besoin «\u00a0%(need)s\u00a0»") % {"need": Need(need).label}]
    reasons += _likeness(line, territory)
    if line.taken_up:
        reasons.append(_("villes qui l’ont reprise\u00a0: %(count)d") % {"count": line.taken_up})
    if line.confirmed_on is None:
        reasons.append(_("non confirmée par la ville"))
    return Proposed(
        public_id=line.public_id,
        title=line.title,
        place=line.place,
        url=reverse("practices:sheet", args=[line.public_id]),
        reason=", ".join(reasons),
        confirmed=line.confirmed_on is not None,
        simulated=line.simulated,
    )


def _likeness(line: Line, territory: Territory | None) -> list[str]:
    """What the place of a practice has in common with a town."""
    if territory is None:
        return []
    common = []
    if line.country == territory.country_code:
        common.append(_("même pays"))
    elif region_of(line.country) and region_of(line.country) == region_of(territory.country_code):
        common.append(_("même région du monde"))
    if line.size and line.size == size_of(territory.population):
        common.append(_("ville de taille comparable"))
    return common
