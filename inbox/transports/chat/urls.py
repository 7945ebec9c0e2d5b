"""Addresses of the chat: /chat/ for pages of other sites, /settings/chat/ for the team."""

from django.urls import path

from inbox.transports.chat.views import files, manage, widget

app_name = "chat"
urlpatterns = [
    path("chat/widget.js", widget.script, name="widget.js"),
    path("chat/config", widget.config, name="config"),
    path("chat/visitors", widget.visitors, name="visitors"),
    path("chat/messages", widget.messages, name="messages"),
    path("chat/seen", widget.seen, name="seen"),
    path("chat/contact", widget.contact, name="contact"),
    path("chat/files", files.upload, name="upload"),
    path("chat/files/back", files.back, name="take_back"),
    path("chat/files/<str:token>/", files.file, name="file"),
    path("settings/chat/", manage.settings_page, name="settings"),
    path("settings/chat/preview/", manage.preview, name="preview"),
]
