"""The inbox: conversations with contacts, whatever carried them here.

Ways in and out are in inbox/transports; contacts themselves in core/contacts.
"""

from django.apps import AppConfig
from django.http import HttpRequest

from core.text import capped
from core.ui.nav import NavItem, register


def _open_count(request: HttpRequest) -> str:
    from inbox.conversations.figures import COUNT_LIMIT, open_count  # noqa: PLC0415 - needs the registry

    count = open_count()
    return capped(count, limit=COUNT_LIMIT) if count else ""


PLACES = (
    NavItem(key="home", label="Home", icon="house", url_name="inbox:home", order=0),
    NavItem(
        key="inbox",
        label="Inbox",
        icon="inbox",
        url_name="inbox:list",
        order=10,
        count=_open_count,
        may="use_inbox",
    ),
    NavItem(
        key="new-lead", label="Lead", icon="user-plus", url_name="inbox:new", may="add_leads", section="new"
    ),
    NavItem(
        key="labels",
        label="Labels",
        icon="tag",
        url_name="inbox:labels",
        order=20,
        may="manage_labels",
        section="settings",
    ),
)


class ConversationsConfig(AppConfig):
    name = "inbox.conversations"
    label = "conversations"

    def ready(self) -> None:
        from core.accounts.uses import register_use  # noqa: PLC0415 - needs the registry
        from core.notices.kinds import register as register_kind  # noqa: PLC0415 - the same
        from core.realtime.whisper import register_whisper  # noqa: PLC0415 - the same
        from core.sending.registry import register_composer  # noqa: PLC0415 - needs the registry
        from core.timeline.visits import register_namer  # noqa: PLC0415 - the same
        from inbox.conversations import panels  # noqa: PLC0415 - the same
        from inbox.conversations.by_mail import REPLY  # noqa: PLC0415 - the same
        from inbox.conversations.composing import compose_reply  # noqa: PLC0415 - the same
        from inbox.conversations.domain.capture import forget_old_captures  # noqa: PLC0415 - the same
        from inbox.conversations.domain.clearing import go_on_clearing  # noqa: PLC0415 - the same
        from inbox.conversations.domain.state import SNOOZE  # noqa: PLC0415 - the same
        from inbox.conversations.domain.waking import wake_due  # noqa: PLC0415 - the same
        from inbox.conversations.figures import open_count  # noqa: PLC0415 - the same
        from inbox.conversations.models import Conversation  # noqa: PLC0415 - the same
        from inbox.conversations.notices import KINDS  # noqa: PLC0415 - the same
        from inbox.conversations.queries import (  # noqa: PLC0415 - the same
            contact_of,
            label_name,
            last_answer,
            team_counts,
            waiting_since,
        )
        from inbox.conversations.transports import Transport  # noqa: PLC0415 - the same
        from inbox.conversations.transports import register as register_transport  # noqa: PLC0415 - the same
        from inbox.conversations.whispers import (  # noqa: PLC0415 - the same
            LOOKS,
            WRITES,
            teammate_looks,
            teammate_writes,
        )
        from tenants import gauges  # noqa: PLC0415 - the same
        from tenants.due import register_due, register_sweeper  # noqa: PLC0415 - the same

        register_use("conversation", team_counts)
        register_sweeper("inbox.clearing", go_on_clearing)
        register_whisper(LOOKS, teammate_looks)
        register_whisper(WRITES, teammate_writes)
        for place in PLACES:
            register(place)
        for kind in KINDS:
            register_kind(kind)
        register_transport(Transport(channel="manual", label="Added by hand", icon="square-pen"))
        register_composer(REPLY, compose_reply)
        register_namer("conversation_id", contact_of)
        register_namer("label_id", label_name)
        panels.register()
        register_sweeper("inbox.conversations", forget_old_captures)
        gauges.register(gauges.Gauge(key="conversations", read=lambda: gauges.rows_in(Conversation)))
        register_sweeper("inbox.snoozed", wake_due)
        register_due(SNOOZE, "inbox.wake_snoozed")
        gauges.register(gauges.Gauge(key="open", read=open_count))
        gauges.register(gauges.Gauge(key="waiting_since", read=waiting_since))
        gauges.register(gauges.Gauge(key="answered", read=last_answer, merge=gauges.newest))
        _leave_out_of_archives()


def _leave_out_of_archives() -> None:
    from tenants.archive.parts import leave_out  # noqa: PLC0415 - needs the registry

    leave_out("conversations_capture", why="Keys of submissions are kept for a day only")
