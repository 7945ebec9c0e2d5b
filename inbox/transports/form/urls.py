"""Addresses of web forms: /f/ for strangers, /inbox/submissions/ and /settings/forms/ for the team."""

from django.urls import path

from inbox.transports.form.views import asking, manage, public

app_name = "forms"
urlpatterns = [
    path("f/<slug:slug>/", public.form_page, name="public"),
    path("f/<slug:slug>/thanks/", public.thanks, name="thanks"),
    path("f/<slug:slug>/confirm/<str:token>/", public.confirm_page, name="confirm"),
    path("f/<slug:slug>/embed.js", public.embed_script, name="embed.js"),
    path("inbox/submissions/<uuid:submission_id>/ask/", asking.ask, name="ask"),
    path("settings/forms/", manage.form_list, name="list"),
    path("settings/forms/ways/", manage.ways, name="ways"),
    path("settings/forms/new/", manage.new, name="new"),
    path("settings/forms/new/preview/", manage.new_preview, name="new_preview"),
    path("settings/forms/<uuid:form_id>/preview/", manage.preview, name="preview"),
    path("settings/forms/<uuid:form_id>/", manage.edit, name="edit"),
]
