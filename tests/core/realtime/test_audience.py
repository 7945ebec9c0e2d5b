"""Who an audience lets see an event, and that it survives its way through the stream unchanged."""

from uuid import UUID

import pytest

from core.realtime.audience import Audience, Member, anybody, everyone, loads, users, visitors

ALICE = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
MEMBERS = {
    "alice": Member(user=str(ALICE)),
    "bob": Member(user="bob"),
    "vera": Member(visitor="vera"),
    "bob's twin": Member(visitor="bob"),
}


@pytest.mark.parametrize(
    ("audience", "seen_by"),
    [
        (everyone(), ["alice", "bob"]),
        (users([ALICE]), ["alice"]),
        (users([]), []),
        (users(["bob"]) | users([ALICE]), ["alice", "bob"]),
        (visitors(["vera"]), ["vera"]),
        (visitors(["bob"]), ["bob's twin"]),
        (everyone() | visitors(["vera"]), ["alice", "bob", "vera"]),
        (users(["vera", ""]), []),
        (visitors([""]), []),
        (anybody(), ["alice", "bob", "vera", "bob's twin"]),
        (Audience(), []),
    ],
)
def test_only_the_audience_sees_it(audience: Audience, seen_by: list[str]) -> None:
    assert [name for name, member in MEMBERS.items() if audience.matches(member)] == seen_by
    assert loads(audience.dumps()) == audience


def test_the_json_is_compact_and_stable() -> None:
    assert everyone().dumps() == '{"e":1}'
    assert (visitors(["v"]) | anybody()).dumps() == '{"v":["v"],"a":1}'
    assert (users(["b", "a"]) | everyone()).dumps() == '{"e":1,"u":["a","b"]}'


@pytest.mark.parametrize("text", ["", "[]", "1", "{", '{"x":1}', '{"u":"alice"}', '{"u":[1]}', '{"u":null}'])
def test_bad_input_is_a_clear_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"not an audience|not a list of ids|Expecting"):
        loads(text)
