"""What a new action is filled with when it comes from a project, a recommendation or a need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.http import urlencode

from terreau.plans.chain import recommendation_of
from terreau.plans.models import Plan
from terreau.portfolio.models import Project
from terreau.survey.enums import Need

_STARTS = ("projet", "recommandation", "besoin", "levier")


def begun(query: Mapping[str, Any]) -> str:
    """What an address says that an action starts from, to be asked again once the plan has its objectives."""
    return urlencode({name: str(query[name])[:120] for name in _STARTS if query.get(name)})


def initial_from(plan: Plan, query: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that an address fills: `projet`, `recommandation`, `besoin`, `levier`, `objectif`."""
    found: dict[str, Any] = {}
    if asked := str(query.get("projet", "")):
        project = Project.objects.of(plan.territory).filter(public_id=asked).first()
        found |= _of_project(project) if project else {}
    rule = recommendation_of(str(query.get("recommandation", "")))
    if rule is not None:
        needs = [one.code for one in rule.conditions if one.asks == "need"]
        found = {
            "title": rule.title,
            "words": rule.text,
            "recommendation": rule.id,
            "need": needs[0] if needs else "",
        } | found
    if (need := str(query.get("besoin", ""))) in Need.values:
        found["need"] = need
    if lever := str(query.get("levier", ""))[:60]:
        found["lever"] = lever
    if objective := str(query.get("objectif", ""))[:12]:
        found["objective"] = objective
    return found


def _of_project(project: Project) -> dict[str, Any]:
    recommendation = project.origin_key if project.origin == "recommendation" else ""
    told = {
        "title": project.title,
        "words": project.summary,
        "project": project.public_id,
        "need": project.need,
        "lever": project.lever,
        "recommendation": recommendation if recommendation_of(recommendation) else "",
    }
    return {name: value for name, value in told.items() if value}
