"""The directory of associations beside Sirene: what Sirene lacks is added, and nothing is counted twice."""

from __future__ import annotations

from tests.observatory.conftest import rows
from tests.observatory.registers import POITIERS, establishment, unit, write

RNA = (
    "id;id_ex;siret;rup_mi;gestion;date_creat;date_decla;date_publi;date_disso;nature;groupement;titre;titre_court;"
    "objet;objet_social1;objet_social2;adrs_complement;adrs_numvoie;adrs_repetition;adrs_typevoie;adrs_libvoie;"
    "adrs_distrib;adrs_codeinsee;adrs_codepostal;adrs_libcommune;adrg_declarant;adrg_complemid;adrg_complemgeo;"
    "adrg_libvoie;adrg_distrib;adrg_codepostal;adrg_achemine;adrg_pays;dir_civilite;siteweb;publiweb;observation;"
    "position;maj_time"
)


def association(number, **others):
    return {
        "id": number,
        "date_creat": "2001-01-01",
        "date_disso": "0001-01-01",
        "adrs_codeinsee": POITIERS,
        "position": "A",
        **others,
    }


def test_associations_without_a_siren_are_added_once(workshop):
    units = [
        unit(f"10000000{n}", "9220", ess="O", identifiantAssociationUniteLegale=f"W86000000{n}")
        for n in range(1, 10)
    ]
    files = workshop.write(units, [establishment(row["siren"], POITIERS) for row in units])
    rna = write(
        workshop.folder / "rna.csv",
        RNA.split(";"),
        [
            association("W860000001"),  # in Sirene by its own number
            association("W869999999", siret="10000000200011"),  # in Sirene by its siret
            association("W869999998"),
            association("W869999997", rup_mi="12345", date_creat="2026-01-01"),
            association("W869999996", position="D", date_disso="2026-05-01"),
            association("W869999995", position="D", date_disso="1999-05-01"),
            association("W869999994", position="?"),
        ],
    )
    vintage = workshop.build(*files, rna=rna)
    added = rows(vintage, "decisions", "nomenclature = ''", "form, units, legal_rule, statistical_rule")
    assert added == [
        ("9220", 3, "fr-legal-signe-absent", "fr-stat-activite-inconnue"),
        ("9230", 1, "fr-legal-signe-absent", "fr-stat-activite-inconnue"),
    ]
    cells = rows(vintage, "cells", columns="sum(establishments), sum(created), sum(closed)")
    assert cells == [(11, 1, 1)]
    assert [row[1:] for row in rows(vintage, "rejects")] == [("W869999994", "position inconnue : ?")]


def test_an_association_written_twice_counts_once(workshop):
    units = [unit(f"10000000{n}", "9220", ess="O") for n in range(1, 10)]
    files = workshop.write(units, [establishment(row["siren"], POITIERS) for row in units])
    numbers = ["W869999998", "W869999998", "W869999997"]
    rna = write(workshop.folder / "rna.csv", RNA.split(";"), [association(number) for number in numbers])
    vintage = workshop.build(*files, rna=rna)
    assert rows(vintage, "cells", columns="sum(establishments)") == [(11,)]
    assert [row[1:] for row in rows(vintage, "rejects")] == [
        ("W869999998", "association écrite plusieurs fois")
    ]
