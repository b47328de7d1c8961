"""Small registers in the genuine formats: the columns of the files as published, and rows made up."""

from __future__ import annotations

import csv
from pathlib import Path


def _columns(text: str) -> list[str]:
    return text.split(",")


UNITS_2019 = _columns(
    "siren,statutDiffusionUniteLegale,unitePurgeeUniteLegale,dateCreationUniteLegale,sigleUniteLegale,"
    "sexeUniteLegale,prenom1UniteLegale,prenom2UniteLegale,prenom3UniteLegale,prenom4UniteLegale,"
    "prenomUsuelUniteLegale,pseudonymeUniteLegale,identifiantAssociationUniteLegale,"
    "trancheEffectifsUniteLegale,anneeEffectifsUniteLegale,dateDernierTraitementUniteLegale,"
    "nombrePeriodesUniteLegale,categorieEntreprise,anneeCategorieEntreprise,dateDebut,"
    "etatAdministratifUniteLegale,nomUniteLegale,nomUsageUniteLegale,denominationUniteLegale,"
    "denominationUsuelle1UniteLegale,denominationUsuelle2UniteLegale,denominationUsuelle3UniteLegale,"
    "categorieJuridiqueUniteLegale,activitePrincipaleUniteLegale,nomenclatureActivitePrincipaleUniteLegale,"
    "nicSiegeUniteLegale,economieSocialeSolidaireUniteLegale,caractereEmployeurUniteLegale"
)
# In 2025 two columns came, one of them in the middle.
UNITS_2025 = [
    *UNITS_2019[:-1],
    "societeMissionUniteLegale",
    UNITS_2019[-1],
    "activitePrincipaleNAF25UniteLegale",
]
ESTABLISHMENTS_2019 = _columns(
    "siren,nic,siret,statutDiffusionEtablissement,dateCreationEtablissement,trancheEffectifsEtablissement,"
    "anneeEffectifsEtablissement,activitePrincipaleRegistreMetiersEtablissement,"
    "dateDernierTraitementEtablissement,etablissementSiege,nombrePeriodesEtablissement,"
    "complementAdresseEtablissement,numeroVoieEtablissement,indiceRepetitionEtablissement,"
    "typeVoieEtablissement,libelleVoieEtablissement,codePostalEtablissement,libelleCommuneEtablissement,"
    "libelleCommuneEtrangerEtablissement,distributionSpecialeEtablissement,codeCommuneEtablissement,"
    "codeCedexEtablissement,libelleCedexEtablissement,codePaysEtrangerEtablissement,"
    "libellePaysEtrangerEtablissement,complementAdresse2Etablissement,numeroVoie2Etablissement,"
    "indiceRepetition2Etablissement,typeVoie2Etablissement,libelleVoie2Etablissement,"
    "codePostal2Etablissement,libelleCommune2Etablissement,libelleCommuneEtranger2Etablissement,"
    "distributionSpeciale2Etablissement,codeCommune2Etablissement,codeCedex2Etablissement,"
    "libelleCedex2Etablissement,codePaysEtranger2Etablissement,libellePaysEtranger2Etablissement,dateDebut,"
    "etatAdministratifEtablissement,enseigne1Etablissement,enseigne2Etablissement,enseigne3Etablissement,"
    "denominationUsuelleEtablissement,activitePrincipaleEtablissement,"
    "nomenclatureActivitePrincipaleEtablissement,caractereEmployeurEtablissement"
)
ESTABLISHMENTS_2026 = [
    *ESTABLISHMENTS_2019,
    "dernierNumeroVoieEtablissement",
    "indiceRepetitionDernierNumeroVoieEtablissement",
    "identifiantAdresseEtablissement",
    "coordonneeLambertAbscisseEtablissement",
    "coordonneeLambertOrdonneeEtablissement",
    "activitePrincipaleNAF25Etablissement",
]


def unit(siren: str, form: str, **others: str) -> dict[str, str]:
    """A legal unit; `others` by the short names below or by the file's own."""
    return {
        "siren": siren,
        "statutDiffusionUniteLegale": "O",
        "etatAdministratifUniteLegale": "A",
        "categorieJuridiqueUniteLegale": form,
        "activitePrincipaleUniteLegale": "88.99B",
        "nomenclatureActivitePrincipaleUniteLegale": "NAFRev2",
        "dateDernierTraitementUniteLegale": "2026-10-28T05:25:38",
        **{_UNIT_NAMES.get(name, name): value for name, value in others.items()},
    }


