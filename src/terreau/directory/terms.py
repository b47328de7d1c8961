"""The nomenclatures kept in the base: those shipped, and the filières that each territory names."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from terreau.accounts.perms import can_edit_sheets
from terreau.core.errors import NotAllowed, TerreauError
from terreau.core.text import fold, squeeze
from terreau.directory import search
from terreau.directory.enums import Nomenclature
from terreau.directory.models import Term
from terreau.directory.nomenclatures import issues, sectors
from terreau.directory.writing import public_changed
from terreau.journal.services import record as journal
from terreau.territories.models import Territory


def _shipped_terms() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (nomenclature, term.code): {"label": term.label, "definition": term.definition, "rank": rank}
        for nomenclature, terms in ((Nomenclature.SECTOR, sectors()), (Nomenclature.ISSUE, issues()))
        for rank, term in enumerate(terms)
    }


def nomenclatures_are_loaded() -> bool:
    """Whether the base holds the sectors and issues of this version."""
    stored = {
        (term.nomenclature, term.code): {
            "label": term.label,
            "definition": term.definition,
            "rank": term.rank,
        }
        for term in Term.objects.filter(territory=None)
    }
    return all(stored.get(key) == term for key, term in _shipped_terms().items())


def load_nomenclatures() -> None:
    """Write the shipped sectors and issues in the base; codes already there are kept, never removed."""
    with transaction.atomic():
        for (nomenclature, code), term in _shipped_terms().items():
            Term.objects.update_or_create(nomenclature=nomenclature, code=code, defaults=term)
        public_changed()


def filieres_of(territory: Territory) -> dict[str, str]:
    """Code → label of the filières that a territory, or one that contains it, has named."""
    above = Territory.objects.containing(territory)
    named = Term.objects.filter(nomenclature=Nomenclature.FILIERE, territory__in=above)
    return dict(named.order_by("label", "code").values_list("code", "label"))


def add_filiere(*, person: Any, territory: Territory, label: str, definition: str = "") -> Term:
    """A filière that a territory names: a chain of value that cuts across sectors.

    Raises:
        NotAllowed: when the person is no agent of the territory.
        TerreauError: without a name, or when the territory has one of that name.
    """
    can_edit_sheets.require(person, territory)
    label = squeeze(label)[:120]
    if not fold(label):
        raise TerreauError(_("Donnez un nom à la filière."))
    with transaction.atomic():
        own = Term.objects.filter(nomenclature=Nomenclature.FILIERE, territory=territory)
        if fold(label) in {fold(known) for known in own.values_list("label", flat=True)}:
            raise TerreauError(_("Ce territoire a déjà une filière de ce nom."), where=label)
        # The code names its territory: two towns may each have a « textile » of their own.
        code = f"{territory.code}-{slugify(fold(label)) or 'filiere'}"[:60]
        if Term.objects.filter(nomenclature=Nomenclature.FILIERE, code=code).exists():
            code = f"{code[:52]}-{own.count() + 1}"
        term = Term.objects.create(
            nomenclature=Nomenclature.FILIERE,
            code=code,
            label=label,
            definition=squeeze(definition),
            territory=territory,
            rank=own.count(),
        )
        journal(
            verb="filiere.added",
            subject=f"filiere:{code}",
            actor=person,
            territory_code=territory.code,
            label=label,
        )
        public_changed()
    return term


def remove_filiere(*, person: Any, term: Term) -> None:
    """Take away a filière that no sheet uses.

    Raises:
        TerreauError: when a sheet uses it.
    """
    if term.territory is None:
        raise NotAllowed(_("Seules les filières d’un territoire peuvent être retirées."))
    can_edit_sheets.require(person, term.territory)
    with transaction.atomic():
        using = search.count_with("filiere", term.code)
        if using:
            raise TerreauError(
                _("%(count)d fiches sont rattachées à cette filière.") % {"count": using},
                where=term.label,
                remedy=_("Retirez-la d’abord de ces fiches."),
            )
        code, territory_code = term.code, term.territory.code
        term.delete()
        journal(
            verb="filiere.removed",
            subject=f"filiere:{code}",
            actor=person,
            territory_code=territory_code,
        )
        public_changed()
