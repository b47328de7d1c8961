"""Beside the territory: those that contain it, counted the same way, and what others published."""

from __future__ import annotations

from terreau.diagnosis.content import Part
from terreau.diagnosis.drawings import Drawings
from terreau.diagnosis.facts import Facts, Inhabitants, Published, Reference
from terreau.diagnosis.parts.common import COUNTED, UNIT
from terreau.diagnosis.rules import Figure, round_to
from terreau.diagnosis.wording import listed


def build(facts: Facts, drawings: Drawings) -> Part | None:
    """Figures of reference, each with its own source and date; never added to those of the territory."""
    if not facts.references and not facts.published and facts.inhabitants is None:
        return None
    perimeters = {facts.code: facts.perimeter}
    perimeters |= {one.code: f"{one.name} ({one.kind_label})" for one in facts.references}
    own = [_inhabitants(facts.code, facts.perimeter, facts.inhabitants)] if facts.inhabitants else []
    by_code = {facts.code: own}
    by_code |= {one.code: _reference(facts, one, perimeters[one.code]) for one in facts.references}
    for one in facts.published:
        by_code[one.code].append(_published(one, perimeters[one.code]))
    found = [figure for figures in by_code.values() for figure in figures]
    texts = []
    if facts.references:
        texts.append(
            "Les mêmes comptes, dans les territoires qui contiennent celui-ci. Chacun contient le "
            "précédent\u00a0: ces nombres ne s’additionnent pas. Ils dépendent des listes apportées à "
            "l’annuaire."
        )
    if facts.published:
        texts.append(
            "Les chiffres publiés ailleurs ont leur propre champ et leur propre date\u00a0: ils donnent un "
            "ordre de grandeur, et ne se comparent pas aux comptes de l’annuaire."
        )
    return Part(
        key="references",
        title="À côté d’autres territoires",
        texts=tuple(texts),
        listed=tuple(found),
        listed_caption="Chiffres de référence",
    )


def _inhabitants(code: str, perimeter: str, found: Inhabitants) -> Figure:
    return Figure(
        id=f"habitants.{code}",
        label="population",
        value=found.value,
        unit="habitants",
        counted="habitants",
        date=str(found.year) if found.year else "année non précisée par la source",
        perimeter=perimeter,
        source=found.source,
        reliability="donnée par la source",
        method="habitants",
    )


def _reference(facts: Facts, one: Reference, perimeter: str) -> list[Figure]:
    figures = [
        Figure(
            id=f"reference.{one.code}",
            label="organisations connues en activité",
            value=one.count,
            unit=UNIT,
            counted=COUNTED,
            date=facts.as_of.isoformat(),
            perimeter=perimeter,
            source="annuaire, dont des données simulées" if one.simulated else "annuaire",
            reliability=_coverage(one),
            method="references",
            simulated=one.simulated,
        )
    ]
    if one.inhabitants:
        figures.append(_inhabitants(one.code, perimeter, one.inhabitants))
    density = one.coverage.density(one.inhabitants)
    if not density.refused and one.inhabitants:
        figures.append(
            Figure(
                id=f"reference.{one.code}.densite",
                label="organisations pour 1\u202f000 habitants",
                value=round_to(density.value, 2),
                unit="pour 1\u202f000 habitants",
                numerator=one.coverage.count,
                denominator=one.inhabitants.value,
                counted=one.coverage.field,
                date=facts.as_of.isoformat(),
                perimeter=perimeter,
                source=listed([claim.source_name for claim in one.coverage.claims]),
                reliability="couverture connue",
                method="densite",
                decimals=2,
                simulated=one.simulated,
            )
        )
    return figures


def _coverage(one: Reference) -> str:
    if not one.coverage.known:
        return "couverture inconnue"
    return "couverture connue" if one.coverage.count >= one.count else "couverture connue en partie"


def _published(one: Published, perimeter: str) -> Figure:
    return Figure(
        id=f"publie.{one.code}.{one.year}.{one.label}.{one.field}",
        label=one.label,
        value=one.value,
        unit=one.unit,
        counted=one.field,
        date=one.year.replace("s.d.", "sans date"),
        perimeter=perimeter,
        source=one.source,
        reliability=f"chiffre publié{f', {one.note}' if one.note else ''}",
        method="publies",
        decimals=0 if float(one.value).is_integer() else 1,
        url=one.url,
    )
