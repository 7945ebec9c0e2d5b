"""The mailbox as a program: mail in over real SMTP, pages out over HTTP, mail back out over SMTP."""

import http.client
import json
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from deploy.dev.mailbox.web import MAIL_POLICY, PAGE_POLICY
from deploy.dev.stack import Stack
from tests.deploy.dev.conftest import eventually

NO_SERVICES = {
    "DATABASE_URL": "postgresql:///x",
    "OWNER_DATABASE_URL": "postgresql:///x",
    "REDIS_URL": "redis://x",
}
HOSTILE = "<script>alert(1)</script>"


class Mailbox:
    """A client of the running program."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def ask(
        self,
        method: str,
        path: str,
        *,
        form: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.stack.ports.mailbox, timeout=10)
        try:
            connection.request(method, path, body=urlencode(form) if form else None, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()
        finally:
            connection.close()

    def api(self, path: str = "") -> Any:
        return json.loads(self.ask("GET", f"/api/messages{path}")[2])

    def catch(self, message: EmailMessage, *, to: str = "ada@example.test") -> dict[str, Any]:
        with smtplib.SMTP("127.0.0.1", self.stack.ports.sink) as smtp:
            smtp.send_message(message, from_addr="bounce@acme.test", to_addrs=[to])
        newest: dict[str, Any] = self.api()[0]
        return newest


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailbox]:
    with Stack(tmp_path_factory.mktemp("mail box"), env=NO_SERVICES, processes={"mailbox"}) as stack:
        yield Mailbox(stack)


@pytest.fixture
def mailbox(running: Mailbox) -> Mailbox:
    """Empty."""
    running.ask("DELETE", "/api/messages")
    return running


def reply_mail() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Acme <sales@acme.test>"
    message["To"] = "Ada <ada@example.test>"
    message["Reply-To"] = "thread+7@in.acme.test"
    message["Subject"] = f"Chairs {HOSTILE}"
    message["Message-ID"] = "<two@acme.test>"
    message["References"] = "<one@acme.test>"
    message.set_content(f"Yes. {HOSTILE}")
    message.add_alternative(
        f"<html><head><title>x</title></head><body>Yes {HOSTILE}</body></html>", subtype="html"
    )
    return message


def test_an_empty_one_teaches(mailbox: Mailbox) -> None:
    status, headers, page = mailbox.ask("GET", "/")
    assert (status, headers["Content-Security-Policy"]) == (200, PAGE_POLICY)
    assert headers["Referrer-Policy"] == "same-origin"  # else its own forms come with Origin: null
    assert "Nothing here yet" in page
    assert mailbox.api() == []


def test_a_caught_mail_is_listed_and_told_in_json(mailbox: Mailbox) -> None:
    caught = mailbox.catch(reply_mail())
    number, received = caught.pop("id"), caught.pop("received")
    assert caught == {
        "from": "Acme <sales@acme.test>",
        "to": ["ada@example.test"],
        "reply_to": ["thread+7@in.acme.test"],
        "subject": f"Chairs {HOSTILE}",
        "message_id": "<two@acme.test>",
        "preview": f"Yes. {HOSTILE}",
    }
    whole = mailbox.api(f"/{number}")
    assert (whole["received"], whole["text"], whole["attachments"]) == (received, f"Yes. {HOSTILE}\n", [])
    assert ["Return-Path", "<bounce@acme.test>"] in whole["headers"]


def test_nothing_in_a_mail_becomes_part_of_the_page(mailbox: Mailbox) -> None:
    number = mailbox.catch(reply_mail())["id"]
    for path in ("/", "/rows", f"/messages/{number}", f"/compose?reply={number}"):
        status, headers, page = mailbox.ask("GET", path)
        assert (status, headers["Content-Security-Policy"], HOSTILE in page) == (200, PAGE_POLICY, False)
        assert "Chairs &lt;script&gt;" in page


def test_a_mails_own_html_has_no_rights(mailbox: Mailbox) -> None:
    number = mailbox.catch(reply_mail())["id"]
    status, headers, page = mailbox.ask("GET", f"/messages/{number}/html")
    assert (status, headers["Content-Security-Policy"]) == (200, MAIL_POLICY)
    assert page.startswith('<html><head><base target="_blank" rel="noopener"><title>')
    _, headers, source = mailbox.ask("GET", f"/messages/{number}/raw")
    assert (headers["Content-Type"], headers["X-Content-Type-Options"]) == (
        "text/plain; charset=utf-8",
        "nosniff",
    )
    assert source.startswith(
        "Return-Path: <bounce@acme.test>\r\nDelivered-To: ada@example.test\r\nFrom: Acme"
    )


def test_an_attachment_is_a_download(mailbox: Mailbox) -> None:
    message = reply_mail()
    message.add_attachment(b"<b>", maintype="text", subtype="html", filename='"../a b.html')
    number = mailbox.catch(message)["id"]
    status, headers, content = mailbox.ask("GET", f"/messages/{number}/attachments/0")
    assert (status, headers["Content-Type"], content) == (200, "application/octet-stream", "<b>")
    assert headers["Content-Disposition"] == 'attachment; filename="_.._a_b.html"'
    assert mailbox.ask("GET", f"/messages/{number}/attachments/1")[0] == 404


def test_the_open_page_gets_only_what_is_newer(mailbox: Mailbox) -> None:
    first = mailbox.catch(reply_mail())["id"]
    second = mailbox.catch(reply_mail())["id"]
    _, headers, rows = mailbox.ask("GET", f"/rows?after={first}")
    assert (headers["X-Total"], f"/messages/{second}" in rows, f"/messages/{first}" in rows) == (
        "2",
        True,
        False,
    )
    assert mailbox.ask("GET", f"/rows?after={second}")[2].strip() == ""


def test_a_reply_is_addressed_and_threaded(mailbox: Mailbox) -> None:
    number = mailbox.catch(reply_mail())["id"]
    form = mailbox.ask("GET", f"/compose?reply={number}")[2]
    for field in (
        'name="from" type="text" inputmode="email" required value="ada@example.test"',
        'name="to" type="text" inputmode="email" required list="known" value="thread+7@in.acme.test"',
        'name="in_reply_to" value="&lt;two@acme.test&gt;"',
        'name="references" value="&lt;one@acme.test&gt; &lt;two@acme.test&gt;"',
    ):
        assert field in form


FIELDS = {
    "from": "Ada Stränger <ada@example.test>",
    "to": "sales@acme.test",
    "subject": "Re: Größe",
    "text": "Ja.\r\n.dot",
    "in_reply_to": "<two@acme.test>",
    "references": "<one@acme.test> <two@acme.test>",
}


@pytest.fixture
def looped(tmp_path: Path) -> Iterator[Mailbox]:
    """Its mail into a workspace comes back to its own sink, so that it can be looked at."""
    stack = Stack(tmp_path, env=NO_SERVICES, processes={"mailbox"})
    stack.env["INBOUND_SMTP_PORT"] = stack.env["SINK_SMTP_PORT"]
    with stack:
        yield Mailbox(stack)


def test_a_mail_into_a_workspace_goes_over_smtp(looped: Mailbox) -> None:
    status, _, page = looped.ask("POST", "/compose", form=FIELDS)
    assert status == 200
    assert "Accepted: <code>250</code> 2.0.0 kept as" in page
    assert eventually(lambda: len(looped.api()) == 1)
    sent = looped.api(f"/{looped.api()[0]['id']}")
    headers = dict(sent["headers"])
    assert (sent["from"], sent["to"], sent["subject"]) == (FIELDS["from"], [FIELDS["to"]], FIELDS["subject"])
    assert (headers["In-Reply-To"], headers["References"]) == (FIELDS["in_reply_to"], FIELDS["references"])
    assert sent["text"] == "Ja.\n.dot\n"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"from": "nobody"}, "From and To need an address each, like ada@example.com."),
        ({"to": ""}, "From and To need an address each, like ada@example.com."),
        ({"subject": "a\nBcc: b@b.test"}, "This is not a mail yet: "),
        ({}, "did not take it: "),
    ],
)
def test_bad_input_is_a_clear_error_and_keeps_what_was_typed(
    mailbox: Mailbox, change: dict[str, str], sentence: str
) -> None:
    status, _, page = mailbox.ask("POST", "/compose", form=FIELDS | change)
    assert (status, sentence in page) == (200, True)
    assert "Ja.\n.dot</textarea>" in page.replace("\r", "")


def test_only_its_own_page_may_ask(mailbox: Mailbox) -> None:
    port = mailbox.stack.ports.mailbox
    mailbox.catch(reply_mail())
    for headers in ({"Origin": "http://evil.test"}, {"Host": f"evil.test:{port}"}, {"Origin": "null"}):
        assert mailbox.ask("DELETE", "/api/messages", headers=headers)[0] == 403
    assert len(mailbox.api()) == 1
    own = {"Host": f"platform.localhost:{port}", "Origin": f"http://platform.localhost:{port}"}
    assert mailbox.ask("DELETE", "/api/messages", headers=own)[2] == '{\n "removed": 1\n}'


def test_clear_leads_back_to_the_empty_list(mailbox: Mailbox) -> None:
    mailbox.catch(reply_mail())
    status, headers, _ = mailbox.ask("POST", "/clear", form={"a": "b"})
    assert (status, headers["Location"], mailbox.api()) == (303, "/", [])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/messages/00000000000000000000-000000", 404),
        ("GET", "/api/messages/x", 404),
        ("GET", "/static/pages.py", 404),
        ("GET", "/static/../pages.py", 404),
        ("POST", "/", 405),
    ],
)
def test_what_is_not_there(mailbox: Mailbox, method: str, path: str, status: int) -> None:
    assert mailbox.ask(method, path, form={"a": "b"} if method == "POST" else None)[0] == status


def test_a_form_too_large_is_refused(mailbox: Mailbox) -> None:
    headers = {"Content-Length": "3000000"}
    assert mailbox.ask("POST", "/compose", headers=headers)[0] == 413
