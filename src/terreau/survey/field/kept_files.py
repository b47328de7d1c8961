"""A file that a person sends to be kept as it is: what it may be, said in one way wherever one is sent."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePosixPath
from typing import Final

from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.survey.field.screening import MOST_BYTES, content_type, is_document, safe_name

# What offices and telephones make, and how that is said.
TAKEN: Final = frozenset({".pdf", ".docx", ".odt", ".xlsx", ".ods", ".png", ".jpg", ".jpeg"})
TAKEN_TOLD: Final = "PDF, DOCX, ODT, XLSX, ODS, PNG, JPEG"


def screened(name: str, content: bytes, taken: Collection[str] = TAKEN, told: str = TAKEN_TOLD) -> str:
    """The name under which the file is kept, once it is what that name says.

    Args:
        name: as it was sent.
        content: of the file.
        taken: the endings that are taken here, among documents and pictures.
        told: the same, as people call them.

    Raises:
        TerreauError: when it is empty, too large, of another kind than its name says, or not taken.
    """
    safe = safe_name(name)
    if len(content) > MOST_BYTES:
        raise TerreauError(
            _("Ce fichier dépasse 10\u00a0Mo."), where=safe, remedy=_("Réduisez-le, ou donnez-en l’adresse.")
        )
    is_known = is_document(safe, content) or content_type(safe, content).startswith("image/")
    if PurePosixPath(safe).suffix.lower() not in taken or not is_known:
        raise TerreauError(
            _("Ce fichier n’est pas de ceux qui sont gardés ici."),
            where=safe,
            remedy=_("%(kinds)s, sous le nom qui va avec.") % {"kinds": told},
        )
    return safe
