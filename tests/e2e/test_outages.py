"""What people see when a part of the house is away: nothing is lost, and the page says so honestly."""

import os

import psycopg
from playwright.sync_api import Page, expect
from psycopg.sql import SQL, Identifier

from deploy.dev.stack import Stack
from tests.e2e.conftest import DATABASE, Arrive
from tests.e2e.people import Person
from tests.e2e.test_loop import fill_form
from tests.world import ALICE_HOST

MOVE_BACK = """
UPDATE {} SET created_at = CASE
  WHEN seq <= 20 THEN timestamptz '2024-03-11 14:00Z'
  WHEN seq <= 40 THEN timestamptz '2024-03-11 15:30Z'
  ELSE timestamptz '2024-03-12 01:00Z' END
WHERE conversation_id = %s"""


def test_a_lead_is_stored_without_redis_and_shows_once_it_is_back(site: Stack, arrives: Arrive) -> None:
    alice = arrives("alice", ALICE_HOST)
    alice.sign_in("alice@alice.test")
    alice.open("/inbox/")
    stranger = arrives("stranger", ALICE_HOST)
    form = stranger.open("/f/contact/")
    site.kill("valkey")
    try:
        fill_form(form, name="Petra Patient", email="petra@patient.example", message="Nobody may lose this.")
    finally:
        site.start_one("valkey")
    expect(alice.page.locator(".row", has_text="Petra Patient")).to_be_visible(timeout=15_000)


def test_the_socket_comes_back_and_misses_nothing(site: Stack, arrives: Arrive) -> None:
    alice = arrives("alice", ALICE_HOST)
    alice.sign_in("alice@alice.test")
    alice.open("/inbox/")
    site.kill("ws")
    expect(alice.page.locator("#live-pill")).to_contain_text("Reconnecting")
    stranger = arrives("stranger", ALICE_HOST)
    fill_form(
        stranger.open("/f/contact/"), name="Mirek Missed", email="mirek@missed.example", message="While away."
    )
    site.start_one("ws")
    expect(alice.page.locator(".row", has_text="Mirek Missed")).to_be_visible(timeout=20_000)
    expect(alice.page.locator("#live-pill")).to_be_hidden()


def test_who_reads_far_up_keeps_their_place(site: Stack, arrives: Arrive) -> None:
    alice = arrives("alice", ALICE_HOST, timezone_id="Asia/Tokyo")
    alice.sign_in("alice@alice.test")
    page = long_thread(alice, arrives, answers=55)
    assert days(page) == [("Monday, 11 March 2024", 7), ("Tuesday, 12 March 2024", 21)]
    bob = arrives("bob", ALICE_HOST)
    bob.sign_in("bob@alice.test")
    bobs = bob.open(page.evaluate("location.pathname"))
    page.locator("#messages-scroll").evaluate("e => e.scrollTo(0, -e.scrollHeight)")
    expect(page.locator(".msg")).to_have_count(56)
    old = [("Monday, 11 March 2024", 1), ("Tuesday, 12 March 2024", 21)]
    assert days(page) == old
    page.locator("#messages-scroll").evaluate("e => e.scrollTo(0, -e.scrollHeight)")
    first = page.locator(".msg-in .bubble", has_text="The first word")
    expect(first).to_be_in_viewport()
    site.kill("valkey")
    try:
        answer(bobs, "Said while nobody heard.")
    finally:
        site.start_one("valkey")
    expect(page.locator("#thread-pill")).to_have_text("1 new message", timeout=20_000)
    expect(page.locator(".msg")).to_have_count(57)
    expect(first).to_be_in_viewport()
    assert days(page) == [*old, ("Today", 57)]
    assert "seq=57" not in seen(alice)
    page.locator("#messages-scroll").evaluate("e => e.scrollTo(0, 0)")
    expect(page.locator("#thread-pill")).to_be_hidden()
    page.locator("#messages-scroll").evaluate("e => e.scrollTo(0, -e.scrollHeight)")
    answer(bobs, "Said while she reads above.")
    expect(page.locator("#thread-pill")).to_have_text("1 new message")
    assert (seen(alice)[-1], days(page)) == ("seq=57", [*old, ("Today", 57)])


def days(page: Page) -> list[tuple[str, int]]:
    """The days as they are named, and the seq of the message each stands before."""
    found = page.locator("#messages .day").evaluate_all(
        "days => days.map((day) => [day.textContent, day.nextElementSibling.dataset.seq])"
    )
    return [(name, int(seq)) for name, seq in found]


def seen(person: Person) -> list[str]:
    """Up to which message they told the server that they had it in view, each time."""
    return [request.post_data or "" for request in person.requests if request.url.endswith("/seen/")]


def long_ago(conversation: str) -> None:
    """Its messages came at 23:00, 00:30 and 10:00 in Tokyo, where a day begins elsewhere than in UTC."""
    with psycopg.connect(os.environ["TEST_SUPERUSER_DSN"], dbname=DATABASE) as connection:
        tables = connection.execute(
            "SELECT schemaname FROM pg_tables WHERE tablename = 'conversations_message'"
        ).fetchall()
        for (schema,) in tables:
            connection.execute(
                SQL(MOVE_BACK).format(Identifier(schema, "conversations_message")), [conversation]
            )


def long_thread(alice: Person, arrives: Arrive, *, answers: int) -> Page:
    """A lead with many answers, open on Alice's screen."""
    form = arrives("talker", ALICE_HOST).open("/f/contact/")
    fill_form(form, name="Tilda Talker", email="tilda@talker.example", message="The first word.")
    page = alice.open("/inbox/")
    page.locator(".row", has_text="Tilda Talker").click()
    expect(page.locator(".bubble", has_text="The first word")).to_be_visible()
    for number in range(answers):
        answer(page, f"Answer {number}.")
    expect(page.locator(".msg-sent")).to_have_count(answers, timeout=30_000)
    until_quiet(alice)
    long_ago(page.locator("#reading").get_attribute("data-conversation") or "")
    page.reload()
    return page


def until_quiet(person: Person) -> None:
    """A new page is told again what was pushed in the two seconds before the whole second it was made in."""
    for _ in range(20):
        before = len([frame for frame in person.frames if "message" in frame])
        person.page.wait_for_timeout(3_500)
        if len([frame for frame in person.frames if "message" in frame]) == before:
            return


def answer(page: Page, text: str) -> None:
    """As another window of the same person would post it."""
    status = page.locator("[data-composer]").evaluate(
        """(form, text) => {
            const body = new URLSearchParams(new FormData(form))
            body.set("text", text)
            return fetch(form.action, { method: "POST", body }).then((answer) => answer.status)
        }""",
        text,
    )
    assert status == 200
