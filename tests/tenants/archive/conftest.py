"""A workspace with rows that are hard to carry, its archive, and ways to look at archives and spoil them."""

import hashlib
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from allauth.account.models import EmailAddress
from django.core.files.storage import storages
from django.db import connections, transaction
from django.utils import timezone

from branding.domain.brands import save_brand
from branding.models import Brand
from branding.pictures import draw_logo
from core.accounts.domain.users import create_user
from core.accounts.models import Counter, SupportSession, Team, TeamMember, User
from core.api.domain.keys import make_key
from core.api.enums import Scope
from core.contacts.models import Company, Contact
from core.files.domain.keep import keep_file
from core.files.models import StoredFile
from core.notices.models import Notice
from core.sending.domain.queue import queue
from core.sending.domain.suppress import Reason, suppress
from core.sending.models import Delivery
from inbox.alerts.domain.choices import choose
from inbox.attachments.domain.attach import Attached, attach
from inbox.attachments.domain.drafts import add_file
from inbox.attachments.enums import DraftKind
from inbox.canned.models import CannedReply
from inbox.conversations.domain.capture import Lead, capture
from inbox.conversations.enums import Channel
from inbox.conversations.models import Conversation, ConversationLabel, Draft, Label, Mention, Message
from inbox.saved.models import SavedView
from inbox.transports.chat.models import ChatWidget, Visitor, VisitorFile
from inbox.transports.email.models import AutoAnswer, HeldMail, InboundMail
from inbox.transports.form.models import Consent, Submission
from tenants.archive.export import export
from tenants.archive.manifest import MANIFEST, MANIFEST_HASH, digest
from tenants.context import platform, workspace
from tenants.ids import uuid7
from tenants.models import SpareSchema, Workspace
from tenants.schema import stock
from tenants.schema.owner import owner_connection
from tests.branding.test_pictures import picture

HARD = ["\\.", "\\\\.\n\\.\n", "tab\tand\\n", "Zoë 🦊 “x”", "\r\nCR", "NULL", "\\N", "'; DROP SCHEMA x; --"]


@pytest.fixture
def archives(settings: Any, tmp_path: Path) -> Path:
    """A store in a folder of the test's own."""
    root, kept = tmp_path / "archives", settings.STORAGES["archives"]
    settings.STORAGES = {
        **settings.STORAGES,
        "archives": {**kept, "OPTIONS": {**kept["OPTIONS"], "location": str(root)}},
    }
    storages.__dict__.pop("backends", None)
    storages._storages.clear()  # type: ignore[attr-defined]  # what it remembers of the old settings
    return root


@pytest.fixture(scope="session")
def own_roles(django_db_blocker: Any) -> None:
    """Spares built here: the world's have roles that its other copies use too, which cannot be dropped."""
    with django_db_blocker.unblock():
        level = stock.level()
        with platform():
            SpareSchema.objects.all().delete()
        stock.fill(size=level)
        connections.close_all()


@pytest.fixture
def lived_in(own_roles: None, fresh_workspace: Callable[..., Workspace], archives: Path) -> Workspace:
    """A committed workspace with something in each table, and a brand."""
    row = fresh_workspace()
    with workspace(row):
        _people()
        _talk()
        _mail()
    _brand(row)
    return row


def _people() -> None:
    person = create_user(email="zoe@fresh.test", name="Zoë", role="agent", password="correct-horse-battery")
    EmailAddress.objects.get_or_create(user=person, email=person.email, verified=True, primary=True)
    make_key(name="Shop", scopes=[Scope.LEADS_WRITE], created_by=User.objects.all()[0])
    Counter.objects.create(key="k", value=1, expires_at=timezone.now())
    later = timezone.now() + timedelta(hours=1)
    SupportSession.objects.create(user=person, person="Rob", house="Rosa's", reason="x", expires_at=later)


def _talk() -> None:
    company = Company.objects.create(name="Émile & Söhne \\.")
    for number, text in enumerate(HARD):
        Contact.objects.create(name=text.replace("\r", ""), email=f"c{number}@x.test", company=company)
        capture(Lead(channel=Channel.FORM, source="form", name="Ada", email="ada@x.test", text=text))
    _sort_and_note(Conversation.objects.all()[0], by=User.objects.all()[0])
    _attach(Conversation.objects.all()[0], by=User.objects.all()[0])
    ChatWidget.objects.create(origins=["https://shop.example"])
    Submission.objects.create(message=Message.objects.all()[0], form_version=1, answers=[{"label": "Size"}])
    _consent(Message.objects.all()[0])
    visitor = Visitor.objects.create(conversation=Conversation.objects.all()[0], secret_hash="0" * 64)
    VisitorFile.objects.create(visitor=visitor, key=uuid4(), file=StoredFile.objects.get(name="draft.txt"))
    kept = InboundMail.objects.create(
        raw=bytes(range(256)) * 40, size=10240, sha256="0" * 64, rcpt_to=["a@b.test"]
    )
    HeldMail.objects.create(inbound=kept, sender="a@x.test", released=True)
    AutoAnswer.objects.create(is_active=True, text="We have it.")


def _consent(message: Message) -> None:
    named = {"form_id": uuid7(), "contact_id": uuid7(), "message_id": message.id}
    Consent.objects.create(act="given", text="Write to me.\\.", label="News", form_version=1, **named)


