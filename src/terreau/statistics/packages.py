"""The files of a territory's figures, and the data package of its whole country."""

from __future__ import annotations

from typing import Any, Final

from terreau.core.numbers import french_number
from terreau.statistics import reading
from terreau.statistics.reading import Package
from terreau.statistics.scene import Scene, frame
from terreau.territories.models import Territory
from terreau.territories.services import public_code

_FORMS: Final = ("csv", "json")


def package_of(code: str) -> Package | None:
    """The data package of the country of a territory, if it was made."""
    territory = Territory.objects.filter(code=public_code(code)).only("country_code").first()
    return reading.package(territory.country_code) if territory else None


def context_of(scene: Scene) -> dict[str, Any]:
    """Everything the page shows."""
    package = reading.package(scene.territory.country_code)
    source = package.vintage.manifest["source"] if package else {}
    return frame(scene, "downloads") | {
        "files": {form: scene.address("data", form) for form in _FORMS} if scene.found else {},
        "package": package,
        "megabytes": french_number(package.bytes / 1_000_000, 1) if package else "",
        "licence": source.get("licence", ""),
        "register": source.get("label", ""),
        "country": scene.containers[0] if scene.containers else scene.territory,
    }
