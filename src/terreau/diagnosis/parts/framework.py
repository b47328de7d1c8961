"""The regulatory framework as it was judged, and the barriers of the register."""

from __future__ import annotations

from collections import Counter
from typing import Any

from terreau.diagnosis.content import Column, Line, Part, Table
from terreau.diagnosis.drawings import Drawings
from terreau.diagnosis.evidence import Framework
from terreau.diagnosis.facts import Facts
from terreau.diagnosis.rules import round_to
from terreau.diagnosis.wording import COLON, SEMICOLON, capitalised, listed, several

TITLE = "Le cadre réglementaire"


def build(facts: Facts, drawings: Drawings) -> Part | None:
    """What helps, what hinders, what is absent, who holds the power; then the barriers."""
    found = facts.evidence.framework
    if found is None or not (found.statements or found.barriers):
        return None
    return Part(
        key="cadre",
        title=TITLE,
        texts=tuple(text for text in (_verdicts(found), _held(found), _disputed(found)) if text),
        tables=tuple(table for table in (_statements(facts, found), _barriers(facts, found)) if table),
        notes=("Les notes ne servent pas à classer des villes.",) if found.statements else (),
    )


def _verdicts(found: Framework) -> str:
    if not found.statements:
        return ""
    counts = Counter(one.verdict for one in found.statements)
    told = [
        several(counts["strength"], "force", "forces", feminine=True),
        several(counts["weakness"], "faiblesse", "faiblesses", feminine=True),
        several(counts["absent"], "absence", "absences", feminine=True),
    ]
    return f"{capitalised(listed(told))}, chaque point avec le texte qui le prouve."


def _held(found: Framework) -> str:
    """What the town itself can change: where it should begin."""
    own = [one for one in found.statements if one.verdict != "strength" and one.level == "commune"]
    if not own:
        return ""
    told = SEMICOLON.join(one.label.rstrip(".") for one in own[:3])
    return f"Ce que la commune peut changer elle-même{COLON}{told}."


def _disputed(found: Framework) -> str:
    disputed = [one.label.rstrip(".") for one in found.statements if one.disputed]
    if not disputed:
        return ""
    return f"Élus, services et acteurs ne jugent pas de même{COLON}{SEMICOLON.join(disputed[:3])}."


def _about(facts: Facts, found: Framework) -> dict[str, Any]:
    return {
        "date": found.date,
        "perimeter": facts.perimeter,
        "source": f"cadre réglementaire du territoire, édition n°\u00a0{found.edition}",
        "simulated": found.simulated,
    }


def _statements(facts: Facts, found: Framework) -> Table | None:
    if not found.statements:
        return None
    columns = (
        Column("note", "Note", "sur 10", 1, "note moyenne de 0 à 10, sans les «\u00a0sans réponse\u00a0»"),
        Column("juges", "Personnes", "personnes", 0, "personnes qui ont donné une note"),
        Column("verdict", "Constat"),
        Column("niveau", "Qui décide"),
        Column("preuve", "Preuve"),
        Column("levier", "Levier de la ville"),
    )
    lines = [
        Line(
            one.code,
            one.label,
            (
                round_to(one.score, 1),
                one.judges,
                one.verdict_label,
                one.level_label,
                one.proof,
                one.lever,
            ),
            one.url,
        )
        for one in found.statements
    ]
    return Table(
        "cadre", "Points du cadre réglementaire", "Point", columns, tuple(lines),
        reliability="jugement de plusieurs personnes, avec preuve", method="cadre", **_about(facts, found),
    )  # fmt: skip


def _barriers(facts: Facts, found: Framework) -> Table | None:
    if not found.barriers:
        return None
    columns = (
        Column("gravite", "Gravité", "sur 5", 0, "gravité, de 1 à 5"),
        Column("probabilite", "Probabilité", "sur 5", 0, "probabilité, de 1 à 5"),
        Column("categorie", "Nature"),
        Column("qui", "Qui peut le lever"),
        Column("etat", "État"),
    )
    lines = [
        Line(
            one.key,
            one.label,
            (one.severity, one.probability, one.category_label, one.lifter_label, one.state_label),
            one.url,
        )
        for one in found.barriers
    ]
    return Table(
        "freins", "Freins et qui peut les lever", "Frein", columns, tuple(lines),
        reliability="estimée par le territoire", method="freins", **_about(facts, found),
    )  # fmt: skip
