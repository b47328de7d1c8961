"""Where the parts of a published diagnosis are read, for the pages that lead to them."""

from __future__ import annotations

from django.urls import reverse

from terreau.diagnosis.content import from_text
from terreau.diagnosis.models import Edition
from terreau.territories.models import Territory


def parts_read(territory: Territory) -> dict[str, str]:
    """The key of each part of the newest edition, and the address where it begins.

    A part on which nothing was known is not in the edition, and no link leads to it.
    """
    edition = Edition.objects.of(territory).first()
    if edition is None:
        return {}
    page = reverse("diagnosis:latest", args=[territory.code])
    return {part.key: f"{page}#p-{part.key}" for part in from_text(edition.content).sections}
