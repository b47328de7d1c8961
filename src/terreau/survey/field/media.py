"""Files sent with answers: kept under the name of their content, each written whole before a row names it."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from django.conf import settings

from terreau.core.files import write_atomically
from terreau.survey.field import screening
from terreau.survey.models import Media, Submission, Survey


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent; `content` is None when it was larger than is let through."""

    name: str
    content: bytes | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was let in, where it lies."""

    name: str
    path: str
    digest: str
    size: int

    def as_data(self) -> dict[str, str | int]:
        """As a row may hold it."""
        return asdict(self)


def keep(survey: Survey, sent: list[Sent], named: set[str]) -> tuple[list[Kept], dict[str, str]]:
    """Write what is let in to the disk.

    Args:
        survey: whose answers these are.
        sent: the files.
        named: names of files that the answers hold; a file that nothing names is not asked for.

    Returns:
        Those kept, and by its name why each of the others was not.
    """
    kept: list[Kept] = []
    refused: dict[str, str] = {}
    for one in sent:
        name = screening.safe_name(one.name)
        reason = _refusal(name, one, named)
        if reason:
            refused[name or "?"] = reason
        else:
            kept.append(_write(survey, name, one.content or b""))
    return kept, refused


def _refusal(name: str, one: Sent, named: set[str]) -> str:
    if not name:
        return "le nom du fichier ne peut pas être gardé"
    if one.content is None:
        return "le fichier dépasse 10\u00a0Mo"
    if name not in named:
        return "aucune réponse ne nomme ce fichier"
    return screening.refusal(name, one.content)


def _write(survey: Survey, name: str, content: bytes) -> Kept:
    digest = hashlib.sha256(content).hexdigest()
    path = f"survey/{survey.pk}/{digest[:2]}/{digest}{PurePosixPath(name).suffix.lower()}"
    target = settings.HOME.files / path
    # Sent again, it is there already: a file is only ever seen whole.
    if not target.exists():
        write_atomically(target, content)
    return Kept(name, path, digest, len(content))


def attach(submission: Submission, kept: list[Kept]) -> None:
    """Name the files in the base; one that is there already, under the same name, is not written twice."""
    Media.objects.bulk_create(
        [Media(submission=submission, **one.as_data()) for one in kept], ignore_conflicts=True
    )


def file_of(media: Media) -> Path:
    """Where a file lies."""
    return Path(settings.HOME.files) / media.path
