"""What a territory is called where others bear the same name."""

from __future__ import annotations

from terreau.territories.models import Territory


def told_apart(territory: Territory) -> str:
    """The name with what contains it: « Saint-Denis, Aude »; the parent should have been read already."""
    return f"{territory.name}, {territory.parent.name}" if territory.parent else str(territory.name)
