from __future__ import annotations

import re

import brotli
import pytest
from shapely import get_num_coordinates, union_all
from shapely.geometry import Polygon, mapping

from terreau.core.countries import country_name
from terreau.core.errors import TerreauError
from terreau.core.outlines import country_shapes
from terreau.documents.geometry import simplify_together
from terreau.documents.maps import Area, Look, Place, area_map, place_map
from tests.documents.pictures import by_tag, parse, texts

CITIES = [
    Place(-17.444, 14.6937, 3, "Dakar"),
    Place(-8.0029, 12.6500, 5, "Bamako"),
    Place(104.916, 11.5625, 2, "Phnom Penh"),
    Place(-71.2145, 46.8123, 1, "Québec"),
    Place(57.4989, -20.1619, 1, "Port-Louis"),
    Place(2.3488, 48.8534, 4, "Paris"),
]


def square(x: float, y: float, side: float = 0.1) -> dict:
    return mapping(Polygon([(x, y), (x + side, y), (x + side, y + side), (x, y + side)]))


TOWNS = [
    Area("1", "Ouest", square(0.0, 46.5), 3),
    Area("2", "Est", square(0.1, 46.5), 1200),
    Area("3", "Nord", square(0.0, 46.6), None),
    Area("4", "Nord-Est", square(0.1, 46.6), 0),
    Area("5", "Loin", square(0.2, 46.6), float("nan")),
]


@pytest.mark.parametrize("narrow", [False, True])
def test_numbers_and_names_of_places_are_written(narrow: bool) -> None:
    root = parse(
        place_map(CITIES, title="Villes", look=Look(narrow=narrow, credit="Contours\u00a0: Natural Earth."))
    )
    written = texts(root)
    assert {"Paris", "4", "2"} <= set(written)
    assert narrow or {"Phnom Penh", "Port-Louis", "Dakar", "Bamako"} <= set(written)
    assert "Bamako (5)" in (root[1].text or "")
    assert len(by_tag(root, "circle")) >= 5
    assert "Contours\u00a0: Natural Earth." in written


@pytest.mark.parametrize(
    "look", [Look(), Look(extent=(-11, 34, 35, 66)), Look(extent=(-18, 4, 16, 28)), Look(narrow=True)]
)
def test_a_world_or_continent_map_stays_light(look: Look) -> None:
    picture = place_map(CITIES, title="Villes", look=look)
    assert len(picture.encode()) < 60_000
    assert len(brotli.compress(picture.encode())) < 20_000
    assert len(by_tag(parse(picture), "path")[0].attrib["d"]) > 3000, "the countries are there"


def test_a_choropleth_of_countries_stays_light() -> None:
    shapes = country_shapes()
    areas = [
        Area(iso2, country_name(iso2), shapes[iso2], index * 3)
        for index, iso2 in enumerate(["FR", "DE", "IT", "ES"])
    ]
    picture = area_map(areas, title="Pays", legend="Nombre", look=Look(extent=(-11, 34, 35, 66)))
    assert len(picture.encode()) < 60_000
    assert {"France", "Espagne"} <= set(texts(parse(picture)))


def test_circles_are_in_proportion_and_do_not_overlap() -> None:
    places = [
        Place(x / 10, 46 + y / 10, 1 + (x * 7 + y * 5) % 40, f"L{x}{y}") for x in range(15) for y in range(15)
    ]
    root = parse(place_map(places, title="t"))
    circles = [tuple(float(c.attrib[k]) for k in ("cx", "cy", "r")) for c in by_tag(root, "circle")]
    assert 1 < len(circles) < len(places)
    for index, (x, y, r) in enumerate(circles):
        for x2, y2, r2 in circles[index + 1 :]:
            assert ((x - x2) ** 2 + (y - y2) ** 2) ** 0.5 > r + r2 - 1.3
    numbers = [int(text.replace("\u202f", "")) for text in texts(root) if re.fullmatch(r"[\d\u202f]+", text)]
    assert sum(numbers) == sum(place.count for place in places), "gathering loses nobody"
    assert "Les lieux proches sont réunis dans un même cercle." in texts(root)
    ordered = [r for _, r in sorted(zip(numbers, [c[2] for c in circles], strict=True))]
    assert ordered == sorted(ordered)


def test_places_gathered_are_named_for_what_they_are() -> None:
    pair = [Place(0.0, 46.0, 30, "Alpha"), Place(0.001, 46.0, 2, "Beta"), Place(1.0, 46.5, 3, "Gamma")]
    written = texts(parse(place_map(pair, title="t")))
    assert "Alpha et 1 autre" in written
    assert "32" in written
    assert "Gamma" in written
    same = [Place(0.0, 46.0, 1, "Alpha"), Place(0.0001, 46.0, 1, "Alpha"), Place(1.0, 46.5, 3, "Gamma")]
    assert "Alpha" in texts(parse(place_map(same, title="t")))
    level = [Place(0.0, 46.0, 1, name) for name in ("Alpha", "Beta", "Delta")] + [
        Place(1.0, 46.5, 3, "Gamma")
    ]
    assert not [
        t for t in texts(parse(place_map(level, title="t"))) if t.startswith(("Alpha", "Beta", "Delta"))
    ]


