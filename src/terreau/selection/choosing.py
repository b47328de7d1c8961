"""The result of a choice, worked out and kept with the digest of what it was worked out from."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.core.errors import TerreauError
from terreau.selection import perms
from terreau.selection.document import Prepared, core_document, document, prepare
from terreau.selection.models import Computed, Selection
from terreau.selection.telling import held
from terreau.selection.wording import with_titles

METHOD_VERSION: Final = "2026-11"
ALTERNATIVES: Final = 5
# With more, a worker does it: the page would wait for seconds.
AT_ONCE: Final = 30


def kept(prepared: Prepared) -> dict[str, Any] | None:
    """The result that is kept, if it is that of the projects, values and rules of now."""
    found = Computed.objects.filter(selection=prepared.selection, digest=prepared.digest).first()
    return found.content if found else None


def is_long(prepared: Prepared) -> bool:
    """Whether a worker should do it."""
    return len(prepared.considered) > AT_ONCE


def choose_again(*, person: Any, selection: Selection) -> dict[str, Any]:
    """Work the choice out and keep it, where anything changed since.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when no project has a value, or none has a cost.
    """
    perms.can_keep.require(person, selection.territory)
    prepared = prepare(selection)
    if not prepared.considered and prepared.uncosted:
        raise TerreauError(
            _("Aucun des projets évalués n’a de coût."),
            where=selection.title,
            remedy=_("Écrivez-le\u00a0: «\u00a0Changer les montants\u00a0»."),
        )
    if not prepared.considered:
        raise TerreauError(
            _("Aucun de ces projets n’a encore de valeur."),
            where=selection.title,
            remedy=_("Évaluez-les d’abord\u00a0: le choix prend la valeur de leur dernière évaluation."),
        )
    known = kept(prepared)
    return known if known is not None else _keep(selection, content_of(prepared))


def _keep(selection: Selection, content: dict[str, Any]) -> dict[str, Any]:
    with transaction.atomic():
        held(selection)
        Computed.objects.update_or_create(
            selection=selection, defaults={"digest": content["digest"], "content": content}
        )
    return content


def content_of(prepared: Prepared) -> dict[str, Any]:
    """What comes out: the choice, the next best, what each rule costs, how firmly each project stands.

    Or why nothing fits, with the least that would have to give.
    """
    # Imported late: the solvers take a tenth of a start, and few processes choose.
    from terreau.decision.files.choosing import select

    content: dict[str, Any] = {
        "method": METHOD_VERSION,
        "digest": prepared.digest,
        "document": document(prepared),
        "result": None,
        "refusal": None,
        "core": None,
        "core_refusal": "",
    }
    if (refusal := _without_budget(prepared)) is not None:
        content["refusal"] = refusal
        return content
    try:
        content["result"] = select(content["document"], alternatives=ALTERNATIVES, with_prices=True)
    except TerreauError as error:
        content["refusal"] = {
            "where": with_titles(error.where, prepared.titles),
            "message": with_titles(error.message, prepared.titles),
            "remedy": with_titles(error.remedy, prepared.titles),
        }
        return content
    try:
        content["core"] = select(core_document(prepared), with_core=True)["core"]
    except TerreauError as error:
        content["core_refusal"] = with_titles(error.message, prepared.titles)
    return content


def _without_budget(prepared: Prepared) -> dict[str, str] | None:
    """What to do of the projects that cost something in a year that has no budget; nothing when none does."""
    budgets = prepared.selection.budgets
    beyond = {
        one.project.title: {year for year, cost in one.costs.items() if cost and year not in budgets}
        for one in prepared.considered
    }
    years = sorted(set().union(*beyond.values()))
    if not years:
        return None
    told = {
        "years": ", ".join(years),
        "projects": " ; ".join(title for title, found in beyond.items() if found),
    }
    return {
        "where": "",
        "message": ngettext(
            "Des projets coûtent quelque chose en %(years)s, année qui n’a pas de budget\u00a0: "
            "%(projects)s.",
            "Des projets coûtent quelque chose dans des années qui n’ont pas de budget (%(years)s)\u00a0: "
            "%(projects)s.",
            len(years),
        )
        % told,
        "remedy": _(
            "«\u00a0Changer les montants\u00a0»\u00a0: donnez-leur un budget, ou videz ce que ces projets "
            "y coûtent."
        ),
    }
