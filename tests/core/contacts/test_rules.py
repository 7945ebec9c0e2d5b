"""What people type becomes keys that can be compared: same person, same key; no key for no address."""

import pytest

from core.contacts.rules import SHARED_MAIL_HOSTS, company_domain, email_key, phone_e164


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Zoe@Acme.Test", "zoe@acme.test"),
        ("  zoe@acme.test ", "zoe@acme.test"),
        ("zoe+shop@acme.test", "zoe+shop@acme.test"),
        ("zoe@müller.test", "zoe@xn--mller-kva.test"),
        ("not an address", "not an address"),
        ("", None),
        ("   ", None),
    ],
)
def test_email_key(typed: str, key: str | None) -> None:
    assert email_key(typed) == key


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("zoe@Acme.test", "acme.test"),
        ("zoe@mail.acme.test", "mail.acme.test"),
        ("zoe@gmail.com", ""),
        ("zoe@GMAIL.com", ""),
        ("zoe@notgmail.com", "notgmail.com"),
        ("zoe@localhost", ""),
        ("zoe", ""),
        ("", ""),
    ],
)
def test_company_domain(email: str, domain: str) -> None:
    assert company_domain(email) == domain


def test_every_shared_host_is_written_as_it_is_compared() -> None:
    """One in capitals or in letters would never match, and strangers would share a company."""
    assert {company_domain(f"zoe@{host}") for host in SHARED_MAIL_HOSTS} == {""}


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+49 30 901820", "+4930901820"),
        ("0049 (30) 90 18 20", "+4930901820"),
        (" +1 (212) 555-0123 ", "+12125550123"),
        ("030 901820", None),
        ("+49 30", None),
        ("+999 123456789", None),
        ("call me", None),
        ("", None),
        ("+", None),
        ("00", None),
        ("\0", None),
    ],
)
def test_phone_e164(typed: str, number: str | None) -> None:
    assert phone_e164(typed) == number
