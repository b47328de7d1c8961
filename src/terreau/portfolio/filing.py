"""The documents of a project: screened, bounded, written whole before a row names them."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.files import write_atomically
from terreau.directory.writing import known, public_changed
from terreau.portfolio import perms
from terreau.portfolio.models import Project, ProjectDocument
from terreau.portfolio.telling import held, tell
from terreau.survey.field.kept_files import screened

MOST_DOCUMENTS: Final = 50


def add_document(
    *, person: Any, project: Project, name: str, content: bytes, is_public: bool
) -> ProjectDocument:
    """Keep a document; the same content twice is one.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when it is too large, of another kind than its name says, or there are too many.
    """
    perms.can_run.require(person, project.territory)
    safe = screened(name, content)
    suffix = PurePosixPath(safe).suffix.lower()
    digest = hashlib.sha256(content).hexdigest()
    path = f"portfolio/{project.public_id}/{digest}{suffix}"
    with transaction.atomic():
        found = held(project)
        if found.documents.count() >= MOST_DOCUMENTS:
            raise TerreauError(_("Un projet garde %(most)d documents au plus.") % {"most": MOST_DOCUMENTS})
        made, is_new = ProjectDocument.objects.get_or_create(
            project=found,
            digest=digest,
            defaults={
                "name": safe,
                "path": path,
                "size": len(content),
                "is_public": is_public,
                "added_by": known(person),
            },
        )
        if is_new:
            # Under the lock, so that whoever takes the same document away does not remove this file.
            write_atomically(Path(settings.HOME.files) / path, content)
            tell("document_added", person, found, document=safe)
            _show_change(found, made)
    return made


def show_document(*, person: Any, document: ProjectDocument, is_public: bool) -> None:
    """Say whether everybody reads a document, once the sheet itself is public.

    Raises:
        NotAllowed: when the person may not.
    """
    perms.can_run.require(person, document.project.territory)
    with transaction.atomic():
        found = held(document.project)
        if found.documents.filter(pk=document.pk, is_public=not is_public).update(is_public=is_public):
            tell("document_shown", person, found, document=document.name, public=is_public)
            if found.is_public:
                public_changed()


def remove_document(*, person: Any, document: ProjectDocument) -> None:
    """Take a document away; its file goes once its row is gone.

    Raises:
        NotAllowed: when the person may not.
    """
    perms.can_run.require(person, document.project.territory)
    with transaction.atomic():
        found = held(document.project)
        if found.documents.filter(pk=document.pk).delete()[0]:
            tell("document_removed", person, found, document=document.name)
            _show_change(found, document)
            transaction.on_commit(lambda: _drop(document))


def _show_change(project: Project, document: ProjectDocument) -> None:
    """Visitors' pages are made anew where they name the document."""
    if project.is_public and document.is_public:
        public_changed()


def _drop(document: ProjectDocument) -> None:
    """Take the file away, unless the same document was added again since."""
    with transaction.atomic():
        if not held(document.project).documents.filter(digest=document.digest).exists():
            (Path(settings.HOME.files) / document.path).unlink(missing_ok=True)
