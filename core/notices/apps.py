"""Notices: the bell in the top bar and the list behind it."""

from django.apps import AppConfig
from django.http import HttpRequest

from core.ui.nav import NavItem, register


def _unread(request: HttpRequest) -> str:
    from core.accounts.access import user_for  # noqa: PLC0415 - needs the registry
    from core.notices.queries import in_words, unread_count  # noqa: PLC0415 - the same

    return in_words(unread_count(user_for(request)))


BELL = NavItem(
    key="notices",
    label="Notices",
    icon="bell",
    url_name="notices:list",
    count=_unread,
    may="use_inbox",
    section="top",
)


class NoticesConfig(AppConfig):
    name = "core.notices"
    label = "notices"

    def ready(self) -> None:
        from core.notices.domain.pruning import prune  # noqa: PLC0415 - needs the registry
        from tenants.due import register_sweeper  # noqa: PLC0415 - the same

        register(BELL)
        register_sweeper("core.notices", prune)
