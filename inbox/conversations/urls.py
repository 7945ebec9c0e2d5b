"""Addresses of the inbox. Templates elsewhere name them and never spell them."""

from django.urls import path

from inbox.conversations.views import (
    drafts,
    files,
    home,
    labels,
    lists,
    menus,
    new,
    notes,
    sorting,
    thread,
    writes,
)

app_name = "inbox"
urlpatterns = [
    path("", home.home, name="home"),
    path("inbox/", lists.conversation_list, name="list"),
    path("inbox/new/", new.new, name="new"),
    path("inbox/mentionable/", notes.mentionable, name="mentionable"),
    path("inbox/filter/", menus.filter_menu, name="filter"),
    path("settings/labels/", labels.label_list, name="labels"),
    path("settings/labels/new/", labels.label_new, name="label_new"),
    path("settings/labels/<uuid:label_id>/", labels.label_edit, name="label_edit"),
    path("settings/labels/<uuid:label_id>/delete/", labels.label_delete, name="label_delete"),
    path("inbox/<uuid:conversation_id>/", thread.thread, name="thread"),
    path("inbox/<uuid:conversation_id>/reply/", writes.reply, name="reply"),
    path("inbox/<uuid:conversation_id>/note/", notes.note, name="note"),
    path("inbox/<uuid:conversation_id>/draft/", drafts.draft, name="draft"),
    path("inbox/<uuid:conversation_id>/state/", sorting.set_state, name="set_state"),
    path("inbox/<uuid:conversation_id>/assignee/", sorting.set_assignee, name="set_assignee"),
    path("inbox/<uuid:conversation_id>/snooze/", sorting.set_snooze, name="set_snooze"),
    path("inbox/<uuid:conversation_id>/team/", sorting.set_team, name="set_team"),
    path("inbox/<uuid:conversation_id>/priority/", sorting.set_priority, name="set_priority"),
    path("inbox/<uuid:conversation_id>/label/", sorting.set_label, name="set_label"),
    path("inbox/<uuid:conversation_id>/menu/<slug:kind>/", menus.menu, name="menu"),
    path("inbox/<uuid:conversation_id>/files/", files.add, name="add_file"),
    path("inbox/<uuid:conversation_id>/files/<uuid:file_id>/remove/", files.remove, name="remove_file"),
    path("inbox/<uuid:conversation_id>/seen/", writes.seen, name="seen"),
    path("inbox/<uuid:conversation_id>/<uuid:message_id>/retry/", writes.retry, name="retry"),
    path("inbox/<uuid:conversation_id>/<uuid:message_id>/mail/", thread.message_html, name="message_html"),
    path(
        "contacts/<uuid:contact_id>/conversations/", lists.contact_conversations, name="contact_conversations"
    ),
]
