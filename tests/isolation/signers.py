"""How each signed token is made on one side, and how one finds out whether it opens something on a host.

What is tried with them is test_tokens.py.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from core.accounts import stays
from core.accounts.domain import invitations
from core.accounts.domain import staff as staff_domain
from core.accounts.domain.invitations import SpentInvitation, access_invited
from core.accounts.models import SupportSession, User
from core.accounts.rules import Action
from core.files.links import SALT, Shown
from core.files.links import read_token as read_token_of_file
from core.sending.models import Delivery
from core.sending.tokens import (
    RETURN_SECONDS,
    bounce_address,
    read_address,
    read_return_path,
    reply_address,
)
from inbox.transports.chat import links as chat_links
from inbox.transports.chat import token as chat_token
from inbox.transports.chat.access import NotAllowed, access_visitor
from inbox.transports.chat.models import Visitor
from inbox.transports.form.models import LeadForm, Submission
from inbox.transports.form.token import (
    BadToken,
    make_confirmation,
    make_token,
    read_confirmation,
    read_token,
)
from tenants import signing
from tenants.archive import asking
from tenants.archive.store import EXPORTS, store
from tenants.console.domain import support
from tenants.context import platform
from tenants.ids import uuid7
from tenants.models import Domain, Reseller, Staff, SupportAccess, Workspace, WorkspaceExport
from tenants.sites import Site, resolve
from tests import world
from tests.conftest import rolled_back


@dataclass(frozen=True)
class Signer:
    """How a token is made on one side, and whether it opens on a host; `days` after which it is too old."""

    ours: str
    theirs: str
    make: Callable[[Site], str]
    opens: Callable[[str, Site], bool]
    seconds: int | None
    twin: Callable[[], object] = lambda: None
    """Makes a row of the same id on the other side, so that nothing but the place can refuse."""


ID = UUID("0199aaaa-0000-7000-8000-00000000cafe")


def _invited() -> User:
    user = User(id=ID, email="invited@alice.test", role="agent")
    user.set_unusable_password()
    user.save(force_insert=True)
    return user


def _opens_invitation(token: str, site: Site) -> bool:
    with suppress(SpentInvitation):
        return access_invited(token).id == ID
    return False


def _staff_token(site: Site) -> str:
    user = User(email="pending@rosa.test", role="staff")
    user.set_unusable_password()
    user.save(force_insert=True)
    assert site.reseller_id
    row = Staff.objects.create(
        id=ID, user=user, reseller=Reseller.objects.get(id=site.reseller_id), role="admin"
    )
    staff_domain.invite_staff(row, site=site, invited_by="Rosa")
    url: str = Delivery.objects.get(to="pending@rosa.test").payload["text"]
    return url.partition("/account/join/")[2].partition("/")[0]


def _opens_staff(token: str, site: Site) -> bool:
    with suppress(SpentInvitation):
        return staff_domain.access_pending(token, site=site).staff.id == ID
    return False


def _file_token(site: Site) -> str:
    """As token_for makes it, until an hour from now."""
    said = [ID.hex, Shown.WHOLE.value, Action.USE_INBOX.value]
    return signing.dumps_until(said, salt=SALT, until=int(time.time()) + 3600)


def _opens_file(token: str, site: Site) -> bool:
    link = read_token_of_file(token)
    return link is not None and link.file_id == ID


def _opens_form(token: str, site: Site) -> bool:
    with suppress(BadToken):
        return bool(read_token(token, form=LeadForm(id=ID)).nonce)
    return False


def _opens_confirmation(token: str, site: Site) -> bool:
    with suppress(BadToken):
        return read_confirmation(token, form=LeadForm(id=ID)) == ID
    return False


def _opens_address(token: str, purpose: str) -> bool:
    return read_address(f"{token}@mail.test") == (purpose, ID)


_returning: list[UUID] = []


def _return_path(site: Site) -> str:
    """Of a mail of just now: the id itself says when it was made."""
    _returning.append(uuid7())
    return bounce_address(_returning[-1], domain="mail.test", console=site.reseller_id).partition("@")[0]


def _opens_return_path(token: str, site: Site) -> bool:
    found = read_return_path(f"{token}@mail.test", console=site.reseller_id)
    return found is not None and found in _returning


def support_token() -> str:
    """What leads Rosa into Alice's workspace."""
    with platform():
        row = Domain.objects.select_related("workspace__reseller").get(host=world.ALICE_HOST).workspace
        assert row is not None
        access = support.grant(
            row,
            user_id=User.objects.get(email="rosa@rosa.test").id,
            person="Rosa <rosa@rosa.test>",
            reseller=row.reseller,
            reason="They asked for help",
            minutes=15,
        )
    return support.link_of(access).rstrip("/").rpartition("/")[2]


def _opens_support(token: str, site: Site) -> bool:
    """Tried and taken back, because each link opens once."""
    with suppress(support.NotLetIn), rolled_back():
        return bool(support.consume(token, workspace_id=site.workspace_id).entered_at)
    return False


def _moved_stay() -> None:
    """The stay is of their workspace now, and their reseller's Rita's: only the token's place can refuse."""
    with platform():
        row = Domain.objects.get(host=world.MALLORY_HOST)
        rita = User.objects.get(email="rita@rita.test")
        SupportAccess.objects.update(workspace=row.workspace, reseller=row.reseller, user=rita)


def _download_token(site: Site) -> str:
    row, user = _client_and_owner(site)
    with platform():
        name = store().save(f"{EXPORTS}/{row.id}/one.zip", ContentFile(b"PK"))
        WorkspaceExport.objects.create(workspace=row, file=name, state="done", finished_at=timezone.now())
    return asking.link_token(row, user_id=user.id, console=row.reseller_id, name=name)


