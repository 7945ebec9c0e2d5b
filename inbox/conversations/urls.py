"""Addresses of the inbox. Templates elsewhere name them and never spell them."""

from django.urls import path

from inbox.conversations.views import home, lists, new, thread, writes

app_name = "inbox"
urlpatterns = [
    path("", home.home, name="home"),
    path("inbox/", lists.conversation_list, name="list"),
    path("inbox/new/", new.new, name="new"),
    path("inbox/<uuid:conversation_id>/", thread.thread, name="thread"),
    path("inbox/<uuid:conversation_id>/reply/", writes.reply, name="reply"),
    path("inbox/<uuid:conversation_id>/state/", writes.set_state, name="set_state"),
    path("inbox/<uuid:conversation_id>/assignee/", writes.set_assignee, name="set_assignee"),
    path("inbox/<uuid:conversation_id>/seen/", writes.seen, name="seen"),
    path("inbox/<uuid:conversation_id>/<uuid:message_id>/retry/", writes.retry, name="retry"),
    path("inbox/<uuid:conversation_id>/<uuid:message_id>/mail/", thread.message_html, name="message_html"),
    path(
        "contacts/<uuid:contact_id>/conversations/", lists.contact_conversations, name="contact_conversations"
    ),
]
