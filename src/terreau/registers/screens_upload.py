"""A file sent by a person, bounded while it comes in: past the bound it is dropped, what was typed is kept.

Django reads the whole request before a view sees it; without this a file of any size would fill the disk.
"""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest


class BoundedUpload(FileUploadHandler):
    """Lets at most `limit` bytes of each file through; remembers that one was larger.

    Args:
        limit: bytes.
    """

    def __init__(self, request: HttpRequest, limit: int) -> None:
        super().__init__(request)
        self.limit = limit
        self.too_large = False
        self._seen = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Count each file from its start."""
        super().new_file(*args, **kwargs)
        self._seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand the block on, or leave the rest of the file aside.

        Raises:
            SkipFile: past the bound; the other fields of the form are read all the same.
        """
        self._seen += len(raw_data)
        if self._seen > self.limit:
            self.too_large = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Nothing: the handlers that follow keep the file."""
