"""Every token that is signed anywhere: refused in another place, altered, aged, and for any other purpose.

The signers are found in the source, so that one without a line in signers.py fails; what they are for is
tested beside each of them.
"""

import ast
import time
from collections.abc import Iterator

import pytest
from django.urls import NoReverseMatch, reverse

from tenants.console.domain.support import NotLetIn, consume
from tenants.context import entered
from tests import world
from tests.isolation.reads import PRODUCT, ROOT
from tests.isolation.signers import SIGNERS, site_at, support_token
from tests.tenants.archive.conftest import archives  # noqa: F401 - the fixture

pytestmark = pytest.mark.usefixtures("archives")

MAKES = {"dumps", "dumps_until", "salted_hmac", "seal", "Signer", "TimestampSigner", "sign", "sign_object"}

NO_TOKENS = {
    "tenants.signing.dumps": "the wrapper that puts the place into every token",
    "tenants.signing.dumps_until": "the same, for those that say themselves until when they open",
    "tenants.signing.loads_until": "reads them",
    "core.sending.tokens._mac": "the signature of the addresses below",
    "core.sending.domain.dkim_keys.signer_for": "the key of a mail's DKIM signature, which receivers check",
    "core.sending.domain.handoff.compose": "signs the mail itself with that key",
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
    known = {name.partition(",")[0] for name in SIGNERS}  # one function may make two kinds
    assert sorted(set(signers())) == sorted({*known, *NO_TOKENS})


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


def test_a_support_link_opens_once(db: None) -> None:
    site = site_at(world.ALICE_HOST)
    with entered(site.place):
        token = support_token()
        assert consume(token, workspace_id=site.workspace_id).entered_at
        with pytest.raises(NotLetIn):
            consume(token, workspace_id=site.workspace_id)


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
