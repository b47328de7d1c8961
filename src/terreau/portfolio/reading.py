"""A project as its pages tell it, and the list of those of a territory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Prefetch, QuerySet, Sum
from django.utils.translation import gettext as _

from terreau.core.money import converted, from_units, money_text
from terreau.directory.nomenclatures import issues, sectors
from terreau.journal.words import field_label
from terreau.levers.catalogue import catalogue
from terreau.levers.rules import ProjectSubject
from terreau.portfolio import perms, rules
from terreau.portfolio.enums import FundingState, Origin, ProjectState
from terreau.portfolio.models import BudgetLine, Funding, Project, Risk, Share
from terreau.portfolio.trail import origin_of
from terreau.practices.enums import CostNature
from terreau.survey.enums import Need
from terreau.territories.models import Territory

COLUMNS: Final = (
    "id",
    "title",
    "state",
    "origin",
    "need",
    "lever",
    "zone",
    "bearer",
    "people",
    "women",
    "young",
    "disabled",
    "currency",
    "budget",
    "secured",
    "share_secured",
)


def whole(projects: QuerySet[Project]) -> QuerySet[Project]:
    """The projects with all that their pages tell, read in a few queries."""
    return projects.select_related("territory", "zone", "bearer").prefetch_related(
        Prefetch("budget_lines", BudgetLine.objects.order_by("year", "nature")),
        Prefetch("fundings", Funding.objects.order_by("year", "pk")),
        Prefetch("risks", Risk.objects.order_by("pk")),
        Prefetch("shares", Share.objects.select_related("territory")),
    )


def money_of(project: Project) -> rules.Money:
    """Its money, in its own currency."""
    given = [
        (one.state, converted(one.amount, one.currency, project.currency)) for one in project.fundings.all()
    ]
    return rules.money_of([one.amount for one in project.budget_lines.all()], given)


def lever_label(code: str) -> str:
    """The name of a lever."""
    found = catalogue().lever(code) if code else None
    return found.label if found else code


@dataclass(frozen=True)
class Asked:
    """What narrows a list of projects."""

    state: str = ""
    need: str = ""
    family: str = ""


def sifted(territory: Territory, asked: Asked) -> QuerySet[Project]:
    """The projects of a territory, its own and those it shares."""
    found = Project.objects.of(territory)
    if asked.state in ProjectState.values:
        found = found.filter(state=asked.state)
    if asked.need in Need.values:
        found = found.filter(need=asked.need)
    if asked.family:
        found = found.filter(lever__startswith=f"{asked.family}.")
    return found.order_by("title", "pk")


def listed(projects: Iterable[Project], territory: Territory) -> list[dict[str, Any]]:
    """A line a project."""
    return [
        {
            "project": one,
            "need": one.get_need_display(),
            "lever": lever_label(one.lever),
            "budget": money_text(money.budget, one.currency) if money.budget else "",
            "secured": _percent(money.share_secured),
            "shared": one.territory_id != territory.pk,
        }
        for one in projects
        for money in [money_of(one)]
    ]


def _percent(share: Any) -> int | None:
    return None if share is None else round(100 * share)


def rows_of(projects: Iterable[Project]) -> list[dict[str, Any]]:
    """The same for a spreadsheet, by columns that do not change."""
    return [
        {
            "id": one.public_id,
            "title": one.title,
            "state": one.state,
            "origin": one.origin,
            "need": one.need,
            "lever": one.lever,
            "zone": one.zone.code if one.zone else "",
            "bearer": one.bearer.name if one.bearer else "",
            "people": one.people,
            "women": one.women,
            "young": one.young,
            "disabled": one.disabled,
            "currency": one.currency,
            "budget": from_units(money.budget, one.currency),
            "secured": from_units(money.secured, one.currency),
            "share_secured": None if money.share_secured is None else round(float(money.share_secured), 4),
        }
        for one in projects
        for money in [money_of(one)]
    ]


# --- One sheet ------------------------------------------------------------------------------------------


def told(project: Project, *, whole_sheet: bool) -> dict[str, Any]:
    """The sheet of a project; risks, fundings and its life are for those who work on it."""
    money = money_of(project)
    names = {one.code: one.label for one in (*sectors(), *issues())}
    context: dict[str, Any] = {
        "project": project,
        "territory": project.territory,
        "lever": lever_label(project.lever),
        "sector": names.get(project.sector, project.sector),
        "issues": [names.get(code, code) for code in project.issues],
        "people": [
            (field_label(Project, name), getattr(project, name))
            for name in ("people", "women", "young", "disabled")
            if getattr(project, name) is not None
        ],
        "partners": list(project.partners.shown().order_by("name")),
        "shares": project.shares.all(),
        "origin": origin_of(project),
        "years": _years(project),
        "budget": money_text(money.budget, project.currency) if money.budget else "",
        "secured": _percent(money.share_secured),
        "documents": [one for one in project.documents.all() if one.is_public or whole_sheet],
        "whole": whole_sheet,
    }
    if whole_sheet:
        context |= _for_workers(project, money)
    return context


def _years(project: Project) -> list[dict[str, Any]]:
    """What it costs by year, by nature."""
    names = dict(CostNature.choices)
    years: dict[int, list[BudgetLine]] = {}
    for line in project.budget_lines.all():
        years.setdefault(line.year, []).append(line)
    return [
        {
            "year": year,
            "total": money_text(sum(one.amount for one in lines), project.currency),
            "lines": [
                f"{names[CostNature(one.nature)]}\u00a0: {money_text(one.amount, project.currency)}"
                for one in lines
            ],
        }
        for year, lines in years.items()
    ]


def _for_workers(project: Project, money: rules.Money) -> dict[str, Any]:
    states = dict(FundingState.choices)
    found: dict[str, Any] = {
        "fundings": [
            {
                "funder": one.funder,
                "year": one.year,
                "amount": money_text(one.amount, one.currency),
                "state": states[FundingState(one.state)],
                "code": one.state,
            }
            for one in project.fundings.all()
        ],
        "missing": money_text(money.missing, project.currency) if money.missing else "",
        "foreign": money.foreign,
        "risks": project.risks.all(),
        "steps": project.steps.select_related("by"),
    }
    if project.yearly_income is not None and project.yearly_fixed is not None:
        year = rules.balance(project.yearly_income, project.yearly_fixed, project.variable_percent or 0)
        found["balance"] = {
            "result": money_text(year.result, project.currency),
            "break_even": money_text(year.break_even, project.currency)
            if year.break_even is not None
            else _("jamais\u00a0: chaque vente coûte plus qu’elle ne rapporte"),
            "stressed": money_text(year.stressed, project.currency),
            "holds": year.holds,
        }
    return found


def subject_of(person: Any, territory: Territory, public_id: str) -> ProjectSubject | None:
    """A project as the ranking of levers asks of it."""
    project = Project.objects.of(territory).filter(public_id=public_id).first()
    if project is None or not perms.can_read(person, project):
        return None
    return ProjectSubject(
        public_id=project.public_id,
        title=project.title,
        url=f"/projets/{project.public_id}/",
        need=project.need,
        sectors=(project.sector,) if project.sector else (),
        issues=tuple(project.issues),
        recommendation=project.origin_key if project.origin == Origin.RECOMMENDATION else "",
        lever=project.lever,
    )


def sums_of(territory: Territory) -> dict[int, int]:
    """Year → what the projects of a territory cost, all together, in its currency."""
    lines = BudgetLine.objects.filter(project__territory=territory)
    return dict(lines.order_by("year").values_list("year").annotate(sum=Sum("amount")))
