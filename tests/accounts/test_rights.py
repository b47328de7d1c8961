"""Who may do what: this table is the specification.

Each right is asked on the town « Lieu town », which stands in a region and holds a district.
"""

from __future__ import annotations

import pytest

from terreau.accounts import perms
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
    "open_territory": OF_THE_NETWORK,
    "name_agent": OF_THE_NETWORK,
    "invite": OF_THE_NETWORK,
    "withdraw_role": OF_THE_NETWORK,
}
PEOPLE = [
    "visitor",
    "without_role",
    "agent",
    "agent_above",
    "agent_elsewhere",
    "agent_below",
    "secretariat",
    "inactive_agent",
    "inactive_secretariat",
]


def test_the_table_names_every_right_and_every_person(people):
    assert set(RIGHTS) == set(perms.RIGHTS)
    assert set(PEOPLE) == set(people)


@pytest.mark.parametrize("right", sorted(RIGHTS))
@pytest.mark.parametrize("name", PEOPLE)
def test_a_right_is_held_by_these_and_no_others(right, name, people, tree):
    answer = perms.RIGHTS[right](people[name], tree["town"])
    assert bool(answer) == (name in RIGHTS[right])


@pytest.mark.parametrize("right", sorted(RIGHTS))
def test_a_refusal_says_why(right, people, tree):
    for name in set(PEOPLE) - RIGHTS[right]:
        with pytest.raises(NotAllowed) as refusal:
            perms.RIGHTS[right].require(people[name], tree["town"])
        assert refusal.value.message.endswith(".")


def test_a_role_holds_for_what_lies_under_the_territory_and_not_above(people, tree):
    assert perms.can_import(people["agent"], tree["district"])
    assert perms.can_import(people["agent_above"], tree["district"])
    assert not perms.can_import(people["agent"], tree["region"])
    assert not perms.can_import(people["agent"], tree["other-town"])


def test_no_territory_is_nobodys_territory(people):
    assert not perms.can_import(people["agent"], None)
    assert perms.can_import(people["secretariat"], None)
