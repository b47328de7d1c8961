"""The small world that other tests stand on is what it says."""

from __future__ import annotations

from terreau.territories.models import Territory


def test_small_world_holds_what_it_names(small_world):
    assert small_world.poitiers.name == "Poitiers"
    assert small_world.poitiers in Territory.objects.within(small_world.grand_poitiers)
    assert small_world.poitiers in Territory.objects.within(small_world.france)
    assert small_world["fr-com-69381"].parent == small_world.lyon
    assert small_world.bamako.parent.parent.name == "Mali"
