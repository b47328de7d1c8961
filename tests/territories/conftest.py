"""People around a town, for the tests of the territories."""

from __future__ import annotations

import pytest

from terreau.accounts.enums import Role
from terreau.accounts.models import Person, RoleGrant


@pytest.fixture
def agent(small_world):
    """The agent of Bamako."""
    person = Person.objects.create_user("agent@exemple.org", display_name="Agent d’exercice")
    RoleGrant.objects.create(person=person, role=Role.AGENT, territory=small_world.bamako)
    return person


@pytest.fixture
def stranger(small_world):
    """The agent of another town."""
    person = Person.objects.create_user("ailleurs@exemple.org", display_name="Agent d’ailleurs")
    RoleGrant.objects.create(person=person, role=Role.AGENT, territory=small_world.casablanca)
    return person
