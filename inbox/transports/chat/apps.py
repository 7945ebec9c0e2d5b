"""The chat on other people's sites: a widget for visitors, one more way into the inbox and back.

What is said in it is in inbox/conversations; the widget's own code is widget/.
"""

from django.apps import AppConfig

from core.ui.nav import NavItem, register


class ChatConfig(AppConfig):
    name = "inbox.transports.chat"
    label = "chat"

    def ready(self) -> None:
        from core.realtime.rights import register_visitors  # noqa: PLC0415 - needs the registry of models
        from core.realtime.whisper import register_whisper  # noqa: PLC0415 - the same
        from inbox.conversations import transports  # noqa: PLC0415 - the same
        from inbox.transports.chat import hooks, sockets  # noqa: PLC0415 - the same
        from inbox.transports.chat.domain.answers import sweep  # noqa: PLC0415 - the same
        from tenants.due import register_due, register_sweeper  # noqa: PLC0415 - the same

        transports.register(
            transports.Transport(
                channel=hooks.CHANNEL,
                label="Chat",
                icon="message-circle",
                obstacle=hooks.obstacle,
                deliver=hooks.deliver,
                way=hooks.way,
                added=hooks.added,
                seen=hooks.seen,
                contact_seen=hooks.contact_seen,
                is_live=True,
            )
        )
        register_visitors(sockets.Visitors())
        register_whisper(sockets.TYPING, sockets.visitor_types, visitors=True)
        register_whisper(sockets.TYPING, sockets.teammate_types)
        register_due(hooks.UNSEEN, "inbox.chat.mail_unseen")
        register_sweeper("inbox.chat", sweep)
        register(
            NavItem(
                key="chat",
                label="Chat",
                icon="message-circle",
                url_name="chat:settings",
                order=32,
                may="manage_chat",
                section="settings",
            )
        )
