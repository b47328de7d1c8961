"""Who keeps a sheet, and who decides what waits."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from terreau.accounts.perms import is_signed_in
from terreau.core.permissions import Rule, rule
from terreau.directory.models import Organisation
from terreau.stewardship.models import Item, Keeper


@rule(_("Ce droit est celui de qui tient cette fiche pour l’organisation."))
def is_keeper(person: Any, organisation: Organisation) -> bool:
    """Whether the person is an owner or an editor of the sheet today."""
    return Keeper.objects.current().filter(person=person, organisation=organisation).exists()


@rule(_("Ce droit est celui du responsable de cette fiche dans l’organisation."))
def is_owner(person: Any, organisation: Organisation) -> bool:
    """Whether the person is an owner of the sheet today."""
    return Keeper.objects.owners().filter(person=person, organisation=organisation).exists()


@rule(_("Appuyer une proposition revient à qui tient une fiche dans le territoire."))
def is_neighbour(person: Any, item: Item) -> bool:
    """Whether the person keeps a sheet in the territory of the proposal."""
    kept = Keeper.objects.current().filter(person=person)
    return kept.filter(organisation__territory__ancestor_links__ancestor=item.territory).exists()


@rule(_("On n’appuie pas sa propre proposition."))
def is_another(person: Any, item: Item) -> bool:
    """Whether the person is not the author."""
    return bool(item.person_id != person.pk)


can_vouch = is_signed_in & is_another & is_neighbour
keep_sheet = is_signed_in & is_keeper
own_sheet = is_signed_in & is_owner

RIGHTS: dict[str, Rule] = {"keep_sheet": keep_sheet, "own_sheet": own_sheet}
