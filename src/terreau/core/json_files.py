"""JSON files that a person wrote: what is wrong with one is said with its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from terreau.core.errors import TerreauError


def read_json(path: Path, what: str, *, remedy: str = "Corrigez-le, puis recommencez.") -> Any:
    """What a JSON file holds.

    Args:
        path: where it is.
        what: what it is called in French, with a capital: « Le tableau ».
        remedy: what to do when it is not JSON.

    Raises:
        TerreauError: the file does not open, or is not JSON in UTF-8.
    """
    try:
        return json.loads(path.read_text("utf-8-sig"))  # editors of Windows begin with a mark
    except OSError as error:
        raise TerreauError(
            f"{what} ne s’ouvre pas.", where=f"{path}\u00a0:", remedy="Vérifiez son nom et son dossier."
        ) from error
    except ValueError as error:
        place = ""
        if isinstance(error, json.JSONDecodeError):
            place = f", ligne {error.lineno}, caractère {error.colno}"
        raise TerreauError(
            f"{what} n’est pas du JSON en UTF-8.", where=f"{path}{place}\u00a0:", remedy=remedy
        ) from error
