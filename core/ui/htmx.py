"""Whether an answer is a whole page or one of its partials.
The browser's half (swap styles, live updates) lives in frontend/.
"""

from django.http import HttpRequest


def wants_partial(request: HttpRequest, target: str = "") -> bool:
    """True for an htmx request that swaps a part of the page, optionally only the part with this element id.

    htmx 4 sends HX-Request-Type "partial" for those and "full" for history restores, and HX-Target as tag#id.
    """
    headers = request.headers
    if headers.get("HX-Request") != "true" or headers.get("HX-History-Restore-Request") == "true":
        return False
    wanted = not target or headers.get("HX-Target", "").partition("#")[2] == target
    return wanted and headers.get("HX-Request-Type") == "partial"
