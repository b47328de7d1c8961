"""The result of a choice, worked out and kept with the digest of what it was worked out from."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

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
        TerreauError: when no project has a value.
    """
    perms.can_keep.require(person, selection.territory)
    prepared = prepare(selection)
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
