"""The languages in which the report of an edition is read beside French, as the instance chose them.

An edition never changes: its texts stay French, and a catalogue tells those it knows (`core.tongues`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings

from terreau.core.tongues import Tongue, read_tongue

FOLDER: Final = Path(__file__).with_name("data")
PARAMETER: Final = "langue"


@cache
def tongue(code: str) -> Tongue:
    """The catalogue of a language."""
    return read_tongue(FOLDER / f"words.{code}.json")


def shipped() -> list[str]:
    """The languages of which there is a catalogue."""
    return sorted(path.name.split(".")[1] for path in FOLDER.glob("words.*.json"))


def offered() -> list[Tongue]:
    """Those of the instance, French left out: it is the language of every edition."""
    return [tongue(code) for code in shipped() if code in settings.REPORT_LANGUAGES]


def asked(code: str) -> Tongue | None:
    """The language that an address asks for; none is French."""
    return next((one for one in offered() if one.code == code), None)
