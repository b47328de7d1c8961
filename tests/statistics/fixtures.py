"""Vintages made once for all the tests that read some."""

from __future__ import annotations

from pathlib import Path

import pytest

from terreau.statistics import reading
from tests.observatory.conftest import Workshop
from tests.observatory.registers import POITIERS, establishment, small

# The first has not the list that the two others have: it cannot be compared with them.
FIRST, SECOND, THIRD = "2026-11", "2027-11", "2028-11"


def _treated(rows, year):
    for row in rows:
        for name in row:
            if name.startswith("dateDernierTraitement"):
                row[name] = f"{year}-10-28T05:25:38"
    return rows


@pytest.fixture(scope="session")
def vintages_folder(tmp_path_factory) -> Path:
    """Three months of one small register, the last with an establishment more."""
    workshop = Workshop(tmp_path_factory.mktemp("vintages"))
    listed = workshop.folder / "liste.csv"
    listed.write_text("SIREN,Nom\n100000012,Exemple\n")
    more = establishment("100000003", POITIERS, "11", nic="00029", seat="false", activity="43.21A")
    for vintage, added, options in (
        (FIRST, [], {}),
        (SECOND, [], {"ess_list": listed}),
        (THIRD, [more], {"ess_list": listed}),
    ):
        units, places = small()
        files = workshop.write(_treated(units, vintage[:4]), _treated([*places, *added], vintage[:4]))
        workshop.build(*files, vintage=vintage, nomenclature="nafrev2", **options)
    return workshop.out


@pytest.fixture
def register_read(monkeypatch, vintages_folder) -> Path:
    """The site reads these vintages."""
    monkeypatch.setattr(reading, "folders", lambda: [vintages_folder])
    return vintages_folder
