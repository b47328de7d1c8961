"""What shows that an action was done: an address, or a file, screened, whole before a row names it."""

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
from terreau.directory.writing import known
from terreau.journal.words import clean_words, field_label
from terreau.plans import perms
from terreau.plans.acting import held_action
from terreau.plans.models import Action, Evidence
from terreau.plans.telling import tell_action
from terreau.survey.field.kept_files import screened

MOST_PIECES: Final = 50


def add_evidence(
    *, person: Any, action: Action, title: str, url: str, on: date | None = None, is_public: bool = False
) -> Evidence:
    """A document that shows what was done, by its address; added twice, it is one.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when a value cannot be kept, or there are too many pieces.
    """
    if not url.startswith(("https://", "http://")):
        raise TerreauError(_("Une adresse commence par https://."), where=field_label(Evidence, "url"))
    about = {"title": _title(title), "on": on, "is_public": is_public}
    with transaction.atomic():
        held = _held(person, action)
        kept = held.evidence.filter(url=url[:500]).first()
        return kept or _add(person, Evidence(action=held, url=url[:500], **about))


def add_file(
    *,
    person: Any,
    action: Action,
    title: str,
    name: str,
    content: bytes,
    on: date | None = None,
    is_public: bool = False,
) -> Evidence:
    """A file that shows what was done; the same content twice is one.

    Args:
        person: an agent of the territory, or the secretariat.
        action: what it shows.
        title: what it is.
        name: of the file, as it was sent.
        content: of the file.
        on: the day that it bears.
        is_public: whether those who read the action without an account may read it.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when it is too large, of another kind than its name says, or there are too many pieces.
    """
    perms.can_edit_action.require(person, action)
    about = {"title": _title(title), "on": on, "is_public": is_public}
    safe = screened(name, content)
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        held = _held(person, action)
        if (kept := held.evidence.filter(digest=digest).first()) is not None:
            return kept
        made = Evidence(action=held, name=safe, digest=digest, size=len(content), **about)
        added = _add(person, made)
        # Under the lock, so that whoever takes the same file away does not remove the one just written.
        write_atomically(path_of(made), content)
    return added


def _title(title: str) -> str:
    needed = _("Dites ce qu’est cette pièce.")
    label = field_label(Evidence, "title")
    return clean_words(squeeze(str(title or "")), label, longest=300, needed=needed)


def _held(person: Any, action: Action) -> Action:
    held = held_action(action)
    perms.can_edit_action.require(person, held)
    return held


def _add(person: Any, made: Evidence) -> Evidence:
    if made.action.evidence.count() >= MOST_PIECES:
        raise TerreauError(
            _("Une action garde %(most)d pièces au plus.") % {"most": MOST_PIECES},
            where=made.action.title,
            remedy=_("Retirez d’abord celles qui ne servent plus."),
        )
    made.added_by = known(person)
    made.save()
    tell_action("action.evidence_added", person, made.action, title=made.title)
    return made


def show_evidence(*, person: Any, evidence: Evidence, shown: bool) -> Evidence:
    """Let those who read the action without an account read a piece, or no longer; done again, it stays so.

    Raises:
        NotAllowed: when the person may not.
    """
    with transaction.atomic():
        held = _held(person, evidence.action)
        found = Evidence.objects.select_for_update().get(pk=evidence.pk)
        if found.is_public != shown:
            found.is_public = shown
            found.save(update_fields=["is_public"])
            verb = "action.evidence_shown" if shown else "action.evidence_hidden"
            tell_action(verb, person, held, title=found.title)
    return found


def remove_evidence(*, person: Any, evidence: Evidence) -> None:
    """Take a piece away; done again, it stays so. Its file goes once its row is gone.

    Raises:
        NotAllowed: when the person may not.
    """
    with transaction.atomic():
        held = _held(person, evidence.action)
        removed, _rows = Evidence.objects.filter(pk=evidence.pk).delete()
        if removed:
            tell_action("action.evidence_removed", person, held, title=evidence.title)
            if evidence.digest:
                transaction.on_commit(lambda: _drop(evidence))


def _drop(evidence: Evidence) -> None:
    """Take the file away, unless the same one was added again since."""
    with transaction.atomic():
        held = held_action(evidence.action)
        if not held.evidence.filter(digest=evidence.digest).exists():
            path_of(evidence).unlink(missing_ok=True)


def path_of(evidence: Evidence) -> Path:
    """Where the file of a piece is kept."""
    suffix = PurePosixPath(evidence.name).suffix.lower()
    folder = Path(settings.HOME.files) / "plans" / evidence.action.public_id
    return folder / f"{evidence.digest}{suffix}"
