"""Facts about contacts in words."""

import pytest

from core.contacts.templatetags.contacts import breakable, source_words


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        ("form:contact", "Web form: contact"),
        ("email:hello@acme.example", "E-mail: hello@acme.example"),
        ("api:Trade fair: app", "API: Trade fair: app"),
        ("manual", "Added by hand"),
        ("import", "import"),
        ("", ""),
    ],
)
def test_sources_in_words(stored: str, words: str) -> None:
    assert source_words(stored) == words


def test_an_address_breaks_before_its_at_sign() -> None:
    assert breakable("ada@example.com") == "ada<wbr>@example.com"


def test_an_address_is_escaped() -> None:
    assert breakable('"<b>"@example.com') == "&quot;&lt;b&gt;&quot;<wbr>@example.com"
