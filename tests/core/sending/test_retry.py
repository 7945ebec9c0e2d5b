"""The one function that decides about a failed hand-over."""

from datetime import timedelta

import pytest

from core.sending.rules.answers import NotHandedOver, Refused, Unanswered
from core.sending.rules.retry import Fate, Verdict, decide

HOUR = timedelta(hours=1)


def fate(error: Exception, *, attempts: int = 1, age: timedelta = timedelta()) -> tuple[Fate, timedelta]:
    verdict = decide(error, attempts=attempts, age=age)
    return verdict.fate, verdict.wait


@pytest.mark.parametrize("code", [421, 450, 451, 452])
def test_a_passing_refusal_is_tried_again(code: int) -> None:
    assert fate(Refused("later", code=code)) == (Fate.RETRY, timedelta(minutes=1))


@pytest.mark.parametrize("code", [550, 552, 553, 554])
def test_a_final_refusal_is_not(code: int) -> None:
    assert fate(Refused("no", code=code)) == (Fate.FAILED, timedelta())


def test_silence_after_the_whole_mail_is_unknown() -> None:
    assert fate(Unanswered("cut")) == (Fate.UNKNOWN, timedelta())


def test_no_connection_is_tried_again_with_growing_waits() -> None:
    waits = [fate(NotHandedOver("down"), attempts=number)[1] for number in range(1, 9)]
    assert [wait // timedelta(minutes=1) for wait in waits] == [1, 5, 15, 60, 120, 240, 240, 240]


def test_it_gives_up_after_72_hours() -> None:
    assert fate(NotHandedOver("down"), attempts=9, age=68 * HOUR) == (Fate.RETRY, 4 * HOUR)
    assert fate(NotHandedOver("down"), attempts=9, age=68.1 * HOUR) == (Fate.FAILED, timedelta())


def test_a_message_that_cannot_be_built_fails_and_other_faults_are_tried_again() -> None:
    assert fate(ValueError("a line break")) == (Fate.FAILED, timedelta())
    assert fate(RuntimeError("oops")) == (Fate.RETRY, timedelta(minutes=1))


def test_the_servers_words_are_one_short_line_for_people() -> None:
    verdict = decide(Refused("no\r\nsuch\0 user " + "x" * 400, code=550), attempts=1, age=timedelta())
    assert verdict == Verdict(
        Fate.FAILED, ("The mail server refused the message: no such user " + "x" * 400)[:250], "refused", 550
    )
