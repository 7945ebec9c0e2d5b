"""A form inside other people's sites: who may frame it, and the script that puts it there."""

from django.test import Client

from inbox.transports.form.models import LeadForm
from tests.inbox.transports.form.conftest import PAGE


def test_the_page_and_its_frame(lead_form: LeadForm, stranger: Client) -> None:
    alone, framed = stranger.get(PAGE), stranger.get(PAGE, {"embed": "1"})
    assert (alone["X-Frame-Options"], framed.has_header("X-Frame-Options")) == ("DENY", False)
    for answer, ancestors in ((alone, "'none'"), (framed, "*")):
        directives = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
        assert (directives["frame-ancestors"], directives["script-src"]) == (ancestors, "'self'")
    assert b'action="/f/contact/?embed=1"' in framed.content


def test_the_script_for_other_sites(lead_form: LeadForm, stranger: Client) -> None:
    answer = stranger.get("/f/contact/embed.js")
    assert (answer["Content-Type"], answer["Cache-Control"]) == (
        "text/javascript; charset=utf-8",
        "public, max-age=300",
    )
    assert b"createElement" in answer.content
    assert stranger.get("/f/nothing/embed.js").status_code == 404
