"""Files that mail brings are in the house before its message is, and are shown with it."""

from email.message import EmailMessage

import pytest
from django.test import Client

from core.accounts.models import User
from core.files import storage
from core.files.models import StoredFile
from core.sending.tokens import bounce_address
from inbox.attachments.models import Attachment
from inbox.conversations.layout import with_pictures
from inbox.conversations.models import Message
from inbox.transports.email.domain import files, sweep, take_in
from inbox.transports.email.domain.keep import keep
from inbox.transports.email.models import InboundMail
from tenants.context import workspace
from tenants.models import Workspace
from tests.conftest import client_of
from tests.core.files.uploads import EXE, PDF, bomb, photo, picture
from tests.inbox.transports.email.domain.test_take_in import arrive, message_of

pytestmark = pytest.mark.usefixtures("in_alice", "redis")

LARGE, LOGO = picture(size=(900, 600)), picture(size=(60, 40))


def a_mail(
    html: str = "", *, message_id: str = "<1@example.org>", text: str = "See attached."
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "zoe@example.org", "sales@alice.test", "Files"
    mail["Message-ID"] = message_id
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


def add(mail: EmailMessage, data: bytes, name: str, kind: str = "application/octet-stream") -> None:
    maintype, subtype = kind.split("/")
    mail.add_attachment(data, maintype=maintype, subtype=subtype, filename=name)


def attached(message: Message) -> list[tuple[str, str, str, bool]]:
    rows = Attachment.objects.filter(message=message).select_related("file").order_by("position")
    return [(row.file.name, row.file.content_type, row.file.state, row.shown) for row in rows]


def test_it_works() -> None:
    mail = a_mail()
    add(mail, PDF, "Größe.pdf", "application/pdf")
    add(mail, photo(), "IMG.jpg", "image/jpeg")
    message = message_of(arrive(mail.as_bytes()))
    assert message.body_text == "See attached."
    assert attached(message) == [
        ("Größe.pdf", "application/pdf", "held", True),
        ("IMG.jpg", "image/jpeg", "held", True),
    ]
    first, second = StoredFile.objects.order_by("id")
    assert storage.read(first.key) == PDF
    assert b"canary" not in storage.read(second.key)
    assert [file.name for file in message.files] == ["Größe.pdf", "IMG.jpg"]


def test_what_a_mail_says_of_its_files_is_not_believed() -> None:
    mail = a_mail()
    add(mail, b"<script>alert(1)</script>", "photo.png", "image/png")
    add(mail, b"<svg onload='alert(1)'/>", "a.svg", "image/svg+xml")
    add(mail, PDF, "../../\u202efdp.html", "text/html")
    assert attached(message_of(arrive(mail.as_bytes()))) == [
        ("photo.png", "application/octet-stream", "held", True),
        ("a.svg", "application/octet-stream", "held", True),
        ("fdp.html", "application/octet-stream", "held", True),
    ]


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_programs_are_named_and_not_kept() -> None:
    mail = a_mail()
    add(mail, EXE, "invoice.pdf.exe")
    add(mail, EXE, "photo.jpg")
    add(mail, b"", "empty.pdf")
    add(mail, bomb(), "bomb.png", "image/png")
    message = message_of(arrive(mail.as_bytes()))
    assert message.body_text == (
        "See attached.\n\n[Attached, but not shown here: invoice.pdf.exe, photo.jpg, empty.pdf]"
    )
    assert attached(message) == [("bomb.png", "image/png", "held", True)]
    assert StoredFile.objects.get().kind == "other"


def test_a_file_alone_needs_no_words() -> None:
    mail = a_mail(text=" ")
    add(mail, PDF, "offer.pdf", "application/pdf")
    message = message_of(arrive(mail.as_bytes()))
    assert (message.body_text, message.conversation.preview) == ("", "offer.pdf")


def test_pictures_of_the_layout_stand_in_it() -> None:
    mail = a_mail('<p>Hi <img src="cid:big@x" alt="Plan"><img src="cid:logo@x"><img src="cid:gone@x"></p>')
    html = mail.get_payload()[1]  # type: ignore[index]  # a part
    assert isinstance(html, EmailMessage)
    for data, name in ((LARGE, "big"), (LOGO, "logo")):
        html.add_related(data, maintype="image", subtype="png", cid=f"<{name}@x>", filename=f"{name}.png")
    message = message_of(arrive(mail.as_bytes()))
    assert [(name, shown) for name, _, _, shown in attached(message)] == [
        ("big.png", True),
        ("logo.png", False),
    ]
    shown = with_pictures(message)
    assert shown.count('src="data:image/png;base64,') == 2
    assert "cid:" not in shown
    assert '<img alt="Plan"' in message.body_html or 'alt="Plan"' in message.body_html


def test_only_what_hangs_on_the_message_can_stand_in_its_layout() -> None:
    """Another message's picture is not lent, a file that is no picture neither."""
    other = a_mail(message_id="<2@example.org>")
    other.add_attachment(LARGE, maintype="image", subtype="png", filename="a.png", cid="<theirs@x>")
    arrive(other.as_bytes())
    mail = a_mail('<p><img src="cid:theirs@x"><img src="cid:doc@x"></p>')
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="d.pdf", cid="<doc@x>")
    assert "src=" not in with_pictures(message_of(arrive(mail.as_bytes())))


