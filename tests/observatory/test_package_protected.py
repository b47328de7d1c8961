"""What a State knows exactly, in the data package: only as far as secrecy lets it out."""

from __future__ import annotations

import pytest

from terreau.observatory.package.making import make
from tests.observatory.conftest import Workshop
from tests.observatory.datapackages import Package, check_description, check_tables
from tests.observatory.test_confidential import cells, field, office_of


@pytest.mark.slow
def test_protected_measures_are_in_the_package_and_what_they_mask_is_not(tmp_path):
    units, establishments, known = field()
    vintage = office_of(Workshop(tmp_path))(units, establishments, known)
    package = Package(make(tmp_path / "out", vintage.name))
    check_description(package.description)
    assert "Emplois, salaires et chiffre d’affaires exacts d’un État" in [
        one["title"] for one in package.description["sources"]
    ]
    check_tables(package)
    told = cells(vintage)
    rows = [row for row in package.rows("mesures_protegees") if row["indicateur"] == "masse_salariale"]
    assert len(rows) == len(told)
    names = {"*": "total", "": "inconnu"}
    for row in rows:
        status, value = next(
            found
            for (place, family, section), found in told.items()
            if (place, names.get(family, family), names.get(section, section))
            == (row["territoire"], row["famille"], row["secteur"])
        )
        assert row["valeur"] == value
        assert row["masque"] == (value is None) == bool(row["motif"]) == (status != "published")
    masked = [row for row in rows if row["masque"]]
    assert masked
    # The wages of the two cooperatives of Châtellerault: alone in their cell.
    two = [wages for siret, (_jobs, wages) in known.items() if _jobs in (17, 19)]
    everything = package.everything()
    for number in (*two, sum(two)):
        assert str(number) not in everything
