"""The section of the diagnosis where the register stands beside the directory, and what parts them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from terreau.core.numbers import french_number, french_quantity
from terreau.diagnosis.content import Cell, Column, Line, Part, Table
from terreau.diagnosis.drawings import Drawings
from terreau.diagnosis.facts import Facts
from terreau.diagnosis.parts.common import COUNTED, UNIT
from terreau.diagnosis.rules import Figure, round_to
from terreau.diagnosis.wording import (
    COLON,
    capitalised,
    date_in_words,
    day_in_words,
    listed,
    organisations,
)
from terreau.observatory import figure as observed
from terreau.observatory.figures import FigureSet
from terreau.perimeters.vocabulary import FAMILIES
from terreau.statistics import expecting, reading
from terreau.statistics.expecting import Expected
from terreau.statistics.reading import Vintage
from terreau.territories.models import Territory

TITLE = "L’annuaire à côté du registre"
_SHOWN = (
    "structures",
    "etablissements",
    "employeurs",
    "emplois",
    "emplois_exacts",
    "poids_emploi_total",
    "poids_emploi_prive",
    "densite_etab",
    "etablissements_indetermines",
)


@dataclass(frozen=True)
class _Register:
    """What a vintage says of the territory."""

    facts: Facts
    vintage: Vintage
    found: FigureSet

    @property
    def perimeters(self) -> list[str]:
        return list(self.vintage.manifest["perimeters"])

    def get(self, name: str, perimeter: str, segment: str = "") -> observed.Figure | None:
        """One figure, if the vintage has it."""
        wanted = (name, perimeter, segment)
        return next(
            (one for one in self.found.figures if (one.id, one.perimeter, one.segment) == wanted), None
        )

    @property
    def simulated(self) -> bool:
        return bool(self.found.notice)

    @property
    def rules(self) -> str:
        """What makes two vintages comparable, in words: two editions that differ in it are not subtracted."""
        manifest = self.vintage.manifest
        parts = [f"règles {manifest['perimeter_version']}"]
        if manifest["country"] == "FR":
            parts.append(f"{'avec' if manifest['has_ess_list'] else 'sans'} la liste d’ESS France")
        if self.simulated:
            parts.append(self.found.notice)
        return ", ".join(parts)


def build(facts: Facts, drawings: Drawings) -> Part | None:
    """The register's figures, and how many organisations two lists lead to expect; None without either."""
    register = _register(facts)
    more = expecting.expected(Territory.objects.get(code=facts.code), facts)
    if register is None and more is None:
        return None
    texts = [*_beside(register), *_differences(register)] if register else []
    texts += expecting.sentences(more) if more else ()
    texts += _more_registered(register, more) if register and more else ()
    return Part(
        key="registre",
        title=TITLE if register else "Ce que deux listes laissent attendre",
        texts=tuple(texts),
        figures=tuple(expecting.figures(more)) if more else (),
        listed=tuple(_figures(register)) if register else (),
        listed_caption="Chiffres du registre",
        tables=(_families(register),) if register and facts.active else (),
    )


def _register(facts: Facts) -> _Register | None:
    """The newest vintage that was out on the day."""
    for vintage in reading.vintages(facts.country_code):
        if vintage.manifest["on"] <= facts.as_of.isoformat():
            found = reading.figures(vintage, facts.code)
            return _Register(facts, vintage, found) if found else None
    return None


# --- The register -----------------------------------------------------------------------------------------


def _figures(register: _Register) -> Iterator[Figure]:
    for perimeter in register.perimeters:
        for name in _SHOWN:
            one = register.get(name, perimeter)
            if one is not None:
                yield _figure(register, one)


def _figure(register: _Register, one: observed.Figure) -> Figure:
    """A figure of the observatory in the form of the diagnosis; a share is told in per cent."""
    percent = one.unit == "part"
    ratio = percent or one.unit.startswith("pour")
    decimals = 1 if percent else 2 if ratio else 0
    scale = 100 if percent else 1
    label = one.label if ratio else one.numerator_label or one.label
    value = round_to(None if one.value is None else scale * one.value, decimals)
    return Figure(
        id=f"registre.{one.perimeter}.{one.id}",
        label=label,
        value=value,
        unit="%" if percent else one.unit,
        numerator=one.numerator if ratio else None,
        denominator=one.denominator if ratio else None,
        counted=f"{one.numerator_label}, sur {one.denominator_label}" if ratio else label,
        date=one.on,
        perimeter=f"{register.facts.perimeter}, {one.perimeter_label} ({register.rules})",
        source=register.found.source,
        reliability=_reliability(one, scale, decimals),
        method="registre",
        masked=value is None,
        mask_reason="" if value is not None else one.missing,
        decimals=decimals,
        simulated=register.simulated,
    )


def _reliability(one: observed.Figure, scale: int, decimals: int) -> str:
    """With the bounds where headcounts are only known by bands, with how many it is of where it is exact."""
    if one.id == "emplois_exacts" and one.note:
        return f"{one.reliability_label}\u202f; {one.note[0].lower()}{one.note[1:].rstrip('.')}"
    if one.value is None or one.low is None:
        return one.reliability_label
    unit = "%" if scale == 100 else ""
    low = french_quantity(scale * one.low, unit, decimals)
    if one.high is None:
        return f"{one.reliability_label}\u202f; au moins {low}"
    return (
        f"{one.reliability_label}\u202f; entre {low} et {french_quantity(scale * one.high, unit, decimals)}"
    )


