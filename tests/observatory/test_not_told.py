"""What the confidential source does not tell: it is said not to be known, never to be zero."""

from __future__ import annotations

import csv
import io
import json

import pytest

from terreau.observatory import labels
from terreau.observatory.figures import written
from terreau.observatory.package.making import make
from tests.observatory.conftest import Workshop
from tests.observatory.datapackages import Package, check_tables
from tests.observatory.registers import establishment, unit
from tests.observatory.test_confidential import PARIS_1, field, figures, office_of

# A mutual of Paris that the State says nothing of, and one association of Poitiers among five.
MUTUAL, UNTOLD = "200000090", "20000000100011"
WITHOUT_JOBS = "20000000500011"
IN_LOUDUN = ("20000001700011", "20000001700029", "20000001800011", "20000001900011")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The associations of Loudun, the only ones of the field there, have no line in the confidential file."""
    units, establishments, known = field()
    units.append(unit(MUTUAL, "8210", ess="O"))
    establishments.append(establishment(MUTUAL, PARIS_1, "11"))
    told = {siret: one for siret, one in known.items() if siret not in (*IN_LOUDUN, UNTOLD)}
    told[WITHOUT_JOBS] = ("", told[WITHOUT_JOBS][1])
    return office_of(Workshop(tmp_path_factory.mktemp("office")))(units, establishments, told)


def told_of(vintage, territory, name, segment=""):
    return figures(vintage, territory).get(name, perimeter="statistical", segment=segment)


@pytest.mark.parametrize(
    ("name", "segment"),
    [
        ("emplois_exacts", ""),
        ("masse_salariale", "famille:association"),
        ("part_emplois_exacts", "famille:association"),
        ("ql_emplois_exacts", "section:Q"),
        ("salaire_par_emploi", ""),
    ],
)
def test_establishments_that_no_line_tells_of_are_not_zero(built, name, segment):
    one = told_of(built, "fr-com-86137", name, segment)
    assert (one.value, one.numerator, one.denominator) == (None, None, None)
    assert (one.masked, one.known) == (False, False)
    assert one.why == one.missing == labels.SECRET["absent"]


def test_where_nobody_is_there_is_nothing(built):
    one = told_of(built, "fr-com-86137", "emplois_exacts", "famille:cooperative")
    assert (one.value, one.known, one.missing) == (0.0, True, "")
    nobody = told_of(built, "fr-com-86001", "emplois_exacts")
    assert (nobody.value, nobody.known) == (0.0, True)


def test_a_sum_says_how_many_it_is_of(built):
    """Paris without its mutual, the country without those of Loudun and one of Poitiers."""
    one = told_of(built, "fr-com-75056", "emplois_exacts")
    assert one.value == 30 + 31 + 37 + 41 + 43 + 47
    assert one.note == (
        "Somme de ce que la source dit de 6\u00a0structures\u202f; établissements du champ ici\u00a0: 7."
    )
    assert "20\u00a0structures" in told_of(built, "fr", "emplois_exacts").note
    assert "21\u00a0structures" in told_of(built, "fr", "masse_salariale").note


def test_a_wage_for_a_job_says_when_the_wages_and_the_jobs_are_not_of_the_same(built):
    one = told_of(built, "fr", "salaire_par_emploi")
    assert one.value
    assert one.note == "Masse salariale de 21\u00a0structures, emplois de 20\u00a0structures."
    assert not told_of(built, "fr-com-75056", "salaire_par_emploi").note


def test_a_family_of_which_no_line_tells_is_said_not_to_be_known(built):
    one = told_of(built, "fr", "emplois_exacts", "famille:mutuelle")
    assert (one.value, one.known) == (None, False)


def test_it_is_told_in_the_files(built):
    found = figures(built, "fr-com-86137")
    asked = ("emplois_exacts", "", "statistical")
    rows = [
        *json.loads(written(found, "json"))["chiffres"],
        *csv.DictReader(io.StringIO(written(found, "csv"), newline="")),
    ]
    shown = [row for row in rows if (row["indicateur"], row["segment"], row["perimetre"]) == asked]
    assert len(shown) == 2
    for row in shown:
        assert not row["valeur"]
        assert row["motif"] == labels.SECRET["absent"]
        assert str(row["masque"]).lower() == "false"


@pytest.mark.slow
def test_it_is_told_in_the_data_package(built):
    package = Package(make(built.folder.parent.parent, built.name))
    check_tables(package)
    row = next(
        row
        for row in package.rows("chiffres")
        if (row["territoire"], row["indicateur"], row["famille"]) == ("fr", "emplois_exacts", "mutuelle")
    )
    assert (row["valeur"], row["masque"], row["motif"]) == (None, False, labels.SECRET["absent"])
    (described,) = [one for one in package.description["resources"] if one["name"] == "mesures_protegees"]
    assert "vaut zéro" not in described["description"].replace("vaut zéro si ", "")
