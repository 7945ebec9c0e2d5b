"""tenants/keys.py: a file's name begins with its place's schema, and no part of it leads elsewhere."""

import pytest

from tenants import keys
from tenants.context import NoContext, Place


def test_it_works(in_alice: Place) -> None:
    assert keys.path("ab", "abcd") == f"{in_alice.schema}/ab/abcd"


def test_nobody_has_none() -> None:
    with pytest.raises(NoContext):
        keys.path("ab")


@pytest.mark.parametrize("part", ["..", "", "a/b", "a\\b", ".a", "A", "a\n", "a\0", "é", "x" * 65])
def test_what_leads_elsewhere_is_no_part(in_alice: Place, part: str) -> None:
    with pytest.raises(ValueError, match="not a part"):
        keys.path("ab", part)
