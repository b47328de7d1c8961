"""The tables of the data package: their columns, keys and words. Filled in `filling`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from terreau.observatory import protected
from terreau.observatory.store import Vintage

# In the columns of families and sectors: all of them together, an activity that no section holds.
TOTAL: Final = "total"
NO_SECTION: Final = "inconnu"
# Beside the perimeters of the country: what a share is a share of.
EVERYTHING: Final = "ensemble"
PRIVATE: Final = "prive"

Type = Literal["string", "integer", "number", "boolean", "date"]
SQL_TYPES: Final[dict[Type, str]] = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its type and title in the words of Table Schema, its unit where it is measured."""

    name: str
    type: Type
    title: str
    unit: str = ""
    required: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A column that holds the key of another table; `table` is empty for the table itself."""

    column: str
    table: str
    key: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the package, in CSV and in Parquet."""

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    foreign: tuple[Foreign, ...] = ()


def _key(name: str, title: str, description: str = "") -> Field:
    return Field(name, "string", title, required=True, description=description)


_TERRITORY: Final = _key("territoire", "code public du territoire")
_PERIMETER: Final = _key("perimetre", "périmètre")
_FAMILY: Final = _key("famille", "famille", f"«\u00a0{TOTAL}\u00a0»\u00a0: toutes ensemble")
_SECTOR: Final = _key("secteur", "section de la nomenclature d’activités", _FAMILY.description)
_MASKED: Final = Field("masque", "boolean", "au moins une valeur de la ligne est masquée", required=True)
_WHY: Final = Field("motif", "string", "pourquoi une valeur manque")
_NOTICE: Final = Field("mention", "string", "«\u00a0données simulées\u00a0» s’il y a lieu")
_IN_PLACE: Final = Foreign("territoire", "territoires", "territoire")
_IN_PERIMETER: Final = Foreign("perimetre", "perimetres", "perimetre")
_IN_FAMILY: Final = Foreign("famille", "familles", "famille")
_IN_SECTOR: Final = Foreign("secteur", "secteurs", "secteur")

# Measured by headcount bands: masked where the source does not publish them.
SIZES: Final = ("employeurs", "emplois", "emplois_min", "emplois_max", "effectif_inconnu")

COUNTS: Final = Table(
    "comptes",
    "Comptes de chaque territoire, par famille et par section",
    "Une ligne par territoire, périmètre, famille et section. Une ligne absente vaut zéro.",
    (
        _TERRITORY,
        _PERIMETER,
        _FAMILY,
        _SECTOR,
        Field("etablissements", "integer", "établissements actifs", "établissements", required=True),
        Field("structures", "integer", "structures, au lieu de leur siège", "structures", required=True),
        Field("employeurs", "integer", "établissements d’au moins un salarié", "établissements"),
        Field("emplois", "number", "emplois salariés, estimés au milieu des tranches", "emplois"),
        Field("emplois_min", "integer", "borne basse des emplois", "emplois"),
        Field("emplois_max", "integer", "borne haute des emplois\u00a0; vide si rien ne la borne", "emplois"),
        Field("effectif_inconnu", "integer", "établissements sans effectif connu", "établissements"),
        Field("creations", "integer", "établissements créés dans l’année", "établissements", required=True),
        Field("cessations", "integer", "établissements fermés dans l’année", "établissements", required=True),
        Field("cohorte", "integer", "établissements créés entre quatre et trois ans avant", required=True),
        Field("survivants", "integer", "ceux de la cohorte actifs trois ans après", required=True),
        _MASKED,
        _WHY,
        _NOTICE,
    ),
    ("territoire", "perimetre", "famille", "secteur"),
    (_IN_PLACE, _IN_PERIMETER, _IN_FAMILY, _IN_SECTOR),
)

