"""Files sent, kept from the moment they are read to the moment what they change is confirmed."""

from __future__ import annotations

import secrets
import time
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.files import write_atomically

KEPT_SECONDS = 24 * 3600
_SALT = "terreau.territories.stash"


def keep(content: bytes, *, name: str, source: str, person: Any, code: str) -> str:
    """Keep a file for a day.

    Returns:
        A signed ticket, good for this person and this territory only.
    """
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    kept = f"{secrets.token_hex(16)}{PurePath(name).suffix.lower()}"
    write_atomically(folder / kept, content)
    ticket = {"kept": kept, "name": name, "source": source, "person": str(person.pk), "code": code}
    return signing.dumps(ticket, salt=_SALT)


def take(ticket: str, *, person: Any, code: str) -> tuple[bytes, str, str]:
    """What was kept: content, name of the file, where it comes from.

    Raises:
        TerreauError: the ticket is too old, or another's.
    """
    try:
        found = signing.loads(ticket, salt=_SALT, max_age=KEPT_SECONDS)
        if found["person"] != str(person.pk) or found["code"] != code:
            raise signing.BadSignature
        content = (_folder() / found["kept"]).read_bytes()
    except (signing.BadSignature, FileNotFoundError) as error:
        raise TerreauError(
            _("Le fichier envoyé n’est plus là."),
            remedy=_("Envoyez-le de nouveau\u202f; rien n’a été changé."),
        ) from error
    return content, found["name"], found["source"]


def drop(ticket: str) -> None:
    """Forget a file that has served."""
    found = signing.loads(ticket, salt=_SALT)
    (_folder() / found["kept"]).unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.HOME.root) / "depots" / "subdivisions"


def _sweep(folder: Path) -> None:
    """Files nobody came back for are not kept for ever."""
    limit = time.time() - KEPT_SECONDS
    for path in folder.iterdir():
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
