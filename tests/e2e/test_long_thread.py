"""A thread of thousands of messages: little of it is in the page, all can be reached, nothing jumps."""

import os
from typing import Any

import psycopg
from playwright.sync_api import Locator, Page, expect
from psycopg.sql import SQL, Identifier

from tests.e2e.conftest import DATABASE, Arrive
from tests.e2e.people import Person
from tests.e2e.test_inbox import send
from tests.e2e.test_outages import answer
from tests.world import ALICE_HOST

MESSAGES = 4_000
HIGH = MESSAGES - 400
DAYS_AGO = 9
MOST = 400
"""Messages that may stand in the page at once; it takes some out once there are 200."""

FILL = """
INSERT INTO {messages} (id, conversation_id, seq, direction, body_text, body_html, quoted_text, automatic,
    state, failure, attempt, message_id, "references", created_at)
SELECT gen_random_uuid(), %(id)s, seq, CASE WHEN seq %% 3 = 0 THEN 'out' ELSE 'in' END,
    'Message ' || seq || repeat(' and what belongs to it', seq %% 7),
    CASE WHEN (%(last)s - seq) %% 90 = 40 THEN '<p>Mail ' || seq || '</p>' ELSE '' END,
    '', false, CASE WHEN seq %% 3 = 0 THEN 'sent' ELSE 'received' END, '', 1, '', '',
    date_trunc('day', now()) - interval '20 minutes' * (%(last)s - seq) - interval '1 day'
FROM generate_series(2, %(last)s) seq"""

GROW = """
UPDATE {conversations} SET next_seq = %(last)s + 1, message_count = %(last)s, last_in_seq = %(last)s
WHERE id = %(id)s RETURNING id"""

# What is in the page: how many messages, how many elements in all, and the seqs in view.
LOOK = """() => {
    const view = document.querySelector("#messages-scroll").getBoundingClientRect()
    const messages = [...document.querySelectorAll("#messages > .msg[data-seq]")]
    const seen = messages.filter((one) => {
        const { top, bottom } = one.getBoundingClientRect()
        return bottom > view.top && top < view.bottom
    })
    return { messages: messages.length, all: document.querySelectorAll("#messages *").length,
             seen: seen.map((one) => Number(one.dataset.seq)),
             blank: [...document.querySelectorAll("#messages > .gap")].some((gap) => {
                 const { top, bottom, height } = gap.getBoundingClientRect()
                 return height > 0 && bottom > view.top && top < view.bottom
             }) }
}"""

SCROLL = "(box, by) => box.scrollBy({ top: by, behavior: 'instant' })"

# Wherever a message stands at this moment, from the top of the window.
TOPS = """() => Object.fromEntries([...document.querySelectorAll("#messages > .msg[data-seq]")].map((one) =>
    [one.dataset.seq, Math.round(one.getBoundingClientRect().top)]))"""


# The tab has noted the first message in view, and where it stands, for a reload.
KEPT = """() => {
    const thread = document.querySelector("#messages")
    const view = document.querySelector("#messages-scroll").getBoundingClientRect()
    const first = [...thread.querySelectorAll(":scope > .msg[data-seq]")]
        .find((one) => one.getBoundingClientRect().bottom > view.top)
    const place = [Number(first.dataset.seq), Math.round(first.getBoundingClientRect().top)]
    return sessionStorage.getItem(`place:${thread.dataset.conversation}`) === JSON.stringify(place)
}"""

# A message stands there, from the top of the window, to two pixels.
STANDS = """([seq, top]) => {
    const message = document.querySelector(`#messages > .msg[data-seq="${seq}"]`)
    return message && Math.abs(message.getBoundingClientRect().top - top) <= 2
}"""

# How far it goes on above and below; 0 is the lower end.
ROOM = """() => {
    const { scrollTop, scrollHeight, clientHeight } = document.querySelector("#messages-scroll")
    return { above: scrollHeight - clientHeight + scrollTop, below: -scrollTop }
}"""

