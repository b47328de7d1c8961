"""Rights that are joined, and what is said to who has none of them."""

from __future__ import annotations

from terreau.core.permissions import Rule, rule


def _refusing(reason: str) -> Rule:
    return rule(reason)(lambda _person, _thing: False)


AGENT = _refusing("Ce droit est celui d’un agent, ou du territoire au-dessus.")
STATE = _refusing("Ce droit est celui de l’État.")
NETWORK = _refusing("Ce droit est celui du secrétariat.")
CLOSED = _refusing("Cette enquête est close.")


def test_several_holders_of_a_right_are_named_in_one_sentence():
    refused = (AGENT | STATE | NETWORK | AGENT)(None)
    assert not refused
    assert refused.reason == (
        "Ce droit est celui d’un agent, ou du territoire au-dessus\u202f; de l’État\u202f; du secrétariat."
    )


def test_what_names_no_holder_is_said_as_it_is():
    assert (CLOSED | STATE)(None).reason == "Ce droit est celui de l’État. Cette enquête est close."
    assert (CLOSED | CLOSED)(None).reason == "Cette enquête est close."
    assert AGENT(None).reason == "Ce droit est celui d’un agent, ou du territoire au-dessus."


def test_a_right_joined_by_and_tells_the_first_that_is_missing():
    held = rule("Jamais dit.")(lambda _person, _thing: True)
    assert (held & STATE)(None).reason == "Ce droit est celui de l’État."
    assert (held | STATE)(None)
