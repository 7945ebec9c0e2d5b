"""Many conversations at once: chosen by hand and as a whole view, resolved, and had back."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Arrive
from tests.e2e.test_inbox import NOTE_LEADS
from tests.world import MALLORY_HOST


def test_all_of_a_view_is_resolved_and_had_back(arrives: Arrive) -> None:
    mallory = arrives("mallory", MALLORY_HOST)  # whose inbox is nobody else's: the others count Alice's rows
    mallory.sign_in("mallory@mallory.test")
    page = mallory.open("/inbox/")
    page.evaluate(NOTE_LEADS, 45)
    page.reload()
    rows = page.locator("#conversation-list .row")
    expect(rows).to_have_count(40)
    check_a_range(page)
    page.locator("[data-select-all]").click()
    count = page.locator("[data-bulk-count]")
    expect(count).to_have_text(re.compile(r"^All \d+ chosen$"))  # asked for, a moment later
    total = count.inner_text().split()[1]
    page.locator("#bulk-form button[value=resolve]").click()
    job = page.locator("#bulk-jobs .job").first
    expect(job).to_contain_text(f"{total} conversations changed")
    expect(rows).to_have_count(0)
    job.get_by_role("button", name="Undo").click()
    expect(job).to_contain_text(f"{total} taken back")
    expect(rows).to_have_count(40)
    expect(page.locator(".row-check:checked")).to_have_count(0)
    page.mouse.move(0, 0)
    expect(job).to_have_count(0, timeout=12_000)  # what is taken back leaves by itself


def check_a_range(page: Page) -> None:
    """From the first to the fourth with shift; x takes one out again."""
    boxes = page.locator("#conversation-list .row-check")
    boxes.nth(0).click()
    boxes.nth(3).click(modifiers=["Shift"])
    expect(page.locator("[data-bulk-count]")).to_have_text("4 chosen")
    page.locator("#conversation-list .row a").nth(1).focus()
    page.keyboard.press("x")
    expect(page.locator("[data-bulk-count]")).to_have_text("3 chosen")
    check_keys(page)


def check_keys(page: Page) -> None:
    """The keys mean what is chosen, also with the focus still on a box."""
    page.locator("#conversation-list .row-check").nth(4).click()
    menu = page.locator("#menu")
    for key, title in (("p", "Priority"), ("l", "Add a label"), ("a", "Assign"), ("s", "Snooze until")):
        page.locator("#conversation-list .row-check").nth(4).focus()
        page.keyboard.press(key)
        expect(menu.locator(".menu-title").first).to_have_text(title)
        page.keyboard.press("Escape")
        expect(menu).to_be_hidden()
    expect(page.locator("[data-bulk-count]")).to_have_text("4 chosen")
