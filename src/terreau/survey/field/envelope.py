"""The body of a submission: a multipart envelope, read whole and bounded before anything is done with it.

A telephone that loses its network half-way leaves an envelope without its closing line: nothing of such a
one is taken, and the telephone, which got no answer, sends it again.
"""

from __future__ import annotations

import tempfile
from typing import IO, Any, Final, cast

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from terreau.core.errors import TerreauError
from terreau.survey.field.media import Sent
from terreau.survey.field.screening import MOST_BYTES

# What telephones are told to keep to, and what is let through of those that do not.
ADVISED_BYTES: Final = 10 * 1024 * 1024
MOST_BODY_BYTES: Final = 40 * 1024 * 1024
XML_PART: Final = "xml_submission_file"
_IN_MEMORY: Final = 4 * 1024 * 1024
_BLOCK: Final = 64 * 1024
_TAIL: Final = 200


class TooLargeError(TerreauError):
    """The whole envelope is larger than is let through."""


class BrokenError(TerreauError):
    """The envelope is cut, or is none."""


def open_envelope(request: HttpRequest) -> tuple[bytes, list[Sent]]:
    """The filled form and the files of a submission.

    Raises:
        TooLargeError: larger than is let through; nothing was read.
        BrokenError: cut off, without form, or no envelope at all.
    """
    if request.content_type != "multipart/form-data" or not (request.content_params or {}).get("boundary"):
        raise BrokenError("Un envoi est une enveloppe multipart/form-data.")
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
        size = _copy(request, body)
        boundary = request.content_params["boundary"].encode()  # type: ignore[index]
        body.seek(max(0, size - len(boundary) - _TAIL))
        if b"--" + boundary + b"--" not in body.read():
            raise BrokenError("L’envoi a été coupé\u00a0: rien n’en a été pris, recommencez-le.")
        body.seek(0)
        return _parts(request, body, size)


def _copy(request: HttpRequest, body: IO[bytes]) -> int:
    declared = request.META.get("CONTENT_LENGTH") or ""
    chunked = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
    if declared.isdigit() and int(declared) > MOST_BODY_BYTES:
        raise _too_large()
    # Django reads as many bytes as were announced; of a body sent by chunks, whose length nobody knows, none.
    source: Any = request.META["wsgi.input"] if chunked and not declared else request
    size = 0
    try:
        while block := source.read(_BLOCK):
            size += len(block)
            if size > MOST_BODY_BYTES:
                raise _too_large()
            body.write(block)
    except (UnreadablePostError, OSError) as error:
        raise BrokenError("L’envoi a été coupé\u00a0: rien n’en a été pris, recommencez-le.") from error
    return size


def _too_large() -> TooLargeError:
    return TooLargeError(
        "L’envoi dépasse 40\u00a0Mo.", remedy="Envoyez les fichiers en plusieurs fois, ou en plus petit."
    )


def _parts(request: HttpRequest, body: IO[bytes], size: int) -> tuple[bytes, list[Sent]]:
    gather = _Gather(request)
    meta = {**request.META, "CONTENT_LENGTH": str(size)}
    try:
        fields, _files = MultiPartParser(meta, cast(Any, body), [gather], "utf-8").parse()
    except (MultiPartParserError, SuspiciousOperation) as error:
        raise BrokenError("L’enveloppe de l’envoi ne peut pas être lue.") from error
    forms = [one.content for name, one in gather.parts if name == XML_PART]
    if XML_PART in fields:
        forms.append(str(fields[XML_PART]).encode())
    if len(forms) != 1 or forms[0] is None:
        raise BrokenError(f"Un envoi contient un formulaire rempli, «\u00a0{XML_PART}\u00a0», et un seul.")
    return forms[0], [one for name, one in gather.parts if name != XML_PART]


class _Gather(FileUploadHandler):
    """Keeps each file in memory up to what one file may weigh; what is larger keeps its name only."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.parts: list[tuple[str, Sent]] = []
        self._blocks: list[bytes] = []
        self._size = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._blocks, self._size = [], 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._size += len(raw_data)
        if self._size <= MOST_BYTES:
            self._blocks.append(raw_data)

    def file_complete(self, file_size: int) -> None:
        content = b"".join(self._blocks) if self._size <= MOST_BYTES else None
        self.parts.append((self.field_name or "", Sent(self.file_name or "", content)))
        self._blocks = []
