"""Signed addresses: they survive the way, and open nowhere else."""

import time

import pytest

from core.sending.tokens import (
    RETURN_SECONDS,
    bounce_address,
    read_address,
    read_return_path,
    reply_address,
    seal,
    unseal,
)
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


PUBLIC = Place(schema="public", role="marque_platform", workspace_id=None)
ROSA, RITA = uuid7(), uuid7()


def test_a_consoles_return_path_opens_at_that_console_alone() -> None:
    with entered(PUBLIC):
        paths = {who: bounce_address(uuid7(), domain="x.test", console=who) for who in (ROSA, RITA, None)}
        opened = {
            (made, read): read_return_path(path, console=read) is not None
            for made, path in paths.items()
            for read in (ROSA, RITA, None)
        }
    assert [pair for pair, opens in opened.items() if opens] == [(ROSA, ROSA), (RITA, RITA), (None, None)]
    assert [read_return_path(path, console=who) for who, path in paths.items()] == [None] * 3  # in Alice's


def test_a_consoles_return_path_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    path, now = bounce_address(id := uuid7(), domain="x.test", console=ROSA), time.time()
    for later, read in ((RETURN_SECONDS - 60, id), (RETURN_SECONDS + 60, None)):
        monkeypatch.setattr(time, "time", lambda later=later: now + later)
        assert read_return_path(path, console=ROSA) == read


@pytest.mark.parametrize("made", ["", "b", "b+", "b+x", "reply+x", "sales", "b+é", "b+" + "a" * 500, "b+\0"])
def test_bad_input_is_no_return_path(made: str) -> None:
    assert read_return_path(f"{made}@x.test", console=ROSA) is None


def test_a_reply_address_is_no_return_path() -> None:
    assert read_return_path(reply_address(uuid7(), domain="x.test"), console=None) is None


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
