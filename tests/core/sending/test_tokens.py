"""Signed addresses: they survive the way, and open nowhere else."""

import pytest

from core.sending.tokens import bounce_address, read_address, reply_address, seal, unseal
from tenants.context import Place, entered
from tenants.ids import uuid7

ALICE = Place(schema="w_alice000", role="w_alice000", workspace_id=uuid7())
MALLORY = Place(schema="w_mallory0", role="w_mallory0", workspace_id=uuid7())


@pytest.fixture(autouse=True)
def _in_alice() -> object:
    with entered(ALICE):
        yield


def test_it_works() -> None:
    id = uuid7()
    assert read_address(reply_address(id, domain="alice.test")) == ("reply", id)
    assert read_address(bounce_address(id, domain="alice.test")) == ("b", id)


def test_the_local_part_fits_and_survives_a_change_of_case() -> None:
    id = uuid7()
    address = reply_address(id, domain="alice.test")
    assert len(address.partition("@")[0]) <= 64
    assert read_address(address.upper()) == ("reply", id)


def test_other_workspace_cannot_read_it() -> None:
    address = reply_address(uuid7(), domain="alice.test")
    with entered(MALLORY):
        assert read_address(address) is None


def test_one_purpose_does_not_open_another() -> None:
    assert unseal(seal(uuid7(), purpose="b"), purpose="reply") is None


def test_any_altered_letter_closes_it() -> None:
    token = seal(uuid7(), purpose="reply")
    altered = [
        token[:at] + ("a" if token[at] != "a" else "b") + token[at + 1 :] for at in range(len(token) - 1)
    ]
    assert [unseal(text, purpose="reply") for text in altered] == [None] * len(altered)


@pytest.mark.parametrize("token", ["", "x", "1", "é", "a" * 42, "a" * 500, "=", "a b", "\0"])
def test_bad_input_is_no_token(token: str) -> None:
    assert unseal(token, purpose="reply") is None
    assert read_address(f"reply+{token}@alice.test") is None


@pytest.mark.parametrize("address", ["", "reply@alice.test", "sales@alice.test", "x+y@alice.test", "reply+"])
def test_other_addresses_are_none_of_ours(address: str) -> None:
    assert read_address(address) is None


def test_a_rotated_key_still_opens_old_addresses(settings: object) -> None:
    address = reply_address(id := uuid7(), domain="alice.test")
    old = settings.SECRET_KEY  # type: ignore[attr-defined]  # pytest-django's settings
    settings.SECRET_KEY = "another key altogether, of some length"  # type: ignore[attr-defined]  # as above
    assert read_address(address) is None
    settings.SECRET_KEY_FALLBACKS = [old]  # type: ignore[attr-defined]  # as above
    assert read_address(address) == ("reply", id)
