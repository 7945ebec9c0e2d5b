"""How the bytes of a file are answered: pictures of our own drawing to look at, all else to keep.

Who may have them is asked before, by whoever calls: views.py for the team, others for people outside.
"""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from core.files import storage
from core.files.links import Shown
from core.files.models import StoredFile

HARMLESS = "default-src 'none'; sandbox; frame-ancestors 'none'"
ASK_AGAIN = "private, no-cache"
"""Pictures: a browser keeps them, and asks each time whether it may still show them."""
KEEP_NOTHING = "private, no-store"
"""Downloads: whoever fetches one puts it where they want it, and the browser leaves no second copy."""
OWN_PAGES = "same-origin"
ANY_PAGE = "cross-origin"


def answer_file(
    request: HttpRequest, row: StoredFile, *, shown: Shown, reach: str = OWN_PAGES
) -> HttpResponseBase:
    """A picture, its small one, or a download; nothing of it can run here. Raises Http404.

    `reach` says which pages may show it (Cross-Origin-Resource-Policy): our own, or any.
    """
    is_small = shown is Shown.SMALL and row.thumbnail != ""
    etag = f'"{row.sha256[:32]}{shown.value}"'
    if request.headers.get("If-None-Match") == etag:
        return _headed(HttpResponseNotModified(), row, etag=etag, reach=reach)
    return _headed(_body(row, is_small=is_small), row, etag=etag, reach=reach)


def _body(row: StoredFile, *, is_small: bool) -> HttpResponse | FileResponse:
    try:
        opened = storage.open_file(row.thumbnail if is_small else row.key)
    except FileNotFoundError as error:
        raise Http404("the bytes are gone") from error
    answer = FileResponse(opened, content_type="image/webp" if is_small else row.content_type)
    answer["Content-Length"] = row.thumbnail_size if is_small else row.size
    disposition = content_disposition_header(not row.is_image, row.name)
    if disposition:
        answer["Content-Disposition"] = disposition
    return answer


def _headed(
    answer: HttpResponse | FileResponse, row: StoredFile, *, etag: str, reach: str
) -> HttpResponseBase:
    answer["ETag"] = etag
    answer["Cache-Control"] = ASK_AGAIN if row.is_image else KEEP_NOTHING
    answer["Content-Security-Policy"] = HARMLESS
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = reach
    return answer
