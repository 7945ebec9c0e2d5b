"""Bodies are read at a pace, and whoever trickles is given up."""

import io
import time
from typing import Any

import pytest
from django.test import RequestFactory

from core.ui.pace import PIECE, Pace, TooSlow, read_body

QUICK = Pace(grace=0.1, rate=10_000_000, within=30)


class Trickling:
    """A sender who sends for ever, a little at a time."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def read(self, size: int) -> bytes:
        self.asked.append(size)
        time.sleep(0.02)
        return b"x" * size

    readline = read


def asked(body: Any, *, size: int) -> Any:
    return RequestFactory().post("/", **{"wsgi.input": body, "CONTENT_LENGTH": str(size)})


def read(body: Any, *, size: int, pace: Pace = QUICK) -> bytes:
    return read_body(asked(body, size=size), size=size, pace=pace)


def test_it_works() -> None:
    data = bytes(range(256)) * 100
    assert read(io.BytesIO(data), size=len(data)) == data


def test_what_was_cut_off_is_shorter() -> None:
    assert read(io.BytesIO(b"abc"), size=9) == b"abc"


def test_who_trickles_is_given_up() -> None:
    """After the grace; it is asked for little, because the server waits until all of it is there."""
    body, begun = Trickling(), time.monotonic()
    with pytest.raises(TooSlow):
        read(body, size=1_000_000)
    assert time.monotonic() - begun >= QUICK.grace
    assert set(body.asked) == {PIECE}
    assert len(body.asked) < 20


def test_there_is_an_end() -> None:
    with pytest.raises(TooSlow):
        read(Trickling(), size=1_000_000, pace=Pace(grace=30, rate=0, within=0.1))


@pytest.mark.parametrize(
    ("count", "passed", "is_kept"),
    [
        (0, 10, True),
        (0, 11, False),
        (7_999, 11, False),
        (8_000, 11, True),
        (400_000, 60, True),  # was quick, and may rest for a while
        (399_999, 60.1, False),
        (10_000_000, 121, False),
    ],
)
def test_what_is_fast_enough(count: int, passed: float, is_kept: bool) -> None:
    found = Pace(grace=10, rate=8_000, within=120)
    assert found.is_kept(count, passed=passed) is is_kept
