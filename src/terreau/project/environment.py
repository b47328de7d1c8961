"""What an operator says in the environment, read; what cannot be understood is refused in French."""

from __future__ import annotations

import os
import re
from email.utils import quote
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import dj_database_url

from terreau.core.errors import TerreauError

_WEB_ADDRESS = re.compile(r"https?://[^\s/?#@]+", re.IGNORECASE)
_SENDER = re.compile(
    r"(?P<named>(?P<name>[^<>]*)<)?\s*(?P<mailbox>[^\s@<>,;\"]+@[^\s@<>,;\"]+)\s*(?(named)>)"
)
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def text(name: str, default: str = "") -> str:
    """The words of a variable; one left empty is not said."""
    return os.environ.get(name) or default


def flag(name: str, *, default: bool = False) -> bool:
    """A yes or a no."""
    return text(name, "1" if default else "0").lower() in {"1", "true", "yes", "oui"}


def words(name: str, default: str) -> list[str]:
    """The words of a variable between commas; the spaces that people put after them are not part of them."""
    return [word for one in text(name, default).split(",") if (word := one.strip())]


def web_address(name: str, default: str) -> str:
    """The address of a site, as a browser shows it, without its last bar.

    Raises:
        TerreauError: when it is something else, such as a bare name.
    """
    written = text(name, default).strip().rstrip("/")
    if not _WEB_ADDRESS.fullmatch(written):
        said = f"«\u00a0{written[:80]}\u00a0» n’est pas l’adresse d’un site."
        raise _refusal(name, said, "Écrivez-la en entier et sans chemin, comme https://ess.ville.example.")
    return written


def sender(name: str, default: str) -> str:
    """Who writes: an address, or a name before an address between angle brackets.

    A name with a comma is quoted, without which mail programs take it for several addresses and send nothing.

    Raises:
        TerreauError: when there is no address, or more than one.
    """
    written = text(name, default).strip()
    found = _SENDER.fullmatch(written)
    if found is None:
        said = f"«\u00a0{written[:80]}\u00a0» n’est pas un expéditeur."
        remedy = "Écrivez une adresse, comme ess@ville.example, ou un nom et une adresse entre chevrons."
        raise _refusal(name, said, remedy)
    called = (found["name"] or "").strip().strip('"').strip()
    return f'"{quote(called)}" <{found["mailbox"]}>' if called else found["mailbox"]


def whole(name: str, default: str, *, least: int = 0) -> int:
    """A whole number, at least so much.

    Raises:
        TerreauError: when it is something else.
    """
    number = whole_of(name, text(name, default))
    if number < least:
        raise _refusal(name, f"{number} est trop peu.", f"Écrivez au moins {least}.")
    return number


def whole_of(name: str, written: str) -> int:
    """The whole number written in a variable, or in a part of one.

    Raises:
        TerreauError: when it is something else.
    """
    if not (written.isascii() and written.strip().isdigit() and len(written) < 10):
        raise _refusal(
            name, f"«\u00a0{written[:40]}\u00a0» n’est pas un nombre entier.", "Écrivez un nombre."
        )
    return int(written)


def database(name: str) -> dict[str, Any]:
    """The PostgreSQL database at the address of a variable, which is not told again: it holds a password.

    Raises:
        TerreauError: when it is not the address of a PostgreSQL database.
    """
    # A new PostgreSQL connection per request costs a factor of 8: keep them, checked before use.
    try:
        found = dj_database_url.parse(text(name), conn_max_age=600, conn_health_checks=True)
    except (ValueError, dj_database_url.UnknownSchemeError):
        found = {}
    if found.get("ENGINE") != "django.db.backends.postgresql":
        raise _refusal(
            name,
            "Ce n’est pas l’adresse d’une base PostgreSQL.",
            "Écrivez-la ainsi\u00a0: postgresql://utilisateur:motdepasse@machine/base ; "
            "sans elle, la base est dans TERREAU_HOME.",
        )
    return dict(found)


def time_zone(name: str, default: str) -> str:
    """The name of a time zone.

    Raises:
        TerreauError: when the system knows none of that name.
    """
    written = text(name, default)
    try:
        ZoneInfo(written)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        said = f"«\u00a0{written[:40]}\u00a0» n’est pas un fuseau horaire connu."
        raise _refusal(name, said, "Donnez-en un comme Africa/Bamako ou Europe/Paris.") from None
    return written


def log_level(name: str, default: str) -> str:
    """How much is told in the logs.

    Raises:
        TerreauError: when it is none of the levels.
    """
    written = text(name, default).upper()
    if written not in _LEVELS:
        said = f"«\u00a0{written[:40]}\u00a0» n’est pas un niveau de journal."
        raise _refusal(name, said, f"Choisissez parmi {', '.join(_LEVELS)}.")
    return written


def _refusal(name: str, message: str, remedy: str) -> TerreauError:
    return TerreauError(message, where=f"{name}\u00a0:", remedy=f"{remedy} Voir docs/exploitation.md.")
