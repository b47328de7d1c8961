"""The trail of a project: where it comes from, and what became of it, with the pages that say so."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.core.registry import project_traces
from terreau.diagnosis.recommending import rule_book
from terreau.diagnosis.whereabouts import parts_read
from terreau.directory.models import Organisation
from terreau.portfolio.enums import Origin
from terreau.portfolio.models import Project
from terreau.practices.models import Practice


def origin_of(project: Project) -> tuple[str, str]:
    """The origin, with the name of what it was where everyone reads it, and its address; empty where none."""
    name, url = _named(project)
    label = str(Origin(project.origin).label)
    told = _("%(origin)s\u00a0: %(name)s") % {"origin": label, "name": name} if name else label
    return told, url


def _named(project: Project) -> tuple[str, str]:
    key = project.origin_key
    if not key:
        return "", ""
    if project.origin == Origin.RECOMMENDATION:
        rule = next((one for one in rule_book().rules if one.id == key), None)
        return (rule.title if rule else ""), parts_read(project.territory).get("recommandations", "")
    if project.origin == Origin.PRACTICE:
        practice = Practice.objects.public().select_related("published").filter(public_id=key).first()
        if practice is None or practice.published is None:
            return "", ""
        return practice.published.title, reverse("practices:sheet", args=[key])
    if project.origin == Origin.ACTION:
        sheet = Organisation.objects.shown().filter(public_id=key).first()
        return (sheet.name, reverse("directory:sheet", args=[key])) if sheet else ("", "")
    return "", ""


def traces_of(project: Project, person: Any) -> list[dict[str, Any]]:
    """What became of it: judged, chosen, carried out, as far as the person reads it."""
    told = [
        {"key": one.key, "label": one.label, "links": one.links(project, person)} for one in project_traces
    ]
    return [one for one in told if one["links"]]
