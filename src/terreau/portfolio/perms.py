"""Who may do what with projects."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from terreau.accounts.perms import can_edit_territory, can_read_draft, is_signed_in
from terreau.core.permissions import rule
from terreau.portfolio.models import Project, Share

# On a territory.
can_run = can_edit_territory
can_read_territory = can_read_draft


@rule("")
def _is_public(_person: Any, project: Project) -> bool:
    return project.is_public


@rule(_("Ce projet est celui d’un autre territoire."))
def can_work_on(person: Any, project: Project) -> bool:
    """Whether a person works for one of the territories of a project."""
    if not is_signed_in(person):
        return False
    # Asks nothing where a page read them already.
    prefetch_related_objects([project], Prefetch("shares", Share.objects.select_related("territory")))
    sharers = [share.territory for share in project.shares.all()]
    return any(can_read_territory(person, one) for one in (project.territory, *sharers))


# On a project.
can_read = _is_public | can_work_on
