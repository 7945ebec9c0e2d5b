"""Two of the team and a visitor on another site in one conversation: all of it live, through a crash as well.

How fast each thing came is told at the end (`-rP` shows it); nothing here judges it.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

from deploy.dev.stack import Stack
from tests.e2e.conftest import Arrive
from tests.e2e.other_site import Shop
from tests.e2e.test_chat import answer, bubble, say, set_up
from tests.world import ALICE_HOST

CRASHED = ("web", "ws", "worker")


class Watch:
    """How long people waited, in the order in which they did."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, what: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.seconds[what] = time.monotonic() - started


def test_all_of_it_is_live_and_outlives_a_crash(arrives: Arrive, site: Stack, shop: Shop) -> None:
    alice, bob = arrives("alice", ALICE_HOST), arrives("bob", ALICE_HOST)
    for person in (alice, bob):
        person.sign_in(f"{person.name}@alice.test")
    set_up(alice.open("/settings/chat/"), shop, site)
    hers, his, vera = alice.open("/inbox/"), bob.open("/inbox/"), arrives("vera", "shop.test").page
    vera.goto(shop.origin)
    watch = Watch()
    check_first_words(vera, hers, his, watch)
    check_talk(vera, hers, his, watch)
    check_assignment(hers, his, watch)
    check_search(vera, his)
    check_crash(vera, hers, his, site)
    for what, seconds in watch.seconds.items():
        print(f"{what}: {seconds:.2f} s")  # noqa: T201 - pytest shows it with -rP


def row_of(page: Page, words: str) -> Locator:
    return page.locator("#conversation-list .row").filter(has_text=words)


def message(page: Page, words: str) -> Locator:
    return page.locator("#messages .bubble").get_by_text(words, exact=True)


def check_first_words(vera: Page, hers: Page, his: Page, watch: Watch) -> None:
    vera.get_by_role("button", name="Ask the shop").click()
    with watch("a first message, in two lists"):
        say(vera, "Is anybody there?")
        for page in (hers, his):
            expect(row_of(page, "Is anybody there?")).to_be_visible()
    for page in (his, hers):
        row_of(page, "Is anybody there?").locator("a").click()
        expect(message(page, "Is anybody there?")).to_be_visible()


def check_talk(vera: Page, hers: Page, his: Page, watch: Watch) -> None:
    """Typing, words and what was seen, from each to the others."""
    with watch("the visitor hears of being read"):
        hers.bring_to_front()
        expect(vera.get_by_text("Seen", exact=True)).to_be_visible()
    with watch("the visitor sees an agent type"):
        hers.locator("#reply-text").press_sequentially("Ye")
        expect(vera.get_by_text("Alice Archer is typing…")).to_be_visible()
    with watch("an answer, at the visitor and the other agent"):
        answer(hers, "Yes, we are.")
        for place in (vera.get_by_role("log"), his.locator("#messages")):
            expect(place.get_by_text("Yes, we are.", exact=True)).to_be_visible()
    with watch("both agents see the visitor type"):
        vera.bring_to_front()
        vera.get_by_label("Your message").press_sequentially("Go")
        for page in (hers, his):
            expect(page.locator("#contact-types")).to_be_visible()
    with watch("both agents hear that the visitor has read"):
        for page in (hers, his):
            expect(page.locator(".msg-out .mark-seen").last).to_be_visible()
    with watch("the visitor's words, at both agents"):
        say(vera, "Good. Do you deliver?")
        for page in (hers, his):
            expect(message(page, "Good. Do you deliver?")).to_be_visible()


def check_assignment(hers: Page, his: Page, watch: Watch) -> None:
    hers.locator("#reply-text").blur()
    hers.keyboard.press("a")
    bob = hers.locator("#menu .menu-item").filter(has_text="Bob")
    expect(bob).to_be_visible()
    with watch("an assignment, at the other agent"):
        bob.click()
        expect(his.locator("#thread-head")).to_contain_text("Bob Baker")


def check_search(vera: Page, his: Page) -> None:
    """What was written three seconds ago is found."""
    say(vera, "We are looking for a zephyrometer.")
    expect(message(his, "We are looking for a zephyrometer.")).to_be_visible()
    vera.wait_for_timeout(3_000)
    his.keyboard.press("/")
    his.keyboard.type("zephyrom")
    expect(his.locator("#search-hits .hit")).to_have_count(1)
    his.locator("#search-hits [data-stop]").click()
    expect(his.locator("#messages .msg-marked")).to_contain_text("zephyrometer")


def check_crash(vera: Page, hers: Page, his: Page, site: Stack) -> None:
    """Everything that answers is killed; what both sides write meanwhile is there once afterwards."""
    for name in CRASHED:
        site.kill(name)
    expect(hers.locator("#live-pill")).to_contain_text("Reconnecting")
    say(vera, "Said while you were away.")
    answer(hers, "We are coming back.")
    vera.wait_for_timeout(1_500)
    for name in CRASHED:
        site.start_one(name)
    site.wait_ready(*CRASHED)
    for page in (hers, his):
        expect(page.locator("#live-pill")).to_be_hidden(timeout=30_000)
    for page in (hers, his):
        for words in ("Said while you were away.", "We are coming back."):
            expect(message(page, words)).to_have_count(1, timeout=30_000)
    expect(bubble(vera, "We are coming back.")).to_have_count(1, timeout=30_000)
    vera.wait_for_timeout(2_000)
    hers.reload()
    vera.reload()
    for words in ("Said while you were away.", "We are coming back."):
        expect(message(hers, words)).to_have_count(1)
        expect(bubble(vera, words)).to_have_count(1)
