"""Support access as both sides see it: Rosa goes in with a reason and answers somebody, Alice reads it."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Arrive
from tests.e2e.test_loop import fill_form
from tests.e2e.test_pages import DESKTOP, PHONE, faults
from tests.e2e.test_sheets import open_sheet
from tests.world import ALICE_HOST, ROSA_HOST

REASON = "Alice asked us to look at a lost lead"
WHO = "Rosa (Rosa's support)"
CUSTOMER = "Petra Penguin"


def test_rosa_goes_in_and_alice_reads_it(arrives: Arrive) -> None:
    stranger = arrives("stranger", ALICE_HOST)
    fill_form(
        stranger.open("/f/contact/"),
        name=CUSTOMER,
        email="petra@penguin.example",
        message="Is anybody in?",
    )
    rosa = arrives("rosa", ROSA_HOST, viewport=DESKTOP)
    rosa.sign_in("rosa@rosa.test")
    page = rosa.open("/workspaces/")
    page.get_by_role("link", name="Alice's").first.click()
    go_in(page)
    look_around(page)
    answer(page)
    page.locator(".stay-bar").get_by_role("button", name="Leave").click()
    expect(page).to_have_url(re.compile(rf"//{ROSA_HOST}:\d+/workspaces/[0-9a-f-]+/$"))
    expect(page.locator("#stays")).to_contain_text(REASON)
    expect(page.get_by_text("You left Alice's after 1 min.")).to_be_visible()
    assert rosa.page.goto(inbox_of(page)) is not None
    expect(page.get_by_label("E-mail")).to_be_visible()  # the way back in is shut

    alice = arrives("alice", ALICE_HOST, viewport=DESKTOP)
    alice.sign_in("alice@alice.test")
    read(alice.open("/settings/activity/"))


def test_alice_ends_it_and_nothing_stays_on_rosas_screen(arrives: Arrive) -> None:
    rosa = arrives("rosa", ROSA_HOST, viewport=DESKTOP)
    rosa.sign_in("rosa@rosa.test")
    page = rosa.open("/workspaces/")
    page.get_by_role("link", name="Alice's").first.click()
    go_in(page)
    page.goto(inbox_of(page))
    alice = arrives("alice", ALICE_HOST, viewport=DESKTOP)
    alice.sign_in("alice@alice.test")
    alice.open("/settings/activity/").get_by_role("button", name="End now").first.click()
    heading = page.get_by_role("heading", name="Your stay was ended by Alice Archer")
    expect(heading).to_be_visible(timeout=10_000)
    assert faults(page) == []
    page.goto(inbox_of(page))  # the next click says so too
    expect(heading).to_be_visible()
    page.get_by_role("link", name="Back to the console").click()
    expect(page.locator("#stays")).to_contain_text("ended by Alice Archer")


def go_in(page: Page) -> None:
    sheet = open_sheet(page, "/enter/")
    assert faults(page) == []
    sheet.get_by_role("button", name="Enter the workspace").click()
    expect(sheet.get_by_text("Say why you go in")).to_be_visible()
    sheet.get_by_label("Why do you go in?").fill(REASON)
    sheet.get_by_role("button", name="Enter the workspace").click()
    expect(page.locator(".stay-bar")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"//{ALICE_HOST}:\d+/$"))
    assert page.evaluate("document.referrer") == ""
    page.go_back()  # the link is nowhere in the history: back is the console
    expect(page).to_have_url(re.compile(rf"//{ROSA_HOST}:"))
    page.go_forward()
    expect(page.locator(".stay-bar")).to_contain_text(WHO)


def look_around(page: Page) -> None:
    """The bar is on every page, also the ones that are closed, and fits a phone."""
    for path in ("/inbox/", "/contacts/", "/settings/team/"):
        page.goto(inbox_of(page).replace("/inbox/", path))
        bar = page.locator(".stay-bar")
        expect(bar).to_contain_text(f"{WHO} in Alice's: “{REASON}”")
        expect(bar.locator("[data-until-text]")).to_have_text("15 min left")
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a size by its own keys
        expect(bar.get_by_role("button", name="Leave")).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert faults(page) == []
        page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]  # the same


def answer(page: Page) -> None:
    page.goto(inbox_of(page))
    page.locator(".row", has_text=CUSTOMER).click()
    expect(page.locator("#thread-head").get_by_role("button", name="Assign to me")).to_be_hidden()
    page.locator("#reply-text").fill("We are here, Petra.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg-out.msg-sent")).to_contain_text(WHO)


def inbox_of(page: Page) -> str:
    """Alice's inbox on the port of the stack."""
    port = page.evaluate("location.port")
    return f"http://{ALICE_HOST}:{port}/inbox/"


def read(page: Page) -> None:
    stays, log = page.locator("section.card").all()
    expect(stays).to_contain_text("Rosa <rosa@rosa.test>, Rosa's")
    expect(stays).to_contain_text(REASON)
    said = log.locator(".log-line", has_text=WHO)
    expect(said.filter(has_text="came in for support")).to_contain_text("rosa@rosa.test")
    expect(said.filter(has_text=f"answered {CUSTOMER}")).to_have_count(1)
    expect(said.filter(has_text="was refused the team")).to_have_count(1)
    expect(log).not_to_contain_text("/inbox/")
    assert faults(page) == []
    log.get_by_label("Kind").select_option("Signing in")
    expect(page.locator(".log-line", has_text=WHO)).to_have_count(0)
    expect(page.locator(".log-line", has_text="Alice Archer signed in")).not_to_have_count(0)
    page.get_by_role("link", name="What they did").click()
    expect(page.locator(".log-line").first).to_contain_text(f"{WHO} left")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a size by its own keys
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert faults(page) == []
