"""What the organisations are and what they do: by family, sector, territorial issue, filière."""

from __future__ import annotations

from terreau.core.numbers import french_number
from terreau.diagnosis.content import Line, Part, Picture
from terreau.diagnosis.drawings import Drawings
from terreau.diagnosis.facts import Facts, Tally
from terreau.diagnosis.parts.common import (
    COUNTED,
    accompanied,
    count_columns,
    count_line,
    inventory,
)
from terreau.diagnosis.rules import MINIMUM_FOR_SHARE, Figure, concentration, round_to
from terreau.diagnosis.wording import capitalised, organisations
from terreau.perimeters.vocabulary import FAMILIES

CHART_BARS = 12
_NOT_ADDED = "Une organisation peut en avoir plusieurs\u00a0: les nombres ne s’additionnent pas."


def _bars(drawings: Drawings, key: str, title: str, lines: list[Line]) -> tuple[Picture, ...]:
    """A chart where there are at least two bars to compare."""
    counts = [(line.label, line.cells[0]) for line in lines]
    bars = [(label, float(n)) for label, n in counts if isinstance(n, int | float) and n > 0]
    bars = sorted(bars, key=lambda bar: -bar[1])[:CHART_BARS]
    return (drawings.bars(key, bars, title=title, unit=""),) if len(bars) > 1 else ()


def families(facts: Facts, drawings: Drawings) -> Part | None:
    """Inventory by family; « hors familles » and unknown families shown as such."""
    unknown = facts.families.get("", 0)
    known = facts.active - unknown
    if not known:
        return None
    lines = [
        count_line(code, capitalised(word.plural), facts.families.get(code, 0), known)
        for code, word in FAMILIES.items()
        if facts.families.get(code) or known >= MINIMUM_FOR_SHARE
    ]
    others = {code: n for code, n in facts.families.items() if code and code not in FAMILIES}
    lines += [count_line(code, code, n, known) for code, n in sorted(others.items())]
    if unknown:
        lines.append(count_line("inconnue", "Famille inconnue", unknown, known, with_share=False))
    counted = f"{COUNTED}, par famille"
    columns = count_columns(known, counted, f"sur {french_number(known)} dont la famille est connue")
    table = inventory(
        facts, "familles", "Organisations par famille", "Famille", columns, lines, method="familles"
    )
    return Part(
        key="familles",
        title="Les familles",
        figures=_concentration(facts, known),
        pictures=_bars(
            drawings, "familles", "Organisations par famille", [x for x in lines if x.key != "inconnue"]
        ),
        tables=(table,),
    )


def _concentration(facts: Facts, known: int) -> tuple[Figure, ...]:
    found = concentration([facts.families.get(code, 0) for code in FAMILIES])
    several_families = sum(1 for code in FAMILIES if facts.families.get(code)) > 1
    if found is None or known < MINIMUM_FOR_SHARE or not several_families:
        return ()
    return (
        Figure(
            id="concentration",
            label="concentration des familles",
            value=round_to(found.normalised, 2),
            unit="de 0 (égales) à 1 (une seule)",
            counted=f"{COUNTED}, sur {french_number(known)} dont la famille est connue",
            method="concentration",
            decimals=2,
            **accompanied(facts),
        ),
    )


def _by_term(
    facts: Facts,
    drawings: Drawings,
    tally: Tally,
    *,
    key: str,
    title: str,
    caption: str,
    head: str,
    known_as: str,
    ending: str = "",
) -> Part | None:
    if not tally.known:
        return None
    lines = [count_line(code, label, number, tally.known) for code, label, number in tally.counts]
    over = f"sur {french_number(tally.known)} dont {known_as} est connu{ending}"
    columns = count_columns(tally.known, f"{COUNTED}, {head.lower()} indiqué{ending}", over)
    table = inventory(facts, key, caption, head, columns, lines, method=key)
    missing = facts.active - tally.known
    texts = []
    if missing:
        texts.append(
            f"{capitalised(known_as)} est connu{ending} pour {organisations(tally.known)} sur "
            f"{french_number(facts.active)}."
        )
    notes = [_NOT_ADDED] if len(lines) > 1 else []
    return Part(
        key=key,
        title=title,
        texts=tuple(texts),
        pictures=_bars(drawings, key, caption, lines),
        tables=(table,),
        notes=tuple(notes),
    )


def sectors(facts: Facts, drawings: Drawings) -> Part | None:
    """Inventory by sector of activity."""
    return _by_term(
        facts,
        drawings,
        facts.sectors,
        key="secteurs",
        title="Les secteurs d’activité",
        caption="Organisations par secteur d’activité",
        head="Secteur",
        known_as="le secteur",
    )


def issues(facts: Facts, drawings: Drawings) -> Part | None:
    """Inventory by territorial issue."""
    return _by_term(
        facts,
        drawings,
        facts.issues,
        key="enjeux",
        title="Les enjeux territoriaux",
        caption="Organisations par enjeu territorial",
        head="Enjeu",
        known_as="l’enjeu",
    )


def filieres(facts: Facts, drawings: Drawings) -> Part | None:
    """Inventory by value chain, where the territory has named some."""
    return _by_term(
        facts,
        drawings,
        facts.filieres,
        key="filieres",
        title="Les filières",
        caption="Organisations par filière",
        head="Filière",
        known_as="la filière",
        ending="e",
    )
