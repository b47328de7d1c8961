"""A small register built once, and the means of building others."""

from __future__ import annotations

from pathlib import Path

import pytest

from terreau.observatory.build import build
from terreau.observatory.landing import Request
from terreau.observatory.store import open_vintage
from tests.observatory import registers
from tests.observatory.vintages import rows  # noqa: F401  (the tests ask it here)

VINTAGE = "2026-11"


class Workshop:
    """A folder with the files of a register, and the vintages made of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "out"

    def write(self, units, establishments, *, generation=2026):
        new = generation == 2026
        names = (
            (registers.UNITS_2025, registers.ESTABLISHMENTS_2026)
            if new
            else (
                registers.UNITS_2019,
                registers.ESTABLISHMENTS_2019,
            )
        )
        return (
            registers.write(self.folder / "StockUniteLegale_utf8.csv", names[0], units),
            registers.write(self.folder / "StockEtablissement_utf8.csv", names[1], establishments),
        )

    def build(self, units, establishments, *, vintage=VINTAGE, **others):
        request = Request(
            source="sirene",
            vintage=vintage,
            out=self.out,
            units=units,
            establishments=establishments,
            **others,
        )
        build(request)
        return open_vintage(self.out, vintage)

    def small(self, **others):
        return self.build(*self.write(*registers.small()), **others)


@pytest.fixture
def workshop(tmp_path):
    return Workshop(tmp_path)


@pytest.fixture(scope="session")
def small_vintage(tmp_path_factory):
    workshop = Workshop(tmp_path_factory.mktemp("register"))
    listed = workshop.folder / "liste.csv"
    listed.write_text("SIREN,Nom\n100000012,Exemple\n")
    return workshop.small(ess_list=listed)
