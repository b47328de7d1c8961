"""Which sites may show a frame: their addresses as people write them, as the sources of a policy.

Pure functions. What comes out goes into a header: only letters, digits, dots, hyphens and a port can.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

MOST_SITES = 20
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*")


class NotASite(ValueError):  # noqa: N818 (said to people as « this is not a site »)
    """The text is not the address of a site."""


def source_of(text: str) -> str:
    """« www.ville.fr/accueil » → `https://www.ville.fr`; `*.ville.fr` covers what lies under a name.

    Raises:
        NotASite: when the text is not the address of a site.
    """
    written = text.strip()
    address = written if "://" in written else f"https://{written}"
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise NotASite(written) from None
    if parts.scheme not in {"http", "https"} or parts.username is not None:
        raise NotASite(written)
    host = _ascii(host)
    if len(host) > 253 or not _HOST.fullmatch(host) or ("." not in host and host != "localhost"):
        raise NotASite(written)
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        raise NotASite(host) from None


def sources_of(text: str) -> tuple[list[str], list[str]]:
    """The sites of a text, one a line, and the lines that are none."""
    found: dict[str, None] = {}
    refused = []
    for line in filter(None, (line.strip() for line in re.split(r"[\n,;]", text))):
        try:
            found[source_of(line)] = None
        except NotASite:
            refused.append(line)
    return list(found), refused
