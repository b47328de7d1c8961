"""What the figures rest on: the sources, their coverage, and what is not known."""

from __future__ import annotations

from terreau.core.numbers import french_number
from terreau.diagnosis.content import Cell, Column, Line, Part, Table
from terreau.diagnosis.drawings import Drawings
from terreau.diagnosis.facts import Facts, SourceFacts
from terreau.diagnosis.parts.common import (
    COUNTED,
    UNIT,
    accompanied,
    count_columns,
    count_figure,
    count_line,
    inventory,
    percentage,
)
from terreau.diagnosis.rules import MINIMUM_FOR_SHARE, Figure, share
from terreau.diagnosis.wording import COLON, date_in_words, day_in_words, quoted, several


def build(facts: Facts, drawings: Drawings) -> Part:
    """Each source with its weight, its freshness and whether it is complete."""
    tables: list[Table] = []
    if facts.active:
        tables.append(_knowledge(facts))
    if facts.sources:
        tables.append(_table(facts))
    return Part(
        key="sources",
        title="Ce que valent ces chiffres",
        texts=tuple(_coverage(facts)),
        figures=tuple(_not_counted(facts)),
        tables=tuple(tables),
        notes=tuple(_notes(facts)),
    )


def _coverage(facts: Facts) -> list[str]:
    if facts.coverage.known:
        return [
            f"La source {quoted(one.source_name)} est déclarée complète pour {quoted(one.field)} "
            f"(le {day_in_words(one.stated_on)})\u00a0: {one.evidence}"
            for one in facts.coverage.claims
        ]
    if not facts.sources:
        return ["Aucune source n’a encore été apportée à l’annuaire pour ce territoire."]
    return [
        "Couverture inconnue\u00a0: aucune de ces sources n’est déclarée complète pour le territoire, avec "
        "ce qui permet de le dire. C’est pourquoi aucune densité par habitant n’est donnée."
    ]


def _not_counted(facts: Facts) -> list[Figure]:
    figures = []
    if facts.ceased:
        figures.append(
            count_figure(
                facts,
                "cessees",
                "organisation dont l’activité a cessé, non comptée"
                if facts.ceased == 1
                else "organisations dont l’activité a cessé, non comptées",
                facts.ceased,
                counted="organisations de l’annuaire dont l’activité a cessé",
                method="non-comptees",
            )
        )
    if facts.unseen:
        figures.append(
            count_figure(
                facts,
                "non-revues",
                "organisation que sa source ne mentionne plus, non comptée"
                if facts.unseen == 1
                else "organisations que leur source ne mentionne plus, non comptées",
                facts.unseen,
                counted="organisations de l’annuaire que plus aucune source ne mentionne",
                method="non-comptees",
            )
        )
    return figures


def _knowledge(facts: Facts) -> Table:
    """For how many organisations each thing is known."""
    placed = facts.precisions.get("point", 0)
    known = [
        ("famille", "Famille", facts.active - facts.families.get("", 0)),
        ("secteur", "Secteur d’activité", facts.sectors.known),
        ("enjeu", "Enjeu territorial", facts.issues.known),
        ("lieu", "Point précis sur la carte", placed),
        ("confirmation", "Confirmation depuis moins de douze mois", facts.confirmed),
    ]
    over = f"sur {french_number(facts.active)}"
    columns = count_columns(facts.active, f"{COUNTED} dont le renseignement est connu", over)
    lines = [count_line(key, label, number, facts.active) for key, label, number in known]
    return inventory(
        facts,
        "connaissance",
        "Ce que l’on sait des organisations",
        "Renseignement connu",
        columns,
        lines,
        method="connaissance",
    )


def _table(facts: Facts) -> Table:
    columns = (
        Column("ici", "Ici", UNIT, counted="lignes de la source rattachées à une organisation comptée ici"),
        Column("lignes", "En tout", "lignes", counted="lignes de la source, tous territoires"),
        Column(
            "placees",
            "Placées",
            "%",
            counted="lignes de la source placées dans une commune au moins, sur toutes ses lignes",
        ),
        Column(
            "confirmees", "Confirmées", "%", counted="lignes rattachées ici et confirmées depuis douze mois"
        ),
        Column("date", "Plus ancienne date"),
        Column("qui", "Qui parle"),
    )
    lines = [Line(one.code, one.name, _cells(one), one.url) for one in facts.sources]
    refused = any(share(one.confirmed, one.here).refused for one in facts.sources)
    few = f"\u202f; aucune n’est donnée sur moins de {MINIMUM_FOR_SHARE} lignes" if refused else ""
    about = {**accompanied(facts), "source": "annuaire", "reliability": "comptes exacts"}
    return Table(
        key="sources",
        caption="Sources",
        head="Source",
        columns=columns,
        lines=tuple(lines),
        method="sources",
        note="Ici\u00a0: lignes rattachées à une organisation comptée dans le territoire. "
        "Placées\u00a0: part de toutes les lignes de la source. "
        f"Confirmées\u00a0: part des lignes d’ici, depuis moins de douze mois{few}.",
        **about,
    )


def _cells(one: SourceFacts) -> tuple[Cell, ...]:
    oldest = one.oldest or one.dated_on
    who = ", ".join(part for part in (one.kind_label, one.publisher, one.licence) if part)
    placed = round(100 * one.placed / one.rows) if one.rows else None
    confirmed = percentage(one.confirmed, one.here)
    when = date_in_words(oldest.isoformat()) if oldest else "sans date"
    return (one.here, one.rows, placed, None if confirmed is None else round(confirmed), when, who)


def _notes(facts: Facts) -> list[str]:
    notes = []
    for one in facts.sources:
        lost = one.rows - one.placed - one.elsewhere
        if lost:
            verb = "n’a" if lost == 1 else "n’ont"
            lines = several(lost, "ligne", "lignes", feminine=True)
            unknown = "elle est" if lost == 1 else "elles sont"
            notes.append(
                f"{quoted(one.name)}{COLON}{lines} {verb} pas de lieu, on ne sait pas si {unknown} d’ici."
            )
    return notes
