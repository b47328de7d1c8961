"""What towns do with an organisation, on its public sheet: projects and actions it has a part in."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.urls import reverse

from terreau.directory.models import Organisation
from terreau.plans.enums import Reply
from terreau.plans.models import Action
from terreau.portfolio.models import Project

MOST = 20
_PLAN = "objective__axis__plan"


def panel(organisation: Organisation, _person: Any) -> dict[str, Any] | None:
    """The same for everyone: what is public; read in one question."""
    rows = list(_projects(organisation).union(_actions(organisation)).order_by("page", "title")[: MOST + 1])
    if not rows:
        return None
    told = [
        {"title": title, "town": town, "url": reverse(page, args=[public_id]), "simulated": simulated}
        for page, public_id, title, town, simulated in rows[:MOST]
    ]
    return {"told": told, "more": len(rows) > MOST}


def _columns(found: QuerySet[Any], page: str, town: str, simulated: str) -> QuerySet[Any]:
    named = found.annotate(page=Value(page, CharField()))
    rows: QuerySet[Any] = named.order_by().values_list("page", "public_id", "title", town, simulated)
    return rows.distinct()


def _projects(organisation: Organisation) -> QuerySet[Any]:
    has_part = Q(bearer=organisation) | Q(partners=organisation)
    shown = Project.objects.public().filter(has_part)
    return _columns(shown, "portfolio:project", "territory__name", "is_simulated")


def _actions(organisation: Organisation) -> QuerySet[Any]:
    has_part = Q(co_leaders__organisation=organisation, co_leaders__reply=Reply.ACCEPTED)
    has_part |= Q(partners__organisation=organisation)
    shown = Action.objects.filter(has_part, is_public=True, **{f"{_PLAN}__published_on__isnull": False})
    return _columns(shown, "plans:action", f"{_PLAN}__territory__name", f"{_PLAN}__is_simulated")
