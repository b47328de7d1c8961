"""What the writes of this application share: the journal, and the project as it is now."""

from __future__ import annotations

from typing import Any, Final

from terreau.journal.services import record
from terreau.portfolio.models import Project

PROPOSED: Final = "portfolio.proposed"
SHARED: Final = "portfolio.shared"
RECEIPT: Final = "portfolio.receipt"


def tell(verb: str, person: Any, project: Project, **data: Any) -> None:
    """Write in the journal what was done to a project."""
    record(
        verb=f"project.{verb}",
        subject=f"project:{project.public_id}",
        actor=person,
        territory_code=project.territory.code,
        name=project.title,
        **data,
    )


def held(project: Project) -> Project:
    """The project as it is now, locked until the end of the transaction."""
    return Project.objects.select_for_update(of=("self",)).select_related("territory").get(pk=project.pk)
