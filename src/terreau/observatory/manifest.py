"""What is written beside the tables of a vintage: of what it was made, by what, and how much of it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from terreau.observatory.engine import Engine
from terreau.observatory.landing import Landed, Request
from terreau.observatory.perimeter import Decisions, reliability_of
from terreau.observatory.store import SIMULATED
from terreau.perimeters.rules import version

# Raised when the same files would give other figures.
METHOD = "1"


def manifest(
    engine: Engine, request: Request, landed: Landed, decisions: Decisions, counts: dict[str, Any]
) -> dict[str, Any]:
    """Everything a figure must be able to tell of where it comes from."""
    return {
        "vintage": request.vintage,
        "on": request.on.isoformat(),
        "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "source": {
            "name": request.source,
            "label": landed.label,
            "licence": landed.licence,
            "size_public": landed.size_public,
            "files": landed.files,
        },
        "notice": SIMULATED if landed.simulated else "",
        "country": landed.country,
        "root": landed.geography.country,
        "method": METHOD,
        "perimeters": list(decisions.perimeters),
        "perimeter_version": version(),
        "has_ess_list": request.ess_list is not None,
        "geography": landed.geography.mark,
        "nomenclature": landed.nomenclature,
        "sections": landed.sections,
        "tells_public": bool(landed.public_forms),
        "whole_economy": landed.whole_economy,
        "headcount_year": landed.headcount_year,
        "rules_read": round(reliability_of(decisions, landed.country, request.on), 4),
        "groups": [group.as_json(decisions.perimeters) for group in decisions.groups],
        "counts": counts
        | {
            "units": sum(row.combination.units for row in decisions.rows),
            "conflicts": sum(row.combination.units for row in decisions.rows if row.conflict),
            "rules": _rules(decisions),
        },
        "tables": {path.stem: digest(path) for path in sorted(engine.kept.glob("*.parquet"))},
    }


def _rules(decisions: Decisions) -> dict[str, dict[str, int]]:
    """How many units each rule decided, in each perimeter."""
    found: dict[str, dict[str, int]] = {name: {} for name in decisions.perimeters}
    for row in decisions.rows:
        for name, standing in zip(decisions.perimeters, row.standings, strict=True):
            found[name][standing.rule] = found[name].get(standing.rule, 0) + row.combination.units
    return {name: dict(sorted(rules.items())) for name, rules in found.items()}


def digest(path: Path) -> str:
    """The mark of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
