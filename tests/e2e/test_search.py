"""Searching the inbox at the keyboard: from a word to the message inside its thread, and back."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Arrive
from tests.e2e.test_inbox import send
from tests.world import ALICE_HOST

ANSWERS = 120
"""More than two pages of a thread."""

ANSWER = """async ([path, count]) => {
    const headers = JSON.parse(document.body.getAttribute("hx-headers:inherited"))
    for (let n = 2; n <= count; n++) {
        const body = new URLSearchParams({ text: n === 40 ? "The <b>Nëedle</b> is here." : `Answer ${n}` })
        await fetch(path, { method: "POST", headers, body, redirect: "manual" })
    }
}"""

NOTE = """async (path) => {
    const headers = JSON.parse(document.body.getAttribute("hx-headers:inherited"))
    const body = new URLSearchParams({ text: "Sue is a regular." })
    await fetch(path, { method: "POST", headers, body, redirect: "manual" })
}"""

# Where the message that was last before is, from the top of the window.
TOP_OF = "(id) => document.getElementById(id).getBoundingClientRect().top"


def test_from_a_word_to_its_message_and_back(arrives: Arrive) -> None:
    alice = arrives("alice", ALICE_HOST)
    alice.sign_in("alice@alice.test")
    page = alice.open("/inbox/")
    address = send(page, "/inbox/new/", name="Sue Search", email="sue@search.example", text="Hello.")
    page.evaluate(ANSWER, [f"{address}reply/", ANSWERS])
    page.goto("/inbox/")
    check_box(page)
    check_place_in_the_thread(page)
    check_leaving(page)
    check_help(page, address)


def check_box(page: Page) -> None:
    """What is typed is found as it is typed, and the box keeps its focus."""
    page.keyboard.press("/")
    expect(page.locator("#search-text")).to_be_focused()
    page.keyboard.type("needl")
    expect(page.locator("#search-hits .hit")).to_have_count(1)
    expect(page.locator("#search-hits mark")).to_have_text("Nëedle")
    expect(page).to_have_url(re.compile(r"/inbox/search/\?q=needl$"))
    page.keyboard.type("e")
    expect(page).to_have_url(re.compile(r"/inbox/search/\?q=needle$"))
    expect(page.locator("#search-text")).to_be_focused()
    expect(page.locator("#search-text")).to_have_value("needle")


def check_place_in_the_thread(page: Page) -> None:
    page.locator("#search-hits [data-stop]").click()
    marked = page.locator("#messages .msg-marked")
    expect(marked).to_contain_text("Nëedle")
    expect(marked).to_be_in_viewport()
    expect(page).to_have_url(re.compile(r"\?at=40$"))
    expect(page.locator(".thread-back")).to_have_attribute("href", "/inbox/search/?q=needle")
    seqs = page.locator("#messages .msg[data-seq]")
    assert [int(seq) for seq in seqs.evaluate_all("all => all.map(one => one.dataset.seq)")][-1] < ANSWERS
    # Not every browser anchors by itself what is being read.
    page.locator("#messages-scroll").evaluate("box => (box.style.overflowAnchor = 'none')")
    last = page.locator("#messages .msg[data-seq]").last
    id = last.get_attribute("id") or ""
    last.evaluate("one => one.scrollIntoView({ block: 'end', behavior: 'instant' })")
    before = page.evaluate(TOP_OF, id)
    expect(page.locator(f"#{id} ~ .msg").first).to_be_attached()  # it came near
    expect(page.locator(f"#{id}")).to_be_in_viewport()
    assert abs(page.evaluate(TOP_OF, id) - before) <= 2
    page.locator("#messages-scroll").evaluate("box => box.scrollTo({ top: 0 })")
    expect(page.locator(f"#messages [data-seq='{ANSWERS}']")).to_be_attached()
    expect(page.locator("#newer-messages")).to_have_count(0)
    found = [int(seq) for seq in seqs.evaluate_all("all => all.map(one => one.dataset.seq)")]
    assert found == list(range(found[0], ANSWERS + 1))
    page.goto(page.url)  # as from a link: a reload comes back to what was being read (test_long_thread.py)
    expect(page.locator("#messages .msg-marked")).to_be_in_viewport()


def check_leaving(page: Page) -> None:
    page.goto("/inbox/search/?q=needle")
    page.locator("#search-text").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#conversation-list .row").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"/inbox/$"))
    expect(page.locator("#search-text")).to_have_value("")


def check_help(page: Page, address: str) -> None:
    page.evaluate(NOTE, f"{address}note/")
    page.get_by_role("link", name="What can be searched").click()
    page.get_by_role("link", name="is:note").click()
    expect(page.locator("#search-text")).to_have_value("is:note")
    expect(page.locator("#search-hits")).to_contain_text("Sue is a regular.")
