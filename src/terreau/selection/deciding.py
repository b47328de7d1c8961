"""What is chosen after the deliberation, kept with its whole trace: it never changes."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory.writing import known, public_changed
from terreau.journal.days import day_past
from terreau.journal.words import clean_words
from terreau.portfolio import services as project_services
from terreau.portfolio.enums import ProjectState
from terreau.portfolio.models import Project
from terreau.selection import choosing, perms, voting
from terreau.selection.document import Prepared, prepare
from terreau.selection.enums import Others, SelectionState, VoteState
from terreau.selection.models import Choice, Selection
from terreau.selection.opening import MAY_BE_CHOSEN
from terreau.selection.telling import held, tell

FORMAT: Final = "terreau-selection-1"
LONGEST_REASON: Final = 1000


def decide(
    *,
    person: Any,
    selection: Selection,
    read: str,
    portfolio: int,
    reason: str = "",
    reference: str = "",
    decided_on: date | None = None,
    is_public: bool = False,
    others: str = Others.WAIT,
) -> Choice:
    """Keep one of the portfolios as what is chosen; sent twice, it is chosen once.

    Each project goes where the choice sends it: « retenu » when it is chosen. Of the others, those that an
    evaluation had retained go back to be looked at again, or all are set aside.

    Args:
        person: an agent of the territory, or the secretariat.
        selection: the choice, worked out.
        read: digest of the result that was on the page.
        portfolio: its rank; 1 for the best.
        reason: needed for another than the best.
        reference: of the deliberation.
        decided_on: its day.
        is_public: whether everyone reads it.
        others: what becomes of the projects that are not chosen, one of `Others`.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the result changed since, a vote is open, a project was set aside or abandoned
            meanwhile, or another than the best has no reason.
    """
    perms.can_keep.require(person, selection.territory)
    why = clean_words(reason, _("Raison"), longest=LONGEST_REASON)
    day = day_past(decided_on or timezone.localdate(), where=_("Date"))
    reference = clean_words(reference, _("Délibération"), longest=200)
    with transaction.atomic():
        found = held(selection)
        if found.state == SelectionState.DECIDED:
            return found.choice
        prepared = prepare(found)
        result = choosing.kept(prepared)
        if result is None or result["digest"] != read or result["result"] is None:
            raise TerreauError(
                _("Des projets, des montants ou des règles ont changé depuis que vous avez lu le résultat."),
                where=found.title,
                remedy=_("Calculez de nouveau, puis relisez-le."),
            )
        if found.vote == VoteState.OPEN:
            raise TerreauError(_("Le vote des acteurs est encore ouvert."), remedy=_("Closez-le d’abord."))
        portfolios = [result["result"], *result["result"]["alternatives"]]
        if not 1 <= portfolio <= len(portfolios):
            raise TerreauError(_("Dites lequel de ces choix est retenu."), where=found.title)
        if portfolio > 1 and not why:
            raise TerreauError(
                _("Ce choix n’est pas le premier\u00a0: dites pourquoi il est retenu."), where=_("Raison")
            )
        if others not in Others.values:
            raise TerreauError(_("Dites ce que deviennent les autres projets."), where=found.title)
        chosen = portfolios[portfolio - 1]
        content = _content(prepared, result, portfolio, chosen, why, reference, day) | {"others": others}
        _move_projects(person, prepared, content)
        made = Choice.objects.create(
            selection=found,
            territory=found.territory,
            decided_on=day,
            is_public=is_public,
            content=content,
            digest=hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
            made_at=timezone.now(),
            made_by=known(person),
        )
        found.state = SelectionState.DECIDED
        found.save(update_fields=["state"])
        tell("decided", person, found, projects=len(chosen["selected"]))
        public_changed()
    return made


def _content(
    prepared: Prepared,
    result: dict[str, Any],
    portfolio: int,
    chosen: dict[str, Any],
    reason: str,
    reference: str,
    day: date,
) -> dict[str, Any]:
    selection = prepared.selection
    return {
        "format": FORMAT,
        "simulated": selection.is_simulated,
        "title": selection.title,
        "territory": selection.territory.code,
        "currency": selection.currency,
        "decided_on": day.isoformat(),
        "reference": reference,
        "reason": reason,
        "portfolio": portfolio,
        "selected": list(chosen["selected"]),
        "titles": prepared.titles,
        "constraints": [prepared.sentence(one) for one in prepared.constraints],
        "result": result,
        "vote": voting.result_of(prepared) if selection.vote == VoteState.CLOSED else None,
    }


def _move_projects(person: Any, prepared: Prepared, content: dict[str, Any]) -> None:
    """Each project goes where the choice sends it, and its history names the choice.

    Raises:
        TerreauError: when one that is chosen was set aside or abandoned since it is considered.
    """
    told = {"title": content["title"], "day": f"{date.fromisoformat(content['decided_on']):%d/%m/%Y}"}
    taken = _("Retenu par le choix «\u00a0%(title)s\u00a0» du %(day)s.") % told
    left = _("Non retenu par le choix «\u00a0%(title)s\u00a0» du %(day)s.") % told
    # In one order, so that two decisions of the same projects never wait for one another.
    projects = sorted((one.project for one in prepared.considered), key=lambda one: one.pk)
    for project in projects:
        if project.public_id in content["selected"]:
            _require_alive(project)
            project_services.decide(person=person, project=project, after=ProjectState.SELECTED, reason=taken)
        elif content["others"] == Others.ASIDE and project.state in MAY_BE_CHOSEN:
            project_services.decide(person=person, project=project, after=ProjectState.ASIDE, reason=left)
        elif project.state == ProjectState.SELECTED:
            waits = _("Il attend un autre budget.")
            reason = f"{left} {waits}"
            project_services.decide(person=person, project=project, after=ProjectState.REWORK, reason=reason)


def _require_alive(project: Project) -> None:
    if project.state in (ProjectState.ASIDE, ProjectState.ABANDONED):
        raise TerreauError(
            _("Ce projet est à présent «\u00a0%(state)s\u00a0»\u00a0: il ne peut pas être retenu.")
            % {"state": project.get_state_display()},
            where=project.title,
            remedy=_("Reprenez-le dans le portefeuille, ou ne le considérez plus («\u00a0Montants\u00a0»)."),
        )
