"""What a person means by a name, a code or an address: a sheet of the directory, a territory.

Typed by hand, so that a place among thousands is named without script; the pages show « Poitiers
(fr-com-86194) », which is read back.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.text import fold, of_place
from terreau.directory.models import PUBLIC_ID, Organisation
from terreau.territories.models import Territory
from terreau.territories.naming import told_apart

_SHEET = re.compile(rf"(?:^|/|\()({PUBLIC_ID})\)?/?$")
_PAGE = re.compile(r"territoires/([\w-]+)/?$")
_CODE = re.compile(r"\(([\w-]+)\)$")
_MOST_TOLD = 5


def written(named: Organisation | Territory) -> str:
    """« Poitiers (fr-com-86194) »: the name for people, the code to tell it apart."""
    return f"{named.name} ({named.public_id if isinstance(named, Organisation) else named.code})"


def organisation_of(text: str, near: Territory) -> Organisation:
    """The one sheet that a name of the same country, an identifier or the address of a sheet means.

    Raises:
        TerreauError: when there is none, or several.
    """
    shown = Organisation.objects.shown().filter(merged_into=None)
    if found := _SHEET.search(text.strip()):
        sheets = list(shown.filter(public_id=found[1])[:1])
    else:
        sheets = list(shown.filter(name_folded=fold(text), country_code=near.country_code)[:2])
    if not sheets:
        raise TerreauError(
            _("Aucune fiche de l’annuaire ne porte ce nom."),
            where=text[:80],
            remedy=_("Copiez l’adresse de sa fiche, ou créez-la dans l’annuaire."),
        )
    if len(sheets) > 1:
        raise TerreauError(
            _("Plusieurs fiches portent ce nom."), where=text[:80], remedy=_("Copiez l’adresse de la bonne.")
        )
    return sheets[0]


def territory_of(text: str, near: Territory, *, within: bool = False) -> Territory:
    """The one territory that a name of the same country, a code or the address of a page means.

    Args:
        text: what was typed.
        near: of which country.
        within: whether it must lie in `near`, or be it.

    Raises:
        TerreauError: when there is none, or several.
    """
    typed = text.strip()
    places = Territory.objects.within(near) if within else Territory.objects.all()
    coded = _PAGE.search(typed) or _CODE.search(typed)
    exact = places.filter(code=coded[1].lower() if coded else typed.lower()).first()
    if exact is not None:
        return exact
    named = places.filter(name_folded=fold(typed), country_code=near.country_code, valid_to=None)
    found = list(named.select_related("parent").order_by("code")[: _MOST_TOLD + 1])
    if not found:
        said = _("Aucun lieu %(of)s ne porte ce nom.") if within else _("Aucun territoire ne porte ce nom.")
        raise TerreauError(
            said % {"of": of_place(near.name)},
            where=typed[:80],
            remedy=_("Copiez son code, ou l’adresse de sa page."),
        )
    if len(found) > 1:
        told = "\u202f; ".join(f"{told_apart(one)} ({one.code})" for one in found[:_MOST_TOLD])
        raise TerreauError(
            _("Plusieurs territoires portent ce nom."),
            where=typed[:80],
            remedy=_("Recopiez l’un d’eux\u00a0: %(names)s.") % {"names": told},
        )
    return found[0]
