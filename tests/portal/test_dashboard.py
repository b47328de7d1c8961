"""A town's dashboard, and the network's view of all territories."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from terreau.accounts.enums import Role
from terreau.accounts.models import RoleGrant
from terreau.core.registry import Waiting, territory_waits
from terreau.diagnosis.models import Draft
from terreau.diagnosis.services import create_draft, publish
from terreau.directory import labels
from terreau.directory.enums import SourceKind
from terreau.freshness.enums import Outcome
from terreau.freshness.services import note_call
from terreau.portal import dashboard as board
from terreau.portal import editorial
from terreau.portal import network as net
from terreau.portal.dashboard import Part
from terreau.portal.doors import doors_of
from terreau.stewardship.services import propose
from terreau.territories.models import Succession
from tests.directory import factories


def _ago(days):
    return timezone.localdate() - timedelta(days=days)


@pytest.fixture
def town(small_world):
    return small_world.poitiers


@pytest.fixture
def filled(town):
    """Five sheets: two fresh, one aged, one off the map, one never confirmed."""
    for number, days in enumerate((10, 364, 400, 900, None)):
        made = factories.organisation(
            f"Atelier d’essai {number}",
            town,
            description="Répare." if number < 2 else "",
            sectors=["culture"] if number < 3 else [],
            website="https://essai.invalid" if number == 0 else "",
            family="association",
        )
        if days is not None:
            factories.said(made, kind=SourceKind.AGENT, stated_on=_ago(days))
    factories.indexed()
    return town


def state_of(place):
    """Someone of the State where a territory lies."""
    country = next(one for one in type(place).objects.containing(place) if one.kind == "country")
    person = factories.person()
    RoleGrant.objects.create(person=person, role=Role.STATE, territory=country)
    return person


def mark_as_opened(place):
    """Open a territory in the network."""
    place.opened_on = timezone.localdate()
    place.save(update_fields=["opened_on"])


# --- What is counted -------------------------------------------------------------------------------------


def test_each_sheet_is_counted_once_by_its_age(filled):
    state = board.figures(filled)
    assert (state.total, state.confirmed.count, state.aged, state.off_map, state.never) == (5, 2, 1, 1, 1)
    assert state.confirmed.count + state.aged + state.off_map + state.never == state.total


def test_what_is_known_is_counted(filled):
    known = {one.label: one.part.count for one in board.figures(filled).known}
    assert known["Lieu"] == 5
    assert known["Activité décrite"] == 2
    assert known["Secteur"] == 3
    assert known["Site, courriel ou téléphone public"] == 1


def test_who_keeps_the_town_is_told_where_what_is_lacking_comes_from(client, filled):
    address = reverse("portal:dashboard", args=[filled.code])
    lists = f'<a href="{reverse("registers:list", args=[filled.code])}">Vos listes</a>'
    client.force_login(factories.agent_of(filled))
    assert lists in client.get(address).content.decode()
    client.force_login(state_of(filled))
    assert lists not in client.get(address).content.decode()


def test_each_table_tells_its_shares(filled):
    tables = {table.key: table for table in board.figures(filled).tables}
    (family,) = tables["family"].rows
    assert (family.total, family.confirmed.count, family.placed.count) == (5, 2, 5)
    (sector,) = tables["sector"].rows
    assert (sector.total, sector.confirmed.count) == (3, 2)
    assert sum(row.total for row in tables["source"].rows) >= 5


def test_every_row_of_a_table_is_one_click_away(client, filled, monkeypatch):
    factories.organisation("Atelier d’essai de plus", filled, sectors=["batiment"])
    factories.indexed()
    monkeypatch.setattr(board, "SHOWN", 1)
    client.force_login(factories.agent_of(filled))
    address = reverse("portal:dashboard", args=[filled.code])
    page = client.get(address).content.decode()
    assert "Bâtiment" not in page
    assert 'href="?tout=sector#t-sector"' in page
    whole = client.get(f"{address}?tout=sector").content.decode()
    assert "Bâtiment" in whole
    assert "?tout=sector" not in whole


def test_a_grouping_is_told_by_commune(small_world, filled):
    grouping = next(one for one in type(filled).objects.containing(filled) if one.kind == "grouping")
    tables = {table.key: table for table in board.figures(grouping).tables}
    assert [row.label for row in tables["commune"].rows] == ["Poitiers"]


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_bar_never_makes_some_of_none_nor_all_of_most(one, other):
    part = Part(min(one, other), max(one, other))
    assert 0 <= part.width <= 100
    assert (part.width == 0) == (part.count == 0)
    if part.total:
        assert (part.width == 100) == (part.count == part.total)


# --- What comes next -------------------------------------------------------------------------------------


def _step(town, waits=(), *, has_edition=True):
    return board.next_step(town, board.figures(town), waits, has_edition=has_edition)


def test_an_empty_territory_begins_with_a_list(town):
    assert "Import" in _step(town).label


def test_what_waits_comes_first(filled):
    assert _step(filled, [Waiting("deux choses", "/la/", 2)]).url == "/la/"


def test_then_what_left_the_map_then_the_diagnosis_then_confirming(filled, town):
    assert "carte" in _step(filled).title
    from terreau.directory.models import Organisation

    off = Organisation.objects.get(name="Atelier d’essai 3")
    note_call(person=factories.agent_of(town), organisation=off, outcome=Outcome.CONFIRMED, rank=1)
    factories.indexed()
    assert "diagnostic" in _step(filled, has_edition=False).title
    assert "confirmer" in _step(filled).title


def test_what_waits_is_counted_for_all_territories_at_once(filled, small_world):
    made = factories.organisation("Fausse d’essai", filled)
    note_call(person=factories.agent_of(filled), organisation=made, outcome=Outcome.TO_CORRECT, rank=1)
    one = board.waiting([filled])
    assert [wait.count for wait in one[filled.pk]] == [1]
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    both = [filled, small_world.nantes]
    with CaptureQueriesContext(connection) as few:
        board.waiting([filled])
    with CaptureQueriesContext(connection) as many:
        board.waiting(both)
    assert len(many) == len(few)


# --- The pages -------------------------------------------------------------------------------------------


def test_who_reads_a_dashboard(client, filled, small_world):
    address = reverse("portal:dashboard", args=[filled.code])
    assert client.get(address).status_code == 302
    for person, status in (
        (factories.person(), 403),
        (factories.agent_of(small_world.nantes), 403),
        (factories.agent_of(filled), 200),
        (factories.secretary(), 200),
    ):
        client.force_login(person)
        response = client.get(address)
        assert response.status_code == status
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("who", ["agent", "above", "secretary", "state"])
def test_a_dashboard_asks_little_at_its_first_view(
    client, filled, who, monkeypatch, django_assert_max_num_queries
):
    person = {
        "agent": lambda: factories.agent_of(filled),
        "above": lambda: factories.agent_of(filled.parent),
        "secretary": factories.secretary,
        "state": lambda: state_of(filled),
    }[who]()
    client.force_login(person)
    monkeypatch.setattr(editorial, "_live", {})
    monkeypatch.setattr(labels, "_kept", labels._Kept())
    with django_assert_max_num_queries(12):
        page = client.get(reverse("portal:dashboard", args=[filled.code])).content.decode()
    assert ("Ce qui vous attend" in page) == (who != "state")
    assert "40" in page


def test_the_ways_in_are_sorted_as_the_work_is(filled):
    ways = doors_of(factories.agent_of(filled), filled)
    assert [way["label"] for way in ways] == [
        "Les acteurs",
        "Connaître",
        "Décider et agir",
        "Le territoire et son équipe",
    ]
    found = [door["label"] for way in ways for door in way["doors"]]
    assert len(found) == len(set(found)) > 15
    assert [door["label"] for door in ways[2]["doors"]][-1] == "Plan d’action"
    # Of those who read alone, no heading is left without a way.
    assert all(way["doors"] for way in doors_of(state_of(filled), filled))
    assert doors_of(AnonymousUser(), filled) == []


def test_a_dashboard_says_who_looks_after_a_territory_without_agent(client, filled):
    address = reverse("portal:dashboard", args=[filled.code])
    client.force_login(factories.secretary())
    assert "Le secrétariat du réseau en prend soin" in client.get(address).content.decode()
    client.force_login(factories.agent_of(filled.parent))
    page = client.get(address).content.decode()
    assert f"Les agents de {filled.parent.name}, qui le contient, en prennent soin" in page
    own = factories.agent_of(filled)
    for person in (own, factories.secretary()):
        client.force_login(person)
        assert "n’a pas d’agent" not in client.get(address).content.decode()


def test_the_network_is_the_secretariat_s(client, filled):
    address = reverse("portal:network")
    client.force_login(factories.agent_of(filled))
    assert client.get(address).status_code == 403
    client.force_login(factories.secretary())
    assert client.get(address).status_code == 200


@pytest.fixture
def opened(filled, small_world):
    """Poitiers, with an agent and sheets; Nantes, with neither."""
    for place in (filled, small_world.nantes):
        mark_as_opened(place)
    factories.agent_of(filled)
    return filled


def test_each_territory_has_its_line(opened, small_world):
    lines = {line.territory.code: line for line in net.rows()}
    assert lines[opened.code].sheets == 5
    assert lines[opened.code].confirmed.count == 2
    assert len(lines[opened.code].keepers) == 1
    assert lines[small_world.nantes.code].sheets == 0
    assert lines[small_world.nantes.code].keepers == []
    assert "secrétariat" in lines[small_world.nantes.code].kept_by


def test_the_last_activity_is_told_of_all_that_contains_it(opened):
    assert {line.last for line in net.rows()} == {None}
    made = factories.organisation("Appelée d’essai", opened)
    note_call(person=factories.agent_of(opened), organisation=made, outcome=Outcome.UNREACHABLE, rank=1)
    grouping = next(one for one in type(opened).objects.containing(opened) if one.kind == "grouping")
    mark_as_opened(grouping)
    last = {line.territory.code: line.last for line in net.rows()}
    assert last[opened.code] is not None
    assert last[grouping.code] == last[opened.code]


def test_a_territory_without_agent_is_looked_after_by_the_nearest_above(opened, small_world):
    nantes = small_world.nantes
    above = [one for one in type(nantes).objects.containing(nantes) if one.kind in ("country", "region")]
    for one in above:
        factories.agent_of(one)
    line = next(line for line in net.rows() if line.territory == nantes)
    nearest = next((one for one in above if one.kind == "region"), above[0])
    assert nearest.name in line.kept_by


def test_every_column_sorts_without_script(client, opened, small_world):
    client.force_login(factories.secretary())
    page = client.get(reverse("portal:network")).content.decode()
    orders = set(re.findall(r'href="\?tri=(\w+)"', page))
    assert orders == {"nom", "fiches", "confirmees", "diagnostic", "activite", "suivi", "attente"}
    for order in orders | {"inconnu"}:
        assert client.get(reverse("portal:network") + f"?tri={order}").status_code == 200
    by_name = [line.territory.name for line in net.sort(net.rows(), "nom")]
    assert by_name == sorted(by_name)
    assert net.sort(net.rows(), "fiches")[0].territory == opened
    assert net.sort(net.rows(), "suivi")[0].territory == small_world.nantes


def test_the_network_asks_as_little_with_more_territories(client, opened, small_world):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    third = small_world["fr-com-86115"]
    with CaptureQueriesContext(connection) as few:
        net.rows()
    mark_as_opened(third)
    with CaptureQueriesContext(connection) as many:
        net.rows()
    assert len(many) == len(few)
    assert len(many) <= 12


def test_the_network_is_read_page_by_page_and_narrowed(client, opened, small_world, monkeypatch):
    monkeypatch.setattr("terreau.portal.dashboard_views.ROWS_PER_PAGE", 2)
    mark_as_opened(factories.territory("xx-com-7", "Ville d’ailleurs"))
    client.force_login(factories.secretary())
    address = reverse("portal:network")

    def names(**asked):
        return [line.territory.name for line in client.get(address, asked).context["page"].object_list]

    assert [len(names(page=number, tri="nom")) for number in (1, 2)] == [2, 1]
    assert names(pays="FR", tri="nom") == ["Nantes", "Poitiers"]
    assert names(pays="FR", voir="sans-agent") == ["Nantes"]
    assert names(q="POIT") == ["Poitiers"]
    assert names(q=factories.agent_of(opened).email) == ["Poitiers"]
    assert names(pays="zz") == []
    page = client.get(address, {"pays": "FR", "tri": "fiches"}).content.decode()
    assert "2 territoires sur 3" in page
    assert "commune, France" in page
    assert 'href="?pays=FR&tri=nom"' in page.replace("&amp;", "&")
    assert "territoires.csv?pays=FR&tri=fiches" in page.replace("&amp;", "&")


def test_the_table_of_the_network_is_also_a_file(client, opened, small_world):
    client.force_login(factories.secretary())
    told = client.get(reverse("portal:network_file", args=["csv"]), {"tri": "fiches"})
    rows = list(csv.DictReader(io.StringIO(told.content.decode("utf-8-sig"))))
    assert [(row["nom"], row["pays"], row["fiches"], row["agents"]) for row in rows] == [
        ("Poitiers", "France", "5", "1"),
        ("Nantes", "France", "0", "0"),
    ]
    assert rows[0]["courriels"] == RoleGrant.objects.get(territory=opened, role=Role.AGENT).person.email
    assert "no-store" in told["Cache-Control"]
    assert (
        client.get(reverse("portal:network_file", args=["xlsx"]), {"voir": "sans-agent"}).status_code == 200
    )
    assert client.get(reverse("portal:network_file", args=["pdf"])).status_code == 404
    client.force_login(state_of(opened))
    assert client.get(reverse("portal:network_file", args=["csv"])).status_code == 403
    told = client.get(reverse("portal:country_file", args=["fr", "csv"]), {"voir": "attente"})
    rows = list(csv.DictReader(io.StringIO(told.content.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert not {"courriels", "noms_des_agents", "en_attente"} & rows[0].keys()


def test_a_territory_that_ended_says_so_and_what_followed(client, opened, small_world):
    type(opened).objects.filter(pk=opened.pk).update(valid_to="2026-01-01")
    Succession.objects.create(former=opened, successor=small_world["fr-com-86115"], on="2026-01-01")
    own = reverse("portal:dashboard", args=[opened.code])
    client.force_login(factories.secretary())
    assert "n’existe plus depuis le 1" in client.get(reverse("portal:network")).content.decode()
    assert f'{reverse("accounts_network")}?q=fr-com-86115"' in client.get(own).content.decode()
    client.force_login(factories.agent_of(opened))
    page = client.get(own).content.decode()
    assert "n’existe plus depuis le 1" in page
    assert small_world["fr-com-86115"].name in page
    assert "Le secrétariat du réseau l’ouvre" in page


# --- The State's view of its country -----------------------------------------------------------------------


def test_the_state_reads_the_same_table_without_names_nor_what_waits(client, opened, small_world):
    made = factories.organisation("Fausse d’essai", opened)
    agent = factories.agent_of(opened)
    agent.display_name = "Agente d’essai nommée"
    agent.save()
    note_call(person=agent, organisation=made, outcome=Outcome.TO_CORRECT, rank=1)
    address = reverse("portal:country", args=["fr"])
    client.force_login(state_of(opened))
    page = client.get(address).content.decode()
    assert all(name in page for name in ("Poitiers", "Nantes", "sans agent", "2 agents", "Diagnostic"))
    assert "Agente d’essai nommée" not in page
    assert "tri=attente" not in page
    assert client.get(f"{address}?tri=attente").status_code == 200
    client.force_login(factories.secretary())
    page = client.get(address).content.decode()
    assert "Agente d’essai nommée" in page
    assert "tri=attente" in page


def test_the_table_of_a_country_holds_its_territories_alone(client, opened, small_world):
    abroad = factories.territory("xx-com-7", "Ville d’ailleurs")
    mark_as_opened(abroad)
    factories.organisation("Atelier d’ailleurs", abroad)
    factories.indexed()
    country = type(opened).objects.get(code="fr")
    assert {line.territory for line in net.rows(country)} == {opened, small_world.nantes}
    assert abroad in {line.territory for line in net.rows()}
    assert net.sum_of([], country).sheets == 5
    assert net.sum_of([]).sheets == 6


def test_the_table_says_which_territories_have_a_diagnosis(opened):
    secretary = factories.secretary()
    draft = create_draft(person=secretary, territory=opened)
    publish(person=secretary, territory=opened, draft_key=draft.key)
    lines = net.sort(net.rows(), "diagnostic")
    assert [line.territory.name for line in lines if line.edition] == ["Poitiers"]
    assert lines[-1].territory == opened, "those without one come first"
    assert net.sum_of(lines).editions == 1


# --- A territory without agent ------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["own", "above", "secretariat"])
def test_what_waits_reaches_whoever_looks_after(client, filled, small_world, who):
    """Its agents; without one, those of what contains it; without any, the secretariat; no other."""
    caller = factories.secretary()
    mark_as_opened(filled)
    made = factories.organisation("Fausse d’essai", filled)
    note_call(person=caller, organisation=made, outcome=Outcome.TO_CORRECT, rank=1)
    propose(
        person=factories.person(),
        territory=filled,
        values={"name": "Proposée d’essai"},
        words="",
        mine=False,
        once="essai",
    )
    factories.indexed()
    people = {"secretariat": factories.secretary(), "elsewhere": factories.agent_of(small_world.nantes)}
    if who in ("own", "above"):
        people["above"] = factories.agent_of(filled.parent)
    if who == "own":
        people["own"] = factories.agent_of(filled)
    for name, person in people.items():
        client.force_login(person)
        page = client.get(reverse("portal:workspace")).content.decode()
        for said in (
            "Poitiers\u00a0: à décider dans la file",
            "Poitiers\u00a0: fiches à corriger après un appel",
            "Poitiers\u00a0: fiches que personne n’a confirmées",
        ):
            assert (said in page) == (name == who), (name, said)


def test_one_thing_that_waits_is_told_in_the_singular(town):
    for kind in territory_waits:
        one, two = (str(kind.tell(town, count).text) for count in (1, 2))
        assert one != two, kind.key
        assert not one.split()[0].endswith("s"), one
        assert two.split()[0].endswith("s"), two


def test_the_secretariat_is_told_of_the_territories_that_its_page_does_not_name(client, opened, monkeypatch):
    monkeypatch.setattr("terreau.accounts.care.MOST_TERRITORIES", 1)
    places = [factories.territory(f"xx-com-{n}", f"Ville d’ailleurs {n}") for n in range(3)]
    for place in places:
        mark_as_opened(place)
    Draft.objects.create(territory=places[-1], as_of=timezone.localdate(), content="{}")
    client.force_login(factories.secretary())
    page = client.get(reverse("portal:workspace")).content.decode()
    # A draft is not lost behind those that have nothing yet.
    assert "Ville d’ailleurs 2\u00a0: un brouillon" in page.replace(" : un", "\u00a0: un")
    assert "Autres territoires dans le même cas" in page
    assert 'territoires/?voir=sans-diagnostic"' in page
