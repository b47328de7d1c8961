"""The writes on the directory: whose word, who may, what is undone, what is told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from terreau.core.errors import NotAllowed, TerreauError
from terreau.directory import services
from terreau.directory.enums import LinkMethod, Status
from terreau.directory.models import ChangeCounter, Identifier, Organisation, Term
from terreau.journal.models import Event
from terreau.territories.enums import Kind
from tests.directory import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    region = make.territory("xx-reg-1", "Région-Essai", kind=Kind.REGION)
    return make.territory("xx-com-1", "Ville-Essai", parent=region)


@pytest.fixture
def elsewhere():
    return make.territory("yy-com-2", "Autre-Ville")


@pytest.fixture
def agent(town):
    return make.agent_of(town)


@pytest.fixture
def sheet(town):
    return make.organisation(
        "Les Essais réunis", town, website="https://liste.test", stated_on=date(2017, 1, 1)
    )


def edit(person, sheet, **values):
    sheet.refresh_from_db()
    return services.edit_organisation(person=person, organisation=sheet, values=values, version=sheet.version)


# --- Editing -----------------------------------------------------------------------------------------


def test_an_agents_word_is_shown_and_kept_apart_from_the_lists(agent, sheet):
    edited = edit(agent, sheet, website="essais.test", description="Nous essayons.")
    assert edited.shown_values["website"] == "https://essais.test"
    assert edited.description == "Nous essayons."
    assert edited.name == "Les Essais réunis"
    records = {record.source.kind: record.values for record in edited.records.select_related("source")}
    assert records["agent"] == {"website": "https://essais.test", "description": "Nous essayons."}
    assert records["list"]["website"] == "https://liste.test"
    event = Event.objects.about(f"organisation:{sheet.public_id}").get()
    assert (event.verb, event.actor, event.territory_code) == ("organisation.edited", agent, "xx-com-1")
    assert event.data["fields"] == ["description", "website"]


def test_a_list_read_again_does_not_undo_the_agent(agent, sheet):
    edit(agent, sheet, website="https://essais.test")
    make.said(sheet, website="https://nouveau.test", code="autre-liste", stated_on=date(2030, 1, 1))
    assert sheet.shown_values["website"] == "https://essais.test"


def test_emptying_a_field_withdraws_the_value_of_the_list(agent, sheet):
    assert "website" not in edit(agent, sheet, website="").shown_values
    assert edit(agent, sheet, website="https://liste.test").shown_values["website"] == "https://liste.test"


def test_an_edit_that_changes_nothing_writes_nothing(agent, sheet):
    version = sheet.version
    assert edit(agent, sheet, name="Les Essais réunis").version == version
    assert Event.objects.count() == 0
    assert sheet.records.count() == 1


def test_two_editors(agent, sheet):
    version = sheet.version
    edit(agent, sheet, description="Le premier.")
    with pytest.raises(TerreauError, match="Quelqu’un d’autre") as refusal:
        services.edit_organisation(
            person=agent, organisation=sheet, values={"description": "Le second."}, version=version
        )
    assert refusal.value.remedy
    sheet.refresh_from_db()
    assert sheet.description == "Le premier."


def test_an_import_between_reading_and_writing_is_a_conflict_too(agent, sheet):
    version = sheet.version
    make.said(sheet, kind="register", description="Du registre.")
    with pytest.raises(TerreauError, match="Quelqu’un d’autre"):
        services.edit_organisation(
            person=agent, organisation=sheet, values={"name": "Autre"}, version=version
        )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"name": ""}, "au moins un nom"),
        ({"website": "pas une adresse"}, "pas une adresse"),
        ({"website": "javascript:alert(1)"}, "pas une adresse"),
        ({"founded_on": "2020-13"}, "pas une date"),
        ({"founded_on": "hier"}, "pas une date"),
        ({"sectors": ["inconnu"]}, "pas un choix"),
        ({"family": "inconnue"}, "pas un choix"),
        ({"members": {"value": -3}}, "nombre entier"),
        ({"members": {"low": 9, "high": 2}}, "dépasse"),
        ({"identifiers": {"siren": "123456789"}}, "SIREN"),
        ({"identifiers": {"inconnu": "1"}}, "type d’identifiant"),
        (
            {"place": {"country": "XX", "territory": "xx-com-1", "longitude": 200.0, "latitude": 1.0}},
            "position",
        ),
        (
            {"place": {"country": "XX", "territory": "xx-com-1", "longitude": 2.0, "latitude": None}},
            "latitude",
        ),
        ({"qualities": {"inconnue": True}}, "pas un choix"),
        ({"actions": [{"what": "", "for_whom": "tous"}]}, "en quoi consiste"),
        ({"name": "x" * 301}, "trop long"),
        ({"secret": "x"}, "n’existe pas"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_french_and_changes_nothing(agent, sheet, values, message):
    with pytest.raises(TerreauError, match=message):
        edit(agent, sheet, **values)
    assert sheet.records.count() == 1


def test_identifiers_are_normalised_and_can_be_looked_up(agent, sheet):
    edit(agent, sheet, identifiers={"siren": "732 829 320"})
    assert Identifier.objects.values_list("scheme", "value").get() == ("siren", "732829320")
    edit(agent, sheet, identifiers={})
    assert not Identifier.objects.exists()


def test_the_place_stays_where_the_agent_has_a_right(agent, sheet, elsewhere):
    with pytest.raises(NotAllowed, match="dont vous êtes l’agent"):
        edit(agent, sheet, place=make.place_of(elsewhere))
    with pytest.raises(TerreauError, match="n’existe pas"):
        edit(agent, sheet, place={"country": "XX", "territory": "xx-com-99", "precision": "commune"})
    moved = edit(make.secretary(), sheet, place=make.place_of(elsewhere))
    assert (moved.territory, moved.country_code) == (elsewhere, "YY")


def test_creating(agent, town):
    made = services.create_organisation(
        person=agent, territory=town, values={"name": "  Le Nouvel  Essai ", "sectors": ["sante"]}
    )
    assert (made.name, made.territory, made.precision) == ("Le Nouvel Essai", town, "commune")
    assert made.confirmed_on is not None
    assert made.source.code == "agent-xx-com-1"
    assert Event.objects.get().verb == "organisation.created"
    with pytest.raises(TerreauError, match="au moins un nom"):
        services.create_organisation(person=agent, territory=town, values={"description": "Sans nom"})


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Pacific/Noumea", date(2026, 1, 1)),
        ("America/Toronto", date(2025, 12, 31)),
        ("UTC", date(2025, 12, 31)),
    ],
)
def test_a_sheet_is_of_the_day_where_the_instance_lives(agent, town, monkeypatch, zone, day):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2025, 12, 31, 22, 30, tzinfo=UTC))
    with timezone.override(ZoneInfo(zone)):
        made = services.create_organisation(person=agent, territory=town, values={"name": "Le Nouvel Essai"})
    record = made.records.get()
    assert (made.confirmed_on, record.stated_on, record.value_dates["name"]) == (day, day, day.isoformat())


def test_a_word_said_after_another_prevails_in_the_evening_too(agent, town, sheet, monkeypatch):
    """A sheet made at eight in the evening in Montréal was dated of the next day: no correction prevailed."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 1, 1, 1, 0, tzinfo=UTC))
    with timezone.override(ZoneInfo("America/Toronto")):
        made = services.create_organisation(
            person=agent, territory=town, values={"name": "Le Nouvel Essai", "website": "https://a.test"}
        )
        corrected = edit(make.secretary(), made, website="https://b.test")
        assert corrected.shown_values["website"] == "https://b.test"


