"""A private note that mentions a colleague moves their bell at once, and brings them to it."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Arrive
from tests.world import ALICE_HOST


def test_a_mention_reaches_a_colleague_live(arrives: Arrive) -> None:
    alice, bob = arrives("alice", ALICE_HOST), arrives("bob", ALICE_HOST)
    charlie = arrives("charlie", ALICE_HOST)
    for person in (alice, bob, charlie):
        person.sign_in(f"{person.name}@alice.test")
    page, his, others = alice.open("/inbox/new/"), bob.open("/contacts/"), charlie.open("/contacts/")
    page.get_by_label("Name").fill("Nadia Noted")
    page.get_by_label("E-mail").fill("nadia.noted@many.example")
    page.get_by_label("What do they want?").fill("Call me.")
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_role("tab", name="Reply")).to_have_attribute("aria-selected", "true")
    write_note(page)
    bell = his.locator(".top-count")
    expect(bell).to_have_text("1")
    his.locator(".top-icon").click()
    his.get_by_role("link", name="Alice Archer mentioned you").click()
    expect(his.locator(".msg-note .mention-me")).to_have_text("@Bob Baker")
    expect(bell).to_be_hidden()
    expect(others.locator(".top-count")).to_be_hidden()
    assert [frame for frame in charlie.frames if "notice_added" in frame] == []


def write_note(page: Page) -> None:
    """By keyboard alone, with the list of colleagues."""
    page.locator("#messages").click()
    page.keyboard.press("n")
    box = page.locator("#note-text")
    expect(box).to_be_focused()
    page.keyboard.type("Please call, @bo")
    option = page.get_by_role("option")
    expect(option).to_have_count(1)
    expect(box).to_have_attribute("role", "combobox")
    expect(box).to_have_attribute("aria-activedescendant", str(option.get_attribute("id")))
    page.keyboard.press("Escape")
    expect(option).to_have_count(0)
    expect(box).to_be_focused()
    page.keyboard.type("b")
    expect(option).to_have_count(1)
    page.keyboard.press("Enter")
    expect(box).to_have_value("Please call, @Bob Baker ")
    page.keyboard.type("before six.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg-note .bubble")).to_have_text("Please call, @Bob Baker before six.")
    expect(box).to_have_value("")
    expect(page.locator("#reply-text")).to_have_value("")
