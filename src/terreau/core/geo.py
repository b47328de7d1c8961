"""Distances and places on the globe, in degrees WGS84 and kilometres."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088


def distance_km(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Great-circle distance in kilometres (haversine formula, mean Earth radius of IUGG)."""
    phi1, phi2 = radians(lat1), radians(lat2)
    half = sin((phi2 - phi1) / 2) ** 2 + cos(phi1) * cos(phi2) * sin(radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(half)))


def is_position(longitude: float | None, latitude: float | None) -> bool:
    """Whether the pair is a real position: within bounds, and not the null island (0, 0)."""
    if longitude is None or latitude is None:
        return False
    within = -180 <= longitude <= 180 and -90 <= latitude <= 90
    return within and (abs(longitude) > 1e-6 or abs(latitude) > 1e-6)
