"""A revision published: what was read, as it was read, with why it was written again."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory.writing import known, public_changed
from terreau.journal.words import clean_words, field_label
from terreau.strategy import perms
from terreau.strategy.content import content_of, digest_of
from terreau.strategy.models import Revision
from terreau.strategy.telling import held, tell
from terreau.territories.models import Territory

LONGEST_REASON: Final = 1000


def publish(
    *, person: Any, territory: Territory, read: str, reason: str = "", today: date | None = None
) -> Revision:
    """Publish the strategy as it was read; published already, that revision.

    Args:
        person: an agent of the territory, or the secretariat.
        territory: whose strategy it is.
        read: digest of what was read (`content.digest_of`).
        reason: what changes; needed from the second revision on.
        today: the day of the revision.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when there is no issue, something changed since it was read, or no reason is told.
    """
    perms.can_write.require(person, territory)
    why = clean_words(reason, field_label(Revision, "reason"), longest=LONGEST_REASON)
    with transaction.atomic():
        content = content_of(held(territory))
        digest = digest_of(content)
        last = Revision.objects.filter(territory=territory).first()
        if last is not None and last.digest == digest:
            return last
        if not content["issues"]:
            raise TerreauError(
                _("Une stratégie a au moins un enjeu."), remedy=_("Écrivez-en un, puis publiez.")
            )
        if digest != read:
            raise TerreauError(
                _("La stratégie a changé depuis que vous l’avez lue."), remedy=_("Relisez-la, puis publiez.")
            )
        if last is not None and not why:
            raise TerreauError(
                _("Dites ce qui change\u00a0: tous le liront."), where=field_label(Revision, "reason")
            )
        made = Revision.objects.create(
            territory=territory,
            number=last.number + 1 if last else 1,
            published_on=today or timezone.localdate(),
            reason=why,
            content=content,
            digest=digest,
            published_by=known(person),
        )
        tell("published", person, territory, number=made.number)
        public_changed()
    return made
