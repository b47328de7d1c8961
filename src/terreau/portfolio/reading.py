"""A project as its pages tell it, and the list of those of a territory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.core.money import converted, money_text
from terreau.core.text import fold
from terreau.directory.nomenclatures import issues, sectors
from terreau.journal.words import field_label
from terreau.levers.catalogue import catalogue
from terreau.levers.rules import ProjectSubject
from terreau.portfolio import perms, rules
from terreau.portfolio.enums import FundingState, Origin, ProjectState, Stage
from terreau.portfolio.models import BudgetLine, Funding, Project, Risk, Share
from terreau.portfolio.trail import origin_of, traces_of
from terreau.practices.enums import CostNature
from terreau.survey.enums import Need
from terreau.territories.models import Territory


def whole(projects: QuerySet[Project]) -> QuerySet[Project]:
    """The projects with all that their pages tell, read in a few queries."""
    return projects.select_related("territory", "zone", "bearer").prefetch_related(
        Prefetch("budget_lines", BudgetLine.objects.order_by("year", "nature")),
        Prefetch("fundings", Funding.objects.order_by("year", "pk")),
        Prefetch("risks", Risk.objects.order_by("pk")),
        Prefetch("shares", Share.objects.select_related("territory")),
    )


def page_of(projects: QuerySet[Project], number: str | None, size: int) -> Any:
    """One page of the projects, in the order of their names as French sorts them: « École » before « Lots ».

    Args:
        projects: those to show.
        number: the page asked for; the first one when it is none.
        size: how many there are on a page.

    Returns:
        A page of Django's, whose `object_list` is a list of projects.
    """
    named = sorted(
        projects.order_by().values_list("pk", "title"), key=lambda one: (fold(one[1]), one[1], one[0])
    )
    page: Any = Paginator([key for key, _title in named], size).get_page(number)
    found = projects.order_by().in_bulk(list(page.object_list))
    page.object_list = [found[key] for key in page.object_list if key in found]
    return page


def money_of(project: Project) -> rules.Money:
    """Its money, in its own currency."""
    given = [
        (one.state, converted(one.amount, one.currency, project.currency)) for one in project.fundings.all()
    ]
    return rules.money_of([one.amount for one in project.budget_lines.all()], given)


def parts_of(project: Project, money: rules.Money) -> dict[int, rules.Part]:
    """What falls to each of its territories, by their keys; nothing where no part was told."""
    told = {one.territory_id: one.percent for one in project.shares.all() if one.percent is not None}
    if not told:
        return {}
    parts = rules.parts_of(money, list(told.values()))
    return dict(zip([*told, project.territory_id], parts, strict=True))


def year_of(project: Project) -> rules.Balance | None:
    """A year of the project once it runs, where what it brings and costs is told."""
    if project.yearly_income is None or project.yearly_fixed is None:
        return None
    return rules.balance(project.yearly_income, project.yearly_fixed, project.variable_percent or 0)


def lever_label(code: str) -> str:
    """The name of a lever."""
    found = catalogue().lever(code) if code else None
    return found.label if found else code


@dataclass(frozen=True)
class Asked:
    """What narrows a list of projects."""

    state: str = ""
    stage: str = ""
    need: str = ""
    family: str = ""


def sifted(territory: Territory, asked: Asked) -> QuerySet[Project]:
    """The projects of a territory, its own and those it shares."""
    found = Project.objects.of(territory)
    if asked.state in ProjectState.values:
        found = found.filter(state=asked.state)
    if asked.stage in Stage.values:
        found = found.filter(stage=asked.stage)
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
            "foreign": money.foreign,
            "shared": one.territory_id != territory.pk,
            "part": _part_told(parts_of(one, money).get(territory.pk), one.currency),
        }
        for one in projects
        for money in [money_of(one)]
    ]


def _part_told(part: rules.Part | None, currency: str) -> dict[str, Any] | None:
    """A part in words: its share, and what that makes of the budget and of the money asked and secured."""
    if part is None:
        return None
    amounts = {"budget": part.budget, "asked": part.asked, "secured": part.secured}
    told = {name: money_text(amount, currency) for name, amount in amounts.items()}
    return {"percent": part.percent, **told}


def _percent(share: Any) -> int | None:
    return None if share is None else round(100 * share)


# --- One sheet ------------------------------------------------------------------------------------------


def told(project: Project, person: Any = None, *, whole_sheet: bool) -> dict[str, Any]:
    """The sheet of a project; risks, fundings and its life are for those who work on it.

    Args:
        project: read with all its rows.
        person: who reads it; what falls to their territory is said to be theirs, where they work on it.
        whole_sheet: whether they do.
    """
    money = money_of(project)
    names = {one.code: one.label for one in (*sectors(), *issues())}
    traces = traces_of(project, person)
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
        "partners": list(project.partners.shown().order_by("name_folded")),
        "shares": _shares(project, money, person if whole_sheet else None),
        "origin": origin_of(project),
        "traces": traces,
        "is_carried": any(one["key"] == "plans" for one in traces),
        "years": _years(project),
        "budget": money_text(money.budget, project.currency) if money.budget else "",
        "secured": _percent(money.share_secured),
        "documents": [one for one in project.documents.all() if one.is_public or whole_sheet],
        "whole": whole_sheet,
    }
    if whole_sheet:
        context |= _for_workers(project, money)
    return context


def _shares(project: Project, money: rules.Money, person: Any) -> list[dict[str, Any]]:
    """The territories that share it, then the one that bears it where parts were told."""
    parts = parts_of(project, money)
    rows = [(one.territory, one.part) for one in project.shares.all()]
    if rows and parts:
        rows.append((project.territory, _("porte le projet")))
    return [
        {
            "territory": place,
            "does": does,
            "part": _part_told(parts.get(place.pk), project.currency),
            "is_own": person is not None and bool(perms.can_read_territory(person, place)),
            "may_leave": person is not None
            and place.pk != project.territory_id
            and bool(perms.can_run(person, place)),
        }
        for place, does in rows
    ]


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
        "excess": money_text(money.excess, project.currency) if money.excess else "",
        "foreign": money.foreign,
        "risks": project.risks.all(),
        "steps": project.steps.all(),
    }
    if (year := year_of(project)) is not None:
        found["balance"] = {
            "income": money_text(project.yearly_income or 0, project.currency),
            "fixed": money_text(project.yearly_fixed or 0, project.currency),
            "variable": project.variable_percent or 0,
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
        url=reverse("portfolio:project", args=[project.public_id]),
        need=project.need,
        sectors=(project.sector,) if project.sector else (),
        issues=tuple(project.issues),
        recommendation=project.origin_key if project.origin == Origin.RECOMMENDATION else "",
        lever=project.lever,
    )
