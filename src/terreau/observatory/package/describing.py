"""What the data package says of itself: `datapackage.json` (Data Package 2.0) and the read-me."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

from terreau.core.countries import country_name
from terreau.observatory.origins import sources_of
from terreau.observatory.package.tables import Field, Foreign, Table, tables_of
from terreau.observatory.store import Vintage

_PROFILES: Final = "https://datapackage.org/profiles/2.0"
_MEDIA: Final = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
# A licence as Open Definition or SPDX names it; any other is told by its title alone.
_LICENCES: Final = {
    "Licence Ouverte 2.0": ("etalab-2.0", "https://spdx.org/licenses/etalab-2.0.html"),
}
_UNKNOWN_LICENCE: Final = "notspecified"


def description(vintage: Vintage, folder: Path) -> dict[str, Any]:
    """The descriptor of the package whose tables are in a folder."""
    manifest = vintage.manifest
    described: dict[str, Any] = {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": name_of(vintage),
        "title": title_of(vintage),
        "description": _about(vintage),
        "version": manifest["vintage"],
        "created": manifest["built_at"],
        "keywords": ["économie sociale et solidaire", "statistiques", *_simulated(vintage)],
        "licenses": [_licence(manifest["source"]["licence"])],
        "sources": [{"title": one.label} for one in sources_of(vintage)],
        "vintage": manifest["vintage"],
        "date": manifest["on"],
        "perimeters": {name: manifest["perimeter_version"] for name in manifest["perimeters"]},
        "classification": manifest["nomenclature"],
        "simulated": bool(manifest["notice"]),
        "notice": manifest["notice"],
        "methods": "docs/observatoire.md",
    }
    described["resources"] = [
        _resource(table, form, folder / f"{table.name}.{form}")
        for form in _MEDIA
        for table in tables_of(vintage)
    ]
    return described


def name_of(vintage: Vintage) -> str:
    """« ess-fr-2026-11 »."""
    return f"ess-{vintage.manifest['country'].lower()}-{vintage.name}"


def title_of(vintage: Vintage) -> str:
    """« Économie sociale et solidaire, France, 2026-11 (données simulées) »."""
    name = country_name(vintage.manifest["country"])
    notice = f" ({vintage.manifest['notice']})" if vintage.manifest["notice"] else ""
    return f"Économie sociale et solidaire, {name}, {vintage.name}{notice}"


def _simulated(vintage: Vintage) -> list[str]:
    return [vintage.manifest["notice"]] if vintage.manifest["notice"] else []


def _about(vintage: Vintage) -> str:
    manifest = vintage.manifest
    lead = (
        "Données simulées, inventées pour s’exercer\u00a0: elles ne décrivent aucun territoire réel. "
        if manifest["notice"]
        else ""
    )
    return (
        f"{lead}Chiffres de l’économie sociale et solidaire de chaque territoire, tirés de "
        f"«\u00a0{manifest['source']['label']}\u00a0» au {manifest['on']}. "
        "Chaque chiffre nomme son périmètre. Une valeur masquée par le secret statistique est vide, "
        "avec son motif."
    )


def _licence(told: str) -> dict[str, str]:
    if told in _LICENCES:
        name, path = _LICENCES[told]
        return {"name": name, "path": path, "title": told}
    return {"name": _UNKNOWN_LICENCE, "title": told or "non dite par la source"}


def _resource(table: Table, form: str, path: Path) -> dict[str, Any]:
    resource: dict[str, Any] = {
        # Names are those foreign keys hold: the CSV is the table, the Parquet the same in another form.
        "name": table.name if form == "csv" else f"{table.name}-{form}",
        "type": "table",
        "title": table.title,
        "path": f"{form}/{path.name}",
        "format": form,
        "mediatype": _MEDIA[form],
        "bytes": path.stat().st_size,
        "hash": f"sha256:{_digest(path)}",
        "schema": _schema(table),
    }
    if table.description:
        resource["description"] = table.description
    if form == "csv":
        resource |= {"encoding": "utf-8", "dialect": {"delimiter": ",", "header": True}}
    return resource


def _schema(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": [_field(field, alone=table.key == (field.name,)) for field in table.fields],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    if table.foreign:
        schema["foreignKeys"] = [_foreign(one) for one in table.foreign]
    return schema


def _field(field: Field, *, alone: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"name": field.name, "type": field.type, "title": field.title}
    if field.description:
        told["description"] = field.description
    if field.unit:
        told["unit"] = field.unit
    constraints = {name: True for name, held in (("required", field.required), ("unique", alone)) if held}
    if constraints:
        told["constraints"] = constraints
    return told


def _foreign(one: Foreign) -> dict[str, Any]:
    reference: dict[str, Any] = {"fields": [one.key]}
    if one.table:
        reference["resource"] = one.table
    return {"fields": [one.column], "reference": reference}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_me(vintage: Vintage) -> str:
    """The same for whoever opens the archive."""
    tables = "\n".join(
        f"| `{table.name}` | {' '.join((f'{table.title}.', table.description)).strip()} |"
        for table in tables_of(vintage)
    )
    licence = vintage.manifest["source"]["licence"] or "non dite par la source"
    perimeters = ", ".join(vintage.manifest["perimeters"])
    origins = "\n".join(f"- Source\u00a0: {one}" for one in sources_of(vintage))
    return f"""# {title_of(vintage)}

{_about(vintage)}

{origins}
- Licence\u00a0: {licence}
- Date\u00a0: {vintage.manifest["on"]}
- Périmètres\u00a0: {perimeters} (règles {vintage.manifest["perimeter_version"]})

Chaque table est dans `csv/` (UTF-8, virgule, point décimal) et dans `parquet/`. `datapackage.json` décrit
chaque colonne (Data Package 2.0).

| table | contenu |
|---|---|
{tables}

## Lire ces tables

- Dans `famille` et `secteur`, «\u00a0total\u00a0» veut dire toutes ensemble\u00a0: ces lignes ne s’ajoutent \
pas aux autres.
- Les territoires s’emboîtent\u00a0: une commune est dans un département, une région, un groupement. \
On ne les additionne pas d’un niveau à l’autre.
- Deux périmètres ne s’additionnent pas et ne se comparent pas sans le dire. «\u00a0ensemble\u00a0» et \
«\u00a0prive\u00a0» ne sont pas des périmètres de l’ESS\u00a0: ce sont les dénominateurs des poids.
- Une ligne absente de `comptes` vaut zéro. Une valeur vide n’est jamais un zéro\u00a0: `motif` dit pourquoi \
elle manque, `masque` si le secret statistique l’a voulu.
- Les emplois sont estimés d’après des tranches, dont `emplois_min` et `emplois_max` sont les bornes\u00a0; \
`emplois_max` est vide si rien ne borne vers le haut. Une borne vide de `chiffres` veut dire la même chose, \
ou que la valeur est exacte.
- Les formules sont dans la documentation de l’observatoire (`docs/observatoire.md`).
"""