def test_confirming(agent, sheet):
    assert sheet.confirmed_on is None
    confirmed = services.confirm_organisation(person=agent, organisation=sheet)
    assert confirmed.confirmed_on is not None
    assert confirmed.name == sheet.name
    assert Event.objects.get().verb == "organisation.confirmed"


def test_confirming_keeps_the_day_of_each_value(agent, sheet):
    edit(agent, sheet, website="https://essais.test")
    record = sheet.records.get(source__kind="agent")
    record.value_dates = {"website": "2024-05-01"}
    record.save()
    services.confirm_organisation(person=agent, organisation=sheet)
    record.refresh_from_db()
    assert record.value_dates == {"website": "2024-05-01"}


def test_withdrawing_and_showing_again(agent, sheet):
    with pytest.raises(TerreauError, match="pourquoi"):
        services.hide_organisation(person=agent, organisation=sheet, reason=" ")
    services.hide_organisation(person=agent, organisation=sheet, reason="En double")
    make.said(sheet, kind="register", description="Lu de nouveau.")
    assert sheet.status == Status.HIDDEN
    assert not Organisation.objects.shown().exists()
    with pytest.raises(TerreauError, match="déjà retirée"):
        services.hide_organisation(person=agent, organisation=sheet, reason="Encore")
    shown = services.restore_organisation(person=agent, organisation=sheet)
    assert (shown.status, shown.description) == (Status.ACTIVE, "Lu de nouveau.")
    assert [event.data.get("reason") for event in Event.objects.filter(verb="organisation.hidden")] == [
        "En double"
    ]


