"""Sites and hours: what counts as the same site, and when somebody is there."""

from datetime import UTC, datetime, time

import pytest

from inbox.transports.chat.models import ChatWidget
from inbox.transports.chat.rules import NoOrigin, is_within, origin_of
from tenants.context import Place


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://www.example.com", "https://www.example.com"),
        ("  HTTPS://Example.COM/ ", "https://example.com"),
        ("example.com", "https://example.com"),
        ("https://example.com:443", "https://example.com"),
        ("https://example.com:8443", "https://example.com:8443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://localhost:3000", "http://localhost:3000"),
    ],
)
def test_a_site_is_written_as_browsers_write_it(typed: str, origin: str) -> None:
    assert origin_of(typed) == origin


@pytest.mark.parametrize(
    "typed",
    [
        "", "*", "null", "https://*.example.com", "javascript:alert(1)", "ftp://example.com", "https://",
        "https://example.com/shop", "https://example.com?x", "https://a@example.com", "https://-x.example",
        "http://example.com", "https://example.com:99999", "https://exa mple.com", "https://[::1]",
        "//x.example",
    ],
)  # fmt: skip
def test_anything_else_is_refused_in_words(typed: str) -> None:
    with pytest.raises(NoOrigin, match="“"):
        origin_of(typed)


def test_plain_http_is_for_installations_that_are_on_it() -> None:
    assert origin_of("http://shop.test:81", plain_http=True) == "http://shop.test:81"


@pytest.mark.parametrize(
    ("moment", "opens", "closes", "here"),
    [
        (datetime(2026, 11, 27, 8, 0, tzinfo=UTC), 9, 17, True),  # a Friday, nine in Berlin
        (datetime(2026, 11, 27, 7, 59, tzinfo=UTC), 9, 17, False),
        (datetime(2026, 11, 27, 16, 0, tzinfo=UTC), 9, 17, False),
        (datetime(2026, 11, 28, 10, 0, tzinfo=UTC), 9, 17, False),  # a Saturday
        (datetime(2026, 11, 27, 22, 0, tzinfo=UTC), 22, 2, True),
        (datetime(2026, 11, 28, 0, 30, tzinfo=UTC), 22, 2, True),  # past midnight, Friday's still
        (datetime(2026, 11, 28, 1, 0, tzinfo=UTC), 22, 2, False),
        (datetime(2026, 11, 28, 22, 0, tzinfo=UTC), 22, 2, False),
    ],
)
def test_hours_are_those_of_the_zone(moment: datetime, opens: int, closes: int, here: bool) -> None:
    days = [0, 1, 2, 3, 4]
    assert is_within(moment, days=days, opens=time(opens), closes=time(closes), zone="Europe/Berlin") is here


def test_presence_is_somebody_of_the_team(
    in_alice: Place, redis: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.realtime import presence

    monkeypatch.setattr(presence, "_noted", {})
    widget = ChatWidget(opens=ChatWidget.Opens.PRESENCE)
    now = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
    assert widget.is_online(now=now) is False
    presence.note_present()
    assert widget.is_online(now=now) is True
