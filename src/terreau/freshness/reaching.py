"""How an organisation can be reached, for those who keep its sheet: never shown to visitors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from terreau.directory.consolidation import views_of
from terreau.directory.models import Organisation, Record
from terreau.directory.rules import PEOPLE, choose
from terreau.stewardship.models import Keeper


@dataclass
class Ways:
    """The people who keep the sheet, the address and the telephone that it holds."""

    keepers: list[Any] = field(default_factory=list)
    email: str = ""
    telephone: str = ""

    @property
    def can_be_written(self) -> bool:
        """Whether a message can reach it."""
        return bool(self.keepers or self.email)


def ways_of(organisation_ids: Iterable[int]) -> dict[int, Ways]:
    """How each of these can be reached, in a constant number of queries."""
    found = {}
    for key, views in views_of(organisation_ids).items():
        values = choose(views).values
        found[key] = Ways(email=str(values.get("email") or ""), telephone=str(values.get("telephone") or ""))
    keepers = Keeper.objects.owners().filter(organisation__in=list(found), person__is_active=True)
    for one in keepers.select_related("person").order_by("since", "pk"):
        found[one.organisation_id].keepers.append(one.person)
    return found


def still_speaks(organisation: Organisation, reader: str) -> bool:
    """Whether the one to whom a message went may still answer for the sheet.

    Args:
        organisation: the sheet.
        reader: the key of the person, who keeps it, or whose address it holds; empty for that address itself.
    """
    if not reader:
        return True
    keeping = Keeper.objects.current().filter(organisation=organisation, person=UUID(reader))
    if keeping.filter(person__is_active=True).exists():
        return True
    address = ways_of([organisation.pk])[organisation.pk].email
    people = get_user_model().objects.filter(pk=reader, is_active=True)
    return bool(address) and people.filter(email__iexact=address).exists()


def reachable(sheets: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Among these sheets, those to which a message can be written."""
    # From the few that are kept or hold an address, not from the millions that do not.
    return sheets.filter(pk__in=_kept().union(_with_address(), all=True))


def unreachable_by_mail(sheets: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Among these sheets, those to which no message can be written: the telephone is left, or paper."""
    written = Q(pk__in=_kept().union(_with_address(), all=True))
    # Who refused to be written to may still be called.
    return sheets.filter(~written | Q(refusal__isnull=False))


def _kept() -> QuerySet[Keeper, Any]:
    return Keeper.objects.owners().filter(person__is_active=True).values_list("organisation", flat=True)


def _with_address() -> QuerySet[Record, Any]:
    """Sheets whose address a person gave; lists bring none. Their sources' records are few, and indexed."""
    said = Record.objects.filter(source__kind__in=PEOPLE, organisation__isnull=False)
    return said.filter(values__email__icontains="@").values_list("organisation", flat=True)


def with_telephone(organisation: Any) -> QuerySet[Record]:
    """What says a telephone of an organisation (a key, or an outer reference)."""
    said = Record.objects.filter(organisation=organisation, source__kind__in=PEOPLE)
    return said.filter(values__telephone__regex=r"[0-9]")