def test_areas_are_shaded_by_value_and_what_is_missing_is_said() -> None:
    root = parse(
        area_map(TOWNS, title="Communes", legend="Organisations", look=Look(credit="Contours\u00a0: IGN."))
    )
    written = texts(root)
    assert {"Ouest", "3", "Est", "1\u202f200", "0", "non disponible", "Organisations"} <= set(written)
    fills = [path.attrib["fill"] for path in by_tag(root, "path") if "fill" in path.attrib]
    dashed = [path for path in by_tag(root, "path") if "stroke-dasharray" in path.attrib]
    assert len(set(fills)) >= 4
    assert len(dashed) == 1
    assert dashed[0].attrib["d"].count("M") == 2, "zero is a value, None and NaN are not"
    assert "Est (1\u202f200), Ouest (3), Nord-Est (0)." in (root[1].text or "")


def test_thousands_of_areas_still_make_a_page() -> None:
    grid = [
        Area(f"{x}-{y}", "", square(x / 50, 44 + y / 50, 0.02), x % 7) for x in range(60) for y in range(60)
    ]
    picture = area_map(grid, title="t", legend="l").encode()
    assert len(brotli.compress(picture)) < 60_000


def test_categories_are_named_in_the_legend_met_or_not() -> None:
    towns = [Area("1", "Ouest", square(0.0, 46.5), 0), Area("2", "Est", square(0.1, 46.5), 2)]
    names = ("rien", "un peu", "beaucoup")
    root = parse(area_map(towns, title="Essai", legend="Ce qu’on a", look=Look(categories=names)))
    assert set(names) <= set(texts(root))
    assert not {"0", "2"} & set(texts(root)), "a category is no number"
    assert root[1].text == "rien\u00a0: 1, un peu\u00a0: 0, beaucoup\u00a0: 1"
    fills = {one.attrib["fill"] for one in by_tag(root, "path") if "fill" in one.attrib}
    nothing, some, much = [one.attrib["fill"] for one in by_tag(root, "rect")][-3:]
    assert {nothing, much} <= fills
    assert some not in fills


def test_dark_areas_carry_light_text() -> None:
    root = parse(area_map(TOWNS, title="t", legend="l"))
    by_text = {"".join(node.itertext()): node for node in reversed(by_tag(root, "text"))}
    assert by_text["1\u202f200"].attrib["fill"] == "#fffdf8"
    assert "fill" not in by_text["0"].attrib


def test_town_maps_have_north_and_scale_and_the_world_has_neither() -> None:
    local = texts(parse(area_map(TOWNS, title="t", legend="l")))
    assert "N" in local
    assert any(text.endswith("\u00a0km") for text in local)
    world = texts(parse(place_map(CITIES, title="t")))
    assert "N" not in world
    assert not any(text.endswith("\u00a0km") for text in world)


def test_the_scale_is_true() -> None:
    root = parse(place_map([Place(0, 0, 1, "a"), Place(1, 0, 1, "b")], title="t"))
    (left, right) = sorted(float(circle.attrib["cx"]) for circle in by_tag(root, "circle"))
    km_text = next(text for text in texts(root) if text.endswith("\u00a0km"))
    bar = next(
        re.search(r"v5h([\d.]+)v-5", path.attrib["d"])
        for path in by_tag(root, "path")
        if "v5h" in path.attrib["d"]
    )
    assert bar is not None
    km_per_px = float(km_text.removesuffix("\u00a0km").replace(",", ".")) / float(bar.group(1))
    assert (right - left) * km_per_px == pytest.approx(111.2, rel=0.01)


def test_a_lone_place_gets_a_map() -> None:
    root = parse(place_map([Place(0.3404, 46.5802, 324, "Poitiers")], title="t"))
    assert {"324", "Poitiers"} <= set(texts(root))


def test_nothing_to_draw_is_said() -> None:
    with pytest.raises(TerreauError, match="Aucun lieu"):
        place_map([], title="t")
    with pytest.raises(TerreauError, match="contour"):
        area_map([], title="t", legend="l")


def test_hostile_names_stay_text() -> None:
    root = parse(place_map([Place(0, 46, 1, '"><script>x</script>\x00')], title="<b>&"))
    assert root[0].text == "<b>&"
    assert '"><script>x</script>' in texts(root)


def test_neighbours_keep_their_common_border_when_simplified() -> None:
    shapes = [country_shapes()[iso2] for iso2 in ("CH", "AT", "LI", "CZ")]
    simple = simplify_together(shapes, 0.3)
    assert sum(map(get_num_coordinates, simple)) < sum(map(get_num_coordinates, shapes)) / 4
    assert union_all(simple).area == pytest.approx(sum(one.area for one in simple)), "no overlap"
    assert simple[0].intersection(simple[1]).length > 0
