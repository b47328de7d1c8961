"""The life of a project: named passages from one state to the next, each told with its reason."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory.writing import known, public_changed
from terreau.journal.words import clean_words
from terreau.portfolio import perms, rules
from terreau.portfolio.enums import ProjectState
from terreau.portfolio.models import Project, Step
from terreau.portfolio.telling import held, tell

LONGEST_REASON: Final = 1000


def move(*, person: Any, project: Project, after: str, reason: str = "") -> Project:
    """Pass to another state; there already, nothing happens.

    Args:
        person: an agent of the territory, or the secretariat.
        project: the project.
        after: the state to come.
        reason: needed to send back, set aside or abandon.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when a project cannot go there from where it is, or no reason is told.
    """
    perms.can_run.require(person, project.territory)
    with transaction.atomic():
        found = held(project)
        if found.state == after:
            return found
        if not rules.may_go(found.state, after):
            names = dict(ProjectState.choices)
            raise TerreauError(
                _("De «\u00a0%(before)s\u00a0», un projet ne passe pas à «\u00a0%(after)s\u00a0».")
                % {"before": names[found.state], "after": names.get(after, after[:20])},
                where=found.title,
                remedy=_("Rechargez la page\u00a0: elle montre ce qui est possible maintenant."),
            )
        _pass(found, person, after, _reason(found, after, reason))
    return found


def decide(*, person: Any, project: Project, after: str, reason: str = "") -> Project:
    """Where an evaluation or a choice sends a project, from any state before it starts.

    In the caller's transaction; the right is that of the decision itself, checked by the caller.
    """
    found = held(project)
    if found.state == after or found.state in (ProjectState.RUNNING, ProjectState.FINISHED):
        return found
    _pass(found, person, after, reason)
    return found


def _reason(project: Project, after: str, reason: str) -> str:
    written = clean_words(reason, _("Raison"), longest=LONGEST_REASON)
    if after in rules.REASONED and not written:
        raise TerreauError(_("Dites pourquoi\u00a0: le porteur le lira."), where=project.title)
    return written


def _pass(project: Project, person: Any, after: str, reason: str) -> None:
    Step.objects.create(project=project, before=project.state, after=after, reason=reason, by=known(person))
    tell("moved", person, project, before=project.state, after=after)
    project.state = after
    project.save(update_fields=["state"])
    if project.is_public:
        public_changed()
