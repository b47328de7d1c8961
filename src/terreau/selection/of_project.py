"""How a project was chosen or left aside under a budget, as its own sheet tells it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.selection import perms
from terreau.selection.enums import SelectionState
from terreau.selection.models import Selection


def links(project: Any, person: Any) -> list[tuple[str, str]]:
    """The choices where a project was considered: those that are published, for who works elsewhere."""
    found = Selection.objects.filter(items__project=project).select_related("territory", "choice")
    told = []
    for one in found.order_by("-opened_on", "-pk"):
        place = [one.territory.code, one.public_id]
        choice = one.choice if one.state == SelectionState.DECIDED else None
        text = _("%(title)s, %(said)s") % {"title": one.title, "said": _said(choice, project)}
        if perms.can_read_work(person, one.territory):
            told.append((text, reverse("selection:own", args=place)))
        elif choice and choice.is_public:
            told.append((text, reverse("selection:public", args=place)))
    return told


def _said(choice: Any, project: Any) -> str:
    if choice is None:
        return _("choix en préparation")
    return _("projet choisi") if project.public_id in choice.content["selected"] else _("projet non choisi")
