"""A small tree of fictional territories, and people in every position towards it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from terreau.accounts.enums import Role
from terreau.accounts.models import Person, RoleGrant
from terreau.territories.models import Ancestry, Territory


@pytest.fixture
def tree(db):
    """A country, in it a region, in it two towns, in one of them a district; the closure written in full."""
    parents = {
        "country": None,
        "other-country": None,
        "region": "country",
        "town": "region",
        "other-town": "region",
        "district": "town",
    }
    places: dict[str, Territory] = {}
    for name, parent in parents.items():
        places[name] = Territory.objects.create(
            code=f"xx-{name}",
            kind={
                "country": "country",
                "other-country": "country",
                "region": "region",
                "district": "borough",
            }.get(name, "commune"),
            name=f"Lieu {name}",
            name_folded=f"lieu {name}",
            country_code="XX",
            parent=places.get(parent),
        )
        above = places[name]
        while above is not None:
            Ancestry.objects.create(ancestor=above, descendant=places[name])
            above = above.parent
    return places


@pytest.fixture
def people(tree):
    """Someone for each position; all the rights are said from these."""
    made = {"visitor": AnonymousUser()}
    positions = {
        "without_role": None,
        "agent": ("agent", "town"),
        "agent_above": ("agent", "region"),
        "agent_elsewhere": ("agent", "other-town"),
        "agent_below": ("agent", "district"),
        "elected": ("elected", "town"),
        "elected_above": ("elected", "region"),
        "elected_elsewhere": ("elected", "other-town"),
        "elected_below": ("elected", "district"),
        "partner": ("partner", "town"),
        "partner_above": ("partner", "region"),
        "partner_elsewhere": ("partner", "other-town"),
        "state": ("state", "country"),
        "state_elsewhere": ("state", "other-country"),
        "secretariat": ("secretariat", None),
        "inactive_agent": ("agent", "town"),
        "inactive_elected": ("elected", "town"),
        "inactive_partner": ("partner", "town"),
        "inactive_state": ("state", "country"),
        "inactive_secretariat": ("secretariat", None),
    }
    for name, grant in positions.items():
        person = Person.objects.create_user(f"{name.replace('_', '.')}@exemple.org", display_name=name)
        if grant:
            role, place = grant
            RoleGrant.objects.create(person=person, role=Role(role), territory=tree.get(place))
        if name.startswith("inactive"):
            Person.objects.filter(pk=person.pk).update(is_active=False)
            person.refresh_from_db()
        made[name] = person
    return made