# --- Rights ---------------------------------------------------------------------------------------------

DOORS = {
    "edit": lambda person, sheet: services.edit_organisation(
        person=person, organisation=sheet, values={"description": "Modifiée."}, version=sheet.version
    ),
    "confirm": lambda person, sheet: services.confirm_organisation(person=person, organisation=sheet),
    "hide": lambda person, sheet: services.hide_organisation(
        person=person, organisation=sheet, reason="Essai"
    ),
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("visitor", False),
        ("nobody", False),
        ("agent here", True),
        ("agent of the region", True),
        ("agent elsewhere", False),
        ("secretariat", True),
    ],
)
def test_who_may_change_a_sheet(who, allowed, door, town, elsewhere, sheet):
    from django.contrib.auth.models import AnonymousUser

    person = {
        "visitor": AnonymousUser,
        "nobody": make.person,
        "agent here": lambda: make.agent_of(town),
        "agent of the region": lambda: make.agent_of(town.parent),
        "agent elsewhere": lambda: make.agent_of(elsewhere),
        "secretariat": make.secretary,
    }[who]()
    version = sheet.version
    if allowed:
        DOORS[door](person, sheet)
        sheet.refresh_from_db()
        assert sheet.version > version
    else:
        with pytest.raises(NotAllowed) as refusal:
            DOORS[door](person, sheet)
        assert refusal.value.message
        sheet.refresh_from_db()
        assert sheet.version == version


def test_an_organisation_without_place_is_for_the_agent_of_its_first_source(town, elsewhere):
    made = make.organisation("Sans lieu", None, said_by=make.source(town))
    assert made.territory is None
    placed = edit(make.agent_of(town), made, place=make.place_of(town))
    assert placed.territory == town
    other = make.organisation("Sans lieu encore", None, said_by=make.source(town))
    with pytest.raises(NotAllowed):
        edit(make.agent_of(elsewhere), other, description="x")


def test_the_secretariat_speaks_in_its_own_name(sheet):
    edit(make.secretary(), sheet, description="Du secrétariat.")
    assert sheet.records.get(source__kind="agent").source.name == "le secrétariat du réseau"


# --- Links ------------------------------------------------------------------------------------------------


@pytest.fixture
def double(town, sheet):
    """A second sheet of the same organisation, from another list."""
    return make.organisation(
        "ESSAIS REUNIS",
        town,
        said_by=make.source(town, code="autre-liste"),
        identifiers={"siren": "732829320"},
        stated_on=date(2019, 1, 1),
    )


def test_a_link_can_be_undone_with_all_its_values_back(agent, sheet, double):
    before = {one.pk: (one.name, one.shown_values) for one in (sheet, double)}
    record = double.records.get()
    services.link_record(
        person=agent,
        record=record,
        organisation=sheet,
        method=LinkMethod.SIMILARITY,
        score=0.91,
        explanation=["noms presque identiques"],
    )
    sheet.refresh_from_db()
    double.refresh_from_db()
    assert sheet.shown_values["identifiers"] == {"siren": "732829320"}
    assert sheet.name == "ESSAIS REUNIS"  # the newer list
    assert (double.merged_into, double.status) == (sheet, Status.HIDDEN)
    own = services.unlink_record(person=agent, record=record)
    sheet.refresh_from_db()
    assert own.public_id == double.public_id
    assert (own.merged_into, own.status) == (None, Status.ACTIVE)
    assert {one.pk: (one.name, one.shown_values) for one in (sheet, own)} == before
    record.refresh_from_db()
    assert record.links.get(organisation=sheet).undone_by == agent


def test_a_record_that_stands_alone_has_nothing_to_be_separated_from(agent, sheet):
    with pytest.raises(TerreauError, match="rien à séparer"):
        services.unlink_record(person=agent, record=sheet.records.get())


def test_what_corrects_a_sheet_without_naming_it_never_makes_a_nameless_one(agent, sheet):
    first = sheet.records.get()
    edit(agent, sheet, website="https://essais.test")
    correction = sheet.records.get(source__kind="agent")
    for record in (first, correction):
        with pytest.raises(TerreauError, match="rien à séparer"):
            services.unlink_record(person=agent, record=record)
    make.said(sheet, code="autre-liste", name="Les Essais", place=None)
    with pytest.raises(TerreauError, match="corrige la fiche"):
        services.unlink_record(person=agent, record=correction)
    assert services.unlink_record(person=agent, record=first).name == first.values["name"]
    assert not Organisation.objects.filter(name__contains="sans nom").exists()


