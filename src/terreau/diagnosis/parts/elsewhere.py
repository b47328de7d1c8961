"""What other towns bring: practices that answer the strongest needs, figures of towns that look alike."""

from __future__ import annotations

from terreau.diagnosis.content import Column, Entry, Line, Mark, Part, Table
from terreau.diagnosis.drawings import Drawings
from terreau.diagnosis.evidence import Practice
from terreau.diagnosis.facts import Facts
from terreau.diagnosis.rules import round_to
from terreau.diagnosis.wording import COLON, capitalised, listed

PRACTICES = "Des pratiques qui répondent aux besoins"
ALIKE = "À côté de villes semblables"


def practices(facts: Facts, drawings: Drawings) -> Part | None:
    """The practices found for each of the strongest needs, with the reason of each."""
    found = facts.evidence.practices
    if not found:
        return None
    return Part(
        key="pratiques",
        title=PRACTICES,
        texts=(
            "Trouvées par règle, à partir des besoins les plus forts. Aucune ne se copie\u00a0: "
            "l’étude de ce "
            "qui se transpose ici est proposée sur chaque fiche.",
        ),
        entries=tuple(_practice(one) for one in found),
    )


def _practice(one: Practice) -> Entry:
    simulated = " Données simulées." if one.simulated else ""
    return Entry(
        key=f"{one.need}.{one.key}",
        title=one.title,
        group=capitalised(one.need_label),
        text=f"{one.place}. {capitalised(one.reason)}.{simulated}",
        marks=(Mark(f"besoin.{one.need}", one.need_label),),
        url=one.url,
    )


def likeness(facts: Facts, drawings: Drawings) -> Part | None:
    """Median and spread of the nearest towns, beside the figure of the territory; never a ranking."""
    found = facts.evidence.likeness
    if found is None:
        return None
    names = listed([f"{name} ({country})" for name, country, _ in found.towns])
    columns = (
        Column("ici", "Ici", "valeur", 1, "chiffre du territoire"),
        Column("mediane", "Médiane", "valeur", 1, "médiane des villes qui partagent ce chiffre"),
        Column("bas", "De", "valeur", 1, "premier quartile"),
        Column("haut", "À", "valeur", 1, "troisième quartile"),
        Column("villes", "Villes", "villes", 0, "villes qui partagent ce chiffre"),
    )
    lines = [
        Line(
            one.key,
            f"{one.label} (%)" if one.unit == "%" else one.label,
            (
                _counted(one.mine, one.unit),
                _counted(one.median, one.unit),
                _counted(one.low, one.unit),
                _counted(one.high, one.unit),
                one.towns,
            ),
            found.url,
        )
        for one in found.compared
    ]
    table = Table(
        "semblables",
        "Chiffres des villes les plus semblables",
        "Chiffre",
        columns,
        tuple(lines),
        date=facts.as_of.isoformat(),
        perimeter=facts.perimeter,
        source="annuaire",
        reliability="chiffres partagés par ces villes, chacune pour ce qu’elle a accepté",
        method="semblables",
        simulated=facts.simulated,
    )
    return Part(
        key="semblables",
        title=ALIKE,
        texts=(f"Les villes du réseau les plus semblables{COLON}{names}. Ce n’est pas un classement.",),
        tables=(table,),
    )


def _counted(value: float | None, unit: str) -> float | None:
    """A share to a decimal; a count whole, where it is."""
    rounded = round_to(value, 1)
    return int(rounded) if rounded is not None and unit != "%" and rounded == int(rounded) else rounded