def test_the_frame_still_loads_nothing_and_runs_nothing(alice_ws: Workspace, bob: User) -> None:
    mail = a_mail('<p><img src="cid:big@x"><img src="https://evil.test/x.gif"></p>')
    mail.add_attachment(LARGE, maintype="image", subtype="png", filename="a.png", cid="<big@x>")
    message = message_of(arrive(mail.as_bytes()))
    answer = client_of(bob).get(message.html_url)
    assert answer.content.count(b"data:image/png;base64,") == 1
    assert b"evil.test" not in answer.content
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups")
    assert "img-src data:;" in policy
    assert "script-src" not in policy
    assert "allow-scripts" not in policy


def test_too_many_pictures_keep_their_places(monkeypatch: pytest.MonkeyPatch) -> None:
    from inbox.conversations import layout

    monkeypatch.setattr(layout, "MAX_BYTES", 10)
    mail = a_mail('<p><img src="cid:big@x" alt="Plan"></p>')
    mail.add_attachment(LARGE, maintype="image", subtype="png", filename="a.png", cid="<big@x>")
    message = message_of(arrive(mail.as_bytes()))
    assert "src=" not in with_pictures(message)


def test_no_more_files_than_a_person_would_send(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_FILES", 2)
    mail = a_mail()
    for number in range(4):
        add(mail, PDF, f"{number}.pdf", "application/pdf")
    message = message_of(arrive(mail.as_bytes()))
    assert [name for name, *_ in attached(message)] == ["0.pdf", "1.pdf"]
    assert message.body_text.endswith("[Attached, but not shown here: 2.pdf, 3.pdf]")


def test_files_beyond_what_is_read_as_text_are_there() -> None:
    mail = a_mail()
    for number in range(3):
        add(mail, PDF + bytes([number]) * 3_000_000, f"{number}.pdf", "application/pdf")
    message = message_of(arrive(mail.as_bytes()))
    assert [file.size for file in StoredFile.objects.order_by("id")] == [len(PDF) + 3_000_000] * 3
    assert len(message.files) == 3


def test_copies_and_reports_leave_no_files() -> None:
    mail = a_mail()
    add(mail, PDF, "a.pdf", "application/pdf")
    first = arrive(mail.as_bytes())
    again = arrive(b"Received: from elsewhere\r\n" + mail.as_bytes())
    bounce = bounce_address(first.id, domain="alice.test")
    report = arrive(mail.as_bytes().replace(b"<1@example.org>", b"<3@example.org>"), to=bounce, mail_from="")
    assert [row.state for row in (first, again, report)] == ["captured", "ignored", "ignored"]
    assert StoredFile.objects.count() == 1


def test_a_storage_that_is_away_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    mail = a_mail()
    add(mail, PDF, "a.pdf", "application/pdf")
    inbound = keep(mail.as_bytes(), mail_from="zoe@example.org", rcpt_to=["sales@alice.test"])
    with monkeypatch.context() as broken:
        broken.setattr(storage, "put", lambda key, data: (_ for _ in ()).throw(ConnectionError()))
        with pytest.raises(ConnectionError):
            take_in.take_in(inbound.id)
    assert not Message.objects.exists()
    take_in.take_in(inbound.id)
    assert [name for name, *_ in attached(message_of(InboundMail.objects.get(id=inbound.id)))] == ["a.pdf"]
    sweep.sweep()


def test_another_workspace_has_none_of_it(alice_ws: Workspace, mallory_ws: Workspace, mallory: User) -> None:
    mail = a_mail()
    add(mail, PDF, "a.pdf", "application/pdf")
    message = message_of(arrive(mail.as_bytes()))
    browser: Client = client_of(mallory)
    assert browser.get(message.files[0].url).status_code == 404
    with workspace(mallory_ws):
        assert not StoredFile.objects.exists()
