"""The inbox under a person's hands: no typed word is lost, and no conversation stands in the list twice."""

import re
from collections.abc import Sized

from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.conftest import Arrive
from tests.world import ALICE_HOST

MORE_THAN_A_PAGE = 42
"""Conversations; a page of the list has 40 rows."""

NOTE_LEADS = """async (count) => {
    const headers = JSON.parse(document.body.getAttribute("hx-headers:inherited"))
    for (let n = 2; n <= count; n++) {
        const lead = { name: `Lead ${n}`, email: `lead${n}@many.example`, text: "Hello." }
        const body = new URLSearchParams(lead)
        await fetch("/inbox/new/", { method: "POST", headers, body, redirect: "manual" })
    }
}"""

# The answer for a further page has come from the server and reaches the page when the test says so.
HOLD_PAGES = """() => {
    const real = window.fetch
    window.fetch = async (...asked) => {
        const answer = await real(...asked)
        if (String(asked[0]).includes("after=")) await new Promise((go) => (window.release = go))
        return answer
    }
}"""


def test_no_word_is_lost_and_no_row_is_doubled(arrives: Arrive) -> None:
    alice = arrives("alice", ALICE_HOST)
    alice.sign_in("alice@alice.test")
    page = alice.open("/inbox/")
    oldest = send(page, "/inbox/new/", name="Lead 1", email="lead1@many.example", text="Hello.")
    page.evaluate(NOTE_LEADS, MORE_THAN_A_PAGE)
    page.reload()
    expect(page.locator("#conversation-list .row")).to_have_count(40)
    check_rows_of_further_pages(page, oldest)
    check_drafts(page)
    check_views(page)


def check_rows_of_further_pages(page: Page, address: str) -> None:
    """Lead 1 stands on the second page, whatever a push says of it meanwhile."""
    page.evaluate(HOLD_PAGES)
    newest, oldest = row(page, "Lead 42"), row(page, "Lead 1")
    send(page, f"{address}assignee/")
    send(page, f"{newest.locator('a').get_attribute('href')}assignee/")
    expect(newest).not_to_have_attribute("data-assignee", "")
    assert oldest.count() == 0
    page.locator(".more-row").scroll_into_view_if_needed()
    page.wait_for_function("() => window.release")
    send(page, f"{address}reply/", text="Said while the next page was on its way.")
    expect(oldest).to_have_count(1)
    page.evaluate("() => window.release()")
    expect(page.locator(".more-row")).to_have_count(0)
    expect(row(page, "Lead 2")).to_have_count(1)
    expect(oldest).to_have_count(1)
    expect(oldest).to_contain_text("on its way")


def check_drafts(page: Page) -> None:
    box = page.locator("#reply-text")
    row(page, "Lead 41").locator("a").click()
    expect(page.get_by_label("Reply to Lead 41")).to_be_visible()
    held: list[Route] = []

    def hold(route: Route) -> None:  # Playwright refuses a built-in method
        held.append(route)

    page.route("**/reply/", hold)
    box.fill("Yes, on Monday.")
    box.press("Control+Enter")
    wait_for(page, held)
    expect(box).to_have_value("")
    box.fill("P.S. Half typed")
    row(page, "Lead 40").locator("a").click()
    expect(page.get_by_label("Reply to Lead 40")).to_be_visible()
    box.fill("Something else")
    held[0].fulfill(status=404, body="")
    expect(page.locator("#toasts")).to_contain_text("to Lead 41 was not sent: the conversation is gone")
    expect(box).to_have_value("Something else")
    page.unroute("**/reply/")
    row(page, "Lead 41").locator("a").click()
    expect(box).to_have_value("P.S. Half typed")
    page.get_by_role("button", name="Back to draft").click()
    expect(box).to_have_value("Yes, on Monday.\n\nP.S. Half typed")
    box.evaluate("(box, text) => (box.value = text)", "x" * 20_001)  # typing stops before
    box.press("Control+Enter")
    expect(page.locator("#reply-error")).to_contain_text("this has 20,001")
    expect(box).to_have_value("x" * 20_001)
    box.fill("Yes.")
    box.press("Control+Enter")
    expect(page.locator(".msg-out:not(.msg-pending)")).to_have_count(1)
    page.reload()
    expect(box).to_have_value("")


def check_views(page: Page) -> None:
    """Reload and back keep the list that a thread was opened from, and the window bears the thread's name."""
    page.goto("/inbox/?view=unassigned")
    expect(page.locator("#conversation-list")).to_have_attribute("data-view", "unassigned")
    send(page, "/inbox/new/", name="Lead 43", email="lead43@many.example", text="Hello.")
    row(page, "Lead 43").locator("a").click()
    expect(page).to_have_title(re.compile("Lead 43 · Rosa's$"))
    expect(page).to_have_url(re.compile(r"/inbox/[0-9a-f-]+/\?view=unassigned$"))
    row(page, "Lead 39").locator("a").click()
    expect(page).to_have_title(re.compile("Lead 39 · Rosa's$"))
    page.reload()
    expect(page.locator("#conversation-list")).to_have_attribute("data-view", "unassigned")
    page.go_back()
    expect(page).to_have_title(re.compile("Lead 43 · Rosa's$"))
    expect(page.locator("#conversation-list")).to_have_attribute("data-view", "unassigned")


def row(page: Page, name: str) -> Locator:
    named = page.locator(".row-name").get_by_text(name, exact=True)
    return page.locator("#conversation-list .row").filter(has=named)


def send(page: Page, path: str, **fields: str) -> str:
    """As another window of the same person would post it; the path it led to."""
    found: str = page.evaluate(
        """async ([path, fields]) => {
            const headers = JSON.parse(document.body.getAttribute("hx-headers:inherited"))
            const answer = await fetch(path, { method: "POST", headers, body: new URLSearchParams(fields) })
            if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
            return new URL(answer.url).pathname
        }""",
        [path, fields],
    )
    return found


def wait_for(page: Page, found: Sized) -> None:
    """Until a request was caught, for up to 10 s."""
    for _ in range(100):
        if found:
            return
        page.wait_for_timeout(100)
    raise AssertionError("no such request was made")
