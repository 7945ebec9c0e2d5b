"""Two teammates at one conversation: each knows of the other, and of what they have read, within moments."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Arrive
from tests.e2e.test_outbox import lead, write
from tests.world import ALICE_HOST, MALLORY_HOST


def test_teammates_know_of_each_other(arrives: Arrive) -> None:
    _, page = lead(arrives, "Cora Company")
    mallory = arrives("mallory", MALLORY_HOST)
    mallory.sign_in("mallory@mallory.test")
    mallory.open("/inbox/")
    bob = arrives("bob", ALICE_HOST)
    bob.sign_in("bob@alice.test")
    bobs = bob.open(page.evaluate("location.pathname"))
    check_faces(page, bobs)
    check_collision(page, bobs)
    check_readers(page, bobs)
    check_presence(page)
    bobs.goto(f"{bob.origin}/inbox/")
    expect(page.locator("#company")).to_be_hidden(timeout=15_000)
    assert [frame for frame in mallory.frames if '"looks"' in frame or '"writes"' in frame] == []
    assert [frame for frame in bob.frames if '"looks"' in frame] != []


def check_faces(page: Page, bobs: Page) -> None:
    expect(page.locator("#company")).to_have_attribute("aria-label", "Also here: Bob Baker")
    expect(bobs.locator("#company")).to_have_attribute("aria-label", "Also here: Alice Archer")


def check_collision(page: Page, bobs: Page) -> None:
    """Who writes is named at once, and forgotten soon; two who write are warned, and not kept from it."""
    box = page.locator("#reply-text")
    warning = page.locator("[data-collision]")
    bobs.locator("#reply-text").press_sequentially("Dear Cora")
    expect(page.locator("#company-writes")).to_have_text("Bob Baker is writing a reply")
    expect(warning).to_be_hidden()
    box.press_sequentially("Me too")
    expect(warning).to_have_text("Bob Baker is answering here too.")
    expect(page.locator("#company-writes")).to_be_hidden(timeout=8_000)
    expect(warning).to_be_hidden()
    write(bobs, "Dear Cora, yes.")
    expect(warning).to_have_text("Bob Baker has just answered. Read it before you send yours.")
    page.keyboard.press("Control+Enter")
    expect(bobs.locator(".msg-out:not(.msg-pending) .bubble")).to_have_text(["Dear Cora, yes.", "Me too"])


def check_readers(page: Page, bobs: Page) -> None:
    """Faces stand below the last message that each has seen, and move when they have seen more."""
    bobs.bring_to_front()
    mine = page.locator(".msg", has_text="Me too").locator(".msg-readers")
    expect(mine).to_have_attribute("aria-label", "Seen by Bob Baker")
    expect(page.locator(".msg-readers")).to_have_count(1)
    expect(bobs.locator(".msg-readers")).to_have_attribute("aria-label", "Seen by Alice Archer")
    mine.focus()
    assert mine.evaluate("e => getComputedStyle(e, '::after').content") == '"Seen by Bob Baker"'


def check_presence(page: Page) -> None:
    page.locator("#messages-scroll").focus()
    page.keyboard.press("a")
    expect(page.locator("#menu .menu-item", has_text="Bob").locator(".presence")).to_have_text("Online")


def test_company_ends_when_a_browser_falls_silent(arrives: Arrive) -> None:
    _, page = lead(arrives, "Sil Silent")
    bob = arrives("bob", ALICE_HOST)
    bob.sign_in("bob@alice.test")
    bob.open(page.evaluate("location.pathname"))
    expect(page.locator("#company")).to_have_attribute("aria-label", "Also here: Bob Baker")
    bob.page.evaluate("() => { WebSocket.prototype.send = () => undefined }")
    expect(page.locator("#company")).to_be_hidden(timeout=15_000)
