"""The one thing that is decided here: which sites may show a territory's directory."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.stamp import touch
from terreau.journal.services import record
from terreau.opendata.models import EmbeddingChoice
from terreau.opendata.origins import MOST_SITES, sources_of
from terreau.opendata.perms import can_choose_sites
from terreau.territories.models import Territory

ANYWHERE = "*"


def choice_of(territory: Territory) -> EmbeddingChoice:
    """The choice of a territory; one that allows any site, not kept, where none was made."""
    found = EmbeddingChoice.objects.filter(territory=territory).first()
    return found or EmbeddingChoice(territory=territory, version=0)


def frame_ancestors(territory: Territory) -> list[str]:
    """Who may frame a territory's pages, as the sources of a policy; the platform itself always may."""
    choice = choice_of(territory)
    return ["'self'", *choice.sites] if choice.restricted else [ANYWHERE]


@transaction.atomic
def choose_sites(*, person: Any, territory: Territory, restricted: bool, sites: str, version: int) -> None:
    """Say which sites may show the directory of a territory.

    Args:
        person: who says it.
        territory: whose directory it is.
        restricted: whether only the sites named may; the names are kept in both cases.
        sites: addresses, one a line.
        version: that of the choice which was read, 0 for none.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: an address is none, there are too many, or someone chose in the meantime.
    """
    can_choose_sites.require(person, territory)
    found, refused = sources_of(sites)
    if refused:
        raise TerreauError(
            _("« %(text)s » n’est pas l’adresse d’un site.") % {"text": refused[0][:80]},
            where=_("Sites"),
            remedy=_("Écrivez une adresse par ligne, par exemple https://www.ville.fr."),
        )
    if len(found) > MOST_SITES:
        raise TerreauError(
            _("%(most)d sites au plus peuvent être nommés.") % {"most": MOST_SITES}, where=_("Sites")
        )
    choice, made = EmbeddingChoice.objects.select_for_update().get_or_create(territory=territory)
    if version != (0 if made else choice.version):
        raise TerreauError(
            _("Quelqu’un a changé ce réglage pendant que vous l’écriviez."),
            remedy=_("Rechargez la page, puis refaites votre changement."),
        )
    if not made and (choice.restricted, choice.sites) == (restricted, found):
        return
    choice.restricted, choice.sites = restricted, found
    choice.version = 1 if made else choice.version + 1
    choice.save()
    record(
        verb="embedding.chosen",
        subject=f"territory:{territory.code}",
        actor=person,
        territory_code=territory.code,
        restricted=restricted,
        sites=len(found),
    )
    transaction.on_commit(lambda: touch(settings.HOME.content_stamp))
