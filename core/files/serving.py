"""How the bytes of a file are answered: pictures of our own drawing to look at, all else to keep.

Who may have them is asked before, by whoever calls: views.py for the team, others for people outside.

The server (granian) takes some pieces of a body off a thread's hands, and keeps them for whoever reads
slowly; with more to come, the thread waits for the reader, for as long as that takes.
"""

from collections.abc import Callable
from typing import IO

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from core.files import storage
from core.files.links import Shown
from core.files.models import StoredFile
from core.files.places import Place
from core.ui.errors import busy

HARMLESS = "default-src 'none'; sandbox; frame-ancestors 'none'"
ASK_AGAIN = "private, no-cache"
"""Pictures: a browser keeps them, and asks each time whether it may still show them."""
KEEP_NOTHING = "private, no-store"
"""Downloads: whoever fetches one puts it where they want it, and the browser leaves no second copy."""
OWN_PAGES = "same-origin"
ANY_PAGE = "cross-origin"
WHOLE = 1_000_000
"""Bytes: what is no larger goes out in one piece, and holds no thread however slowly it is read."""
BLOCK = 65_536
"""Bytes of a piece of what is larger, for people outside: the server keeps little of it."""
Take = Callable[[], Place | None]


def answer_file(
    request: HttpRequest, row: StoredFile, *, shown: Shown, reach: str = OWN_PAGES, take: Take | None = None
) -> HttpResponseBase:
    """A picture, its small one, or a download; nothing of it can run here. Raises Http404.

    `reach` says which pages may show it (Cross-Origin-Resource-Policy): our own, or any. `take` is for people
    outside, who get what is larger than WHOLE only where there is a place, and give it back at its end.
    """
    is_small = shown is Shown.SMALL and row.thumbnail != ""
    etag = f'"{row.sha256[:32]}{shown.value}"'
    if request.headers.get("If-None-Match") == etag:
        return _headed(HttpResponseNotModified(), row, etag=etag, reach=reach)
    answer = _body(request, row, is_small=is_small, take=take)
    return busy(request) if answer is None else _headed(answer, row, etag=etag, reach=reach)


def _body(
    request: HttpRequest, row: StoredFile, *, is_small: bool, take: Take | None
) -> HttpResponse | FileResponse | None:
    """None where there is no place."""
    size = row.thumbnail_size if is_small else row.size
    answer: HttpResponse | FileResponse | None = HttpResponse()
    if request.method != "HEAD":
        answer = _pieces(_opened(row, is_small=is_small), size=size, take=take)
    if answer is None:
        return None
    answer["Content-Type"] = "image/webp" if is_small else row.content_type
    answer["Content-Length"] = size
    disposition = content_disposition_header(not row.is_image, row.name)
    if disposition:
        answer["Content-Disposition"] = disposition
    return answer


def _opened(row: StoredFile, *, is_small: bool) -> IO[bytes]:
    try:
        return storage.open_file(row.thumbnail if is_small else row.key)
    except FileNotFoundError as error:
        raise Http404("the bytes are gone") from error


def _pieces(opened: IO[bytes], *, size: int, take: Take | None) -> FileResponse | None:
    if take is None or size <= WHOLE:
        return _Pieces(opened)
    place = take()
    if place is None:
        opened.close()
        return None
    answer = _Pieces(_Held(opened, place))
    answer.block_size = BLOCK
    return answer


class _Pieces(FileResponse):
    block_size = WHOLE


class _Held:
    """A file whose reader has a place, which ends with it: read to its end, cut off or never begun."""

    def __init__(self, opened: IO[bytes], place: Place) -> None:
        self.read, self._opened, self._place = opened.read, opened, place

    def close(self) -> None:
        self._place.give_back()
        self._opened.close()


def _headed(
    answer: HttpResponse | FileResponse, row: StoredFile, *, etag: str, reach: str
) -> HttpResponseBase:
    answer["ETag"] = etag
    answer["Cache-Control"] = ASK_AGAIN if row.is_image else KEEP_NOTHING
    answer["Content-Security-Policy"] = HARMLESS
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = reach
    return answer
