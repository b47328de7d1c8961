"""A year whose sizes may not be shown gives nothing of them to the trend of another."""

from __future__ import annotations

import json

import pytest

from terreau.observatory.build import build
from terreau.observatory.figures import figures_of
from terreau.observatory.landing import Request
from tests.observatory.test_generic import Abroad

BEFORE, AFTER = "2025-11", "2026-11"


def built(folder, withheld):
    """Two vintages of the made-up register, the sizes of one of them withheld."""
    abroad = Abroad(folder)
    abroad.build()
    for vintage in (BEFORE, AFTER):
        mapping = folder / f"mapping-{vintage}.json"
        mapping.write_text(json.dumps(abroad.mapping | {"size_public": vintage != withheld}))
        out = folder / "trend"
        build(
            Request(
                source="generic", vintage=vintage, out=out, units=folder / "registre.csv", mapping=mapping
            )
        )
    return figures_of(folder / "trend", "ml", AFTER, since=BEFORE)


@pytest.mark.parametrize("withheld", [BEFORE, AFTER])
def test_neither_end_of_a_growth_is_told(tmp_path, withheld):
    found = built(tmp_path, withheld)
    for name in ("croissance", "tcam"):
        for measure in ("employeurs", "emplois"):
            figure = found.get(name, segment=f"de:{measure}", perimeter="national")
            assert (figure.value, figure.numerator, figure.denominator, figure.masked) == (
                *(None, None, None),
                True,
            )
    assert found.get("shift_local", segment="de:emplois", perimeter="national").masked
    assert not found.get("croissance", segment="de:etablissements", perimeter="national").masked


def test_two_public_years_are_compared(tmp_path):
    found = built(tmp_path, "")
    assert found.get("croissance", segment="de:emplois", perimeter="national").denominator > 0
