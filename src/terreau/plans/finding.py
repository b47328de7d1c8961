"""What a person means by a name or an address: a sheet of the directory, a territory, a plan."""

from __future__ import annotations

import re
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.text import fold
from terreau.directory.models import PUBLIC_ID, Organisation
from terreau.plans.models import Plan
from terreau.territories.models import Territory

_SHEET = re.compile(rf"(?:^|/)({PUBLIC_ID})/?$")
_PLACE = re.compile(r"territoires/([\w-]+)/?$")


def organisation_of(text: str, territory: Territory) -> Organisation:
    """The one sheet that a name, or the address of a sheet, means.

    Raises:
        TerreauError: when there is none, or several.
    """
    shown = Organisation.objects.shown().filter(merged_into=None)
    if found := _SHEET.search(text.strip()):
        found_sheets = list(shown.filter(public_id=found[1])[:1])
    else:
        found_sheets = list(shown.filter(name_folded=fold(text), country_code=territory.country_code)[:2])
    if not found_sheets:
        raise TerreauError(
            _("Aucune fiche de l’annuaire ne porte ce nom."),
            where=text[:80],
            remedy=_("Copiez l’adresse de sa fiche, ou créez-la dans l’annuaire."),
        )
    if len(found_sheets) > 1:
        raise TerreauError(
            _("Plusieurs fiches portent ce nom."), where=text[:80], remedy=_("Copiez l’adresse de la bonne.")
        )
    return found_sheets[0]


def territory_of(text: str, near: Territory) -> Territory:
    """The one territory that a name of the same country, a code or the address of a page means.

    Raises:
        TerreauError: when there is none, or several.
    """
    found = _PLACE.search(text.strip())
    code = found[1] if found else text.strip().lower()
    exact = Territory.objects.filter(code=code).first()
    if exact is not None:
        return exact
    named = list(
        Territory.objects.filter(name_folded=fold(text), country_code=near.country_code, valid_to=None)[:2]
    )
    if not named:
        raise TerreauError(
            _("Aucun territoire ne porte ce nom."), where=text[:80], remedy=_("Copiez l’adresse de sa page.")
        )
    if len(named) > 1:
        raise TerreauError(
            _("Plusieurs territoires portent ce nom."),
            where=text[:80],
            remedy=_("Copiez l’adresse de la page du bon."),
        )
    return named[0]


def plan_or_none(territory: Territory, query: Any) -> Plan | None:
    """The plan that an address asks for, else the one that runs, else the last.

    Raises:
        Http404: when it asks for one that is not of this territory.
    """
    asked = str(query.get("plan", ""))
    plans = Plan.objects.of(territory)
    if asked:
        plans = plans.filter(public_id=asked)
    found = plans.first()
    if found is None and asked:
        raise Http404
    if found is not None:
        found.territory = territory
    return found
