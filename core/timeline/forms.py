"""What was asked of a log by an address: whoever asks nonsense sees all of it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest

from core.timeline.domain.chain import catch_up
from core.timeline.queries import PAGE, Asked, entries
from tenants.console.forms import search_words


def asked_of(request: HttpRequest, *, kinds: Mapping[str, str], addresses: bool) -> Asked:
    kind = request.GET.get("kind", "")
    return Asked(
        person=_id(request.GET.get("person", "")),
        kind=kind if kind in kinds else "",
        stay=_id(request.GET.get("stay", "")),
        words=search_words(request),
        addresses=addresses,
    )


def page_of(request: HttpRequest, *, asked: Asked, whose: Q | None = None) -> dict[str, Any]:
    """The lines an address asks for, and what the address of the next page is made of."""
    before = _id(request.GET.get("before", ""))
    if before is None:
        catch_up()
    found = entries(asked, before=before, whose=whose)
    query = request.GET.copy()
    query.pop("before", None)
    return {
        "entries": found,
        "next_cursor": found[-1].id if len(found) == PAGE else "",
        "query": query.urlencode(),
        "asked": asked,
        "is_next": before is not None,
    }


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
