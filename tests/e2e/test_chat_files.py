"""Files in the chat on somebody's site, both ways and live, under a policy that allows the one host."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from deploy.dev.stack import Stack
from tests.core.files.uploads import PDF, photo
from tests.e2e.conftest import Arrive
from tests.e2e.other_site import Shop, other_site
from tests.e2e.test_chat import answer, bubble, say, set_up
from tests.world import ALICE_HOST

# What a page that stood open over night knows: each address has ended.
GROWN_OLD = """() => {
    const real = window.fetch
    window.fetch = async (...asked) => {
        const answer = await real(...asked)
        if (!/messages\\?(?!only)/.test(String(asked[0]))) return answer
        const page = await answer.json()
        for (const message of page.messages) {
            message.until = 1
            for (const file of message.files) {
                file.url = "/chat/files/over/"
                file.small = file.small && file.url
            }
        }
        return new Response(JSON.stringify(page), { status: answer.status })
    }
}"""


@pytest.fixture
def shop() -> Iterator[Shop]:
    with other_site() as found:
        yield found


def test_files_go_both_ways(arrives: Arrive, site: Stack, shop: Shop, tmp_path: Path) -> None:
    alice = arrives("alice", ALICE_HOST)
    alice.sign_in("alice@alice.test")
    set_up(alice.open("/settings/chat/"), shop, site)
    inbox, page = alice.open("/inbox/"), arrives("fiona", "shop.test").page
    page.goto(shop.origin)
    page.get_by_role("button", name="Ask the shop").click()
    say(page, "May I see the plan of the orangery?")
    row = inbox.locator("#conversation-list .row").filter(has_text="plan of the orangery")
    row.locator("a").click()
    check_answer(page, inbox, tmp_path)


def check_answer(page: Page, inbox: Page, folder: Path) -> None:
    """An agent's files are at the visitor at once, and after a reload."""
    for name, data in (("orangery.pdf", PDF), ("orangery.jpg", photo())):
        (folder / name).write_bytes(data)
    inbox.locator("[data-attach]").set_input_files([folder / "orangery.pdf", folder / "orangery.jpg"])
    expect(inbox.locator(".draft-files [data-draft-file]")).to_have_count(2)
    answer(inbox, "Here it is.")
    expect(bubble(page, "Here it is.")).to_be_visible()
    check_shown(page)
    page.reload()
    check_shown(page)
    page.add_init_script(f"({GROWN_OLD})()")
    page.reload()
    check_shown(page)


def check_shown(page: Page) -> None:
    file = page.get_by_role("link", name="orangery.pdf")
    expect(file).to_contain_text("17 B")
    picture = page.get_by_role("img", name="orangery.jpg")
    expect(picture).to_have_attribute("width", "135")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    check_opens(page)


def check_opens(page: Page) -> None:
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="orangery.jpg").click()
    expect(opened.value.locator("img")).to_be_visible()
    opened.value.close()
    with page.expect_event("download") as started:  # also where it begins in a tab of its own
        page.get_by_role("link", name="orangery.pdf").click()
    assert started.value.suggested_filename == "orangery.pdf"
    assert started.value.path().read_bytes() == PDF
