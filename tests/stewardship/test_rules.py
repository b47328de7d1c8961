"""Whose voices count, for any voices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from terreau.stewardship.rules import Voice, counted, mailbox_of, masked, publishes_at

NOW = datetime(2026, 11, 24, tzinfo=UTC)
voices = st.lists(
    st.builds(
        Voice,
        person=st.sampled_from("abcdef"),
        supports=st.just(True),
        mailbox=st.sampled_from("mnop"),
        origin=st.sampled_from(["", "x", "y"]),
        sheets=st.frozensets(st.integers(0, 3), max_size=2),
    ),
    max_size=8,
)


@given(voices, st.randoms())
def test_the_count_depends_on_no_order_and_never_exceeds_what_there_is(said, random):
    mixed = list(said)
    random.shuffle(mixed)
    assert counted(mixed) == counted(said)
    assert counted(said) <= len({voice.mailbox for voice in said})
    assert counted(said) <= len({voice.person for voice in said})
    assert bool(said) == (counted(said) > 0)


@given(voices)
def test_saying_it_again_adds_nothing(said):
    assert counted(said + said) == counted(said)


@given(voices, st.integers(1, 4))
def test_one_objection_stops_it_whatever_the_support(said, needed):
    against = Voice("z", False, "z")
    told = {"author": None, "hours": 1, "since": None, "now": NOW}
    assert publishes_at([*said, against], needed=needed, **told) is None
    alone = publishes_at(said, needed=needed, **told)
    assert (alone == NOW + timedelta(hours=1)) == (counted(said) >= needed)
    assert publishes_at(said, **{**told, "needed": 0}) is None


@given(st.emails())
def test_a_mailbox_is_found_again_and_a_masked_address_tells_little(address):
    assert mailbox_of(mailbox_of(address)) == mailbox_of(address)
    name = address.rpartition("@")[0]
    assert len(name) < 2 or name not in masked(address).rpartition("@")[0]


def test_one_mailbox_written_in_many_ways():
    assert len({mailbox_of(one) for one in ("A.B+c@gmail.com", "ab@googlemail.com", "ab+x+y@GMAIL.com")}) == 1
    assert mailbox_of("a.b@essai.example") != mailbox_of("ab@essai.example")
    assert masked("accueil@exemple.org") == "a…@exemple.org"
