"""What the machine refuses a command, the disk or the database, told in French as what was asked is."""

from __future__ import annotations

import errno

from django.conf import settings
from django.db import DatabaseError, OperationalError

from terreau.core.errors import TerreauError, disk_reason

_DISK = {
    *(errno.EACCES, errno.EPERM, errno.EROFS),
    *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG),
}
# In SQLite's own words, which no code accompanies through Django.
_SQLITE = (
    (
        "is locked",
        "Un autre processus écrit dans la base depuis trop longtemps.",
        "Attendez la fin d’un import ou d’une restauration, puis recommencez.",
    ),
    (
        "is full",
        "Il n’y a plus de place sur le disque\u00a0: rien de plus n’est écrit.",
        "Libérez de la place, puis recommencez.",
    ),
    (
        "readonly database",
        "Vous n’avez pas le droit d’écrire dans la base.",
        "Lancez terreau sous le compte qui tient ce dossier, ou rendez-lui ses fichiers.",
    ),
    (
        "unable to open",
        "La base ne peut pas être ouverte.",
        "Lancez terreau sous le compte qui tient ce dossier, ou rendez-lui ses fichiers.",
    ),
    (
        "not a database",
        "Ce fichier n’est pas une base\u00a0: il est abîmé.",
        "Mettez-le de côté, puis restaurez une sauvegarde avec «\u00a0terreau restore\u00a0».",
    ),
    (
        "malformed",
        "La base est abîmée.",
        "Mettez-la de côté, puis restaurez une sauvegarde avec «\u00a0terreau restore\u00a0».",
    ),
)


def of_disk(error: OSError) -> TerreauError | None:
    """The refusal of a full disk or of a right one does not have; None for what would be a fault of ours."""
    if error.errno not in _DISK:
        return None
    return TerreauError(
        f"Le système refuse ce fichier\u00a0: {disk_reason(error)}.",
        where=str(error.filename or "Sortie"),
        remedy="Vérifiez la place qui reste et à qui sont les fichiers, puis recommencez.",
    )


def of_database(error: DatabaseError) -> TerreauError | None:
    """The refusal of a database that does not answer; None for what would be a fault of ours."""
    if type(error) not in (DatabaseError, OperationalError):
        return None
    said = " ".join(str(error).split())[:300]
    if settings.DATABASE_URL:
        return TerreauError(
            f"La base de données ne répond pas\u00a0: «\u00a0{said}\u00a0».",
            where="DATABASE_URL",
            remedy="Vérifiez qu’elle tourne et que cette adresse est la sienne, puis recommencez.",
        )
    for words, message, remedy in _SQLITE:
        if words in said:
            return TerreauError(message, where=str(settings.HOME.database), remedy=remedy)
    return None
