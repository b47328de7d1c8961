"""Delimited text of any encoding, separator and line ends, surveyed once, then streamed.

The survey reads the whole file once, by blocks: it proves the encoding on every byte rather than on a
sample, counts the lines, and stops on a line so long that it could not be held in memory.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from math import log2
from pathlib import Path
from typing import TextIO

from charset_normalizer import from_bytes

from terreau.core.errors import TerreauError
from terreau.core.text import NARROW_NO_BREAK_SPACE, NO_BREAK_SPACE
from terreau.registers.reading_kinds import UTF32_MARKS, utf16_order
from terreau.registers.reading_limits import Budget, Limits, french_count, french_size

SEPARATORS = ("\t", ";", "|", ",")
SEPARATOR_NAMES = {"\t": "tabulation", ";": "point-virgule", "|": "barre verticale", ",": "virgule"}
MIXED_UTF8 = "utf-8+cp1252"

_BLOCK = 1 << 20
_SAMPLE = 256 * 1024
_HIGH = re.compile(rb"[\x20-\x7f]{0,8}[\x80-\xff]+[\x20-\x7f]{0,8}")
_RUNS = re.compile(rb"[\x80-\xff]+")
_SINGLE_BYTE = ("cp1252", "mac_roman", "cp850")
# What French and its neighbours write beyond ASCII; anything else seen after decoding speaks against.
_USUAL = frozenset("éèêëàâäçôöîïûùüœæáíóúñãõßøåÉÈÊËÀÂÄÇÔÖÎÏÛÙÜŒÁÍÓÚÑØÅ’‘“”«»–—…°²³€·\u00a0")
_RESCUE = "terreau-cp1252"
_LIKELY = 0.75


def _rescue(error: UnicodeError) -> tuple[str, int]:
    """Read as cp1252 the few bytes of a UTF-8 file that are not UTF-8 (lists pasted together)."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_RESCUE, _rescue)


@dataclass(frozen=True)
class Survey:
    """What one pass over the bytes of a text file taught.

    Attributes:
        encoding: Python's name, or `MIXED_UTF8`.
        lines: physical lines; cells that hold line ends make it more than the rows.
    """

    encoding: str
    lines: int

    def decoder(self) -> codecs.IncrementalDecoder:
        """A decoder to be fed by blocks."""
        name = "utf-8-sig" if self.encoding == MIXED_UTF8 else self.encoding
        errors = _RESCUE if self.encoding == MIXED_UTF8 else "replace"
        return codecs.getincrementaldecoder(name)(errors)

    def open(self, path: Path) -> TextIO:
        """The file as text, line ends kept as they are for the csv module."""
        if self.encoding == MIXED_UTF8:
            return path.open(encoding="utf-8-sig", errors=_RESCUE, newline="")
        return path.open(encoding=self.encoding, errors="replace", newline="")


def survey(path: Path, limits: Limits, budget: Budget, *, encoding: str = "", lines: bool = True) -> Survey:
    """Pass over the whole file once; `encoding` given by a person is taken as told.

    Args:
        path: the file.
        limits: bounds.
        budget: time already spent on this file.
        encoding: what a person says it is.
        lines: whether a very long line speaks against the file (JSON may stand on one line).

    Raises:
        TerreauError: a line too long to be a row of a table, or an encoding Python does not know.
    """
    scan = _Scan(limits if lines else None)
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
        file.seek(0)
        while True:
            with budget.turn():
                block = file.read(_BLOCK)
                if not block:
                    break
                scan.take(block)
    return Survey(encoding=_known(encoding) or scan.encoding(head), lines=scan.lines())


def _known(encoding: str) -> str:
    if not encoding or encoding == MIXED_UTF8:
        return encoding
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        raise TerreauError(
            f"L’encodage « {encoding} » est inconnu.",
            remedy="Choisissez par exemple utf-8, cp1252 ou mac-roman, ou laissez-le deviner.",
        ) from error
    return "utf-8-sig" if name == "utf-8" else name


class _Scan:
    """State of the survey from block to block."""

    def __init__(self, limits: Limits | None) -> None:
        self._longest = max(4_000_000, 20 * limits.cell) if limits else 0
        self._decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
        self._ascii = True
        self._high: list[bytes] = []
        self._gathered = 0
        self._run = 0
        self._feeds = 0
        self._returns = 0

    def take(self, block: bytes) -> None:
        if self._longest:
            self._measure_lines(block)
        if block.isascii():
            return
        self._ascii = False
        if self._gathered < _SAMPLE:
            for match in islice(_HIGH.finditer(block), 4000):
                self._high.append(match.group())
                self._gathered += len(match.group())
        if self._decoder is not None:
            try:
                self._decoder.decode(block)
            except UnicodeDecodeError:
                self._decoder = None

    def _measure_lines(self, block: bytes) -> None:
        self._feeds += block.count(b"\n")
        self._returns += block.count(b"\r")
        last = max(block.rfind(b"\n"), block.rfind(b"\r"))
        if last >= 0:
            starts = [place for place in (block.find(b"\n"), block.find(b"\r")) if place >= 0]
            self._run += min(starts)
        else:
            self._run += len(block)
        if self._run > self._longest:
            raise TerreauError(
                f"Une ligne dépasse {french_size(self._longest)}{NARROW_NO_BREAK_SPACE}; "
                "ce n’est pas une ligne de tableau.",
                where=f"Ligne {french_count(self.lines())} du fichier.",
                remedy="Vérifiez que le fichier est bien une liste, avec une organisation par ligne.",
            )
        if last >= 0:
            self._run = len(block) - last - 1

    def lines(self) -> int:
        ends = self._feeds if self._feeds else self._returns
        return ends + (1 if self._run else 0)

    def encoding(self, head: bytes) -> str:
        if head.startswith(UTF32_MARKS):
            return "utf-32"
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        order = utf16_order(head)
        if order:
            return order
        if self._ascii or self._ends_well():
            return "utf-8-sig"
        return guess_single_byte(b"\n".join(self._high), head)

    def _ends_well(self) -> bool:
        if self._decoder is None:
            return False
        try:
            self._decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
        return True


