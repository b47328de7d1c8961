"""The texts that were voted: screened, bounded, written whole before a row names them."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.files import write_atomically
from terreau.core.text import squeeze
from terreau.directory.writing import known, public_changed
from terreau.journal.days import day_past
from terreau.journal.words import clean_words, field_label
from terreau.strategy import perms
from terreau.strategy.models import Strategy, VotedText
from terreau.strategy.telling import held, tell
from terreau.survey.field.kept_files import screened
from terreau.territories.models import Territory

MOST_TEXTS: Final = 30
TAKEN: Final = frozenset({".pdf", ".docx", ".odt"})


def attach(
    *,
    person: Any,
    territory: Territory,
    name: str,
    content: bytes,
    title: str,
    voted_on: date,
    reference: str = "",
) -> VotedText:
    """Keep a text that was voted; the same file twice is one.

    Args:
        person: an agent of the territory, or the secretariat.
        territory: whose text it is.
        name: of the file, as it was sent.
        content: of the file.
        title: what the text is called.
        voted_on: when.
        reference: of the deliberation.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the file is too large, of another kind than its name says, or words are missing.
    """
    perms.can_write.require(person, territory)
    safe = screened(name, content, TAKEN, _("PDF, DOCX ou ODT"))
    told = {
        "title": clean_words(
            squeeze(title), field_label(VotedText, "title"), longest=200, needed=_("Dites quel est ce texte.")
        ),
        "reference": clean_words(squeeze(reference), field_label(VotedText, "reference"), longest=120),
        "voted_on": day_past(voted_on, where=field_label(VotedText, "voted_on")),
    }
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        strategy = held(territory)
        kept = strategy.texts.filter(digest=digest).first()
        if kept is not None:
            return kept
        if strategy.texts.count() >= MOST_TEXTS:
            raise TerreauError(_("%(most)d textes au plus.") % {"most": MOST_TEXTS})
        made = VotedText(
            strategy=strategy, name=safe, digest=digest, size=len(content), added_by=known(person), **told
        )
        # Under the lock, so that nobody who takes the same text away removes the file just written.
        write_atomically(path_of(territory, made), content)
        made.save()
        tell("text_added", person, territory, text=made.title)
    return made


def detach(*, person: Any, text: VotedText) -> None:
    """Take a text away; its file goes once its row is gone, revisions still say that it was voted.

    Raises:
        NotAllowed: when the person may not.
    """
    territory = text.strategy.territory
    perms.can_write.require(person, territory)
    with transaction.atomic():
        held(territory)
        if VotedText.objects.filter(pk=text.pk).delete()[0]:
            tell("text_removed", person, territory, text=text.title)
            public_changed()
            transaction.on_commit(lambda: _drop(territory, text))


def _drop(territory: Territory, text: VotedText) -> None:
    """Take the file away, unless the same text was attached again since."""
    with transaction.atomic():
        if not held(territory).texts.filter(digest=text.digest).exists():
            path_of(territory, text).unlink(missing_ok=True)


def path_of(territory: Territory, text: VotedText) -> Path:
    """Where the file of a text is kept."""
    suffix = PurePosixPath(text.name).suffix.lower()
    return Path(settings.HOME.files) / "strategy" / territory.code / f"{text.digest}{suffix}"


def texts_of(strategy: Strategy | None) -> dict[str, VotedText]:
    """Digest → text, for those whose file is still here."""
    return {one.digest: one for one in strategy.texts.all()} if strategy else {}
