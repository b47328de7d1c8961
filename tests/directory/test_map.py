"""The interactive map: what its tiles hold, what stands beside it, what leaves it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from terreau.core import mercator
from terreau.directory import clusters, freshness, map_grid, search
from terreau.directory import index_store as store
from terreau.directory.asking import PARAMETERS
from terreau.directory.models import Organisation
from terreau.directory.search import Query
from tests.directory import factories, tiles

pytestmark = pytest.mark.django_db
ZOOMS = (0, 3, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15)


def at(longitude, latitude, name="", **values):
    place = factories.place_of(None, longitude=longitude, latitude=latitude)
    return factories.organisation(name, place=place, **values)


def scattered(count, **values):
    """Around Poitiers, some at the same place, some far away."""
    told = []
    for number in range(count):
        far = number % 10 == 0
        longitude = 0.34 + (number * 37 % 101) / (10 if far else 900)
        latitude = 46.58 + (number * 53 % 97) / (12 if far else 900)
        told.append(
            {
                "name": f"Organisation d’essai {number}",
                "place": factories.place_of(None, longitude=longitude, latitude=latitude),
                "family": ("association", "cooperative")[number % 2],
                **values,
            }
        )
    factories.organisations(told)
    factories.indexed()


def tile_at(longitude, latitude, zoom):
    x, y = mercator.fractions(longitude, latitude)
    return int(x * 2**zoom), int(y * 2**zoom)


def whole_zoom(query, zoom):
    """All the spots of a zoom, by asking every tile that holds an organisation."""
    wanted = {
        tile_at(one.longitude, one.latitude, zoom) for one in Organisation.objects.exclude(longitude=None)
    }
    return [spot for x, y in wanted for spot in clusters.in_tile(query, zoom, x, y)]


def confirmed(organisation, day):
    Organisation.objects.filter(pk=organisation.pk).update(confirmed_on=day)
    search.rebuild()


def the_map(client, **asked):
    page = client.get(reverse("directory:map"), asked).content.decode()
    return json.loads(unescape(re.search(r'data-map="([^"]*)"', page)[1]))


# --- Counting -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", [Query(), Query(families=("association",)), Query(text="essai")])
def test_every_zoom_counts_each_organisation_once(query):
    scattered(260)
    expected = search.search(query).total
    assert expected > clusters.MOST_SINGLES
    assert {zoom: sum(spot.count for spot in whole_zoom(query, zoom)) for zoom in ZOOMS} == dict.fromkeys(
        ZOOMS, expected
    )


def test_the_grid_says_what_is_counted_on_the_fly(monkeypatch):
    scattered(260)
    kept = {
        zoom: sorted((s.count, round(s.longitude, 4)) for s in whole_zoom(Query(), zoom))
        for zoom in (0, 5, 8, 10)
    }
    clusters.forget()
    monkeypatch.setattr(clusters, "_grid", lambda _index, _day: None)
    counted = {
        zoom: sorted((s.count, round(s.longitude, 4)) for s in whole_zoom(Query(), zoom))
        for zoom in (0, 5, 8, 10)
    }
    assert kept == counted


def test_few_organisations_are_shown_one_by_one_with_their_name():
    one = at(0.34, 46.58, "Le Potager d’essai")
    at(0.36, 46.58), at(0.36, 46.58)
    factories.indexed()
    spots = clusters.in_tile(Query(), 6, *tile_at(0.34, 46.58, 6))
    assert sorted((spot.count, spot.id, spot.name, spot.same) for spot in spots) == [
        (1, one.public_id, "Le Potager d’essai", True),
        (2, "", "", True),
    ]


def test_many_at_one_place_say_that_they_cannot_be_told_apart():
    for _number in range(clusters.MOST_SINGLES + 1):
        at(0.34, 46.58)
    factories.indexed()
    for zoom in (5, 9, 13, 14):
        [spot] = clusters.in_tile(Query(), zoom, *tile_at(0.34, 46.58, zoom))
        assert (spot.count, spot.same) == (clusters.MOST_SINGLES + 1, True)
        assert spot.longitude == pytest.approx(0.34, abs=1e-4)


def test_filters_of_the_list_are_those_of_the_map():
    at(0.34, 46.58, "Une coopérative d’essai", family="cooperative")
    at(0.34, 46.59, "Une association d’essai", family="association")
    factories.indexed()
    tile = (6, *tile_at(0.34, 46.58, 6))
    assert [s.name for s in clusters.in_tile(Query(families=("cooperative",)), *tile)] == [
        "Une coopérative d’essai"
    ]
    assert [s.name for s in clusters.in_tile(Query(text="asociation"), *tile)] == ["Une association d’essai"]
    assert clusters.in_tile(Query(text="zzzz"), *tile) == []


def test_the_grid_follows_what_changes():
    scattered(150)
    moved = Organisation.objects.order_by("pk").first()
    for change in (
        lambda: at(-60.9, 14.6, "Une organisation d’essai ailleurs"),
        lambda: (
            factories.record_of(
                moved,
                factories.source(factories.territory(), kind="actor"),
                {"place": factories.place_of(None, longitude=2.35, latitude=48.85)},
            )
            and factories.refresh([moved.pk])
        ),
        lambda: Organisation.objects.filter(pk=moved.pk).update(status="hidden", change=10**6),
    ):
        change()
        factories.indexed()
        folder = store.root() / store.read_state().folder
        grid, day = map_grid.read(folder)
        index, _mark = store.reader.open()
        assert grid[1:].tolist() == map_grid.folded(map_grid.count(index, day)).tolist()


def test_killed_between_the_index_and_the_grid_all_is_counted_again(monkeypatch):
    scattered(20)
    at(5.0, 45.0)
    with monkeypatch.context() as killed:
        killed.setattr(map_grid, "write", lambda *_arguments: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            factories.indexed()
    factories.indexed()
    assert sum(spot.count for spot in whole_zoom(Query(), 5)) == search.search(Query()).total


# --- What leaves the map ---------------------------------------------------------------------------


def test_a_sheet_confirmed_more_than_two_years_ago_leaves_the_map_one_never_confirmed_stays(client):
    today = timezone.localdate()
    old, aged, never = (
        at(0.34, 46.58, "Vieille d’essai"),
        at(0.35, 46.58, "Âgée d’essai"),
        at(0.36, 46.58, "Jamais d’essai"),
    )
    limit = freshness.months_before(today, freshness.LEAVES_MAP_AFTER_MONTHS)
    confirmed(old, limit)
    confirmed(aged, limit + timedelta(days=1))
    tile = (8, *tile_at(0.34, 46.58, 8))
    for query in (Query(), Query(text="essai")):
        assert {spot.name for spot in clusters.in_tile(query, *tile)} == {aged.name, never.name}
    found = clusters.spots(Query())
    assert (found.placed, found.aged, found.total) == (2, 1, 3)
    page = client.get(reverse("directory:map")).content.decode()
    assert "sa dernière confirmation a plus de deux ans" in page
    picture = client.get(reverse("directory:picture")).content.decode()
    assert "2 organisations ont un lieu sur la carte, 1 a quitté la carte" in picture
    beside = client.get(reverse("directory:map_list"), {"zone": "0,46,1,47", "partie": "1"}).content.decode()
    assert "2 organisations dans cette vue" in beside
    assert "1 de plus dans l’annuaire" in beside
    assert old.name not in beside
    confirmed(old, today)
    assert clusters.spots(Query()).placed == 3


def test_what_ages_leaves_the_map_without_anything_being_indexed(monkeypatch):
    today = timezone.localdate()
    one = at(0.34, 46.58)
    confirmed(one, today)
    tile = (8, *tile_at(0.34, 46.58, 8))
    assert len(clusters.in_tile(Query(), *tile)) == 1
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: today + timedelta(days=800))
    assert clusters.in_tile(Query(), *tile) == []
    assert clusters.spots(Query()).aged == 1


# --- Pages and tiles ----------------------------------------------------------------------------------


def test_a_tile_is_read_by_what_knows_only_the_format(client):
    at(0.34, 46.58, "Le Potager d’essai")
    factories.indexed()
    told = the_map(client, q="potager")
    x, y = tile_at(0.34, 46.58, 10)
    address = told["tiles"].replace("{z}", "10").replace("{x}", str(x)).replace("{y}", str(y))
    answer = client.get(address)
    assert answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert "immutable" in answer["Cache-Control"]
    [(kind, [[(across, down)]], properties)] = tiles.read(answer.content)["organisations"]
    assert kind == 1
    assert properties["name"] == "Le Potager d’essai"
    assert mercator.position((x + across / 4096) / 1024, (y + down / 4096) / 1024) == pytest.approx(
        (0.34, 46.58), abs=1e-4
    )
    assert tiles.read(client.get(address.replace("q=potager", "q=zzzz")).content) == {}


def test_a_tile_asked_by_an_old_address_is_kept_by_nobody(client):
    at(0.34, 46.58)
    factories.indexed()
    answer = client.get(reverse("directory:map_tile", args=["0123", 0, 0, 0]))
    assert answer.status_code == 200
    assert "immutable" not in answer["Cache-Control"]


@pytest.mark.parametrize("parameter", [name for name, _attribute in PARAMETERS.values()])
def test_each_filter_of_the_list_is_offered_by_the_map_and_kept_by_its_tiles(client, small_world, parameter):
    told = the_map_of(client, small_world)
    of_list = client.get(reverse("directory:list")).content.decode()
    of_map = client.get(reverse("directory:map")).content.decode()
    assert (f'name="{parameter}"' in of_list) == (f'name="{parameter}"' in of_map)
    answer = client.get(reverse("directory:map"), {parameter: "rien"})
    assert f'name="{parameter}" value="rien"' in answer.content.decode()
    tile = _address(told["tiles"], 0.34, 46.58, 6).partition("?")[0]
    assert tiles.read(client.get(tile).content)
    assert tiles.read(client.get(tile, {parameter: "rien"}).content) == {}


@pytest.mark.parametrize("place", [(16, 0, 0), (3, 8, 0), (0, 0, 1)])
@pytest.mark.parametrize("name", ["map_tile", "map_ground"])
def test_there_is_no_tile_outside_the_world(client, name, place):
    assert client.get(reverse(f"directory:{name}", args=["v", *place])).status_code == 404


def test_the_ground_shows_countries_everywhere_and_communes_near(client, small_world):
    told = the_map_of(client, small_world)
    far = tiles.read(client.get(_address(told["ground"], 0.34, 46.58, 2)).content)
    assert far["land"]
    assert {kind for kind, _parts, _told in far["land"]} == {3}
    assert "commune" not in far
    for zoom in (0, 5, 9, 12):
        assert client.get(_address(told["ground"], 0.34, 46.58, zoom)).status_code == 200


def the_map_of(client, world):
    factories.organisation(
        "Une organisation d’essai",
        world.poitiers,
        place=factories.place_of(world.poitiers, longitude=0.34, latitude=46.58),
    )
    factories.indexed()
    return the_map(client)


def _address(pattern, longitude, latitude, zoom):
    x, y = tile_at(longitude, latitude, zoom)
    return pattern.replace("{z}", str(zoom)).replace("{x}", str(x)).replace("{y}", str(y))


def test_the_list_beside_holds_the_sheets_of_the_view_and_their_pages(client):
    near, far = at(0.34, 46.58, "Ici d’essai"), at(5.0, 45.0, "Ailleurs d’essai")
    factories.indexed()
    answer = client.get(reverse("directory:map_list"), {"zone": "0,46,1,47", "partie": "1"})
    page = answer.content.decode()
    assert near.name in page
    assert far.name not in page
    assert f'data-sheet="{near.public_id}"' in page
    assert "<html" not in page


def test_the_list_beside_tells_distances_from_the_place_asked_for_alone(client):
    at(0.34, 46.58, "Ici d’essai")
    factories.indexed()
    address, zone = reverse("directory:map_list"), {"zone": "-170,-60,170,80", "partie": "1"}
    world = client.get(address, zone).content.decode()
    assert "Ici d’essai" in world
    assert "\u00a0km" not in world.replace("\u202f", "\u00a0")
    asked = client.get(address, {**zone, "pres": "46.9,0.34"}).content.decode()
    assert "36\u00a0km" in asked.replace("\u202f", "\u00a0")


def test_a_part_of_a_page_shared_as_an_address_leads_to_a_page(client):
    one = at(0.34, 46.58)
    factories.indexed()
    answer = client.get(reverse("directory:map_list"), {"zone": "0,46,1,47"})
    assert answer.url == f"{reverse('directory:list')}?zone=0%2C46%2C1%2C47"
    assert client.get(answer.url).status_code == 200
    answer = client.get(reverse("directory:map_summary", args=[one.public_id]))
    assert answer.url == reverse("directory:sheet", args=[one.public_id])


def test_the_summary_tells_a_sheet_shown_and_no_other(client):
    one = at(0.34, 46.58, "Le Potager d’essai", description="Des légumes d’essai.")
    factories.indexed()
    address = reverse("directory:map_summary", args=[one.public_id])
    page = client.get(address, {"partie": "1"}).content.decode()
    assert "Des légumes d’essai." in page
    assert reverse("directory:sheet", args=[one.public_id]) in page
    Organisation.objects.filter(pk=one.pk).update(status="hidden")
    assert client.get(address, {"partie": "2"}).status_code == 404


@pytest.mark.parametrize(
    "zone", ["", "1", "a,b,c,d", "1,2,3", "5,46,1,47", "nan,0,1,1", "0,0,1e999,1", "0,0,400,1"]
)
def test_a_zone_that_is_none_narrows_nothing(client, zone):
    at(0.34, 46.58, "Ici d’essai")
    factories.indexed()
    assert "Ici d’essai" in client.get(reverse("directory:list"), {"zone": zone}).content.decode()


def test_a_zone_is_a_filter_of_the_list_that_one_may_take_away(client):
    at(0.34, 46.58, "Ici d’essai"), at(5.0, 45.0, "Ailleurs d’essai")
    factories.indexed()
    page = client.get(reverse("directory:list"), {"zone": "0,46,1,47"}).content.decode()
    assert "Ici d’essai" in page
    assert "Ailleurs d’essai" not in page
    assert "Zone de la carte" in page
    assert 'name="zone" value="0,46,1,47"' in page


def test_near_a_position_is_known_to_a_kilometre_only(client):
    from django.http import QueryDict

    from terreau.directory import asking

    asked = asking.read(QueryDict("pres=46.581234,0.341234"))
    assert asked.query.near == (0.34, 46.58)
    assert asked.query.order == "near"
    assert not asked.near_unknown
    assert asking.read(QueryDict("pres=99,0")).near_unknown


def test_without_what_comes_from_npm_the_still_map_remains(client, settings, tmp_path, monkeypatch):
    at(0.34, 46.58)
    factories.indexed()
    monkeypatch.setattr("terreau.directory.map_views.finders.find", lambda _path: None)
    page = client.get(reverse("directory:map")).content.decode()
    assert "carte-fixe" in page
    assert "ouvrir-carte" not in page


def test_the_grid_of_another_day_serves_as_long_as_nothing_left_the_map():
    scattered(120)
    index = search.opened()
    today = timezone.localdate()
    assert clusters._grid(index, today) is not None
    assert clusters._grid(index, today + timedelta(days=30)) is not None
    assert clusters._grid(index, date(2000, 1, 1)) is None
    confirmed(Organisation.objects.first(), today - timedelta(days=700))
    assert clusters._grid(search.opened(), today + timedelta(days=60)) is None
    assert replace(Query(), page=1) == Query()
