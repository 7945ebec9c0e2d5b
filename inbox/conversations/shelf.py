"""What other apps put above the inbox's list, such as saved views. Each registers in AppConfig.ready()."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString

from inbox.conversations.filters import ListFilter

Shelf = Callable[[HttpRequest, ListFilter], SafeString]

_shelves: list[Shelf] = []


def register_shelf(shelf: Shelf) -> None:
    """Its HTML stands above the list and comes anew with the tabs' counts, for one person alone."""
    _shelves.append(shelf)


def shelf(request: HttpRequest, shown: ListFilter) -> list[SafeString]:
    """What stands above the list `shown`, "" of those with nothing to say."""
    return [one(request, shown) for one in _shelves]
