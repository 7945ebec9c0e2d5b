"""A workspace whose payment is past due as its people see it: all of it can be read, and nothing pretends."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Arrive
from tests.e2e.test_loop import fill_form
from tests.e2e.test_pages import DESKTOP, PHONE, faults
from tests.e2e.test_sheets import open_sheet
from tests.world import ALICE_HOST, ROSA_HOST

WHY = "Read-only: a payment is past due."


def act(page: Page, label: str, button: str) -> None:
    sheet = open_sheet(page, f"/{label}/")
    sheet.get_by_role("button", name=button).click()
    expect(page.locator("#life")).to_contain_text("Read-only since")


def test_what_writes_is_switched_off_until_it_is_paid(arrives: Arrive) -> None:
    fill_form(
        arrives("stranger", ALICE_HOST).open("/f/contact/"),
        name="Petra Penguin",
        email="petra@penguin.example",
        message="Is anybody in?",
    )
    rosa, alice = arrives("rosa", ROSA_HOST, viewport=DESKTOP), arrives("alice", ALICE_HOST, viewport=DESKTOP)
    alice.sign_in("alice@alice.test")
    before = alice.open("/account/profile/")
    rosa.sign_in("rosa@rosa.test")
    console = rosa.open("/workspaces/")
    console.get_by_role("link", name="Alice's").first.click()
    act(console, "past-due", "Make 1 workspace read-only")

    before.get_by_role("button", name="Save").click()
    expect(before.get_by_text("Nothing was changed").first).to_be_visible()
    for size in (DESKTOP, PHONE):
        alice.page.set_viewport_size({"width": size["width"], "height": size["height"]})
        look(alice.page, alice.origin)
    assert [asked.url for asked in alice.requests if asked.method == "POST" and "/seen/" in asked.url] == []

    console.get_by_role("button", name="Mark as paid").click()
    expect(console.locator("#life")).to_contain_text("Open since")
    alice.open("/account/profile/").get_by_role("button", name="Save").click()
    expect(alice.page.get_by_text("Your profile is saved.")).to_be_visible()


def look(page: Page, origin: str) -> None:
    page.goto(f"{origin}/inbox/")
    expect(page.get_by_text(WHY)).to_be_visible()
    page.locator("[data-list] [data-stop]").first.click()
    expect(page.locator("#composer")).to_contain_text("Nobody can answer until")
    expect(page.locator("#thread-head").get_by_role("button", name="Resolve")).to_be_disabled()
    expect(page.locator("[data-key=n], [data-composer]")).to_have_count(0)
    page.goto(f"{origin}/settings/team/")
    role = page.get_by_role("link", name="change the role of").first
    expect(role).to_have_attribute("aria-disabled", "true")
    expect(page.get_by_role("link", name="Add a teammate")).to_have_attribute("aria-disabled", "true")
    assert faults(page) == []
    page.goto(f"{origin}/account/profile/")
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    expect(page.get_by_role("button", name="Save")).to_have_attribute("title", WHY)
    page.goto(f"{origin}/account/password/change/")
    expect(page.get_by_role("button", name="Save the password")).to_be_enabled()