# Days as a date field has them, where the reader is; Swedish writes them so.
DAY_OF = """(ago) => {
    const day = new Date()
    day.setDate(day.getDate() - ago)
    return day.toLocaleDateString("sv-SE")
}"""
LOCAL_DAY = "(time) => new Date(time.dateTime).toLocaleDateString('sv-SE')"


def fill(conversation: str, *, last: int) -> None:
    """So many messages in a conversation, written at once, one in twenty minutes."""
    with psycopg.connect(os.environ["TEST_SUPERUSER_DSN"], dbname=DATABASE) as connection:
        schemas = connection.execute(
            "SELECT schemaname FROM pg_tables WHERE tablename = 'conversations_message'"
        ).fetchall()
        for (schema,) in schemas:
            facts = {"id": conversation, "last": last}
            table = Identifier(schema, "conversations_conversation")
            if connection.execute(SQL(GROW).format(conversations=table), facts).fetchone():
                table = Identifier(schema, "conversations_message")
                connection.execute(SQL(FILL).format(messages=table), facts)


def look(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(LOOK)
    return found


def scroll(page: Page, by: int, *, until: str) -> list[dict[str, Any]]:
    """Scroll on by so much at a time until the page says so; what was seen on the way.

    Each time what is in view moves by that much, whatever came or went around it.
    """
    seen: list[dict[str, Any]] = []
    while not page.evaluate(until):
        assert len(seen) < 200, f"never: {until}"
        before, room = page.evaluate(TOPS), page.evaluate(ROOM)
        wanted = min(by, room["below"]) if by > 0 else max(by, -room["above"])
        page.locator("#messages-scroll").evaluate(SCROLL, by)
        page.wait_for_timeout(30)
        seen.append(look(page))
        after = page.evaluate(TOPS)
        stays = [seq for seq in map(str, seen[-1]["seen"]) if seq in before]
        moved = {before[seq] - after[seq] for seq in stays}
        least, most = sorted((wanted, by))  # a page may come between asking for the room and scrolling
        assert all(least - 2 <= one <= most + 2 for one in moved), (len(seen), wanted, moved)
        assert max(moved, default=0) - min(moved, default=0) <= 2
    return seen


def open_thread(alice: Person) -> Page:
    """Alice's page with the thread open at its end."""
    alice.sign_in("alice@alice.test")
    page = alice.open("/inbox/")
    address = send(page, "/inbox/new/", name="Lena Long", email="lena@long.example", text="Message 1")
    fill(address.split("/")[2], last=MESSAGES)
    page.goto(address)
    expect(message(page, MESSAGES)).to_be_in_viewport()
    return page


def message(page: Page, seq: int) -> Locator:
    return page.locator(f"#messages > .msg[data-seq='{seq}']")


def test_little_is_in_the_page_and_all_of_it_can_be_reached(arrives: Arrive) -> None:
    alice, bob = arrives("alice", ALICE_HOST), arrives("bob", ALICE_HOST)
    page = open_thread(alice)
    check_scrolling(page)
    check_a_mail_comes_back_as_it_was_left(page)
    check_ways(page)
    bob.sign_in("bob@alice.test")
    check_what_is_said_meanwhile(page, bob.open(page.evaluate("location.pathname")))
    check_reload(page)


def check_scrolling(page: Page) -> None:
    up = scroll(page, -700, until=f"Boolean(document.querySelector('#messages [data-seq=\"{HIGH}\"]'))")
    down = scroll(page, 700, until="document.querySelector('#messages-scroll').scrollTop > -5")
    expect(message(page, MESSAGES)).to_be_in_viewport()
    for one in [*up, *down]:
        assert one["messages"] <= MOST
        # A slow machine may show a gap for a moment; never other messages than those that belong there.
        seen = one["seen"]
        assert one["blank"] or seen == list(range(seen[0], seen[-1] + 1))
    assert page.locator("#messages > .gap").count() > 1
    expect(page.locator("#messages > .gap").first).to_have_role("presentation")


def check_a_mail_comes_back_as_it_was_left(page: Page) -> None:
    """With its frame open, and as large as it was drawn."""
    mail = MESSAGES - 40
    page.locator("#messages-scroll").evaluate("box => box.scrollTo(0, 0)")
    part = message(page, mail).locator(".msg-mail")
    part.locator("summary").click()
    part.locator("iframe").evaluate("frame => (frame.style.height = '333px')")
    page.locator("#messages-scroll").focus()  # what has the focus would not be taken out
    scroll(page, -900, until=f"!document.querySelector('#messages [data-seq=\"{mail}\"]')")
    scroll(page, 900, until=f"Boolean(document.querySelector('#messages [data-seq=\"{mail}\"]'))")
    expect(part.locator("iframe")).to_have_css("height", "333px")
    expect(part.frame_locator("iframe").locator("p")).to_have_text(f"Mail {mail}")


def check_ways(page: Page) -> None:
    """The keys, and the menu: first, newest, unseen, and a day."""
    page.locator("#messages-scroll").focus()
    page.keyboard.press("Home")
    expect(message(page, 1)).to_be_in_viewport()
    assert look(page)["messages"] <= 60
    page.keyboard.press("PageDown")
    page.keyboard.press("End")
    expect(message(page, MESSAGES)).to_be_in_viewport()
    page.keyboard.press("g")
    day = page.evaluate(DAY_OF, DAYS_AGO)
    page.locator("[data-jump-day]").fill(day)
    page.keyboard.press("Enter")
    marked = page.locator("#messages > .msg-marked")
    expect(marked).to_be_in_viewport()
    expect(page.locator("#menu")).to_be_hidden()
    assert marked.evaluate("one => one.previousElementSibling.className") == "day"
    assert marked.locator(".msg-foot time").evaluate(LOCAL_DAY) == day
    page.keyboard.press("g")
    page.get_by_role("button", name="The newest message", exact=True).click()
    expect(message(page, MESSAGES)).to_be_in_viewport()


def check_what_is_said_meanwhile(page: Page, bobs: Page) -> None:
    """Who reads far above is told how many came; they come into the page when its end is read."""
    page.locator("#messages-scroll").focus()
    page.keyboard.press("Home")
    first = message(page, 1)
    expect(first).to_be_in_viewport()
    expect(page.get_by_role("button", name="To the newest message")).to_be_visible()
    before = look(page)
    for text in ("One more.", "And another."):
        answer(bobs, text)
    expect(page.locator("#thread-pill")).to_have_text("2 new messages")
    assert look(page) == before
    expect(page.get_by_role("button", name="To the newest message")).to_be_hidden()
    page.locator("#thread-pill").click()
    expect(message(page, MESSAGES + 2)).to_be_in_viewport()
    expect(page.locator("#thread-pill")).to_be_hidden()
    page.locator("#messages-scroll").focus()
    page.keyboard.press("Home")
    expect(first).to_be_in_viewport()
    page.get_by_role("button", name="To the newest message").click()
    expect(message(page, MESSAGES + 2)).to_be_in_viewport()
    expect(page.get_by_role("button", name="To the newest message")).to_be_hidden()
    scroll(page, -900, until="document.querySelector('#messages > .gap') !== null")
    expect(message(page, MESSAGES + 2)).to_have_count(0)
    answer(bobs, "And a third.")
    expect(page.locator("#thread-pill")).to_have_text("1 new message")
    expect(message(page, MESSAGES + 3)).to_have_count(0)
    scroll(page, 900, until=f"Boolean(document.querySelector('#messages [data-seq=\"{MESSAGES + 3}\"]'))")
    page.locator("#messages-scroll").evaluate("box => box.scrollTo(0, 0)")
    expect(message(page, MESSAGES + 3)).to_be_in_viewport()
    expect(page.locator("#thread-pill")).to_be_hidden()


def check_reload(page: Page) -> None:
    """It comes back to what was being read, to the pixel."""
    scroll(page, -900, until=f"Boolean(document.querySelector('#messages [data-seq=\"{MESSAGES - 150}\"]'))")
    page.wait_for_function(KEPT)
    seq = look(page)["seen"][1]
    before = page.evaluate(TOPS)[str(seq)]
    page.reload()
    expect(message(page, seq)).to_be_in_viewport()
    page.wait_for_function(STANDS, arg=[seq, before])
