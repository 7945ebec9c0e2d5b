"""A message that comes while nobody looks is told once; and the page says when it is cut off."""

import re

from playwright.sync_api import Page, expect

from deploy.dev.stack import Stack
from tests.e2e.conftest import Arrive
from tests.e2e.people import Person
from tests.e2e.test_inbox import send
from tests.world import ALICE_HOST

# A browser whose tabs are all in the background, and which notes what it would show and asks.
HIDDEN = """
Object.defineProperty(document, "visibilityState", { get: () => window.looks ? "visible" : "hidden" })
document.hasFocus = () => Boolean(window.looks)
window.shown = []
window.asked = 0
window.Notification = class {
    static permission = "granted"
    static requestPermission() { window.asked += 1; return Promise.resolve("granted") }
    constructor(title, options) { window.shown.push([title, options.body]) }
}
"""


def choose(page: Page, *names: str) -> None:
    page.goto("/profile/notifications/")
    for box in page.locator("form .checkbox").all():
        box.uncheck()
    for name in names:
        page.get_by_label(name).check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("Your notifications are saved.")


def shown(pages: list[Page]) -> list[list[str]]:
    return [note for page in pages for note in page.evaluate("() => window.shown")]


def comes(page: Page, name: str) -> None:
    """Somebody writes; as long as it takes until each tab has decided."""
    form = page.context.browser.new_context() if page.context.browser else page.context
    stranger = form.new_page()
    stranger.goto(page.evaluate("location.origin") + "/f/contact/")
    stranger.get_by_label("Name").fill(name)
    stranger.get_by_label("E-mail").fill(f"{name.split(maxsplit=1)[0].lower()}@alerts.example")
    stranger.get_by_label("Message").fill("CANARY of alerts")
    stranger.get_by_role("button", name="Send").click()
    expect(stranger.get_by_role("heading")).to_have_text("Sent")
    form.close()
    page.wait_for_timeout(2_500)


def test_of_several_tabs_one_tells_and_without_words_if_wanted(arrives: Arrive) -> None:
    alice = arrives("alice", ALICE_HOST)
    alice.sign_in("alice@alice.test")
    alice.context.add_init_script(HIDDEN)
    choose(alice.page, "Show a notification", "With name and words")
    assert alice.page.evaluate("() => window.asked") == 0
    tabs = three_tabs(alice)
    comes(alice.page, "Nora Notice")
    assert shown(tabs) == [["Nora Notice", "CANARY of alerts"]]
    tabs[1].evaluate("() => { window.looks = true }")
    comes(alice.page, "Olga Overlooked")
    assert len(shown(tabs)) == 1
    choose(alice.page, "Show a notification")
    for tab in tabs[1:]:
        tab.reload()
    alice.open("/contacts/")
    comes(alice.page, "Petra Private")
    assert shown(tabs) == [["New message", "Somebody wrote to you."]]


# Tabs that do not hear of each other: what one has told is noted all the same.
DEAF = "window.BroadcastChannel = class { postMessage() {} addEventListener() {} }"


def test_one_tells_where_tabs_do_not_hear_of_each_other(arrives: Arrive) -> None:
    alice = arrives("alice", ALICE_HOST)
    alice.sign_in("alice@alice.test")
    for script in (HIDDEN, DEAF):
        alice.context.add_init_script(script)
    choose(alice.page, "Show a notification")
    tabs = three_tabs(alice)
    comes(alice.page, "Quincy Quiet")
    assert shown(tabs) == [["New message", "Somebody wrote to you."]]


def three_tabs(alice: Person) -> list[Page]:
    others = [alice.context.new_page() for _ in range(2)]
    for tab in others:
        tab.goto(f"{alice.origin}/inbox/")
    return [alice.open("/inbox/"), *others]


def test_the_title_says_how_many_are_mine(arrives: Arrive) -> None:
    bob = arrives("bob", ALICE_HOST)
    bob.sign_in("bob@alice.test")
    page = bob.open("/inbox/")
    figure = re.match(r"\((\d+)\)", page.title())  # other tests may have left him some
    before = int(figure[1]) if figure else 0
    address = send(page, "/inbox/new/", name="Tina Title", email="tina@alerts.example", text="Hello.")
    send(page, f"{address}assignee/")
    page.goto(address)
    expect(page).to_have_title(f"({before + 1}) Tina Title · Rosa's")
    send(page, f"{address}assignee/", to="nobody")
    expect(page).to_have_title(f"({before}) Tina Title · Rosa's" if before else "Tina Title · Rosa's")


def test_the_page_says_honestly_when_it_is_cut_off(site: Stack, arrives: Arrive) -> None:
    alice = arrives("alice", ALICE_HOST)
    alice.sign_in("alice@alice.test")
    page = alice.open("/inbox/")
    pill = page.locator("#live-pill")
    page.wait_for_timeout(1_000)
    alice.context.set_offline(True)
    expect(pill).to_have_text("Offline: reconnecting when the network is back")
    alice.context.set_offline(False)
    expect(pill).to_be_hidden(timeout=15_000)
    site.kill("valkey")
    try:
        expect(pill).to_have_text("Behind, catching up…", timeout=10_000)
    finally:
        site.start_one("valkey")
    expect(pill).to_be_hidden(timeout=15_000)
