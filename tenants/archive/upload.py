"""An archive on its way in over the web: written to the disk as it comes, where the store may just move it.

What becomes of it is taking.py's. Django's own handler would write it below /tmp, and fail without a word.
"""

import shutil
import tempfile
from contextlib import ExitStack
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

from tenants.archive import faults
from tenants.archive.store import unfinished_folder
from tenants.archive.taking import TOO_MANY, has_room
from tenants.context import platform
from tenants.db.alone import alone
from tenants.middleware import site_for

RESERVE = 1024**3
"""Bytes that an upload leaves free on the disk, for everybody else who writes there."""
ONE_AT_A_TIME = "Another file is being uploaded here at the moment. Wait until it has come; then try again."

_FAULT = "marque_upload_fault"


class _Growing(TemporaryUploadedFile):
    """Gone when it is closed, with the request, unless the store moved it away; then `turn` is over too."""

    def __init__(self, *args: Any, turn: ExitStack) -> None:
        name, content_type, charset, extra = args
        self._turn = turn
        file = tempfile.NamedTemporaryFile(suffix=".upload", dir=unfinished_folder())  # noqa: SIM115 - closed with the request
        UploadedFile.__init__(self, file, name, content_type, 0, charset, extra)

    def close(self) -> None:
        self._turn.close()
        super().close()


class ArchiveUploadHandler(TemporaryFileUploadHandler):
    """Keeps the body's file on the disk; why it cannot be kept is remembered for the view, not raised.

    Before its first byte is kept it is asked whether one more may be, and whether it fits. A reseller's files
    come one at a time: those on their way are not counted yet.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._turn, self._length = ExitStack(), 0

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """`content_length` (bytes) is the whole body's, hardly more than the file's."""
        super().handle_raw_input(*args, **kwargs)
        self._length = kwargs.get("content_length") or args[2]

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super(TemporaryFileUploadHandler, self).new_file(*args, **kwargs)
        try:
            if said := self._obstacle():
                self._stop(said)
            told = self.file_name, self.content_type, self.charset, self.content_type_extra
            self.file = _Growing(*told, turn=self._turn)
        except OSError as error:
            self._stop(faults.in_words(error), error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self._stop(faults.in_words(error), error)

    def _obstacle(self) -> str:
        """Why this file is not taken, or ""."""
        assert self.request is not None
        reseller = site_for(self.request).reseller_id
        assert reseller is not None  # its view is for a reseller's staff
        with platform():
            if not self._turn.enter_context(alone("upload", reseller)):
                return ONE_AT_A_TIME
            if not has_room(reseller):
                return TOO_MANY
        free = shutil.disk_usage(unfinished_folder() or tempfile.gettempdir()).free
        return faults.NO_ROOM if free < self._length + RESERVE else ""

    def _stop(self, said: str, error: OSError | None = None) -> None:
        """The rest is read and dropped, or the browser would not hear the answer."""
        assert self.request is not None
        self.request.__dict__[_FAULT] = said
        self._turn.close()
        raise StopUpload(connection_reset=False) from error


def upload_fault(request: HttpRequest) -> str:
    """Why what was sent could not be kept, or ""."""
    return str(request.__dict__.get(_FAULT, ""))
