"""What must hold before a vintage is served; each refusal says in French what is wrong with the files."""

# ruff: noqa: S608  (names of our own tables, and values written by `literal`)
from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from terreau.core.errors import TerreauError
from terreau.core.numbers import french_number, french_quantity
from terreau.core.text import shorten
from terreau.observatory.engine import Engine
from terreau.observatory.perimeter import Decisions
from terreau.observatory.reading import Opened, literal
from terreau.observatory.store import Vintage

# Above these shares, the files are not what they are said to be.
_MOST_REJECTED: Final = 0.20
_MOST_ORPHANS: Final = 0.05
# What of the start of a file is enough to know whether two files go together.
_SAMPLE: Final = 100_000
_TREATED: Final = {
    "raw_units": "dateDernierTraitementUniteLegale",
    "raw_establishments": "dateDernierTraitementEtablissement",
}
_FEW: Final = 5
_SIGNS_AT_MOST: Final = 40
# Fewer rows than this beyond the end of the other file, fewer units in a register, tell nothing: an extract.
_TELLING: Final = 1_000


def of_the_month(engine: Engine, units: Opened, establishments: Opened, vintage: str) -> None:
    """Refuse files of two months, or of another month than the vintage."""
    months = {
        item.given.name: _month(engine, item, view)
        for item, view in ((units, "raw_units"), (establishments, "raw_establishments"))
    }
    dated = {name: month for name, month in months.items() if month}
    if len(set(dated.values())) > 1:
        told = ", ".join(f"{name} est de {month}" for name, month in dated.items())
        raise TerreauError(
            f"Les deux fichiers ne sont pas du même mois\u00a0: {told}.",
            remedy="Prenez les deux dans la même livraison.",
        )
    for name, month in dated.items():
        gap = _months(vintage) - _months(month)
        if gap < 0:
            raise TerreauError(f"Ce fichier est de {month}, après le millésime {vintage}.", where=name)
        if gap > 1:
            raise TerreauError(
                f"Ce fichier est de {month}, bien avant le millésime {vintage}.",
                where=name,
                remedy="Donnez le millésime du fichier, ou un fichier plus récent.",
            )


def _months(name: str) -> int:
    return int(name[:4]) * 12 + int(name[5:7])


def _month(engine: Engine, item: Opened, view: str) -> str | None:
    """The month of the last treatment: told by the footer of a Parquet file, else by its first rows."""
    column = _TREATED[view]
    if column not in item.types:
        return None
    told = [group.most for group in engine.footer(item.parquet, column) if group.most is not None]
    found = max(told, default=None) or engine.one(
        f"SELECT max(CAST({column} AS VARCHAR)) FROM (SELECT {column} FROM {view} LIMIT {_SAMPLE})"
    )
    text = str(found or "")[:7]
    return text if len(text) == 7 and text[:4].isdigit() and text[4] == "-" and text[5:].isdigit() else None


def none_is_cut(engine: Engine, units: Opened, establishments: Opened) -> None:
    """Refuse a CSV cut between two rows: in order, its numbers stop well before those of the other file.

    A Parquet file that is cut lacks its footer, and does not open.
    """
    if units.given == units.parquet and establishments.given == establishments.parquet:
        return
    views = {"raw_units": units, "raw_establishments": establishments}
    ends = {view: str(engine.one(f"SELECT max(siren) FROM {view}") or "") for view in views}
    short, long = sorted(views, key=lambda view: ends[view])
    beyond, all_rows = engine.run(
        f"SELECT count(*) FILTER (WHERE siren > {literal(ends[short])}), count(*) FROM {long}"
    )[0]
    if ends[short] and beyond >= _TELLING and beyond > _MOST_ORPHANS * all_rows:
        share = french_quantity(100 * beyond / all_rows, "%", 1)
        raise TerreauError(
            f"Ce fichier s’arrête bien avant l’autre, au numéro {ends[short]}\u00a0: {share} des lignes de "
            f"{views[long].given.name} viennent après.",
            where=views[short].given.name,
            remedy="Il est coupé\u00a0: téléchargez-le de nouveau.",
        )


def no_unit_twice(engine: Engine) -> None:
    """Refuse a register where a unit is written twice: its establishments would count double."""
    # In order, each beside the next: half the time of counting each.
    found = engine.run(
        f"""SELECT DISTINCT lpad(CAST(unit AS VARCHAR), 9, '0') AS unit
            FROM (
                SELECT unit, lag(unit) OVER (ORDER BY unit) AS unit_before
                FROM decided_units WHERE reason IS NULL
            ) AS in_order
            WHERE unit = unit_before
            ORDER BY unit LIMIT {_FEW}"""
    )
    if found:
        raise TerreauError(
            f"Des unités sont écrites plusieurs fois\u00a0: {', '.join(row[0] for row in found)}…",
            remedy="Le fichier est la somme de plusieurs, ou il est abîmé.",
        )


