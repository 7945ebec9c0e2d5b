"""Every token that is signed anywhere: refused in another place, altered, aged, and for any other purpose.

The signers are found in the source, so that one without a line here fails; what they are for is tested beside
each of them.
"""

import ast
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.urls import NoReverseMatch, reverse

from core.accounts.domain import invitations
from core.accounts.domain import staff as staff_domain
from core.accounts.domain.invitations import SpentInvitation, access_invited
from core.accounts.models import User
from core.sending.models import Delivery
from core.sending.tokens import bounce_address, read_address, reply_address
from inbox.transports.form.models import LeadForm
from inbox.transports.form.token import BadToken, make_token, read_token
from tenants.context import entered
from tenants.models import Reseller, Staff
from tenants.sites import Site, resolve
from tests import world
from tests.isolation.reads import PRODUCT, ROOT

MAKES = {"dumps", "salted_hmac", "seal", "Signer", "TimestampSigner", "sign", "sign_object"}

NO_TOKENS = {
    "tenants.signing.dumps": "the wrapper that puts the place into every token",
    "core.sending.tokens._mac": "the signature of the addresses below",
    "core.accounts.models._get_session_auth_hash": "kept in the session's row and compared there, never sent",
}
"""What signs or hashes and makes no token of its own, with the reason."""


def signers() -> Iterator[str]:
    """Every function of the product that signs something: module and name."""
    for folder in PRODUCT:
        for path in sorted((ROOT / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
                if any(_signs(node) for node in ast.walk(function)):
                    yield f"{module}.{function.name}"


def _signs(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id in MAKES - {"dumps", "sign"}
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    named = isinstance(owner, ast.Name) and "sign" in owner.id
    return isinstance(node.func, ast.Attribute) and named and node.func.attr in MAKES


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


def _opens_form(token: str, site: Site) -> bool:
    with suppress(BadToken):
        return bool(read_token(token, form=LeadForm(id=ID)).nonce)
    return False


def _opens_address(token: str, purpose: str) -> bool:
    return read_address(f"{token}@mail.test") == (purpose, ID)


SIGNERS: dict[str, Signer] = {
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
    "core.sending.tokens.bounce_address": Signer(
        ours=world.ALICE_HOST,
        theirs=world.MALLORY_HOST,
        make=lambda site: bounce_address(ID, domain="mail.test").partition("@")[0],
        opens=lambda token, site: _opens_address(token, "b"),
        seconds=None,  # a bounce may come weeks later
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


@pytest.fixture
def token(db: None, signer: str) -> str:
    one = SIGNERS[signer]
    site = site_at(one.ours)
    with entered(site.place):
        return one.make(site)


def opens(signer: str, token: str, host: str) -> bool:
    site = site_at(host)
    with entered(site.place):
        return SIGNERS[signer].opens(token, site)


def test_every_signer_is_known() -> None:
    assert sorted(set(signers())) == sorted({*SIGNERS, *NO_TOKENS})


@pytest.mark.parametrize("signer", SIGNERS)
class TestToken:
    def test_it_opens_where_it_was_made(self, signer: str, token: str) -> None:
        assert opens(signer, token, SIGNERS[signer].ours) is True

    def test_it_is_refused_elsewhere(self, signer: str, token: str) -> None:
        one = SIGNERS[signer]
        with entered(site_at(one.theirs).place):
            one.twin()
        assert opens(signer, token, one.theirs) is False

    def test_any_alteration_closes_it(self, signer: str, token: str) -> None:
        for number in range(0, len(token) - 1, 3):
            other = "a" if token[number] not in "aA" else "b"
            altered = f"{token[:number]}{other}{token[number + 1 :]}"
            assert opens(signer, altered, SIGNERS[signer].ours) is False, number

    @pytest.mark.parametrize("made", ["", "x", "a:b:c", "\0", "é", "0" * 5000])
    def test_bad_input_is_no_token(self, signer: str, token: str, made: str) -> None:
        assert opens(signer, made, SIGNERS[signer].ours) is False

    def test_it_grows_old(self, signer: str, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
        seconds, now = SIGNERS[signer].seconds, time.time()
        if seconds is None:
            return
        for later, still in ((seconds - 60, True), (seconds + 60, False)):
            monkeypatch.setattr(time, "time", lambda later=later: now + later)
            assert opens(signer, token, SIGNERS[signer].ours) is still
        monkeypatch.undo()

    def test_it_opens_nothing_else(self, signer: str, token: str) -> None:
        for other, one in SIGNERS.items():
            if other != signer:
                site = site_at(one.ours)
                with entered(site.place):
                    assert one.opens(token, site) is False, other

    def test_another_installations_key_does_not_make_it(
        self, signer: str, token: str, settings: object
    ) -> None:
        settings.SECRET_KEY = "x" * 50  # type: ignore[attr-defined]  # pytest-django's wrapper
        assert opens(signer, token, SIGNERS[signer].ours) is False


@pytest.mark.parametrize("site", ["workspace", "reseller", "platform"])
@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("account_confirm_email", ["x"]),
        ("account_reset_password_from_key", ["x", "y"]),
        ("account_confirm_login_code_link", []),
        ("account_email", []),
    ],
)
def test_the_librarys_own_links_have_no_address(site: str, name: str, given: list[str]) -> None:
    """allauth's links sign a row's id without its workspace; codes in the session stand in their place."""
    with pytest.raises(NoReverseMatch):
        reverse(name, args=given, urlconf=f"deploy.urls.{site}")
