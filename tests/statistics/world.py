"""A fictional country with a register of its own: its territories here, its vintage there."""

from __future__ import annotations

from dataclasses import dataclass

from terreau.territories.enums import Kind
from terreau.territories.models import Territory
from tests.directory.factories import territory
from tests.observatory.test_generic import Abroad


@dataclass
class World:
    """The territories that the register of `registers` knows."""

    country: Territory
    region: Territory
    town: Territory
    other: Territory


def make_world() -> World:
    """The same codes as those of the register."""
    country = territory("ml", "Mali", kind=Kind.COUNTRY, population=20_000_000)
    region = territory("ml-r1", "Région inventée", kind=Kind.REGION, parent=country)
    town = territory("ml-c1", "Cercle un", parent=region, population=40_000)
    other = territory("ml-c2", "Cercle deux", parent=region)
    return World(country, region, town, other)


def register(folder, **mapping) -> Abroad:
    """A register whose sizes are public and that holds the whole economy, unless told otherwise."""
    made = Abroad(folder)
    made.mapping |= {"size_public": True, "whole_economy": True, **mapping}
    return made
