"""Short notices that an htmx answer shows in the corner, with an undo where the act can be taken back.
Notices that survive a redirect are Django's messages; templates/ui/toasts.html draws both alike.
"""

import json
from typing import Literal, TypeVar

from django.http import HttpResponseBase

Response = TypeVar("Response", bound=HttpResponseBase)
Level = Literal["info", "success", "warning", "error"]


def toast(response: Response, text: str, *, level: Level = "success", undo_url: str = "") -> Response:
    """Show `text` once the answer has arrived; Undo POSTs to `undo_url`, its query as the values."""
    triggers = json.loads(response.headers.get("HX-Trigger", "{}"))
    triggers["toast"] = {"text": text, "level": level, "undo": undo_url}
    response.headers["HX-Trigger"] = json.dumps(triggers)
    return response
