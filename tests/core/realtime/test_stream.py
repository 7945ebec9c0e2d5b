"""Ids and entries of the stream: what is written is read again, and nothing else is."""

import pytest

from core.realtime.audience import everyone, users
from core.realtime.stream import Entry, id_text, parse_id, read_entry, resync_entry

FIELDS = {"w": b"w_a", "a": b'{"e":1}', "b": b'{"t":"x"}'}


def as_read(fields: dict[str, bytes]) -> dict[bytes, bytes]:
    return {name.encode(): value for name, value in fields.items()}


def test_an_entry_survives_its_way() -> None:
    entry = Entry(schema="w_a", audience=users(["u1"]), body='{"t":"x","html":"<p>é</p>"}')
    assert read_entry(as_read(entry.fields())) == entry
    assert entry.text((17, 2)) == '{"id":"17-2","t":"x","html":"<p>é</p>"}'


def test_a_lone_surrogate_does_not_lose_the_event() -> None:
    entry = Entry(schema="w_a", audience=everyone(), body='{"t":"\ud800"}')
    assert read_entry(as_read(entry.fields())).body == '{"t":"?"}'


def test_a_resync_goes_to_everybody_in_the_room() -> None:
    assert resync_entry("w_a").text((1, 0)) == '{"id":"1-0","t":"resync"}'
    assert resync_entry("w_a").audience.dumps() == '{"a":1}'


@pytest.mark.parametrize(
    "change",
    [
        {"w": None},
        {"a": None},
        {"b": None},
        {"w": b""},
        {"b": b"oops"},
        {"b": b"\xff"},
        {"a": b"?"},
        {"a": b"[[["},
    ],
)
def test_bad_input_is_a_clear_error(change: dict[str, bytes | None]) -> None:
    fields = {name: value for name, value in {**FIELDS, **change}.items() if value is not None}
    with pytest.raises(ValueError, match=r"entry without|not an audience|Expecting|codec|delimiter"):
        read_entry(as_read(fields))


@pytest.mark.parametrize(
    ("text", "parsed"), [("12-3", (12, 3)), ("0-0", (0, 0)), ("999999999999999-1", None)]
)
def test_ids_of_the_stream_are_read(text: str, parsed: tuple[int, int] | None) -> None:
    expected = parsed or (999_999_999_999_999, 1)
    assert parse_id(text) == expected
    assert id_text(expected) == text


@pytest.mark.parametrize(
    "text", ["", "1", "1-", "-1", "1-2-3", " 1-2", "1-2\n", "٣-٤", "9999999999999999-1", "$", "1e3-0"]
)
def test_nothing_else_is_an_id(text: str) -> None:
    assert parse_id(text) is None
