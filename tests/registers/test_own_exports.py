"""What the directory exports comes back as it left: nothing is learnt that nobody said."""

from __future__ import annotations

import csv
import io

import pytest

from terreau.core.errors import TerreauError
from terreau.directory.exports import export
from terreau.registers.identifying import IdentifierReader
from terreau.registers.mapping import propose
from terreau.registers.spec import ColumnSpec
from tests.registers.lists import bring

EPCI = "200069854"  # the SIREN of the urban community of Grand Poitiers
# « Santé » is an issue, and a sector too.
LISTED = [
    {"nom": name, "ville": "Poitiers", "siren": siren, "lat": lat, "lon": lon, "enjeux": "sante"}
    for name, siren, lat, lon in (
        ("Essai du Clain", "732829320", "", ""),
        ("Essai de la Boivre", "", "", ""),
        ("Essai du Pont", "", "46.58", "0.34"),
    )
]


def target_of(proposal, column):
    return next((item.target for item in proposal.spec.columns if item.column == column), "")


@pytest.mark.parametrize(
    "name", ["epci_code", "Code EPCI", "siren_epci", "SIREN de l’intercommunalité", "Rattachement"]
)
def test_the_number_of_a_grouping_is_nobodys_of_the_list(name):
    rows = [{"nom": f"Essai {number}", "ville": "Poitiers", name: EPCI} for number in range(12)]
    assert target_of(propose(["nom", "ville", name], rows, country="FR"), name) == ""


def test_numbers_of_their_own_are_still_recognised_without_a_name():
    numbers = ["732829320", "404833048", "552100554", "542065479"]
    rows = [{"nom": f"Essai {number}", "Code": number} for number in numbers]
    assert target_of(propose(["nom", "Code"], rows, country="FR"), "Code") == "identifier"


@pytest.mark.parametrize("scheme", ["", "siren"])
def test_identifiers_are_read_as_exports_write_them(scheme):
    values, remarks = {}, []
    reader = IdentifierReader([ColumnSpec("identifiers", "identifier", "", scheme)], {})
    reader.read({"identifiers": "rna:W862001234|siren:732829320"}, values, remarks)
    assert values["identifiers"] == {"rna": "W862001234", "siren": "732829320"}
    assert remarks == []


def exported(territory, form):
    out = io.BytesIO()
    export(territory, form, out)
    return out.getvalue()


def sheets(territory):
    read = list(csv.DictReader(io.StringIO(exported(territory, "csv").decode())))
    return {row["id"]: {key: row[key] for key in row if key not in ("stated_on", "licence")} for row in read}


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["csv", "xlsx", "geojson", "jsonld"])
def test_an_export_brought_in_again_changes_no_sheet(small_world, form):
    town = small_world.poitiers
    bring(LISTED, town)
    before = sheets(town)
    assert sorted(row["precision"] for row in before.values()) == ["commune", "commune", "point"]
    assert {row["issues"] for row in before.values()} == {"sante"}
    run = bring(exported(town, form), town, "Retour", name=f"retour.{form}")
    assert (run.counts["new"], run.counts["joined"]) == (3, 3)
    assert sheets(town) == before


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["csv", "xlsx", "geojson", "jsonld"])
def test_simulated_rows_do_not_come_back_as_real(small_world, form):
    town = small_world.poitiers
    bring(LISTED, town, simulated=True)
    before = sheets(town)
    assert {row["simulated"] for row in before.values()} == {"1"}
    content = exported(town, form)
    with pytest.raises(TerreauError, match=r"données simulées.*Dites-le de la source"):
        bring(content, town, "Retour", name=f"retour.{form}")
    assert not town.sources.filter(name="Retour").exists()
    bring(content, town, "Retour", name=f"retour.{form}", simulated=True)
    assert sheets(town) == before
