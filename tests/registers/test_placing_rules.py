"""What lists put around the name of a town, and positions in the French grid."""

from __future__ import annotations

from math import atanh, cos, exp, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.registers.placing_rules import Locality, clean_locality, lambert93_to_wgs84, metres


@pytest.mark.parametrize(
    ("text", "locality"),
    [
        (
            "145, rue du Maréchal Joffre<br>76600 Le Havre",
            Locality("145, rue du Maréchal Joffre 76600 Le Havre"),
        ),
        ("76600 Le Havre", Locality("Le Havre", "76600")),
        ("F-33000 Bordeaux", Locality("Bordeaux", "33000")),
        ("Nantes 44000", Locality("Nantes", "44000")),
        ("86035 POITIERS CEDEX 9", Locality("POITIERS", "86035")),
        ("Langon (33)", Locality("Langon", "", "33")),
        ("Bastia (2b)", Locality("Bastia", "", "2B")),
        ("Paris XVIIIème", Locality("Paris 18e")),
        ("Marseille 2è arr.", Locality("Marseille 2è arr.")),
        ("Riec-sur-Bélon", Locality("Riec-sur-Bélon")),
        ("Saint-Dizier", Locality("Saint-Dizier")),
        ("", Locality("")),
    ],
)
def test_a_town_without_what_is_around_it(text, locality):
    assert clean_locality(text) == locality


@pytest.mark.parametrize(
    ("text", "name"),
    [
        *(("Paris XIème", "Paris 11e"), ("Paris XIVe arr.", "Paris 14e"), ("Paris IXe", "Paris 9e")),
        *(
            ("Lyon IIIe", "Lyon 3e"),
            ("PARIS XVIIIème arrondissement", "PARIS 18e"),
            ("Paris 12e", "Paris 12e"),
        ),
        *(("Nantes", "Nantes"), ("Villefranche", "Villefranche"), ("Ève", "Ève"), ("Vix", "Vix")),
    ],
)
def test_roman_numerals_of_boroughs(text, name):
    assert clean_locality(text).name == name


@pytest.mark.parametrize(
    ("raw", "axis", "found"),
    [
        ("652 469,02", "easting", 652469.02),
        ("6862035.26", "northing", 6862035.26),
        ("2.3522", "easting", None),
        ("6862035", "easting", None),
        ("[ND]", "northing", None),
    ],
)
def test_metres_of_the_grid(raw, axis, found):
    assert metres(raw, axis) == found


def to_lambert93(longitude: float, latitude: float) -> tuple[float, float]:
    """The direct projection (IGN, NTG 71, ALG0001 and ALG0003), from its two standard parallels."""
    a, e, n = 6_378_137.0, 0.08181919104281579, 0.7256077650532670
    phi = radians(latitude)
    isometric = atanh(sin(phi)) - e * atanh(e * sin(phi))
    parallel = radians(44.0)
    normal = a / (1 - (e * sin(parallel)) ** 2) ** 0.5
    at_parallel = atanh(sin(parallel)) - e * atanh(e * sin(parallel))
    radius = normal * cos(parallel) / n * exp(n * (at_parallel - isometric))
    angle = n * radians(longitude - 3.0)
    return 700_000 + radius * sin(angle), 12_655_612.049876 - radius * cos(angle)


def test_the_origin_of_the_grid():
    longitude, latitude = lambert93_to_wgs84(700_000, 6_600_000)
    assert longitude == pytest.approx(3.0, abs=1e-9)
    assert latitude == pytest.approx(46.5, abs=1e-7)


@given(st.floats(-4.8, 9.5), st.floats(41.4, 51.1))
def test_the_grid_is_read_back(longitude, latitude):
    found = lambert93_to_wgs84(*to_lambert93(longitude, latitude))
    assert found == pytest.approx((longitude, latitude), abs=1e-6)


@pytest.mark.parametrize(("x", "y"), [(0, 0), (47.2, -1.5), (float("nan"), 6_600_000), (350_000, 7_650_000)])
def test_what_is_not_in_the_grid_is_not_read(x, y):
    assert lambert93_to_wgs84(x, y) is None
