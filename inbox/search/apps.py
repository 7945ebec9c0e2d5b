"""Search over everything that was ever written in the inbox. It hears of messages as they are stored.

Conversations themselves, which know nothing of it, are next door.
"""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "inbox.search"
    label = "message_search"

    def ready(self) -> None:
        from inbox.conversations.stored import register_listener  # noqa: PLC0415 - needs the registry
        from inbox.search.domain.filling import look_after  # noqa: PLC0415 - the same
        from inbox.search.domain.indexing import index_message  # noqa: PLC0415 - the same
        from tenants.archive.parts import leave_out  # noqa: PLC0415 - the same
        from tenants.due import register_sweeper  # noqa: PLC0415 - the same

        register_listener("inbox.search", index_message)
        register_sweeper("inbox.search", look_after)
        leave_out(
            "message_search_messageentry", why="Words of messages are collected again from the messages"
        )
