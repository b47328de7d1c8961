from __future__ import annotations

import math

import pytest

from terreau.core.outlines import countries_near, country_of, country_shapes


@pytest.mark.parametrize(
    ("city", "longitude", "latitude", "iso2"),
    [
        ("Poitiers", 0.3404, 46.5802, "FR"),
        ("Strasbourg", 7.7455, 48.5839, "FR"),
        ("Kehl", 7.8100, 48.5700, "DE"),
        ("Brest, on the coast", -4.4860, 48.3900, "FR"),
        ("Kinshasa", 15.3136, -4.3317, "CD"),
        ("Brazzaville, across the river", 15.2832, -4.2661, "CG"),
        ("Lomé, on the border", 1.2123, 6.1287, "TG"),
        ("Dakar", -17.4440, 14.6937, "SN"),
        ("Praia", -23.5125, 14.9305, "CV"),
        ("Moroni", 43.2551, -11.7022, "KM"),
        ("Mamoudzou", 45.2279, -12.7809, "FR"),
        ("Nouméa", 166.4416, -22.2758, "NC"),
        ("Port-Vila", 168.3219, -17.7338, "VU"),
        ("Monaco", 7.4246, 43.7384, "MC"),
        ("Pristina", 21.1655, 42.6629, "XK"),
        ("Siem Reap", 13.3633, 103.8564, None),
        ("Siem Reap, the right way round", 103.8564, 13.3633, "KH"),
        ("Suva, by the antimeridian", 178.4417, -18.1416, "FJ"),
        ("Anadyr, across the antimeridian", 177.5094, 64.7337, "RU"),
        ("Uelen, on its other side", -169.8, 66.16, "RU"),
        ("the Pacific on the parallel of Fiji", -100.0, -16.6, None),
        ("the ocean on the parallel of Wrangel", 0.0, 71.3, None),
        ("Tromsø, far north", 18.9553, 69.6492, "NO"),
        ("a ship in mid-Atlantic", -30.0, 40.0, None),
        ("null island", 0.0, 0.0, None),
    ],
)
def test_known_cities(city: str, longitude: float, latitude: float, iso2: str | None) -> None:
    assert country_of(longitude, latitude) == iso2


@pytest.mark.parametrize("position", [(None, None), (2.0, None), (200.0, 10.0), (math.nan, 1.0)])
def test_no_position_no_country(position: tuple[float | None, float | None]) -> None:
    assert country_of(*position) is None


def test_neighbours_of_a_border_city() -> None:
    assert countries_near(7.7455, 48.5839, within_km=15) == {"FR", "DE"}
    assert countries_near(0.3404, 46.5802, within_km=15) == {"FR"}


def test_every_outline_has_a_code_and_a_sound_shape() -> None:
    shapes = country_shapes()
    assert len(shapes) > 230
    assert all(len(iso2) == 2 and iso2.isupper() for iso2 in shapes)
    assert all(geometry.is_valid and not geometry.is_empty for geometry in shapes.values())
    assert shapes["FR"].bounds[0] < -60, "the overseas departments are part of France"
