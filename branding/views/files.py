"""The brand's files on every site: stylesheet, icon, logo. Served to strangers, each site its own only.

An address carries the hash of what it answers, so browsers may keep it; a hash that is no longer this site's
answers what is current, to be asked for again, so that a page from before a change still has its looks.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from branding.assets import monogram, stylesheet
from branding.queries import picture_of
from core import brand
from tenants.access import public
from tenants.middleware import site_for

FOR_GOOD = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
HARMLESS = "default-src 'none'; style-src 'none'; sandbox"


@public
@require_safe
def css(request: HttpRequest, digest: str) -> HttpResponse:
    """The stylesheet. A warm answer asks the database nothing."""
    tokens = brand.tokens_for(site_for(request))
    sheet = stylesheet(tokens.hue, tokens.chroma, tokens.radius, tokens.font)
    return _file(sheet.body, "text/css; charset=utf-8", is_current=sheet.digest == digest)


@public
@require_safe
def icon(request: HttpRequest, digest: str) -> HttpResponse:
    """The monogram of a site without an icon, or of a workspace as its customers see it."""
    site = site_for(request)
    for tokens in (brand.tokens_for_customers(site), brand.tokens_for(site)):
        drawn = monogram(tokens.name, tokens.hue, tokens.chroma, tokens.radius)
        if drawn.digest == digest:
            break
    return _file(drawn.body, "image/svg+xml; charset=utf-8", is_current=drawn.digest == digest)


@public
@require_safe
def picture(request: HttpRequest, digest: str) -> HttpResponse:
    """The logo or icon this site bears; every other picture is a 404, whoever's it is."""
    tokens = brand.tokens_for(site_for(request))
    if request.path not in {tokens.logo_url, tokens.favicon_url}:
        raise Http404
    found = picture_of(digest)
    if found is None:
        raise Http404
    return _file(bytes(found.png), "image/png", is_current=True)


def _file(body: str | bytes, kind: str, *, is_current: bool) -> HttpResponse:
    headers = {
        "Cache-Control": FOR_GOOD if is_current else ASK_AGAIN,
        "Content-Security-Policy": HARMLESS,
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(body, content_type=kind, headers=headers)
