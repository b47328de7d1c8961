"""Refusals that a person reads: what is wrong, where, and what to do, in French."""

from __future__ import annotations

import errno
from typing import Final

_DISK: Final = {
    errno.EACCES: "vous n’avez pas le droit d’y écrire",
    errno.EPERM: "vous n’avez pas le droit d’y écrire",
    errno.EROFS: "ce disque est en lecture seule",
    errno.ENOSPC: "il n’y a plus de place sur le disque",
    errno.EDQUOT: "votre part du disque est pleine",
    errno.EFBIG: "un fichier dépasse la taille permise",
    errno.EEXIST: "un fichier porte déjà ce nom",
    errno.ENOTDIR: "un fichier est sur le chemin, à la place d’un dossier",
    errno.EISDIR: "c’est un dossier, pas un fichier",
    errno.ENOENT: "ce dossier n’existe pas et ne peut pas être créé",
    errno.ENAMETOOLONG: "ce nom est trop long",
}


def disk_reason(error: OSError) -> str:
    """Why the system refused a file, in French."""
    return _DISK.get(error.errno or 0, "le système l’a refusé")


class ToldError(Exception):
    """What was asked for cannot be done; the message says so in French."""

    def __init__(self, message: str, *, where: str = "", remedy: str = "") -> None:
        self.message = str(message)
        self.where = str(where)
        self.remedy = str(remedy)
        # In one line, a bare place (a path, a name) would run into the sentence.
        self.place = f"{self.where}\u00a0:" if self.where and self.where[-1] not in ".:" else self.where
        super().__init__(" ".join(part for part in (self.place, self.message, self.remedy) if part))


class TerreauError(ToldError):
    """What was given is wrong, or no longer holds: whoever sent it is told beside it, and sends it mended."""


class NotAllowed(ToldError):  # noqa: N818  (a refusal, not a fault)
    """The person does not hold the right this write asks for: a page of its own says so (status 403)."""


class TooManyError(ToldError):
    """Asked for too often; allowed again in `seconds`, which a page of its own says (status 429)."""

    def __init__(self, message: str, *, seconds: int, remedy: str = "") -> None:
        self.seconds = seconds
        super().__init__(message, remedy=remedy)
