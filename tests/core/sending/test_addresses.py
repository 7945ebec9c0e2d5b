"""Addresses: one spelling per mailbox in the ledger, and nothing but plain addresses on the wire."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sending.rules.addresses import InvalidAddress, address_key, deliverable, mailbox, normalise


def test_spellings_of_one_mailbox_share_a_key() -> None:
    keys = {address_key(text) for text in ("Zoe@Example.ORG", " zoe@example.org ", "zoe@EXAMPLE.org")}
    assert keys == {address_key("zoe@example.org")}


def test_different_mailboxes_do_not() -> None:
    addresses = ["zoe@example.org", "zoe+shop@example.org", "zoe.b@example.org", "zoe@example.com"]
    assert len({address_key(text) for text in addresses}) == 4


def test_tags_make_no_other_mailbox() -> None:
    assert mailbox("Zoe+Shop@Example.ORG") == mailbox("zoe@example.org") != mailbox("z.oe@example.org")
    assert mailbox("z.oe+1@gmail.com") == mailbox("zoe@googlemail.com")
    assert [mailbox(text) for text in ("+shop@example.org", "zoe")] == ["+shop@example.org", "zoe"]


@pytest.mark.parametrize(
    ("written", "wire"),
    [
        ("Zoe@Example.ORG", "Zoe@example.org"),
        ("zoe@bücher.example", "zoe@xn--bcher-kva.example"),
        ("zoe@faß.example", "zoe@xn--fa-hia.example"),  # “fass” is somebody else
        ("zoë@example.org", "zoë@example.org"),
        ("zoe@localhost", "zoe@localhost"),
    ],
)
def test_the_domain_is_ascii_on_the_wire(written: str, wire: str) -> None:
    assert deliverable(written) == wire


@pytest.mark.parametrize(
    "text",
    ["", "zoe", "@x.test", "zoe@", "zoe@x..test", "zoe@-x.test", "z oe@x.test", "zoe@x.test,y@x.test",
     "<zoe@x.test>", "zoe\r\n@x.test", "zoe\u2028@x.test", ".zoe@x.test", "zoe..b@x.test",
     '"zoe"@x.test', "zoe@[127.0.0.1]",
     "z" * 65 + "@x.test", "zoe@" + "x" * 64 + ".test", "zoe@" + "abcdefgh." * 28 + "test", "zoe\0@x.test"],
)  # fmt: skip
def test_bad_input_is_refused(text: str) -> None:
    with pytest.raises(InvalidAddress):
        normalise(text)


@given(st.text(max_size=80))
def test_any_text_has_a_key_and_none_raises(text: str) -> None:
    assert len(address_key(text)) == 64
