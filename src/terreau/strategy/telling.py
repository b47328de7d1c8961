"""What the writes of this application share: the journal, the strategy as it is now, a refusal."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.journal.services import record
from terreau.strategy.models import Strategy
from terreau.territories.models import Territory


def tell(verb: str, person: Any, territory: Territory, **data: Any) -> None:
    """Write in the journal what was done to the strategy of a territory."""
    record(
        verb=f"strategy.{verb}",
        subject=f"territory:{territory.code}",
        actor=person,
        territory_code=territory.code,
        name=territory.name,
        **data,
    )


def held(territory: Territory) -> Strategy:
    """The strategy as it is now, begun if it was not, locked until the end of the transaction."""
    Strategy.objects.get_or_create(territory=territory, defaults={"is_simulated": bool(settings.EXERCISE)})
    found = Strategy.objects.select_for_update(of=("self",)).select_related("territory")
    return found.get(territory=territory)


def someone_else(where: str) -> TerreauError:
    """What is said when another person saved in between."""
    return TerreauError(
        _("Quelqu’un d’autre a enregistré pendant que vous écriviez."),
        where=where,
        remedy=_("Rien n’est perdu\u00a0: comparez votre saisie au texte actuel, puis enregistrez."),
    )
