"""JSON files that a person wrote: what is wrong with one is said with its line."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

from terreau.core.errors import TerreauError


def read_json(
    path: Path, what: str, *, remedy: str = "Corrigez-le, puis recommencez.", largest: int | None = None
) -> Any:
    """What a JSON file holds.

    Args:
        path: where it is.
        what: what it is called in French, with a capital: « Le tableau ».
        remedy: what to do when it is not JSON.
        largest: how many bytes it may have.

    Raises:
        TerreauError: the file does not open, is too large, is not JSON in UTF-8, or gives a key twice.
    """
    try:
        if largest is not None and path.stat().st_size > largest:
            raise TerreauError(f"{what} dépasse {largest // 10**6} Mo.", where=f"{path}\u00a0:")
        # Editors of Windows begin with a mark.
        return json.loads(path.read_text("utf-8-sig"), object_pairs_hook=partial(_object, path))
    except OSError as error:
        raise TerreauError(
            f"{what} ne s’ouvre pas.", where=f"{path}\u00a0:", remedy="Vérifiez son nom et son dossier."
        ) from error
    except RecursionError as error:
        raise TerreauError(
            f"{what} a trop de niveaux, les uns dans les autres.", where=f"{path}\u00a0:", remedy=remedy
        ) from error
    except ValueError as error:
        place = ""
        if isinstance(error, json.JSONDecodeError):
            place = f", ligne {error.lineno}, caractère {error.colno}"
        raise TerreauError(
            f"{what} n’est pas du JSON en UTF-8.", where=f"{path}{place}\u00a0:", remedy=remedy
        ) from error


def _object(path: Path, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs; of two values for a key, one would be lost without a word."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise TerreauError(
                f"La clé « {key} » est donnée deux fois dans le même objet.",
                where=f"{path}\u00a0:",
                remedy="Gardez-en une.",
            )
        found[key] = value
    return found
