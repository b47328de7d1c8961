"""The writes of the territories, and the two questions everyone asks: which one is this, where is it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.permissions import right
from terreau.journal.services import record
from terreau.territories.loading import load_reference, memory_changed
from terreau.territories.models import Territory
from terreau.territories.reference.world import FRENCH_OVERSEAS
from terreau.territories.searching import find
from terreau.territories.subdividing import Plan, apply_plan, plan_subdivisions
from terreau.territories.subdivisions import Reading
from terreau.territories.succession import in_force

__all__ = [
    "add_subdivisions",
    "find",
    "load_reference",
    "open_territory",
    "public_code",
    "resolve",
    "successors",
]


def resolve(code: str, *, on: date | None = None) -> Territory:
    """The territory in force that a public code means, old codes led to what followed them.

    Args:
        code: a public code, in any case of letters; `re`, `nc`… mean the department of France overseas.
        on: the day on which it must be in force; today without it.

    Raises:
        TerreauError: the code is unknown, or what it meant ended without one known successor.
    """
    found = successors(code, on=on)
    if len(found) == 1:
        return found[0]
    written = code.strip()
    if not found:
        raise TerreauError(
            _("Le territoire «\u00a0%(code)s\u00a0» n’est plus en vigueur et rien de connu ne lui a succédé.")
            % {"code": written},
            remedy=_("Choisissez le territoire qui le contient."),
        )
    codes = ", ".join(f"{there.code} ({there.name})" for there in found)
    raise TerreauError(
        _("Le territoire «\u00a0%(code)s\u00a0» a été partagé entre plusieurs.") % {"code": written},
        remedy=_("Choisissez l’un d’eux\u00a0: %(codes)s.") % {"codes": codes},
    )


def successors(code: str, *, on: date | None = None) -> list[Territory]:
    """The territory itself when in force on the day, else all those that followed it and are.

    Raises:
        TerreauError: the code is unknown.
    """
    territory = _known(code)
    return in_force([territory], on=on)[territory.pk]


def public_code(text: str) -> str:
    """The public code as it is kept: in small letters, `re`, `nc`… led to the department of France."""
    public = text.strip().lower()
    overseas = FRENCH_OVERSEAS.get(public.upper())
    return f"fr-dep-{overseas}" if overseas else public


def _known(code: str) -> Territory:
    territory = Territory.objects.filter(code=public_code(code)).first()
    if territory is not None:
        return territory
    near = find(code, limit=1)
    remedy = (
        _("Voulez-vous dire %(code)s (%(name)s)\u00a0?") % {"code": near[0].code, "name": near[0].name}
        if near
        else _("Cherchez-le avec\u00a0: terreau territories find.")
    )
    raise TerreauError(
        _("Le code de territoire «\u00a0%(code)s\u00a0» est inconnu.") % {"code": code.strip()}, remedy=remedy
    )


@transaction.atomic
def open_territory(*, person: Any, territory: Territory) -> Territory:
    """Mark a territory as opened in the network; an opened one keeps its day.

    Args:
        person: who opens it; None for the operator of the instance.
        territory: the one to open.

    Raises:
        NotAllowed: the person may not open territories.
        TerreauError: the territory has ended.
    """
    if person is not None:
        right("open_territory").require(person, territory)
    locked = Territory.objects.select_for_update().get(pk=territory.pk)
    if not locked.is_current:
        raise TerreauError(
            _("%(name)s n’est plus en vigueur.") % {"name": locked.name},
            remedy=_("Ouvrez le territoire qui lui a succédé."),
        )
    if locked.opened_on is None:
        locked.opened_on = timezone.localdate()
        locked.save(update_fields=["opened_on"])
        record(
            verb="territory.opened",
            subject=f"territory:{locked.code}",
            actor=person,
            territory_code=locked.code,
            name=locked.name,
        )
        memory_changed()
    territory.opened_on = locked.opened_on
    return locked


@transaction.atomic
def add_subdivisions(
    *, person: Any, town: Territory, reading: Reading, source: str, end_absent: bool = False
) -> Plan:
    """Add a town's own subdivisions, change those that are there; the same file again changes nothing.

    Args:
        person: who does it; None for the operator of the instance.
        town: the commune they lie in.
        reading: the rows of the file, see `subdivisions.read_subdivisions`.
        source: where the file comes from, shown with its figures.
        end_absent: whether the subdivisions that the file does not name have ended.

    Returns:
        What was done, and the rows refused with their reasons.

    Raises:
        NotAllowed: the person may not edit this territory.
        TerreauError: the territory cannot be subdivided, or no row can be read.
    """
    if person is not None:
        right("edit_territory").require(person, town)
    locked = Territory.objects.select_for_update().get(pk=town.pk)
    plan = plan_subdivisions(town=locked, reading=reading, source=source, end_absent=end_absent)
    if plan.changes_something:
        apply_plan(plan)
        record(
            verb="territory.subdivided",
            subject=f"territory:{locked.code}",
            actor=person,
            territory_code=locked.code,
            name=locked.name,
            **plan.counts(),
        )
        memory_changed()
    return plan
