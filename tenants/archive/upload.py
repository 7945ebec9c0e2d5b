"""An archive on its way in over the web: written to the disk as it comes, where the store may just move it.

What becomes of it is taking.py's. Django's own handler would write it below /tmp, and fail without a word.
"""

import tempfile
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

from tenants.archive import faults
from tenants.archive.store import unfinished_folder

_FAULT = "marque_upload_fault"


class _Growing(TemporaryUploadedFile):
    """Gone when it is closed, unless the store moved it away."""

    def __init__(self, name: str | None, content_type: str | None, charset: str | None, extra: Any) -> None:
        file = tempfile.NamedTemporaryFile(suffix=".upload", dir=unfinished_folder())  # noqa: SIM115 - closed with the request
        UploadedFile.__init__(self, file, name, content_type, 0, charset, extra)


class ArchiveUploadHandler(TemporaryFileUploadHandler):
    """Keeps the body's file on the disk; a full disk is remembered for the view instead of being raised."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super(TemporaryFileUploadHandler, self).new_file(*args, **kwargs)
        try:
            self.file = _Growing(self.file_name, self.content_type, self.charset, self.content_type_extra)
        except OSError as error:
            self._stop(error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self._stop(error)

    def _stop(self, error: OSError) -> None:
        """The rest is read and dropped, or the browser would not hear the answer."""
        assert self.request is not None
        self.request.__dict__[_FAULT] = faults.in_words(error)
        raise StopUpload(connection_reset=False) from error


def upload_fault(request: HttpRequest) -> str:
    """Why what was sent could not be kept, or ""."""
    return str(request.__dict__.get(_FAULT, ""))
