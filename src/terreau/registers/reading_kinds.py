"""What a file is, told by its content: its name and extension are not believed."""

from __future__ import annotations

import codecs
import re
import zipfile
from pathlib import Path
from typing import Literal

from terreau.core.errors import TerreauError
from terreau.core.text import NO_BREAK_SPACE

Kind = Literal["text", "xlsx", "xls", "ods", "json"]

_HEAD = 64 * 1024
UTF32_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_ACCEPTED = "Enregistrez la liste en CSV, XLSX, XLS, ODS, JSON ou GeoJSON, puis renvoyez-la."
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "un document PDF"),
    (b"\x89PNG", "une image"),
    (b"\xff\xd8\xff", "une image"),
    (b"GIF8", "une image"),
    (b"II*\x00", "une image"),
    (b"\x1f\x8b", "une archive compressée (gzip)"),
    (b"BZh", "une archive compressée (bzip2)"),
    (b"\xfd7zXZ", "une archive compressée (xz)"),
    (b"7z\xbc\xaf", "une archive compressée (7z)"),
    (b"Rar!", "une archive compressée (rar)"),
    (b"(\xb5/\xfd", "une archive compressée (zstd)"),
    (b"PAR1", "un fichier Parquet"),
    (b"SQLite format 3", "une base de données SQLite"),
    (b"{\\rtf", "un document RTF"),
    (b"\x7fELF", "un programme"),
    (b"MZ\x90", "un programme"),
)
_ZIP_PARTS: tuple[tuple[str, str], ...] = (
    ("word/document.xml", "un document Word"),
    ("ppt/presentation.xml", "une présentation PowerPoint"),
)
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_JSON_START = re.compile(rb'\s*(?:\[\s*[\[\]{"\d\-tfn]|\{\s*["}])')
_MARKUP_START = re.compile(rb"\s*<(?:\?xml|!doctype|html|[a-z][\w:.-]*[\s>])", re.IGNORECASE)


def recognise(path: Path) -> Kind:
    """Which reader the content of `path` asks for.

    Raises:
        TerreauError: empty, encrypted, binary, or a document of another kind; the message says which.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise TerreauError(
            "Le fichier est vide.",
            remedy="Vérifiez l’enregistrement de la liste, puis renvoyez le fichier.",
        )
    for signature, what in _SIGNATURES:
        if head.startswith(signature):
            raise _other_kind(what)
    if head.startswith(b"PK"):
        return _recognise_zip(path)
    if head.startswith(_OLE):
        return _recognise_ole(path)
    return _recognise_text(head)


def _other_kind(what: str) -> TerreauError:
    return TerreauError(f"Ce fichier est {what}, pas une liste en tableau.", remedy=_ACCEPTED)


def broken(what: str) -> TerreauError:
    """A file of a known kind that cannot be opened."""
    return TerreauError(
        f"Ce {what} est abîmé ou incomplet{NO_BREAK_SPACE}: il ne s’ouvre pas.",
        remedy="Ouvrez-le dans votre tableur, enregistrez-le de nouveau, puis renvoyez-le.",
    )


def encrypted() -> TerreauError:
    """A spreadsheet closed by a password."""
    return TerreauError(
        "Ce classeur est protégé par un mot de passe.",
        remedy="Enregistrez-en une copie sans mot de passe, puis renvoyez-la.",
    )


def _recognise_zip(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            locked = any(entry.flag_bits & 1 for entry in archive.infolist())
            declared = _declared_type(archive) if "mimetype" in names and not locked else ""
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise broken("classeur") from error
    if locked:
        raise encrypted()
    if declared.startswith(_OPEN_DOCUMENT):
        if declared.removeprefix(_OPEN_DOCUMENT).startswith("spreadsheet"):
            return "ods"
        raise _other_kind("un document OpenDocument (texte, dessin ou présentation)")
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    for part, what in _ZIP_PARTS:
        if part in names:
            raise _other_kind(what)
    raise TerreauError(
        "Ce fichier est une archive ZIP, pas une liste en tableau.",
        remedy="Décompressez l’archive et renvoyez le fichier qu’elle contient.",
    )


def _declared_type(archive: zipfile.ZipFile) -> str:
    with archive.open("mimetype") as member:
        return member.read(200).decode("ascii", "replace").strip()


def _recognise_ole(path: Path) -> Kind:
    """Old Office files: the directory of streams names what is inside, in UTF-16."""

    def holds(name: str, content: bytes) -> bool:
        return name.encode("utf-16-le") in content

    with path.open("rb") as file:
        content = file.read(64_000_000)
    if holds("EncryptedPackage", content):
        raise encrypted()
    if holds("Workbook", content) or holds("Book", content):
        return "xls"
    if holds("WordDocument", content):
        raise _other_kind("un document Word")
    raise broken("document Office")


def _recognise_text(head: bytes) -> Kind:
    bare = _as_utf8(head)
    if _JSON_START.match(bare):
        return "json"
    if _MARKUP_START.match(bare):
        raise TerreauError(
            "Ce fichier est une page web ou un document XML, pas une liste en tableau.",
            remedy="Ouvrez-le dans un tableur, enregistrez-le en CSV ou XLSX, puis renvoyez-le. "
            "Si vous l’avez téléchargé, le site a pu rendre une page d’erreur à la place.",
        )
    if b"\x00" not in head or _looks_utf16(head) or head.startswith(UTF32_MARKS):
        _refuse_binary(head)
        return "text"
    raise _other_kind("un fichier binaire")


def _as_utf8(head: bytes) -> bytes:
    order = utf16_order(head)
    if head.startswith(UTF32_MARKS):
        order = "utf-32"
    elif head.startswith((b"\xff\xfe", b"\xfe\xff")):
        order = "utf-16"
    if not order:
        return head.removeprefix(b"\xef\xbb\xbf")
    return head[: len(head) // 4 * 4].decode(order, "replace").encode()


def _looks_utf16(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(1, len(head) // 2)
    return max(even, odd) > 0.3 * half and min(even, odd) < 0.05 * half


def utf16_order(head: bytes) -> str:
    """`utf-16-le` or `utf-16-be` for text in UTF-16 without a byte-order mark, else nothing."""
    if b"\x00" not in head or not _looks_utf16(head):
        return ""
    return "utf-16-be" if head[0::2].count(0) > head[1::2].count(0) else "utf-16-le"


def _refuse_binary(head: bytes) -> None:
    if b"\x00" in head:
        return
    allowed = b"\t\n\r\x0b\x0c\x1a\x1b\x1c\x1d\x1e\x1f"
    controls = sum(1 for byte in head if byte < 32 and byte not in allowed)
    if controls > max(2, len(head) // 500):
        raise _other_kind("un fichier binaire")
