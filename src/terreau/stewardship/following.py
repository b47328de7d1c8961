"""What hangs on a sheet follows it when two sheets are made one, and comes back when they are parted."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from terreau.directory.models import Organisation
from terreau.stewardship.models import Item, Keeper


def moved(absorbed: Organisation, kept: Organisation) -> dict[str, list[int]]:
    """Keepers and what waits go to the sheet that stays; those who keep both keep it once."""
    already = Keeper.objects.current().filter(organisation=kept).values("person")
    theirs = Keeper.objects.current().filter(organisation=absorbed)
    twice = list(theirs.filter(person__in=already).values_list("pk", flat=True))
    once = list(theirs.exclude(pk__in=twice).values_list("pk", flat=True))
    Keeper.objects.filter(pk__in=twice).update(ended=timezone.now())
    Keeper.objects.filter(pk__in=once).update(organisation=kept)
    items = _movable(absorbed, kept)
    Item.objects.filter(pk__in=items).update(organisation=kept)
    return {"keepers": once, "ended": twice, "items": items}


def _movable(absorbed: Organisation, kept: Organisation) -> list[int]:
    """What waits, but for what waits already at the other sheet under the same person."""
    there = set(Item.objects.waiting().filter(organisation=kept).values_list("kind", "person_id"))
    edit_there = any(kind == "edit" for kind, _person in there)
    return [
        item.pk
        for item in Item.objects.waiting().filter(organisation=absorbed)
        if not (item.kind == "edit" and edit_there)
        and not (item.kind == "claim" and ("claim", item.person_id) in there)
    ]


def moved_back(kept: Organisation, absorbed: Organisation, moved: Any) -> None:
    """Exactly what had moved comes back, if it is still there."""
    Keeper.objects.filter(pk__in=moved.get("keepers", []), organisation=kept).update(organisation=absorbed)
    Keeper.objects.filter(pk__in=moved.get("ended", []), organisation=absorbed).update(ended=None)
    Item.objects.filter(pk__in=moved.get("items", []), organisation=kept).update(organisation=absorbed)