def establishment(siren: str, commune: str, band: str = "NN", **others: str) -> dict[str, str]:
    """An establishment of a unit."""
    nic = others.pop("nic", "00011")
    return {
        "siren": siren,
        "nic": nic,
        "siret": siren + nic,
        "statutDiffusionEtablissement": "O",
        "dateCreationEtablissement": "2010-05-01",
        "trancheEffectifsEtablissement": band,
        "anneeEffectifsEtablissement": "2024",
        "dateDernierTraitementEtablissement": "2026-10-30T06:00:00",
        "etablissementSiege": "true",
        "codeCommuneEtablissement": commune,
        "dateDebut": "2010-05-01",
        "etatAdministratifEtablissement": "A",
        "activitePrincipaleEtablissement": "88.99B",
        "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
        **{_ESTABLISHMENT_NAMES.get(name, name): value for name, value in others.items()},
    }


_UNIT_NAMES = {
    "ess": "economieSocialeSolidaireUniteLegale",
    "activity": "activitePrincipaleUniteLegale",
    "nomenclature": "nomenclatureActivitePrincipaleUniteLegale",
    "activity_25": "activitePrincipaleNAF25UniteLegale",
    "state": "etatAdministratifUniteLegale",
    "diffusion": "statutDiffusionUniteLegale",
    "treated": "dateDernierTraitementUniteLegale",
}
_ESTABLISHMENT_NAMES = {
    "activity": "activitePrincipaleEtablissement",
    "nomenclature": "nomenclatureActivitePrincipaleEtablissement",
    "activity_25": "activitePrincipaleNAF25Etablissement",
    "state": "etatAdministratifEtablissement",
    "created": "dateCreationEtablissement",
    "since": "dateDebut",
    "seat": "etablissementSiege",
    "treated": "dateDernierTraitementEtablissement",
    "abroad": "codePaysEtrangerEtablissement",
}


def write(path: Path, header: list[str], rows: list[dict[str, str]]) -> Path:
    """The rows under the header, as the file has them."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header, restval="", extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


# Two communes of the Vienne, one of Paris by its borough, one former commune of the Côte-d'Or.
POITIERS, CHATELLERAULT, PARIS_1, CRIMOLOIS = "86194", "86066", "75101", "21213"


def small() -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """A register of a few units, each there for a reason."""
    units = [
        unit("100000001", "9220", ess="O"),  # association, in the field both ways
        unit("100000002", "9220"),  # without a flag: legal « indéterminé », statistical « oui »
        unit("100000003", "5558", ess="O", activity="43.21A"),  # SCOP
        unit("100000004", "5710", activity="62.01Z"),  # a company of which nothing is known
        unit("100000005", "5710", ess="O", activity="62.01Z"),  # a company with the flag
        unit("100000006", "9220", ess="N"),  # a conflict
        unit("100000007", "7210", activity="84.11Z"),  # a commune: public
        unit("100000008", "1000"),  # a sole trader
        unit("100000009", "9220", ess="O", state="C"),  # ceased
        unit("100000010", "5499", activity="47.11A"),  # an ordinary company
        unit("100000011", "9220", ess="N", diffusion="P"),  # a conflict that must not be named
        unit("100000012", "5710", activity="62.01Z"),  # on the list only
    ]
    establishments = [
        establishment("100000001", POITIERS, "12"),
        establishment("100000001", CHATELLERAULT, "03", nic="00029", seat="false"),
        establishment("100000002", POITIERS),
        establishment("100000003", POITIERS, "21", activity="43.21A"),
        establishment("100000004", POITIERS, "02", activity="62.01Z"),
        establishment("100000005", PARIS_1, "11", activity="62.01Z"),
        establishment("100000006", CHATELLERAULT, "01"),
        establishment("100000007", POITIERS, "42", activity="84.11Z"),
        establishment("100000008", POITIERS, "01"),
        establishment("100000009", POITIERS, state="F", created="2022-12-01", since="2026-03-01"),
        establishment("100000010", CRIMOLOIS, "22", activity="47.11A"),
        establishment("100000011", "[ND]", "NN", created="2026-02-01"),
        establishment("100000012", POITIERS, "01", activity="62.01Z", created="2023-01-15"),
    ]
    return units, establishments