def test_separating_the_first_record_gives_it_a_sheet_of_its_own(agent, sheet):
    second = make.said(sheet, code="autre-liste", name="Les Essais", place=None)
    first = sheet.records.exclude(pk=second.pk).get()
    own = services.unlink_record(person=agent, record=first)
    sheet.refresh_from_db()
    assert (own.name, sheet.name) == ("Les Essais réunis", "Les Essais")
    assert own.public_id != sheet.public_id
    assert sheet.source.code == "autre-liste"


def test_merging_and_separating_again(agent, sheet, double):
    third = make.organisation(
        "Essais troisièmes", sheet.territory, said_by=make.source(sheet.territory, code="l3")
    )
    services.merge(person=agent, kept=double, absorbed=third)
    services.merge(person=agent, kept=sheet, absorbed=double)
    third.refresh_from_db()
    assert third.merged_into == sheet  # an address never leads to one that leads elsewhere
    assert sheet.records.count() == 3
    record = sheet.records.get(source__code="l3")
    assert services.unlink_record(person=agent, record=record).public_id == third.public_id
    with pytest.raises(TerreauError, match="deux fiches différentes"):
        services.merge(person=agent, kept=sheet, absorbed=sheet)
    with pytest.raises(TerreauError, match="réunie à une autre"):
        services.merge(person=agent, kept=sheet, absorbed=double)


def test_linking_needs_the_right_on_both_sheets(agent, sheet, elsewhere):
    far = make.organisation("Essai lointain", elsewhere)
    with pytest.raises(NotAllowed):
        services.link_record(
            person=agent, record=far.records.get(), organisation=sheet, method=LinkMethod.PERSON
        )
    services.link_record(
        person=None, record=far.records.get(), organisation=sheet, method=LinkMethod.IDENTIFIER
    )
    assert sheet.records.count() == 2


# --- Changes and their numbers ----------------------------------------------------------------------------


def test_each_change_has_a_number_of_its_own(agent, sheet):
    first = sheet.change
    edit(agent, sheet, description="Un.")
    sheet.refresh_from_db()
    assert sheet.change == first + 1 == ChangeCounter.objects.get().value


def test_a_number_is_only_given_inside_a_transaction(transactional_db):
    with pytest.raises(RuntimeError):
        services.next_change()


def test_refreshing_what_did_not_change_writes_nothing(sheet):
    assert services.refresh([sheet.pk]) == []


def test_a_record_that_names_an_unknown_territory_stays_in_its_country(town):
    place = {"country": "XX", "territory": "xx-com-404", "precision": "commune"}
    made = make.organisation("Essai perdu", town, place=place)
    assert made.territory.code == "xx"


# --- Nomenclatures ------------------------------------------------------------------------------


def test_sectors_and_issues_are_loaded_once(django_assert_num_queries):
    assert not services.nomenclatures_are_loaded()
    services.load_nomenclatures()
    assert services.nomenclatures_are_loaded()
    count = Term.objects.count()
    services.load_nomenclatures()
    assert Term.objects.count() == count
    Term.objects.filter(code="sante").update(label="Autre")
    assert not services.nomenclatures_are_loaded()


def test_a_territory_names_its_filieres(agent, town, elsewhere, sheet):
    term = services.add_filiere(person=agent, territory=town, label="Karité")
    assert term.code == "xx-com-1-karite"
    with pytest.raises(TerreauError, match="déjà une filière"):
        services.add_filiere(person=agent, territory=town, label=" KARITE ")
    with pytest.raises(TerreauError, match="Donnez un nom"):
        services.add_filiere(person=agent, territory=town, label=" ")
    with pytest.raises(NotAllowed):
        services.add_filiere(person=agent, territory=elsewhere, label="Textile")
    assert edit(agent, sheet, filieres=[term.code]).filieres == [term.code]
    make.indexed()
    with pytest.raises(TerreauError, match="rattachées à cette filière"):
        services.remove_filiere(person=agent, term=term)
    edit(agent, sheet, filieres=[])
    make.indexed()
    services.remove_filiere(person=agent, term=term)
    assert not Term.objects.filter(code=term.code).exists()
