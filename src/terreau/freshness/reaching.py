"""How an organisation can be reached, for those who keep its sheet: never shown to visitors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from terreau.directory.models import Organisation
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
    found = {key: Ways() for key in organisation_ids}
    keepers = Keeper.objects.owners().filter(organisation__in=list(found), person__is_active=True)
    for one in keepers.select_related("person").order_by("since", "pk"):
        found[one.organisation_id].keepers.append(one.person)
    return found


def reachable(sheets: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Among these sheets, those to which a message can be written."""
    # From the few that are kept, not from the millions that are not.
    return sheets.filter(pk__in=_kept())


def unreachable_by_mail(sheets: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Among these sheets, those to which no message can be written: the telephone is left, or paper."""
    return sheets.exclude(pk__in=_kept())


def _kept() -> QuerySet[Keeper, int]:
    return Keeper.objects.owners().filter(person__is_active=True).values_list("organisation", flat=True)
