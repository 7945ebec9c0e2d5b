"""Files of a chat: shown to their visitor by addresses that prove themselves (../links.py).

The other endpoints of the widget are widget.py next door.
"""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from core.accounts.access import public
from core.api.throttle import client_network, hit
from core.files.serving import ANY_PAGE, answer_file
from core.ui.errors import too_many
from inbox.transports.chat.access import NotAllowed, access_file

SHOWN = {"limit": 1_200, "seconds": 600}
"""For each network: a page of messages may show two hundred pictures."""


@require_safe
@public
def file(request: HttpRequest, token: str) -> HttpResponseBase:
    """A picture, its small one, or a download; a page of another site shows it without cookie or Origin."""
    if not hit(f"chat:file:{client_network(request)}", **SHOWN).allowed:
        return too_many(request)
    try:
        row, shown = access_file(token)
    except NotAllowed as error:
        raise Http404("no such file") from error
    return answer_file(request, row, shown=shown, reach=ANY_PAGE)
