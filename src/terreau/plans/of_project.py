"""The actions that carry a project out, as its own sheet tells them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.plans import perms
from terreau.plans.models import Action


def links(project: Any, person: Any) -> list[tuple[str, str]]:
    """The actions of a project, in the order they were written: the public ones, for who works elsewhere."""
    found = Action.objects.filter(project=project).select_related("objective__axis__plan__territory")
    told = []
    for one in found.order_by("pk"):
        is_public = one.is_public and one.plan.published_on is not None
        if is_public or perms.can_read(person, one.plan.territory):
            text = _("%(title)s, %(state)s") % {"title": one.title, "state": one.get_state_display()}
            told.append((text, reverse("plans:action", args=[one.public_id])))
    return told