def no_establishment_twice(engine: Engine) -> None:
    """Refuse a register where an establishment, known by its rank in its unit, is written twice."""
    found = engine.run(
        f"""SELECT DISTINCT lpad(CAST(unit AS VARCHAR), 9, '0') || ' ' || lpad(CAST(rank AS VARCHAR), 5, '0')
                AS establishment
            FROM (
                SELECT
                    unit,
                    rank,
                    lag(unit) OVER (ORDER BY unit, rank) AS unit_before,
                    lag(rank) OVER (ORDER BY unit, rank) AS rank_before
                FROM enriched_establishments WHERE rank IS NOT NULL AND reason IS NULL
            ) AS in_order
            WHERE unit = unit_before AND rank = rank_before
            ORDER BY establishment LIMIT {_FEW}"""
    )
    if found:
        raise TerreauError(
            f"Des établissements sont écrits plusieurs fois\u00a0: {', '.join(row[0] for row in found)}…",
            remedy="Le fichier est la somme de plusieurs, ou il est abîmé.",
        )


def orphans(engine: Engine) -> list[tuple[str, str, str]]:
    """Establishments, among the first of the file, whose unit is not in the file of units."""
    engine.hold("first_rows", f"SELECT siren, nic FROM raw_establishments LIMIT {_SAMPLE}")
    looked, first, last = engine.run("SELECT count(*), min(siren), max(siren) FROM first_rows")[0]
    # In a file that is in order, only the units of these numbers are looked at.
    found = engine.run(
        f"""SELECT e.siren, e.nic FROM first_rows AS e WHERE length(e.siren) = 9 AND NOT EXISTS (
                SELECT 1 FROM (SELECT siren FROM raw_units
                    WHERE siren BETWEEN {literal(first or "")} AND {literal(last or "")}) AS u
                WHERE u.siren = e.siren)
            ORDER BY ALL"""
    )
    if len(found) > _MOST_ORPHANS * looked:
        share = french_quantity(100 * len(found) / looked, "%", 1)
        raise TerreauError(
            f"{share} des établissements n’ont pas d’unité légale dans l’autre fichier.",
            remedy="Les deux fichiers ne vont pas ensemble\u00a0: prenez-les dans la même livraison.",
        )
    return [("establishment", f"{siren} {nic or ''}".strip(), "unité légale absente") for siren, nic in found]


def list_is_of_the_register(engine: Engine, path: Path | None, decisions: Decisions) -> None:
    """Refuse a list without numbers, or of which nobody is in a register: it would be one that names nobody.

    Of a register of a few hundred units, nobody may well be in the list.
    """
    if path is None or any(row.combination.listed == "oui" for row in decisions.rows):
        return
    remedy = "Sa colonne «\u00a0SIREN\u00a0» doit donner les numéros des structures, de neuf chiffres."
    if not engine.one("SELECT count(*) FROM ess_list_staged_units"):
        raise TerreauError(
            "Aucun numéro ne se lit dans cette liste de structures.", where=path.name, remedy=remedy
        )
    if sum(row.combination.units for row in decisions.rows) >= _TELLING:
        raise TerreauError(
            "Aucune des structures de cette liste n’est parmi les unités du registre.",
            where=path.name,
            remedy=remedy,
        )


def before_promotion(engine: Engine, read: dict[str, int]) -> dict[str, Any]:
    """The counts of the vintage, refused when nothing or too little of the files could be counted."""
    kept = int(engine.one("SELECT count(*) FROM counted"))
    reasons = engine.run(
        "SELECT kind, split_part(reason, ' : ', 1) AS why, count(*), "
        "min(nullif(split_part(reason, ' : ', 2), '')) FROM rejects GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
    )
    rejected = sum(int(row[2]) for row in reasons)
    if not kept or rejected > _MOST_REJECTED * (kept + rejected):
        told = ", ".join(_why(why, count, one) for _kind, why, count, one in reasons[:_FEW])
        raise TerreauError(
            f"Trop de lignes ne peuvent pas être comptées\u00a0: {french_number(rejected)}, "
            f"pour {french_number(kept)} établissements retenus. Motifs\u00a0: {told or 'aucune ligne lue'}."
        )
    return {
        "read": read,
        "kept_establishments": kept,
        "active_establishments": int(engine.one("SELECT CAST(sum(establishments) AS BIGINT) FROM cells")),
        "rejected": [{"kind": kind, "reason": why, "rows": int(count)} for kind, why, count, _one in reasons],
    }


def _why(why: str, count: int, one: str | None) -> str:
    """A reason, how many rows it is that of and, since no file is left to look in, what one of them says."""
    example = f", par exemple «\u00a0{shorten(one, _SIGNS_AT_MOST)}\u00a0»" if one else ""
    return f"{why} ({french_number(count)}{example})"


def vintage_is_whole(vintage: Vintage) -> None:
    """Refuse a vintage whose levels do not add up."""
    from terreau.observatory.verify import verify_one

    bad = [line for line in verify_one(vintage, just_built=True) if not line.sound]
    if bad:
        raise TerreauError(f"Le millésime ne passe pas ses vérifications\u00a0: {bad[0].text}")