def _families(register: _Register) -> Table:
    """The inventory of the directory beside the establishments of the register, a family at a time."""
    facts = register.facts
    columns = [Column("annuaire", "Annuaire", UNIT, counted=f"{COUNTED}, annuaire")]
    for perimeter in register.perimeters:
        label = next(one.perimeter_label for one in register.found.figures if one.perimeter == perimeter)
        columns.append(
            Column(
                perimeter,
                f"Registre, {label}",
                "établissements",
                counted=f"établissements actifs du champ, {label}",
            )
        )
    lines = []
    for code, word in FAMILIES.items():
        cells: list[Cell] = [facts.families.get(code, 0)]
        for perimeter in register.perimeters:
            one = register.get("etablissements", perimeter, f"famille:{code}")
            cells.append(_cell(one))
        if any(cells):
            lines.append(Line(code, capitalised(word.plural), tuple(cells)))
    return Table(
        key="registre.familles",
        caption="Organisations de l’annuaire et établissements du registre, par famille",
        head="Famille",
        columns=tuple(columns),
        lines=tuple(lines),
        date=f"annuaire au {day_in_words(facts.as_of)}, registre au {date_in_words(_on(register))}",
        perimeter=f"{facts.perimeter}, {register.rules}",
        source=f"{facts.source_words}\u202f; {register.found.source}",
        reliability=facts.reliability,
        method="registre",
        note="Une organisation a parfois plusieurs établissements\u00a0: les colonnes ne se soustraient pas.",
        simulated=facts.simulated or register.simulated,
    )


def _cell(one: observed.Figure | None) -> Cell:
    """A family the register does not have is none; a masked one is not told."""
    if one is None:
        return 0
    return None if one.value is None else int(one.value)


def _on(register: _Register) -> str:
    return str(register.vintage.manifest["on"])


def _beside(register: _Register) -> Iterator[str]:
    if register.simulated:
        yield (
            f"Données simulées{COLON}les chiffres du registre sont inventés pour s’exercer et ne décrivent "
            "pas le territoire réel."
        )
    facts = register.facts
    seats = _by_perimeter(register, "structures")
    if seats:
        yield (
            f"Structures dont le siège est ici, d’après le registre du {date_in_words(_on(register))}{COLON}"
            f"{_each(seats)}. Au {day_in_words(facts.as_of)}, l’annuaire connaît "
            f"{organisations(facts.active)} en activité. "
            "Ces nombres ne mesurent pas la même chose\u00a0: aucun n’est une part de l’autre."
        )


def _by_perimeter(register: _Register, name: str) -> list[observed.Figure]:
    """One figure in each perimeter that tells it."""
    found = [register.get(name, one) for one in register.perimeters]
    return [one for one in found if one and one.value is not None]


def _each(figures: list[observed.Figure]) -> str:
    """« 696 (périmètre légal) et 736 (périmètre statistique) »."""
    return listed([f"{french_number(one.value, 0)} ({one.perimeter_label})" for one in figures])


def _more_registered(register: _Register, more: Expected) -> Iterator[str]:
    """Two lists that aim at less than what is registered: the register shows it."""
    most = max((one.value or 0 for one in _by_perimeter(register, "structures")), default=0)
    if most > more.estimate.high:
        yield (
            f"Le registre a ici bien plus de structures ({french_number(most, 0)})\u00a0: les deux listes ne "
            "visent pas toutes celles qui y sont inscrites, et l’estimation ne vaut que pour celles qu’elles "
            "visent."
        )


def _differences(register: _Register) -> Iterator[str]:
    """What makes the difference between both, from what differs here."""
    facts, manifest = register.facts, register.vintage.manifest
    yield (
        "Ce qui est compté\u00a0: le registre compte tout ce qui y est inscrit et n’a pas cessé, dont des "
        "associations sans salarié, chacune au lieu de son siège\u202f; l’annuaire compte ce que ses sources "
        "lui ont appris, groupements informels compris, au lieu qu’elles donnent."
    )
    unclear = _by_perimeter(register, "etablissements_indetermines")
    if any(one.value for one in unclear):
        yield (
            "Le champ\u00a0: l’annuaire garde toute organisation qu’une source cite\u202f; le registre "
            "laisse hors du compte les établissements dont l’appartenance n’est pas déterminée"
            f"{COLON}{_each(unclear)}."
        )
    outside = facts.families.get("hors_familles", 0)
    if outside:
        told = organisations(outside)
        yield f"Hors familles dans l’annuaire\u00a0: {told}, que le registre ne compte pas dans le champ."
    yield _dates(facts, _on(register), manifest["headcount_year"])
    if any(one.code == facts.code for one in facts.published):
        yield (
            "Les chiffres publiés ailleurs sur ce territoire sont dans «\u00a0À côté d’autres "
            "territoires\u00a0»\u00a0: leur champ et leur année ne sont pas ceux du registre, et les écarts "
            "en viennent d’abord."
        )


def _dates(facts: Facts, on: str, headcount_year: str | None) -> str:
    known = [day for one in facts.local_sources if (day := one.oldest or one.dated_on)]
    text = f"Les dates\u00a0: le registre est celui du {date_in_words(on)}"
    if headcount_year:
        text += f", ses effectifs ceux du 31 décembre {headcount_year}"
    if known:
        text += f"\u202f; la plus ancienne source de l’annuaire est de {min(known).year}"
    return f"{text}."