def _opens_download(token: str, site: Site) -> bool:
    row, user = _client_and_owner(site)
    console = row.reseller_id
    return asking.name_in(token, workspace=row, user_id=user.id, console=console) is not None


def _client_and_owner(site: Site) -> tuple[Workspace, User]:
    """A client of this console's reseller, and the reseller's owner; of Rosa's console where it is none."""
    reseller_id = site.reseller_id or Reseller.objects.get(slug="rosa").id
    with platform():
        staff = Staff.objects.select_related("user").get(reseller_id=reseller_id, role="owner")
        return Workspace.objects.get(reseller_id=reseller_id), staff.user


def _stay_cookie(site: Site) -> str:
    """What a support person's browser keeps, so that it is told when the stay is over."""
    response = HttpResponse()
    stays.remember(response, stay=SupportSession(id=ID, expires_at=timezone.now()))
    return str(response.cookies[stays.COOKIE].value)


def _opens_stay(token: str, site: Site) -> bool:
    request = HttpRequest()
    request.COOKIES[stays.COOKIE] = token
    return stays.remembered(request) == ID


SECRET = "a secret of the visitor's own"


def _came() -> Visitor:
    found: Visitor = Visitor.objects.create(id=ID, secret_hash=chat_token.hash_of(SECRET))
    return found


def _opens_chat(token: str, site: Site) -> bool:
    with suppress(NotAllowed):
        return access_visitor(token).id == ID
    return False


def _chat_file_token(site: Site) -> str:
    """As token_for makes it, until an hour from now."""
    said = [ID.hex, Shown.WHOLE.value, ID.hex]
    return signing.dumps_until(said, salt=chat_links.SALT, until=int(time.time()) + 3600)


def _opens_chat_file(token: str, site: Site) -> bool:
    link = chat_links.read_link(token)
    return link is not None and link.file_id == ID


SIGNERS: dict[str, Signer] = {
    "inbox.transports.chat.links.token_for": Signer(
        ours=world.ALICE_HOST,
        theirs=world.MALLORY_HOST,
        make=_chat_file_token,
        opens=_opens_chat_file,
        seconds=3600,  # of this one; an address is good for an hour or two (chat/test_files_shown.py)
    ),
    "inbox.transports.chat.token.make_token": Signer(
        ours=world.ALICE_HOST,
        theirs=world.MALLORY_HOST,
        make=lambda site: chat_token.make_token(_came().id, secret=SECRET),
        opens=_opens_chat,
        seconds=chat_token.MAX_AGE,
        twin=_came,
    ),
    "core.accounts.stays.remember": Signer(
        ours=world.ALICE_HOST,
        theirs=world.MALLORY_HOST,
        make=_stay_cookie,
        opens=_opens_stay,
        seconds=None,  # it gives no right; the browser forgets it an hour after the stay's limit
    ),
    "tenants.console.domain.support.link_of": Signer(
        ours=world.ALICE_HOST,
        theirs=world.MALLORY_HOST,
        make=lambda site: support_token(),
        opens=_opens_support,
        seconds=support.LINK_SECONDS,
        twin=_moved_stay,
    ),
    "core.files.links.token_for": Signer(
        ours=world.ALICE_HOST,
        theirs=world.MALLORY_HOST,
        make=_file_token,
        opens=_opens_file,
        seconds=3600,  # of this one; an address is good for a day or two (core/files/test_serving.py)
    ),
    "tenants.archive.asking.link_token": Signer(
        ours=world.ROSA_HOST,
        theirs=world.RITA_HOST,
        make=_download_token,
        opens=_opens_download,
        seconds=asking.LINK_SECONDS,
    ),
    "core.accounts.domain.invitations._token": Signer(
        ours=world.ALICE_HOST,
        theirs=world.MALLORY_HOST,
        make=lambda site: invitations._token(_invited()),
        opens=_opens_invitation,
        seconds=invitations.DAYS * 86_400,
        twin=_invited,
    ),
    "core.accounts.domain.staff.invite_staff": Signer(
        ours=world.ROSA_HOST,
        theirs=world.RITA_HOST,
        make=_staff_token,
        opens=_opens_staff,
        seconds=invitations.DAYS * 86_400,
    ),
    "inbox.transports.form.token.make_token": Signer(
        ours=world.ALICE_HOST,
        theirs=world.MALLORY_HOST,
        make=lambda site: make_token(LeadForm(id=ID)),
        opens=_opens_form,
        seconds=3 * 86_400,
    ),
    "inbox.transports.form.token.make_confirmation": Signer(
        ours=world.ALICE_HOST,
        theirs=world.MALLORY_HOST,
        make=lambda site: make_confirmation(Submission(id=ID, form_id=ID)),
        opens=_opens_confirmation,
        seconds=7 * 86_400,
    ),
    "core.sending.tokens.bounce_address": Signer(
        ours=world.ALICE_HOST,
        theirs=world.MALLORY_HOST,
        make=lambda site: bounce_address(ID, domain="mail.test").partition("@")[0],
        opens=lambda token, site: _opens_address(token, "b"),
        seconds=None,  # a bounce may come weeks later
    ),
    "core.sending.tokens.bounce_address, of a console": Signer(
        ours=world.ROSA_HOST,
        theirs=world.RITA_HOST,
        make=_return_path,
        opens=_opens_return_path,
        seconds=RETURN_SECONDS,
    ),
    "core.sending.tokens.reply_address": Signer(
        ours=world.ALICE_HOST,
        theirs=world.MALLORY_HOST,
        make=lambda site: reply_address(ID, domain="mail.test").partition("@")[0],
        opens=lambda token, site: _opens_address(token, "reply"),
        seconds=None,  # people answer after years
    ),
}


def site_at(host: str) -> Site:
    site = resolve(host)
    assert site is not None
    return site
