"""The portfolio as files: for programs by columns that do not change, for people as a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.money import converted, from_units
from terreau.core.workbooks import Sheet
from terreau.directory.nomenclatures import issues, sectors
from terreau.directory.row_files import rows_file, workbook_file
from terreau.portfolio import rules
from terreau.portfolio.models import Project
from terreau.portfolio.reading import lever_label, money_of, parts_of, year_of
from terreau.territories.models import Territory

# Never renamed nor removed: new ones come at the end.
COLUMNS: Final = (
    *("id", "title", "state", "origin", "need", "lever", "zone", "bearer"),
    *("people", "women", "young", "disabled", "currency", "budget", "secured", "share_secured"),
    *("stage", "territory", "part_percent", "part_budget", "part_secured"),
)


@dataclass(frozen=True)
class _Line:
    """A project with what is worked out of its money, for a territory that reads it."""

    project: Project
    money: rules.Money
    parts: dict[int, rules.Part]
    part: rules.Part | None

    def amount(self, units: int | None) -> Any:
        """An amount in the currency of the project."""
        return None if units is None else from_units(units, self.project.currency)


def _lines(projects: Iterable[Project], territory: Territory) -> list[_Line]:
    found = []
    for one in projects:
        money = money_of(one)
        parts = parts_of(one, money)
        found.append(_Line(one, money, parts, parts.get(territory.pk)))
    return found


def rows_of(projects: Iterable[Project], territory: Territory) -> list[dict[str, Any]]:
    """A line a project, by columns that do not change; its part is that of the territory that reads it."""
    return [
        {
            "id": one.project.public_id,
            "title": one.project.title,
            "state": one.project.state,
            "origin": one.project.origin,
            "need": one.project.need,
            "lever": one.project.lever,
            "zone": one.project.zone.code if one.project.zone else "",
            "bearer": one.project.bearer.name if one.project.bearer else "",
            "people": one.project.people,
            "women": one.project.women,
            "young": one.project.young,
            "disabled": one.project.disabled,
            "currency": one.project.currency,
            "budget": one.amount(one.money.budget),
            "secured": one.amount(one.money.secured),
            "share_secured": _share(one.money),
            "stage": one.project.stage,
            "territory": one.project.territory.code,
            "part_percent": one.part.percent if one.part else None,
            "part_budget": one.amount(one.part.budget if one.part else None),
            "part_secured": one.amount(one.part.secured if one.part else None),
        }
        for one in _lines(projects, territory)
    ]


def _share(money: rules.Money) -> float | None:
    return None if money.share_secured is None else round(float(money.share_secured), 4)


def file_of(form: str, projects: Iterable[Project], territory: Territory, *, whole: bool) -> HttpResponse:
    """The projects as a file; in XLSX, with the lists of each, fundings and risks only where `whole`."""
    # The file of all the projects is never taken for the one that anybody may have.
    found, name = list(projects), f"{'projets' if whole else 'projets-publics'}-{territory.code}"
    if form == "xlsx":
        return workbook_file(sheets_of(found, territory, whole=whole), name)
    rows = rows_of(found, territory)
    columns: tuple[str, ...] = COLUMNS
    if any(one.is_simulated for one in found):
        columns = (*COLUMNS, "simulated")
        rows = [row | {"simulated": "données simulées"} for row in rows]
    plain = [
        {key: str(value) if isinstance(value, Decimal) else value for key, value in row.items()}
        for row in rows
    ]
    return rows_file(form, name, columns, rows, {"projects": plain})


# --- For people -----------------------------------------------------------------------------------------


def sheets_of(projects: Iterable[Project], territory: Territory, *, whole: bool) -> list[Sheet]:
    """The workbook: projects, budget, territories; fundings and risks too where `whole`."""
    lines = _lines(projects, territory)
    sheets = [
        _read_me(lines, territory),
        _projects(lines, territory, whole=whole),
        _budget(lines),
        _territories(lines),
    ]
    return [*sheets, _fundings(lines), _risks(lines)] if whole else sheets


def _read_me(lines: Sequence[_Line], territory: Territory) -> Sheet:
    told: list[tuple[str, Any]] = [
        (_("Au"), timezone.localdate()),
        (_("Projets"), len(lines)),
        (_("Montants"), _("dans la monnaie de chaque projet, dite sur sa ligne")),
    ]
    if any(one.project.is_simulated for one in lines):
        told.insert(0, (_("Données simulées"), _("Ces projets ont été inventés pour s’exercer.")))
    return Sheet(_("À lire"), (_("Portefeuille de projets"), territory.name), told)


def _projects(lines: Sequence[_Line], territory: Territory, *, whole: bool) -> Sheet:
    names = {one.code: one.label for one in (*sectors(), *issues())}
    columns = [
        *(_("Identifiant"), _("Projet"), _("Porté par le territoire"), _("État"), _("Avancement")),
        *(_("Origine"), _("Besoin"), _("Levier"), _("Secteur"), _("Enjeux"), _("Lieu"), _("Porteur")),
        *(_("Personnes concernées"), _("Femmes"), _("Jeunes"), _("Personnes handicapées")),
        *(_("Monnaie"), _("Budget"), _("Part assurée")),
        *(_("Part de %(name)s") % {"name": territory.name}, _("Budget de sa part"), _("Assuré de sa part")),
        *(_("En quelques phrases"), _("Résultats attendus"), _("Données")),
    ]
    rows = [(*_said(one, names), *_money_said(one), *_words(one)) for one in lines]
    if whole:
        columns += [
            *(_("Demandé"), _("Obtenu"), _("Versé"), _("Refusé"), _("Recettes par an")),
            *(_("Charges fixes par an"), _("Charges variables, en %"), _("Résultat d’une année")),
            *(_("Seuil d’équilibre"), _("Résultat avec 20 % de recettes en moins")),
        ]
        rows = [(*row, *_money_for_workers(one)) for row, one in zip(rows, lines, strict=True)]
    return Sheet(_("Projets"), columns, rows)


def _said(one: _Line, names: dict[str, str]) -> tuple[Any, ...]:
    project = one.project
    return (
        *(project.public_id, project.title, project.territory.name),
        *(project.get_state_display(), project.get_stage_display(), project.get_origin_display()),
        *(project.get_need_display(), lever_label(project.lever), names.get(project.sector, project.sector)),
        " ; ".join(names.get(code, code) for code in project.issues),
        ", ".join(part for part in (project.zone.name if project.zone else "", project.place) if part),
        project.bearer.name if project.bearer else "",
        *(project.people, project.women, project.young, project.disabled),
    )


def _money_said(one: _Line) -> tuple[Any, ...]:
    part = one.part
    return (
        *(one.project.currency, one.amount(one.money.budget), _share(one.money)),
        part.percent / 100 if part else None,
        one.amount(part.budget if part else None),
        one.amount(part.secured if part else None),
    )


def _words(one: _Line) -> tuple[Any, ...]:
    simulated = _("données simulées") if one.project.is_simulated else ""
    return one.project.summary, one.project.results, simulated


def _money_for_workers(one: _Line) -> tuple[Any, ...]:
    project, money = one.project, one.money
    given = (project.yearly_income, project.yearly_fixed, project.variable_percent)
    sums = (money.asked, money.obtained, money.paid, money.refused)
    year = year_of(project)
    told = (year.result, year.break_even, year.stressed) if year else (None, None, None)
    return (
        *(one.amount(units) for units in sums),
        *(one.amount(given[0]), one.amount(given[1]), given[2]),
        *(one.amount(units) for units in told),
    )


def _budget(lines: Sequence[_Line]) -> Sheet:
    columns = (_("Projet"), _("Année"), _("Nature"), _("Montant"), _("Monnaie"), _("Identifiant"))
    rows = [
        (
            *(one.project.title, row.year, row.get_nature_display(), one.amount(row.amount)),
            *(one.project.currency, one.project.public_id),
        )
        for one in lines
        for row in one.project.budget_lines.all()
    ]
    return Sheet(_("Budget"), columns, rows)


def _fundings(lines: Sequence[_Line]) -> Sheet:
    columns = (
        *(_("Projet"), _("Financeur"), _("Année"), _("État"), _("Montant"), _("Monnaie")),
        *(_("Dans la monnaie du projet"), _("Monnaie du projet"), _("Identifiant")),
    )
    rows = [
        (
            *(one.project.title, row.funder, row.year, row.get_state_display()),
            *(from_units(row.amount, row.currency), row.currency),
            one.amount(converted(row.amount, row.currency, one.project.currency)),
            *(one.project.currency, one.project.public_id),
        )
        for one in lines
        for row in one.project.fundings.all()
    ]
    return Sheet(_("Plan de financement"), columns, rows)


def _risks(lines: Sequence[_Line]) -> Sheet:
    columns = (
        *(_("Projet"), _("Risque"), _("Probabilité"), _("Gravité")),
        *(_("Ce qui le maîtrise"), _("Identifiant")),
    )
    rows = [
        (one.project.title, row.text, row.probability, row.severity, row.control, one.project.public_id)
        for one in lines
        for row in one.project.risks.all()
    ]
    return Sheet(_("Risques"), columns, rows)


def _territories(lines: Sequence[_Line]) -> Sheet:
    columns = (
        *(_("Projet"), _("Territoire associé"), _("Part du budget"), _("Budget de sa part")),
        *(_("Monnaie"), _("Ce qu’il fait"), _("Identifiant")),
    )
    rows = [
        (
            *(one.project.title, row.territory.name),
            row.percent / 100 if row.percent is not None else None,
            one.amount(part.budget if part else None),
            *(one.project.currency, row.part, one.project.public_id),
        )
        for one in lines
        for row in one.project.shares.all()
        for part in [one.parts.get(row.territory_id)]
    ]
    return Sheet(_("Territoires associés"), columns, rows)
