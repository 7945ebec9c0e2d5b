"""core/text.py: folding is the same in Python and in Postgres."""

import pytest
from django.db import connection

from core.text import capped, fold, initials, preview
from tenants.context import Place

NAMES = [
    "Zoë",
    "ZOË",
    "Straße",
    "Łukasz Øre",
    "İpek ılık",
    "naïve ﬁancée",
    "Đặng",
    "Ａｌｉｃｅ",
    "Ⅳ ½",
    "你好",
    "",
    "a b",
]


@pytest.mark.parametrize("name", NAMES)
def test_postgres_folds_as_python_does(in_alice: Place, name: str) -> None:
    sql = (
        "SELECT translate(regexp_replace(normalize(casefold(%s::text), NFKD),"
        " U&'[\\0300-\\036F]', '', 'g'), 'øłđı', 'oldi')"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [name])
        assert cursor.fetchone()[0] == fold(name)


def test_fold_drops_case_and_accents() -> None:
    assert [fold(name) for name in NAMES[:4]] == ["zoe", "zoe", "strasse", "lukasz ore"]


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0"), (999, "999"), (1_000, "1,000"), (1_001, "1,000+"), (5_000, "1,000+")]
)
def test_a_count_is_said_up_to_its_limit(count: int, words: str) -> None:
    assert capped(count, limit=1_000) == words


def test_preview_is_one_short_line() -> None:
    assert preview("Hello\n\n  there\t you") == "Hello there you"
    assert preview("x" * 200, length=10) == "x" * 9 + "…"


def test_initials() -> None:
    names = ("Ada Lovelace", "ada", "ada@lovelace.test", "", "!!!", "Jean Luc Picard")
    assert [initials(name) for name in names] == ["AL", "A", "AT", "?", "?", "JP"]
