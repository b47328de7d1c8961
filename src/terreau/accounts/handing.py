"""An agent leaves: those who look after the territory from now on are told."""

from __future__ import annotations

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from terreau.accounts.care import looked_after_by
from terreau.core.posting import post_to_person
from terreau.territories.models import Territory


def hand_over(*, territory: Territory, ended: int) -> None:
    """Tell who remains; in the transaction that ends the role.

    Args:
        territory: the one whose agent left.
        ended: key of the role that ended, which makes each message unique.
    """
    care = looked_after_by(territory)
    line = (
        _("Un agent de ce territoire est parti. Ce qui l’attendait vous attend désormais.")
        if care.is_own
        else _(
            "Ce territoire n’a plus d’agent. Ce qui l’attendait vous attend désormais, jusqu’à ce qu’un "
            "autre soit nommé."
        )
    )
    for person in care.people:
        post_to_person(
            person=person,
            kind="accounts.team",
            once=f"role-ended:{ended}:{person.pk}",
            subject=format_lazy(_("{territory} : un agent est parti"), territory=territory.name),
            lines=[line],
            url=reverse("accounts_team", args=[territory.code]),
            territory_code=territory.code,
        )
