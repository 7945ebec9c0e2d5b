"""Secrets at rest: opened in their own place and for their purpose alone, with a key that is still there."""

import io
from typing import Any

import pytest
from django.core.management import call_command

from core.sending.domain.dkim_keys import make_key, signer_for
from core.sending.models import DkimKey
from tenants import secrets
from tenants.context import platform, workspace
from tenants.models import Workspace

pytestmark = pytest.mark.usefixtures("db")
OLD, NEW = "o" * 40, "n" * 40


def test_it_works(alice_ws: Workspace) -> None:
    with workspace(alice_ws):
        sealed = secrets.seal("the key", purpose="dkim")
        assert ("the key" in sealed, secrets.unseal(sealed, purpose="dkim")) == (False, "the key")
        assert secrets.seal("the key", purpose="dkim") != sealed


def test_other_workspace_cannot_open_it(alice_ws: Workspace, mallory_ws: Workspace) -> None:
    with workspace(alice_ws):
        sealed = secrets.seal("the key", purpose="dkim")
    for place in (workspace(mallory_ws), platform()):
        with place, pytest.raises(secrets.Unreadable):
            secrets.unseal(sealed, purpose="dkim")


@pytest.mark.parametrize("altered", ["", "x", "gAAAA", "é"])
def test_bad_input_is_a_clear_error(alice_ws: Workspace, altered: str) -> None:
    with workspace(alice_ws):
        for text in (altered, secrets.seal("x", purpose="other")):
            with pytest.raises(secrets.Unreadable):
                secrets.unseal(text, purpose="dkim")


def test_a_key_that_is_gone_opens_nothing_and_a_rotated_one_does(alice_ws: Workspace, settings: Any) -> None:
    settings.FIELD_KEYS = [OLD]
    with workspace(alice_ws):
        key = make_key("alice.test")
        DkimKey.objects.update(state="found")
        settings.FIELD_KEYS = [NEW]
        assert signer_for("alice.test") is None
        settings.FIELD_KEYS = [NEW, OLD]
        assert signer_for("alice.test") is not None
    out = io.StringIO()
    call_command("reseal_secrets", stdout=out)
    assert out.getvalue().startswith("1 secrets resealed")
    settings.FIELD_KEYS = [NEW]
    with workspace(alice_ws):
        signer = signer_for("alice.test")
        assert signer is not None
        assert signer.selector == key.selector


def test_without_keys_of_its_own_the_secret_key_and_its_fallbacks_serve(
    alice_ws: Workspace, settings: Any
) -> None:
    settings.FIELD_KEYS, settings.SECRET_KEY = [], OLD
    with workspace(alice_ws):
        sealed = secrets.seal("the key", purpose="dkim")
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
        assert secrets.unseal(sealed, purpose="dkim") == "the key"
        assert secrets.unseal(secrets.reseal(sealed), purpose="dkim") == "the key"
