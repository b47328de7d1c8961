"""Static files gathered in the home, compressed and named by their content, when they changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from terreau.core.files import write_atomically

Say = Callable[[str], None]


def fingerprint() -> str:
    """What changes whenever a static file of the code, ours or a dependency's, does."""
    found = []
    for finder in get_finders():
        for name, storage in finder.list([]):
            known = Path(storage.path(name)).stat()
            found.append((name, known.st_size, known.st_mtime_ns))
    return hashlib.blake2b(json.dumps(sorted(found)).encode(), digest_size=16).hexdigest()


def gather(say: Say) -> bool:
    """Gather the static files if they changed since the last time.

    Returns:
        Whether there was anything to do. A gathering that was cut is done again.
    """
    mark = Path(settings.STATIC_ROOT) / ".fingerprint"
    now = fingerprint()
    try:
        if mark.read_text() == now:
            return False
    except FileNotFoundError:
        pass
    say("Feuilles de style et images…")
    mark.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    write_atomically(mark, now.encode())
    return True
