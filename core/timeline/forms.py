"""What was asked of a log by an address: whoever asks nonsense sees all of it."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest

from core.timeline.queries import Asked
from tenants.console.forms import search_words


def asked_of(request: HttpRequest, *, kinds: Mapping[str, str]) -> Asked:
    kind = request.GET.get("kind", "")
    return Asked(
        person=_id(request.GET.get("person", "")),
        kind=kind if kind in kinds else "",
        stay=_id(request.GET.get("stay", "")),
        words=search_words(request),
    )


def without_cursor(request: HttpRequest) -> str:
    """The address's query as the next page keeps it."""
    query = request.GET.copy()
    query.pop("after", None)
    return query.urlencode()


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
