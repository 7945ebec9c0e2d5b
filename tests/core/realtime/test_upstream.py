"""What a browser may say: rarely, briefly, and nothing that is not a frame."""

import pytest

from core.realtime import upstream
from core.realtime.upstream import BURST, MAX_CHARS, PATIENCE, RATE, Throttle, frame_of, kind_of


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"t":"ping"}', "ping"),
        ('{"t":"ping","x":[1]}', "ping"),
        ("", ""),
        (None, ""),
        ("ping", ""),
        ("[]", ""),
        ("null", ""),
        ('{"t":null}', ""),
        ('{"t":["ping"]}', ""),
        ("[" * MAX_CHARS, ""),
        ('{"t":"ping","x":"' + "x" * MAX_CHARS + '"}', ""),
    ],
)
def test_only_frames_are_understood(text: str | None, kind: str) -> None:
    assert kind_of(frame_of(text)) == kind


def test_a_burst_is_allowed_and_then_a_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(upstream, "monotonic", lambda: now[0])
    throttle = Throttle()
    assert [throttle.allows() for _ in range(int(BURST) + 2)] == [True] * int(BURST) + [False] * 2
    now[0] += 1.0
    assert [throttle.allows() for _ in range(int(RATE) + 1)] == [True] * int(RATE) + [False]
    now[0] += 1000.0
    assert sum(throttle.allows() for _ in range(100)) == int(BURST)


def test_patience_ends() -> None:
    throttle = Throttle()
    while not throttle.exhausted:
        throttle.allows()
    assert throttle.dropped == PATIENCE
