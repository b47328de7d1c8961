"""Who may do what: this table is the specification.

Each right is asked on the town « Lieu town », which stands in a region and holds a district.
"""

from __future__ import annotations

import pytest

from terreau.accounts import perms
from terreau.accounts.enums import Role
from terreau.accounts.models import Sharing
from terreau.core.errors import NotAllowed

OF_THE_TERRITORY = {"agent", "agent_above", "secretariat"}
OF_THE_NETWORK = {"secretariat"}

RIGHTS = {
    "import": OF_THE_TERRITORY,
    "edit_sheets": OF_THE_TERRITORY,
    "review": OF_THE_TERRITORY,
    "publish_diagnosis": OF_THE_TERRITORY,
    "edit_territory": OF_THE_TERRITORY,
    "read_journal": OF_THE_TERRITORY,
    "share": OF_THE_TERRITORY,
    "invite_readers": OF_THE_TERRITORY,
    "invite_agent": {"agent", "secretariat"},
    "read_draft": {*OF_THE_TERRITORY, "elected"},
    "read_figures": {*OF_THE_TERRITORY, "elected", "state"},
    "read_team": {*OF_THE_TERRITORY, "elected", "partner"},
    "read_network": {"state", "secretariat"},
    "open_territory": OF_THE_NETWORK,
    "name_agent": OF_THE_NETWORK,
    "invite": OF_THE_NETWORK,
    "withdraw_role": OF_THE_NETWORK,
}
# What a partner holds besides, once the territory shares it.
SHARED = {"draft": "read_draft", "figures": "read_figures"}
# Those that change something: who only reads must hold none of them.
WRITES = {
    *("import", "edit_sheets", "review", "publish_diagnosis", "edit_territory", "share", "invite_readers"),
    *("invite_agent", "open_territory", "name_agent", "invite", "withdraw_role"),
}
PEOPLE = [
    "visitor",
    "without_role",
    "agent",
    "agent_above",
    "agent_elsewhere",
    "agent_below",
    "elected",
    "elected_above",
    "elected_elsewhere",
    "elected_below",
    "partner",
    "partner_above",
    "partner_elsewhere",
    "state",
    "state_elsewhere",
    "secretariat",
    "inactive_agent",
    "inactive_elected",
    "inactive_partner",
    "inactive_state",
    "inactive_secretariat",
]


def holders(people, rule, place):
    """Those to whom a rule says yes."""
    return {name for name in PEOPLE if rule(people[name], place)}


def test_the_table_names_every_right_and_every_person(people):
    assert set(RIGHTS) == set(perms.RIGHTS)
    assert set(PEOPLE) == set(people)


def test_a_right_is_held_by_these_and_no_others(people, tree):
    held = {right: holders(people, perms.RIGHTS[right], tree["town"]) for right in RIGHTS}
    assert held == RIGHTS


def test_roles_read_beforehand_answer_the_same(people, tree):
    for name in PEOPLE:
        perms.remember_roles(people[name], *tree.values())
    held = {right: holders(people, perms.RIGHTS[right], tree["town"]) for right in RIGHTS}
    assert held == RIGHTS


@pytest.mark.parametrize("what", sorted(SHARED))
def test_what_is_shared_is_read_by_the_partners_of_the_very_territory_and_no_one_more(what, people, tree):
    Sharing.objects.create(territory=tree["town"], what=what)
    held = {right: holders(people, perms.RIGHTS[right], tree["town"]) for right in RIGHTS}
    assert held == RIGHTS | {SHARED[what]: {*RIGHTS[SHARED[what]], "partner"}}


def test_who_reads_writes_nothing_anywhere(people, tree):
    for place in tree.values():
        for right in WRITES:
            held = holders(people, perms.RIGHTS[right], place)
            assert not held & {"elected", "partner", "state"}, (right, place)


ENDS = {
    "agent": {"agent", "secretariat"},
    "elected": {"elected", *OF_THE_TERRITORY},
    "partner": {"partner", *OF_THE_TERRITORY},
    "state": {"state", "secretariat"},
    "secretariat": {"secretariat"},
}


def test_a_role_is_ended_by_its_holder_or_by_those_who_give_it(people):
    grants = {name: people[name].grants.get() for name in ENDS}
    assert {name: holders(people, perms.can_end_role, grant) for name, grant in grants.items()} == ENDS
    named = {name: holders(people, perms.can_be_named, grant) for name, grant in grants.items()}
    assert named == {name: {name} for name in ENDS}


def test_the_catalogue_names_every_right_once():
    assert set(perms.CATALOGUE) == {*perms.RIGHTS, *perms.RIGHTS_ON_SHEETS, *perms.RIGHTS_ON_ROLES}
    assert set(perms.INVITES) == set(Role)
    assert set(RIGHTS) > WRITES


def test_a_refusal_says_why(people, tree):
    for right, held_by in RIGHTS.items():
        for name in set(PEOPLE) - held_by:
            with pytest.raises(NotAllowed) as refusal:
                perms.RIGHTS[right].require(people[name], tree["town"])
            assert refusal.value.message.endswith("."), (right, name)


def test_a_role_holds_for_what_lies_under_the_territory_and_not_above(people, tree):
    assert perms.can_import(people["agent"], tree["district"])
    assert perms.can_import(people["agent_above"], tree["district"])
    assert not perms.can_import(people["agent"], tree["region"])
    assert not perms.can_import(people["agent"], tree["other-town"])


def test_no_territory_is_nobodys_territory(people):
    assert not perms.can_import(people["agent"], None)
    assert perms.can_import(people["secretariat"], None)