FIGURES: Final = Table(
    "chiffres",
    "Chiffres de chaque territoire",
    "Une ligne par territoire, périmètre, indicateur, famille et section\u00a0: tous ceux du pays, des "
    "régions, des départements et des groupements, les premiers de chaque commune. Les autres d’une commune "
    "se calculent des comptes, ou se téléchargent sur sa page.",
    (
        _TERRITORY,
        _PERIMETER,
        _key("indicateur", "indicateur"),
        _FAMILY,
        _SECTOR,
        Field("valeur", "number", "valeur, dans l’unité de l’indicateur"),
        Field("borne_basse", "number", "borne basse"),
        Field("borne_haute", "number", "borne haute"),
        Field("numerateur", "number", "numérateur"),
        Field("denominateur", "number", "dénominateur"),
        Field("date", "date", "jour dont parle la valeur", required=True),
        Field("estime", "boolean", "estimé d’après des tranches", required=True),
        Field("fiabilite", "string", "fiabilité, de A à E", required=True),
        _MASKED,
        _WHY,
        Field("note", "string", "ce qu’il faut savoir pour la lire"),
        _NOTICE,
    ),
    ("territoire", "perimetre", "indicateur", "famille", "secteur"),
    (
        _IN_PLACE,
        _IN_PERIMETER,
        Foreign("indicateur", "indicateurs", "indicateur"),
        _IN_FAMILY,
        _IN_SECTOR,
    ),
)

PLACES: Final = Table(
    "territoires",
    "Territoires en vigueur au millésime",
    "Leur nature, leur population, ce qui les contient.",
    (
        _TERRITORY,
        _key("nature", "nature", "country, region, department, grouping, commune, borough"),
        _key("nom", "nom"),
        Field("population", "integer", "population", "habitants"),
        Field("parent", "string", "territoire qui le contient"),
        Field("groupement", "string", "groupement de la commune"),
    ),
    ("territoire",),
    (Foreign("parent", "", "territoire"), Foreign("groupement", "", "territoire")),
)

INDICATORS: Final = Table(
    "indicateurs",
    "Indicateurs",
    "Ce que mesure chacun, et l’adresse de sa méthode.",
    (
        _key("indicateur", "indicateur"),
        _key("libelle", "libellé"),
        _key("unite", "unité"),
        Field("numerateur", "string", "numérateur"),
        Field("denominateur", "string", "dénominateur"),
        Field("note", "string", "ce qu’il faut savoir pour le lire"),
        _key("methode", "ancre de la méthode dans la documentation de l’observatoire"),
    ),
    ("indicateur",),
)

PERIMETERS: Final = Table(
    "perimetres",
    "Périmètres",
    "Deux périmètres ne s’additionnent pas et ne se comparent pas sans le dire.",
    (_PERIMETER, _key("libelle", "libellé"), Field("version", "string", "version des règles")),
    ("perimetre",),
)

FAMILIES: Final = Table(
    "familles", "Noms des familles", "", (_FAMILY, _key("libelle", "libellé")), ("famille",)
)
SECTORS: Final = Table(
    "secteurs", "Noms des sections", "", (_SECTOR, _key("libelle", "libellé")), ("secteur",)
)

PROTECTED: Final = Table(
    "mesures_protegees",
    "Mesures confidentielles, protégées",
    "Ce qu’un État connaît exactement et que le secret laisse paraître, par famille et par section, avec les "
    "marges. Une ligne absente vaut zéro si `comptes` n’y a aucun établissement\u202f; sinon elle n’est pas "
    "connue. Les bornes sont celles entre lesquelles chacun peut placer une valeur masquée.",
    (
        _TERRITORY,
        _PERIMETER,
        _key("indicateur", "mesure"),
        _FAMILY,
        _SECTOR,
        Field("structures", "integer", "structures qui contribuent", "structures"),
        Field("valeur", "number", "valeur, dans l’unité de l’indicateur"),
        Field("borne_basse", "number", "borne basse d’une valeur masquée"),
        Field("borne_haute", "number", "borne haute d’une valeur masquée\u00a0; vide si rien ne la borne"),
        _MASKED,
        _WHY,
        _NOTICE,
    ),
    ("territoire", "perimetre", "indicateur", "famille", "secteur"),
    FIGURES.foreign,
)

_ALWAYS: Final = (COUNTS, FIGURES, PLACES, INDICATORS, PERIMETERS, FAMILIES, SECTORS)


def tables_of(vintage: Vintage) -> tuple[Table, ...]:
    """The tables of the package of a vintage: one more where a State's measures were protected."""
    return (*_ALWAYS, PROTECTED) if protected.has_any(vintage) else _ALWAYS
