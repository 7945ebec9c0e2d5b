"""The panels beside a conversation: a fact is corrected where it stands, and others see it."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Arrive
from tests.e2e.test_inbox import row, send
from tests.world import ALICE_HOST


def test_a_fact_is_corrected_in_place(arrives: Arrive) -> None:
    alice, bob = arrives("alice", ALICE_HOST), arrives("bob", ALICE_HOST)
    alice.sign_in("alice@alice.test")
    page = alice.open("/inbox/")
    lead = {"name": "Pia Panel", "email": "pia@panel.example"}
    address = send(page, "/inbox/new/", **lead, text="The first.")
    send(page, "/inbox/new/", name="Nils Next", email="nils@panel.example", text="Somebody else.")
    bob.sign_in("bob@alice.test")
    page.goto(address)
    bobs = bob.open(address)
    check_keys(page)
    check_others_see_it(page, bobs)
    check_errors(page)
    check_folding(page)
    check_phone(page)


def check_keys(page: Page) -> None:
    """Esc takes back what was typed, and says nothing to the server; it closes a menu and not the thread."""
    name = page.get_by_label("Name", exact=True)
    name.fill("Nobody")
    name.press("Escape")
    expect(name).to_have_value("Pia Panel")
    expect(name).not_to_be_focused()
    expect(page.locator("#toasts")).not_to_contain_text("changed")
    page.keyboard.press("g")
    expect(page.get_by_role("button", name="The newest message")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#menu")).to_be_hidden()
    expect(name).to_be_visible()


def check_others_see_it(page: Page, bobs: Page) -> None:
    """At once, in the panel, the head and the list; and once more when it is taken back."""
    name = page.get_by_label("Name", exact=True)
    half = bobs.get_by_label("Phone", exact=True)
    half.fill("+49 30 9")
    name.fill("Pia Corrected")
    name.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Name changed.")
    expect(page.locator("#panel .panel-head strong")).to_have_text("Pia Corrected")
    for other in (page, bobs):
        expect(other.get_by_label("Name", exact=True)).to_have_value("Pia Corrected")
        expect(other.locator("#thread-head strong")).to_have_text("Pia Corrected")
        expect(row(other, "Pia Corrected")).to_be_visible()
    expect(half).to_have_value("+49 30 9")
    expect(half).to_be_focused()
    half.press("Escape")
    page.get_by_role("button", name="Undo").click()
    expect(bobs.get_by_label("Name", exact=True)).to_have_value("Pia Panel")
    expect(name).to_have_value("Pia Panel")


def check_errors(page: Page) -> None:
    """What is wrong is said beside it, and what was typed stays."""
    email = page.get_by_label("E-mail", exact=True)
    email.fill("nils@panel.example")
    email.press("Enter")
    expect(page.locator("#fact-email-error")).to_have_text("Another contact has this address.")
    expect(email).to_have_value("nils@panel.example")
    email.press("Escape")  # what stands comes back, not what was refused
    expect(email).to_have_value("pia@panel.example")
    expect(page.locator("#fact-email-error")).to_have_count(0)
    email.fill("pia@elsewhere.example")
    page.locator("#messages-scroll").click()  # leaving keeps it too
    expect(page.locator("#toasts")).to_contain_text("E-mail changed.")
    expect(page.locator("#fact-email-error")).to_have_count(0)


def check_folding(page: Page) -> None:
    """What somebody folds stays folded, in every conversation and after a reload."""
    page.locator("#panel-conversation summary").click()
    expect(page.locator("#panel-conversation")).not_to_have_attribute("open", "")
    page.reload()
    expect(page.locator("#panel-conversation")).not_to_have_attribute("open", "")
    row(page, "Nils Next").locator("a").click()
    expect(page.locator("#panel .panel-head strong")).to_have_text("Nils Next")
    expect(page.locator("#panel-conversation")).not_to_have_attribute("open", "")
    expect(page.locator("#panel-who")).to_have_attribute("open", "")


def check_phone(page: Page) -> None:
    """The menu shows the panel over the thread, and takes it away."""
    page.set_viewport_size({"width": 390, "height": 844})
    for is_shown in (True, False):
        page.locator("#thread-head [title=More]").click()
        page.get_by_role("button", name="Show or hide the contact").click()
        expect(page.locator("#panel")).to_be_visible(visible=is_shown)