def _sort_and_note(conversation: Conversation, *, by: User) -> None:
    team = Team.objects.create(name="Sales")
    TeamMember.objects.create(team=team, user=by)
    Conversation.objects.filter(id=conversation.id).update(team=team)
    ConversationLabel.objects.create(
        conversation=conversation,
        label=Label.objects.create(name="Hot"),
        last_message_at=conversation.last_message_at,
    )
    Draft.objects.create(conversation=conversation, user=by, kind=DraftKind.REPLY, text="Dear Ad")
    choose(by, desktop=True, words=False, sound=True, others=False)
    Mention.objects.create(message=conversation.messages.all()[0], user=by, words="Fay")
    Notice.objects.create(user=by, kind="inbox.mentioned", about=conversation.id)
    CannedReply.objects.create(name="Hours", code="hours", text="Nine to five.", owner=by)
    SavedView.objects.create(name="Urgent", view="open", priority=4, owner=by)


def _attach(conversation: Conversation, *, by: User) -> None:
    """A picture and a file on a message, and one on a draft."""
    photo = keep_file(picture(size=(900, 600)), name="photo.png", uploader=by)
    plan = keep_file(b"%PDF-1.7 plan", name="plan.pdf", uploader=by)
    with transaction.atomic():
        attach(conversation.messages.all()[0], files=[Attached(photo), Attached(plan)])
    add_file(conversation.id, user=by, name="draft.txt", data=b"Dear Ad", kind=DraftKind.REPLY)


def _mail() -> None:
    Delivery.objects.all().delete()
    with transaction.atomic():
        queue(kind="test", ref="waiting", to="w@x.test")
        flying = queue(kind="test", ref="flying", to="f@x.test")
        sent = queue(kind="test", ref="sent", to="s@x.test")
    now = timezone.now()
    Delivery.objects.filter(id=flying.id).update(state="sending", claim=uuid7(), lease_until=now)
    Delivery.objects.filter(id=sent.id).update(state="sent", settled_at=now, announced=True)
    suppress("gone@x.test", reason=Reason.BOUNCE)


def _brand(row: Workspace) -> None:
    with platform():
        brand = Brand(reseller=row.reseller, workspace=row, name="Fresh", hue=120.5, chroma=0.1, radius=4)
        save_brand(brand, logo=draw_logo(picture(size=(200, 200))))


@pytest.fixture
def archive_file(lived_in: Workspace, tmp_path: Path) -> Path:
    """Its archive."""
    path = tmp_path / "fresh.zip"
    with path.open("w+b") as file:
        export(lived_in, file)
    return path


Rows = dict[str, tuple[int, str]]


def rows_of(schema: str | None, *, but: tuple[str, ...] = ()) -> Rows:
    """How many rows each table of a schema has, and a hash over all of them in any order."""
    found: Rows = {}
    with owner_connection() as owner:
        names = owner.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", [schema]
        ).fetchall()
        for (name,) in names:
            texts = owner.execute(f'SELECT t::text FROM "{schema}"."{name}" t'.encode()).fetchall()
            joined = "\n".join(sorted(text for (text,) in texts))
            found[name] = (len(texts), hashlib.sha256(joined.encode()).hexdigest())
    return {name: value for name, value in found.items() if name not in but}


def schemas() -> set[str]:
    """Every schema of a workspace in this database."""
    with owner_connection() as owner:
        rows = owner.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'w\\_%'").fetchall()
    return {name for (name,) in rows}


def traces_of(*names: str | None) -> list[str]:
    """What is left of these schemas and their roles; roles belong to the whole cluster."""
    with owner_connection() as owner:
        rows = owner.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s) "
            "UNION ALL SELECT 'role ' || rolname FROM pg_roles WHERE rolname = ANY(%s)",
            [list(names), list(names)],
        ).fetchall()
    return sorted(name for (name,) in rows)


Spoil = Callable[[dict[str, bytes]], Any]


def members_of(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as zip_file:
        return {name: zip_file.read(name) for name in zip_file.namelist()}


def pack(members: dict[str, bytes], *more: tuple[ZipInfo | str, bytes]) -> io.BytesIO:
    """A zip of these members, and of `more` however strange."""
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as zip_file:
        for name, data in [*members.items(), *more]:
            zip_file.writestr(name, data)
    return file


def with_manifest(members: dict[str, bytes], change: Callable[[dict[str, Any]], Any]) -> dict[str, bytes]:
    """The members with a manifest that was changed by somebody who knows how it is written."""
    manifest = json.loads(members[MANIFEST])
    change(manifest)
    text = json.dumps(manifest).encode()
    return {**members, MANIFEST: text, MANIFEST_HASH: digest(text).encode()}


def resealed(members: dict[str, bytes]) -> dict[str, bytes]:
    """The members with a manifest that fits them: what a hostile but careful hand would make."""

    def change(manifest: dict[str, Any]) -> None:
        for entry in (*manifest["tables"], *manifest["files"]):
            name = f"data/{entry['name']}.sql" if "rows" in entry else entry["name"]
            entry["size"], entry["sha256"] = len(members[name]), digest(members[name])

    return with_manifest(members, change)
