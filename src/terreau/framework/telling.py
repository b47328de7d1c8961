"""What the writes of this application share: the journal, the words that people type, who is written to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from terreau.accounts.care import looked_after_by
from terreau.accounts.enums import Role
from terreau.accounts.models import RoleGrant
from terreau.core.errors import TerreauError
from terreau.journal.rules import is_way_to_reach
from terreau.journal.services import record
from terreau.notifications.services import notify
from terreau.territories.models import Territory

PROPOSAL, ANSWER, ADVOCACY = "framework.proposal", "framework.answer", "framework.advocacy"
LONGEST_WORDS = 4000
_PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def tell(verb: str, person: Any, territory: Territory, subject: str = "", **data: Any) -> None:
    """Write in the journal what was done in a territory; to the territory itself when no subject is named."""
    record(
        verb=verb,
        subject=subject or f"territory:{territory.code}",
        actor=person,
        territory_code=territory.code,
        **data,
    )


def clean_words(text: Any, label: Any, *, longest: int = LONGEST_WORDS) -> str:
    """What a person wrote for others to read, paragraphs kept.

    Raises:
        TerreauError: when it is too long, or gives away how to reach somebody.
    """
    words = "\n".join(line.rstrip() for line in str(text or "").strip().splitlines())
    if len(words) > longest:
        raise TerreauError(
            _("Ce texte est trop long\u00a0: %(count)d signes, pour %(limit)d au plus.")
            % {"count": len(words), "limit": longest},
            where=str(label),
            remedy=_("Raccourcissez-le."),
        )
    if is_way_to_reach(words):
        raise TerreauError(
            _("Ce texte contient une adresse électronique ou un numéro de téléphone, et d’autres le liront."),
            where=str(label),
            remedy=_("Retirez-les."),
        )
    return words


def clean_dated(text: Any, label: Any) -> str:
    """As much of a date as is known: « 2020 », « 2020-06 », « 2020-06-30 » (or 30/06/2020, 06/2020).

    Raises:
        TerreauError: when it is no date.
    """
    written = str(text or "").strip()
    if "/" in written:
        written = "-".join(reversed([part.strip().zfill(2) for part in written.split("/")]))
    if not written:
        return ""
    try:
        if not _PARTIAL_DATE.fullmatch(written):
            raise ValueError(written)
        date.fromisoformat(f"{written}-01-01"[:10])
    except ValueError:
        raise TerreauError(
            _("«\u00a0%(text)s\u00a0» n’est pas une date.") % {"text": str(text)[:40]},
            where=str(label),
            remedy=_("Écrivez l’année, ou 30/06/2020."),
        ) from None
    return written


def dated_words(dated: str) -> str:
    """« 30/06/2020 », « 06/2020 », « 2020 »."""
    return "/".join(reversed(dated.split("-"))) if dated else ""


def field_label(model: type[Model], name: str) -> str:
    """What a field of a model is called."""
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


def write_to(
    people: Iterable[Any], *, kind: str, once: str, subject: str, lines: list[str], url: str
) -> None:
    """One message to each."""
    for person in people:
        notify(person=person, kind=kind, once=f"{once}:{person.pk}", subject=subject, lines=lines, url=url)


def keepers_of(territory: Territory) -> list[Any]:
    """Those who look after a territory."""
    return list(looked_after_by(territory).people)


def holders(role: Role, territory: Territory | None = None) -> list[Any]:
    """The people who hold a role, in the network or on one territory."""
    grants = RoleGrant.objects.filter(role=role, territory=territory, person__is_active=True)
    return [grant.person for grant in grants.select_related("person")]


def in_words(model: type[Model], name: str, value: Any) -> str:
    """The value of a field as it is compared with another: a dash when there is none."""
    if value in (None, ""):
        return "—"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    labels = dict(getattr(model._meta.get_field(name), "flatchoices", ()))
    return str(labels.get(value, value))
