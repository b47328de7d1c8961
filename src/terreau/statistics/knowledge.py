"""The section of a State's or a region's diagnosis that says what its communes have brought of theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from terreau.core.numbers import french_number
from terreau.diagnosis.content import Column, Line, Part, Table
from terreau.diagnosis.drawings import Drawings
from terreau.diagnosis.facts import Facts
from terreau.diagnosis.parts.common import percentage
from terreau.diagnosis.rules import Figure
from terreau.diagnosis.wording import capitalised
from terreau.statistics.contributions import (
    WORDS,
    Commune,
    Degree,
    communes_of,
    has_brought,
    kinds_above_communes,
    lines,
    of_the_network,
    rests_on_simulated,
)
from terreau.statistics.scene import ABOVE_COMMUNES
from terreau.territories.enums import Kind
from terreau.territories.models import Territory

TITLE = "Ce que savent les communes"
_UNIT = "communes"
_HEADS = {Kind.REGION: "Région", Kind.DEPARTMENT: "Département ou province"}
_LABELS = {
    Degree.PUBLISHED: ("commune ayant publié un diagnostic", "communes ayant publié un diagnostic"),
    Degree.BROUGHT: (
        "commune ayant apporté une liste ou des fiches",
        "communes ayant apporté une liste ou des fiches",
    ),
    Degree.OPENED: ("commune seulement ouverte dans le réseau", "communes seulement ouvertes dans le réseau"),
}
_ABOUT: dict[str, Any] = {"source": "plateforme", "reliability": "comptes exacts", "method": "communes"}


def build(facts: Facts, drawings: Drawings) -> Part | None:
    """Where the communes are on the day; None where none can lie inside, or none is known."""
    territory = Territory.objects.get(code=facts.code)
    total = communes_of(territory).count() if territory.kind in ABOVE_COMMUNES else 0
    if not total:
        return None
    communes = of_the_network(territory, facts.as_of)
    brought = sum(has_brought(one) for one in communes)
    kind = next(iter(kinds_above_communes(territory)), None)
    return Part(
        key="communes",
        title=TITLE,
        texts=(_sentence(brought, total),),
        figures=tuple(_figures(facts, communes)),
        tables=(_table(facts, territory, communes, kind),) if kind else (),
    )


def _sentence(brought: int, total: int) -> str:
    if not brought:
        start = f"Aucune des {french_number(total)} communes n’a encore apporté sa connaissance"
    elif brought == 1:
        start = f"Une des {french_number(total)} communes a apporté sa connaissance"
    else:
        start = f"{french_number(brought)} des {french_number(total)} communes ont apporté leur connaissance"
    return (
        f"{start} des organisations\u00a0: une liste, des fiches, un diagnostic. Ailleurs, l’annuaire ne dit "
        "que ce qu’en disent d’autres sources."
    )


def _figures(facts: Facts, communes: list[Commune]) -> Iterator[Figure]:
    counts = Counter(one.degree for one in communes)
    simulated = rests_on_simulated(communes)
    for degree in sorted(WORDS, reverse=True):
        if degree is not Degree.NOTHING:
            yield Figure(
                id=f"communes.{degree.name.lower()}",
                label=_LABELS[degree][counts[degree] > 1],
                value=counts[degree],
                unit=_UNIT,
                counted="communes, chacune au plus loin où elle est allée",
                date=facts.as_of.isoformat(),
                perimeter=facts.perimeter,
                simulated=simulated,
                **_ABOUT,
            )


def _table(facts: Facts, territory: Territory, communes: list[Commune], kind: Kind) -> Table:
    columns = [Column("communes", "Communes", _UNIT, counted="communes en vigueur")]
    columns += [
        Column(degree.name.lower(), capitalised(str(word)), _UNIT, counted=f"communes\u00a0: {word}")
        for degree, word in WORDS.items()
        if degree is not Degree.NOTHING
    ]
    columns.append(Column("part", "Part", "%", 1, counted="communes qui ont apporté quelque chose"))
    return Table(
        key="communes.lieux",
        caption="Communes qui ont apporté leur connaissance",
        head=_HEADS[kind],
        columns=tuple(columns),
        lines=tuple(
            Line(one.code, one.name, (one.communes, *one.by_degree, percentage(one.brought, one.communes)))
            for one in lines(territory, communes, kind)
        ),
        date=facts.as_of.isoformat(),
        perimeter=facts.perimeter,
        simulated=rests_on_simulated(communes),
        **_ABOUT,
    )
