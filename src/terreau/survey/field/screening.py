"""Whether a file sent with an answer is what such a file may be: a picture or a sound, told by its content.

Pure. Only what is known is let in, so that programs, scripts, pages, archives and documents stay out without
each being named; what is let in is never opened here, and never shown in a page of the site.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final

MOST_BYTES: Final = 10 * 1024 * 1024
_LONGEST_NAME: Final = 120
_NAME = re.compile(r"[^\s/\\\x00-\x1f][^/\\\x00-\x1f]*")
# The industry's harmless test file, which every filter must stop; written in two so as not to be one.
_TEST_VIRUS: Final = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
# What a browser would run, hidden in a picture or a sound.
_ACTIVE: Final = (b"<script", b"<?php", b"<html", b"javascript:")
# Kind of content: how it begins, after how many bytes, and the names it may bear.
_KINDS: Final[tuple[tuple[str, bytes, int, frozenset[str]], ...]] = (
    ("image/jpeg", b"\xff\xd8\xff", 0, frozenset({".jpg", ".jpeg"})),
    ("image/png", b"\x89PNG\r\n\x1a\n", 0, frozenset({".png"})),
    ("image/gif", b"GIF8", 0, frozenset({".gif"})),
    ("image/webp", b"WEBP", 8, frozenset({".webp"})),
    ("audio/amr", b"#!AMR", 0, frozenset({".amr"})),
    ("audio/ogg", b"OggS", 0, frozenset({".ogg", ".oga", ".opus"})),
    ("audio/wav", b"WAVE", 8, frozenset({".wav"})),
    ("audio/mpeg", b"ID3", 0, frozenset({".mp3"})),
    ("audio/flac", b"fLaC", 0, frozenset({".flac"})),
    ("video/webm", b"\x1aE\xdf\xa3", 0, frozenset({".webm"})),
    ("video/mp4", b"ftyp", 4, frozenset({".mp4", ".m4a", ".3gp", ".3gpp", ".aac"})),
)
_BARE_SOUNDS: Final = {b"\xff\xfb": ".mp3", b"\xff\xf3": ".mp3", b"\xff\xf1": ".aac", b"\xff\xf9": ".aac"}
_SOUND_TYPES: Final = {".mp3": "audio/mpeg", ".aac": "audio/aac"}
# What offices write, for those who are known: never taken with an answer.
_DOCUMENTS: Final = {
    **dict.fromkeys((".docx", ".xlsx", ".odt", ".ods"), b"PK\x03\x04"),
    ".pdf": b"%PDF-",
}


def safe_name(name: str) -> str:
    """The name of a file without any folder; empty when it cannot be one."""
    bare = PurePosixPath(name.replace("\\", "/")).name.strip()
    return bare if _NAME.fullmatch(bare) and len(bare) <= _LONGEST_NAME and bare[0] != "." else ""


def content_type(name: str, content: bytes) -> str:
    """What the file is; empty when it is not of a kind that is taken, or bears the name of another."""
    suffix = PurePosixPath(name).suffix.lower()
    for kind, start, offset, suffixes in _KINDS:
        if content[offset : offset + len(start)] == start:
            return kind if suffix in suffixes else ""
    if _BARE_SOUNDS.get(content[:2]) == suffix:
        return _SOUND_TYPES[suffix]
    return ""


def is_document(name: str, content: bytes) -> bool:
    """Whether the file is a document, a spreadsheet or a PDF, under a name that says so."""
    start = _DOCUMENTS.get(PurePosixPath(name).suffix.lower())
    return start is not None and content.startswith(start) and _TEST_VIRUS not in content


def refusal(name: str, content: bytes) -> str:
    """Why the file is not kept, in French; empty when it is."""
    if not content:
        return "le fichier est vide"
    if len(content) > MOST_BYTES:
        return "le fichier dépasse 10\u00a0Mo"
    if _TEST_VIRUS in content:
        return "le fichier porte la marque d’un virus d’essai"
    if not content_type(name, content):
        return "ce n’est ni une image ni un son, ou son nom ne dit pas ce qu’il est"
    # An expression that ignores case would take thirty times as long over the sounds of fifty telephones.
    lowered = content.lower()
    if any(mark in lowered for mark in _ACTIVE):
        return "le fichier contient un programme"
    return ""
