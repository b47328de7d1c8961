"""What a file open to all holds is told in `docs/formats.md`: a name once published does not change."""

from __future__ import annotations

from pathlib import Path

import pytest

from terreau.framework import shelf
from terreau.framework.views import EDITION_COLUMNS
from terreau.levers.presentation import CATALOGUE_COLUMNS, RANKING_COLUMNS
from terreau.practices.views import COLUMNS as PRACTICES
from terreau.survey.results.exports import COLUMNS as NEEDS

FORMATS = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("address", "columns"),
    [
        ("/textes/textes.csv", shelf.COLUMNS),
        ("/leviers/leviers.csv", CATALOGUE_COLUMNS),
        ("/bonnes-pratiques/bonnes-pratiques.csv", PRACTICES),
        ("/territoires/CODE/cadre/N/cadre.csv", EDITION_COLUMNS),
        ("/territoires/CODE/leviers/N/leviers.csv", RANKING_COLUMNS),
        ("/territoires/CODE/besoins/N/besoins.csv", NEEDS),
    ],
)
def test_the_columns_of_each_open_file_are_told_in_their_order(address, columns):
    line = next(line for line in FORMATS.splitlines() if line.startswith(f"| `{address}` |"))
    assert line.split(" | ")[2].rstrip(" |").replace("`", "").split(", ") == list(columns)
