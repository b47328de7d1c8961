"""What a vintage was made of besides the register: its data package and its figures tell every source."""

from __future__ import annotations

import pytest

from terreau.observatory.figures import figures_of
from terreau.observatory.origins import sources_of
from terreau.observatory.package.describing import read_me
from tests.observatory.registers import small, write
from tests.observatory.test_confidential import HEADER
from tests.observatory.test_rna import RNA, association

SIRENE = "Insee, base Sirene, fichiers StockUniteLegale et StockEtablissement"
LISTED = "ESS France, liste des entreprises de l’ESS"
ASSOCIATIONS = "Ministère de l’intérieur, répertoire national des associations (Waldec)"
EXACT = "Emplois, salaires et chiffre d’affaires exacts d’un État"


@pytest.fixture
def beside(workshop):
    """The files that may be read beside the register."""
    listed = workshop.folder / "liste.csv"
    listed.write_text("SIREN,Nom\n100000012,Exemple\n")
    exact = workshop.folder / "exact.csv"
    exact.write_text(f"{HEADER}\n10000000300011,100000003,120,4000000\n")
    rna = write(workshop.folder / "rna.csv", RNA.split(";"), [association("W869999998")])
    return {"ess_list": listed, "rna": rna, "confidential": exact}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((), [SIRENE]),
        (("ess_list",), [SIRENE, LISTED]),
        (("confidential", "ess_list", "rna"), [SIRENE, LISTED, ASSOCIATIONS, EXACT]),
    ],
)
def test_every_source_is_told(workshop, beside, given, told):
    vintage = workshop.build(*workshop.write(*small()), **{name: beside[name] for name in given})
    assert [one.label for one in sources_of(vintage)] == told
    text = read_me(vintage)
    assert [f"- Source\u00a0: {label}" in text for label in told] == [True] * len(told)
    assert text.count("- Source\u00a0: ") == len(told)
    assert f"{SIRENE} (Licence Ouverte 2.0)" in text
    source = figures_of(workshop.out, "fr", vintage.name).source
    assert source.split("\u202f; ") == list(map(str, sources_of(vintage)))
    assert EXACT not in told or f"{EXACT}\n" in text, "its licence is not told: nobody may have it"
