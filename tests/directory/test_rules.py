"""Whose word is shown: the precedence of sources, and what follows from it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.directory.rules import (
    KIND_ORDER,
    RecordView,
    choose,
    columns,
    is_given,
    perimeter_facts,
    restate,
)

START = datetime(2020, 1, 1, tzinfo=UTC)


def view(kind="list", number=1, stated_on=None, gone=False, first=0, last=0, dates=None, **values):
    return RecordView(
        source_id=number,
        source_code=f"{kind}-{number}",
        source_name=f"Source {number}",
        kind=kind,
        values=values,
        stated_on=stated_on,
        first_seen=START + timedelta(days=first),
        last_seen=START + timedelta(days=last),
        gone=gone,
        record_id=number,
        source_ref=f"ref-{number}",
        dates=dates or {},
    )


def place(territory="xx-com-1", precision="commune", longitude=None, latitude=None, country="XX"):
    return {
        "country": country,
        "territory": territory,
        "longitude": longitude,
        "latitude": latitude,
        "precision": precision,
    }


# --- What is shown -----------------------------------------------------------------------------------


def test_the_actor_comes_before_the_agent_the_register_and_the_list():
    records = [
        view("list", 1, name="de la liste", stated_on=date(2026, 1, 1)),
        view("register", 2, name="du registre", stated_on=date(2025, 1, 1)),
        view("agent", 3, name="de l’agent", stated_on=date(2024, 1, 1)),
        view("actor", 4, name="de l’acteur", stated_on=date(2014, 1, 1)),
    ]
    for kept, expected in ((4, "de l’acteur"), (3, "de l’agent"), (2, "du registre"), (1, "de la liste")):
        chosen = choose(records[:kept])
        assert chosen.values["name"] == expected
        assert chosen.provenance["name"].record_id == kept
        assert [value for value, _view in chosen.others.get("name", [])] == [
            record.values["name"] for record in reversed(records[: kept - 1])
        ]


def test_among_lists_the_newest_is_shown_and_one_that_no_longer_names_it_comes_last():
    old = view("list", 1, website="https://a.test", stated_on=date(2015, 1, 1))
    new = view("list", 2, website="https://b.test", stated_on=date(2017, 1, 1))
    gone = view("list", 3, website="https://c.test", stated_on=date(2020, 1, 1), gone=True)
    assert choose([old, gone, new]).values["website"] == "https://b.test"
    assert choose([gone]).values["website"] == "https://c.test"


def test_an_empty_value_says_nothing():
    chosen = choose(
        [view("agent", 1, name="A", website="", offers=[]), view("list", 2, website="https://a.test")]
    )
    assert chosen.values["website"] == "https://a.test"
    assert "offers" not in chosen.values


def test_a_person_withdraws_a_value_but_a_list_does_not():
    listed = view("list", 1, website="https://faux.test")
    chosen = choose([listed, view("agent", 2, website=None)])
    assert "website" not in chosen.values
    assert chosen.withdrawn["website"].record_id == 2
    assert chosen.others["website"] == [("https://faux.test", listed)]
    assert choose([listed, view("list", 3, website=None)]).values["website"] == "https://faux.test"


def test_identifiers_and_actions_of_all_sources_are_united():
    chosen = choose(
        [
            view("list", 1, identifiers={"siren": "1", "rna": "W1"}, actions=[{"what": "Un verger"}]),
            view("register", 2, identifiers={"siren": "2"}),
            view(
                "agent", 3, actions=[{"what": "Un atelier"}, {"what": "UN VERGER", "for_whom": "les écoles"}]
            ),
        ]
    )
    assert chosen.values["identifiers"] == {"siren": "2", "rna": "W1"}
    assert chosen.values["actions"] == [
        {"what": "Un atelier"},
        {"what": "UN VERGER", "for_whom": "les écoles"},
    ]


def test_one_identifier_is_withdrawn_without_the_others():
    chosen = choose(
        [
            view("list", 1, identifiers={"siren": "1", "rna": "W1"}),
            view("agent", 2, identifiers={"siren": None}),
        ]
    )
    assert chosen.values["identifiers"] == {"rna": "W1"}


def test_a_register_without_address_does_not_hide_the_point_of_a_list():
    register = view("register", 1, place=place("", "country"))
    listed = view("list", 2, place=place("", "point", 3.5, 46.5))
    elsewhere = view("list", 3, place=place("", "point", 3.5, 46.5, country="YY"))
    assert choose([register, listed]).values["place"]["precision"] == "point"
    assert choose([register, elsewhere]).values["place"]["precision"] == "country"
    assert choose([view("agent", 4, place=place("", "country")), listed]).values["place"]["longitude"] is None


# --- Properties ------------------------------------------------------------------------------------------

KEYS = ("name", "website", "sectors", "offers", "identifiers", "actions", "place")
VALUES = {
    "name": st.sampled_from(["A", "B", "C", ""]),
    "website": st.sampled_from(["https://a.test", "https://b.test", ""]),
    "sectors": st.lists(st.sampled_from(["sante", "culture"]), max_size=2, unique=True),
    "offers": st.lists(st.sampled_from(["pain", "vélos"]), max_size=2, unique=True),
    "identifiers": st.dictionaries(st.sampled_from(["siren", "rna"]), st.sampled_from(["1", "2"])),
    "actions": st.lists(st.fixed_dictionaries({"what": st.sampled_from(["x", "y", "z"])}), max_size=2),
    "place": st.builds(
        place,
        st.sampled_from(["", "xx-com-1", "xx-com-2"]),
        st.sampled_from(["point", "commune", "country", "none"]),
        st.sampled_from([None, 1.0]),
        st.sampled_from([None, 2.0]),
    ),
}
DAYS = st.dates(date(2010, 1, 1), date(2026, 1, 1))


@st.composite
def said_by_many(draw, most=5):
    count = draw(st.integers(0, most))
    return [
        view(
            draw(st.sampled_from(sorted(KIND_ORDER))),
            number,
            draw(st.none() | DAYS),
            draw(st.booleans()),
            draw(st.integers(0, 9)),
            draw(st.integers(0, 9)),
            **{key: draw(VALUES[key]) for key in draw(st.sets(st.sampled_from(KEYS)))},
        )
        for number in range(count)
    ]


@given(said_by_many(), st.randoms())
def test_the_order_of_records_does_not_matter(records, random):
    shuffled = list(records)
    random.shuffle(shuffled)
    first, second = choose(records), choose(shuffled)
    assert first == second
    assert columns(first) == columns(second)


@given(said_by_many(), st.sampled_from(["actor", "agent"]), st.data())
def test_a_list_read_again_never_undoes_a_persons_word(records, kind, data):
    key = data.draw(st.sampled_from(["name", "website", "sectors", "offers", "place"]))
    value = data.draw(VALUES[key].filter(is_given))
    word = view(kind, 50, date(2011, 1, 1), **{key: value})
    others = [record for record in records if record.kind in {"list", "register"}]
    again = view("list", 60, date(2026, 1, 1), last=9, **{name: data.draw(VALUES[name]) for name in KEYS})
    assert choose([word, *others]).values[key] == value
    assert choose([word, *others, again]).values[key] == value


@given(said_by_many(), st.data())
def test_after_an_edit_the_sheet_shows_what_was_typed_unless_an_actor_says_otherwise(records, data):
    mine = data.draw(
        st.none() | st.sampled_from([view("agent", 70, date(2012, 1, 1), name="A", offers=["pain"])])
    )
    # A choice made at a merge ends where the field is said again: `merging.end_choices` takes it away first.
    views = [one for one in records if one.kind not in {"actor", "choice"}] + ([mine] if mine else [])
    typed = {key: data.draw(VALUES[key] | st.none()) for key in ("name", "website", "offers")}
    today = date(2026, 6, 1)
    values, dates = restate(views, mine, typed, today)
    after = view("agent", 70, today, values=None)
    after = RecordView(
        **{name: getattr(after, name) for name in after.__slots__ if name not in {"values", "dates"}},
        values=values,
        dates=dates,
    )
    shown = choose([one for one in views if one is not mine] + [after]).values
    for key, value in typed.items():
        assert shown.get(key) == (value if is_given(value) else None), key


@given(said_by_many())
def test_each_shown_value_has_its_source_and_nothing_said_is_lost(records):
    chosen = choose(records)
    assert chosen.values.keys() == chosen.provenance.keys()
    for key in KEYS:
        said = [record for record in records if is_given(record.values.get(key))]
        told = ([chosen.provenance[key]] if key in chosen.provenance else []) + [
            one for _value, one in chosen.others.get(key, [])
        ]
        assert sorted(one.record_id for one in told) == sorted(one.record_id for one in said)


# --- What a person's record keeps ----------------------------------------------------------------------


def test_an_untouched_field_stays_the_word_of_its_source():
    listed = view("list", 1, date(2017, 1, 1), name="Les Essais", website="https://a.test")
    values, dates = restate(
        [listed], None, {"name": "Les Essais", "website": "https://b.test"}, date(2026, 1, 1)
    )
    assert values == {"website": "https://b.test"}
    assert dates == {"website": "2026-01-01"}


def test_a_later_edit_keeps_the_day_of_earlier_ones():
    listed = view("list", 1, name="Les Essais")
    mine = view("agent", 2, date(2024, 1, 1), website="https://b.test")
    values, dates = restate([listed, mine], mine, {"description": "Un essai."}, date(2026, 1, 1))
    assert values == {"website": "https://b.test", "description": "Un essai."}
    assert dates == {"website": "2024-01-01", "description": "2026-01-01"}


def test_a_value_given_back_to_its_source_is_no_longer_the_persons():
    listed = view("list", 1, website="https://a.test")
    mine = view("agent", 2, date(2024, 1, 1), website="https://b.test")
    values, _dates = restate([listed, mine], mine, {"website": "https://a.test"}, date(2026, 1, 1))
    assert values == {}


def test_removing_an_action_and_an_identifier_said_by_others():
    listed = view("list", 1, actions=[{"what": "Un verger"}, {"what": "Un four"}], identifiers={"siren": "1"})
    values, dates = restate(
        [listed], None, {"actions": [{"what": "Un four"}], "identifiers": {}}, date(2026, 1, 1)
    )
    mine = view("agent", 2, date(2026, 1, 1), dates=dates, **values)
    assert choose([listed, mine]).values == {"actions": [{"what": "Un four"}]}


# --- Columns ----------------------------------------------------------------------------------------------


def test_columns_of_an_organisation_known_from_a_register():
    register = view(
        "register",
        1,
        date(2025, 11, 1),
        name="L’Essai   réuni",
        legal_form="9220",
        activity_code="86.90F",
        place=place("", "country", country="FR"),
        identifiers={"siren": "732829320"},
        active="yes",
    )
    found = columns(choose([register]))
    assert found["name"] == "L’Essai réuni"
    assert found["name_folded"] == "l essai reuni"
    assert (found["family"], found["nature"]) == ("association", "personne_morale")
    assert found["sectors"] == ["sante"]
    assert (found["country_code"], found["territory_code"], found["precision"]) == ("FR", "fr", "country")
    assert found["shown_values"]["identifiers"] == {"siren": "732829320"}
    assert (found["status"], found["confirmed_on"]) == ("active", None)
    assert (found["source_id"], found["source_ref"]) == (1, "ref-1")


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"active": "no"}, "ceased"),
        ({"ceased_on": "2019"}, "ceased"),
        ({"ceased_on": "2019", "active": "yes"}, "active"),
        ({}, "active"),
    ],
)
def test_activity_that_has_ceased(values, status):
    assert columns(choose([view("list", 1, name="A", **values)]))["status"] == status


def test_the_family_follows_a_better_source_of_the_legal_form():
    listed = view("list", 1, family="cooperative", place=place("", "country", country="FR"))
    register = view("register", 2, legal_form="9220")
    assert columns(choose([listed, register]))["family"] == "association"
    agent = view("agent", 3, family="cooperative")
    assert columns(choose([listed, register, agent]))["family"] == "cooperative"


def test_a_commercial_company_is_of_the_field_only_with_a_sign_of_it():
    company = {"legal_form": "5710", "place": place("", "country", country="FR")}
    assert columns(choose([view("register", 1, **company)]))["family"] == "hors_familles"
    recognised = columns(choose([view("register", 1, qualities={"esus": True}, **company)]))
    assert recognised["family"] == "entreprise_sociale"


def test_a_confirmation_is_the_word_of_an_actor_or_an_agent():
    listed = view("list", 1, date(2026, 1, 1), name="A")
    agent = view("agent", 2, date(2024, 5, 2))
    assert columns(choose([listed]))["confirmed_on"] is None
    assert columns(choose([listed, agent]))["confirmed_on"] == date(2024, 5, 2)


def test_a_point_outside_any_known_commune_is_kept_in_its_country():
    found = columns(choose([view("list", 1, name="A", place=place("", "point", 11.5, 48.1, country="DE"))]))
    assert (found["territory_code"], found["precision"], found["longitude"]) == ("de", "point", 11.5)


def test_facts_for_the_perimeter():
    values = {
        "legal_form": "9220",
        "qualities": {"ess_flag": True, "esus": False},
        "members": {"value": 12, "on": None},
        "activity_code": "94.99Z",
    }
    facts = perimeter_facts(values, country="FR", nature="personne_morale", on=date(2026, 1, 1))
    assert (facts.form_code, facts.ess_flag, facts.members, facts.activity) == ("9220", "O", 12, "94.99Z")
    assert facts.refusals == {"esus"}
    assert facts.on_ess_list is None


def test_a_form_of_a_region_is_read_in_its_own_table():
    facts = perimeter_facts({"legal_form": "qc-obnl"}, country="CA", nature="", on=date(2026, 1, 1))
    assert facts.region == "qc"