def guess_single_byte(high: bytes, head: bytes) -> str:
    """The likeliest encoding of bytes that are not UTF-8 throughout.

    Args:
        high: stretches around the bytes beyond ASCII, gathered over the whole file.
        head: the start of the file, for the general detector when no usual French encoding fits.
    """
    spoilt = high.decode("utf-8", "replace").count("\ufffd")
    sound = sum(1 for char in high.decode("utf-8", "ignore") if char > "\x7f")
    # Two bytes of another encoding seldom make a sound UTF-8 letter by chance.
    if sound >= max(3, spoilt) or _holds_utf8(high):
        return MIXED_UTF8
    best, score = max(((name, _plausibility(high, name)) for name in _SINGLE_BYTE), key=lambda pair: pair[1])
    # In the Latin script accents stand alone between plain letters; other scripts are high bytes throughout.
    paired = sum(len(run) for run in _RUNS.findall(high) if len(run) > 2)
    if score >= _LIKELY and paired < 0.3 * sum(byte > 0x7F for byte in high):
        return best
    found = from_bytes(head if not head.isascii() else high).best()
    return found.encoding if found is not None else best


def _holds_utf8(high: bytes) -> bool:
    """Whether a few rows are in UTF-8 among more in Windows-1252: read so, all of it makes sense."""
    usual = sum(1 for char in high.decode("utf-8", "ignore") if char in _USUAL)
    return usual >= 3 and _likeness(high.decode("utf-8", _RESCUE)) >= _LIKELY


def _plausibility(high: bytes, encoding: str) -> float:
    return _likeness(high.decode(encoding, "replace"))


def _likeness(text: str) -> float:
    """From -3 to 1: how much the letters beyond ASCII look like a European text."""
    total, count, before = 0.0, 0, " "
    for char in text:
        if char > "\x7f":
            count += 1
            total += _weight(char, before)
        before = char
    return total / count if count else 0.0


def _weight(char: str, before: str) -> float:
    if char == "\ufffd" or char < "\xa0":
        return -3.0
    if char not in _USUAL:
        return -0.5 if char.isalpha() else -1.0
    # A capital in the middle of a small-letter word betrays the wrong table.
    return -0.5 if char.isupper() and before.islower() else 1.0


def sniff_separator(sample: str) -> str:
    """The separator that cuts the sample into the steadiest and widest rows; a comma when none does."""
    best, best_score = ",", 0.0
    for separator in SEPARATORS:
        score = _steadiness(sample, separator)
        if score > best_score * 1.02:
            best, best_score = separator, score
    return best


def _steadiness(sample: str, separator: str) -> float:
    lines = io.StringIO(sample, newline="")
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=separator) if row]
    except csv.Error:
        return 0.0
    if len(widths) > 2:
        widths.pop()  # the sample may stop in the middle of a row
    counted = Counter(width for width in widths if width > 1)
    if not counted:
        return 0.0
    width, rows = max(counted.items(), key=lambda pair: (pair[1] * log2(pair[0] + 1), pair[0]))
    share = rows / len(widths)
    return share * share * log2(width + 1)


@dataclass(frozen=True)
class Delimited:
    """A surveyed text file, ready to give its raw rows as often as asked."""

    path: Path
    survey: Survey
    separator: str
    declared: bool
    """Whether the first line is Excel's own « sep=; », which is not a row of the table."""

    def raw(self, limits: Limits) -> Iterator[list[str]]:
        """Every row of the file from the first, blank ones as empty lists."""
        if csv.field_size_limit() < limits.cell:
            csv.field_size_limit(limits.cell)
        with self.survey.open(self.path) as file:
            # No database keeps a null character, and nobody ever wrote one.
            lines = (line.replace("\0", "") for line in file)
            reader = csv.reader(lines, delimiter=self.separator)
            if self.declared:
                next(reader, None)
                yield []
            try:
                yield from reader
            except csv.Error as error:
                raise TerreauError(
                    f"Une cellule dépasse {french_count(limits.cell)} caractères.",
                    where=f"Ligne {french_count(reader.line_num)} du fichier.",
                    remedy="Un guillemet s’ouvre sans doute sans se refermer à cette ligne ou plus haut"
                    f"{NO_BREAK_SPACE}: corrigez-le, ou raccourcissez le texte.",
                ) from error


def open_delimited(
    path: Path, limits: Limits, budget: Budget, *, encoding: str = "", separator: str = ""
) -> Delimited:
    """Survey `path` and find its separator; what a person gives is taken as told."""
    surveyed = survey(path, limits, budget, encoding=encoding)
    with budget.turn(), surveyed.open(path) as file:
        sample = file.read(_SAMPLE)
    first = sample.split("\n", 1)[0].strip().lower()
    declared = first[4:] if first.startswith("sep=") and len(first) == 5 else ""
    if not separator:
        separator = declared or sniff_separator(sample)
    return Delimited(path=path, survey=surveyed, separator=separator, declared=bool(declared))
