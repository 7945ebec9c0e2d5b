"""The word lists: every conversation can be told, and a wrong list is refused."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from core.contacts.rules import phone_e164
from deploy.demo.business import DENTAL, EVENTS, STUDIO, Business
from deploy.demo.chance import stream
from deploy.demo.phones import RANGES
from deploy.demo.plan import DAY, HOUR, awake
from deploy.demo.words.script import Script, read

FACTS = dict.fromkeys(("first", "me", "company", "place", "month", "day", "time", "sum", "n", "number"), "x")
BUSINESSES = pytest.mark.parametrize("business", [STUDIO, EVENTS, DENTAL], ids=lambda one: one.key)


@BUSINESSES
def test_every_script_can_be_told(business: Business) -> None:
    told = [
        turn.told(stream(1, purpose="told"), facts=FACTS)
        for script in business.scripts
        for turn in script.turns
    ]
    assert [text for text in told if not text or set(text) & set("[]{}|") or text != text.strip()] == []
    assert [script.subject.format_map(FACTS) for script in business.scripts if "|" in script.subject] == []


@BUSINESSES
def test_the_two_sides_take_turns(business: Business) -> None:
    wrong = [
        script.subject
        for script in business.scripts
        if [turn.inbound for turn in script.turns] != [at % 2 == 0 for at in range(len(script))]
    ]
    assert wrong == []


@BUSINESSES
def test_there_is_one_of_every_length_for_every_channel(business: Business) -> None:
    assert list(business.by_length) == list(range(1, business.longest + 1))
    kinds = {kind for script in business.scripts for kind in script.kinds}
    assert kinds - {"robot"} == {"form", "email", "api", "manual", "trap"}


def test_no_script_stands_twice() -> None:
    firsts = Counter(
        script.turns[0].parts
        for business in (STUDIO, EVENTS, DENTAL)
        for script in business.scripts
        if script.kinds != ("trap",) and script.subject != "A short question"
    )
    assert [parts for parts, count in firsts.items() if count > 1] == []


def test_notation() -> None:
    (script,) = read("== Hello, {first} | form email\n> One\ntwo\n\nthree [a|b].\n< Four\n")
    assert script.subject == "Hello, {first}"
    assert script.kinds == ("form", "email")
    assert [turn.inbound for turn in script.turns] == [True, False]
    assert script.turns[0].parts == ("One two\n\nthree ", ("a", "b"), ".")


@pytest.mark.parametrize(
    "text", ["> no head\n", "== No kinds\n> x", "== Nothing said | form\n", "== We began | form\n< x"]
)
def test_a_wrong_list_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"a word list begins|not a conversation"):
        read(text)


def test_numbers_are_valid_and_ring_nowhere() -> None:
    numbers = [f"{start}{'0' * digits}" for start, digits in RANGES]
    assert [phone_e164(number) for number in numbers] == [number.replace(" ", "") for number in numbers]


def test_people_write_by_day_and_in_order() -> None:
    until = int(datetime(2026, 3, 4, 15, 30, tzinfo=UTC).timestamp() * 1000)
    times = [awake(until - 3 * DAY + at * HOUR // 2, until=until) for at in range(145)]
    assert times == sorted(set(times))
    assert times[-1] == until
    assert {at // HOUR % 24 for at in times if at < until - until % DAY} == set(range(7, 22))


def test_a_script_counts_its_messages() -> None:
    assert len(Script("x", ("form",), STUDIO.scripts[0].turns)) == 1
