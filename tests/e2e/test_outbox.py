"""Replies on their way: whatever breaks meanwhile, each arrives once, under the key it got at first."""

import re

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from deploy.dev.stack import Stack
from tests.core.files.uploads import PDF
from tests.e2e.conftest import Arrive
from tests.e2e.people import Person
from tests.e2e.test_inbox import row, send, wait_for
from tests.world import ALICE_HOST

# Requests are lost while `isCut`, then one answer that the server has given; what comes after goes through.
LOSE = """() => {
    const real = window.fetch
    let hears = false
    Object.assign(window, { keys: [], isCut: true })
    window.fetch = async (...asked) => {
        if (!String(asked[0]).endsWith("/reply/")) return real(...asked)
        window.keys.push(asked[1].body.get("client_key"))
        if (window.isCut) throw new TypeError("lost")
        const answer = await real(...asked)
        if (hears) return answer
        hears = true
        throw new TypeError("lost")
    }
}"""
# The server does its work, and what it answers is lost on the way; what comes after goes through.
UNHEARD = """(address) => {
    const real = window.fetch
    let lost = false
    window.fetch = async (...asked) => {
        const answer = await real(...asked)
        if (lost || !String(asked[0]).endsWith(address)) return answer
        lost = true
        return new Response("", { status: 500 })
    }
}"""
# The server has whatever this tab knows of its drafts.
DRAFT_SAVED = """() => {
    const drafts = Object.keys(sessionStorage).filter((key) => key.startsWith("draft:"))
    return drafts.every((key) => !JSON.parse(sessionStorage.getItem(key)).dirty)
}"""
PENDING = ".msg-pending"
OWN = ".msg-out:not(.msg-pending)"


def lead(arrives: Arrive, name: str) -> tuple[Person, Page]:
    """Alice with a new lead's thread open."""
    alice = arrives("alice", ALICE_HOST)
    alice.sign_in("alice@alice.test")
    page = alice.open("/inbox/")
    email = f"{name.replace(' ', '.').lower()}@outbox.example"
    page.goto(send(page, "/inbox/new/", name=name, email=email, text="Hello."))
    return alice, page


def write(page: Page, text: str) -> None:
    page.locator("#reply-text").fill(text)
    page.keyboard.press("Control+Enter")


def test_a_send_that_breaks_goes_again_by_itself_under_the_same_key(arrives: Arrive) -> None:
    """Requests are lost, then the server's answer; the message stands once, and once only."""
    _, page = lead(arrives, "Lost Line")
    page.evaluate(LOSE)
    write(page, "Same words.")
    write(page, "Same words.")
    expect(page.locator(f"{PENDING}[data-state=waiting]")).to_contain_text(["Waits for the connection"])
    page.evaluate("() => { window.isCut = false }")
    expect(page.locator(OWN)).to_have_count(2, timeout=20_000)
    expect(page.locator(PENDING)).to_have_count(0)
    page.wait_for_function("() => !Object.keys(sessionStorage).some((key) => key.startsWith('underway:'))")
    keys = page.evaluate("() => window.keys")
    assert (len(set(keys)), keys[0] == keys[1]) == (2, True)
    page.reload()
    expect(page.locator(OWN)).to_have_count(2)


def test_a_server_that_restarts_during_a_send_neither_loses_nor_doubles(site: Stack, arrives: Arrive) -> None:
    _, page = lead(arrives, "Rita Restart")
    page.wait_for_timeout(300)
    site.kill("web")
    try:
        write(page, "Said while the server was away.")
        write(page, "And one more.")
        expect(page.locator(f"{PENDING}[data-state=waiting]")).to_have_count(1)
        expect(page.locator(PENDING)).to_have_count(2)
    finally:
        site.start_one("web")
    expect(page.locator(OWN)).to_have_count(2, timeout=40_000)
    page.reload()
    bubbles = page.locator(f"{OWN} .bubble")
    expect(bubbles).to_have_text(["Said while the server was away.", "And one more."])


def test_who_goes_offline_sends_when_they_are_back_even_after_leaving_the_page(arrives: Arrive) -> None:
    alice, page = lead(arrives, "Ola Offline")
    thread = page.url
    alice.context.set_offline(True)
    write(page, "From the tunnel.")
    expect(page.locator(f"{PENDING}[data-state=waiting]")).to_have_count(1)
    alice.context.set_offline(False)
    page.goto(thread)
    expect(page.locator(f"{OWN} .bubble")).to_have_text(["From the tunnel."])


@pytest.mark.parametrize("way", ["Retry", "Back to draft"])
def test_what_is_refused_says_so_in_its_bubble_with_two_ways_out(arrives: Arrive, way: str) -> None:
    _, page = lead(arrives, f"Fred {way}")
    page.route("**/reply/", lambda route: route.fulfill(status=500, body=""))
    write(page, "Not this time.")
    bubble = page.locator(f"{PENDING}[data-state=failed]")
    expect(bubble).to_contain_text("Not sent: something went wrong on our side")
    page.reload()
    expect(bubble).to_contain_text("Not sent")
    page.unroute("**/reply/")
    bubble.get_by_role("button", name=way).click()
    if way == "Retry":
        expect(page.locator(f"{OWN} .bubble")).to_have_text(["Not this time."])
    else:
        expect(page.locator("#reply-text")).to_have_value("Not this time.")
        expect(page.locator(OWN)).to_have_count(0)
    expect(page.locator(PENDING)).to_have_count(0)


def test_words_that_another_tab_has_put_back_do_not_double(arrives: Arrive) -> None:
    """A tab that was opened from this one has a copy of what failed; each takes it back to the one draft."""
    alice, page = lead(arrives, "Dunja Doubled")
    alice.context.route("**/reply/", lambda route: route.fulfill(status=500, body=""))
    write(page, "Said once.")
    failed = page.locator(f"{PENDING}[data-state=failed]")
    expect(failed).to_have_count(1)
    page.wait_for_function(DRAFT_SAVED)
    with page.expect_popup() as opened:
        page.evaluate("() => void window.open(location.href)")
    other = opened.value
    expect(other.locator(f"{PENDING}[data-state=failed]")).to_have_count(1)
    failed.get_by_role("button", name="Back to draft").click()
    expect(other.locator("#reply-text")).to_have_value("Said once.")

    other.get_by_role("button", name="Back to draft").click()
    expect(other.locator(PENDING)).to_have_count(0)
    expect(other.locator("#reply-text")).to_have_value("Said once.")
    alice.context.unroute("**/reply/")
    other.locator("#reply-text").press("Control+Enter")
    expect(other.locator(f"{OWN} .bubble")).to_have_text(["Said once."])


def test_words_that_go_back_keep_what_was_begun_meanwhile(arrives: Arrive) -> None:
    """Also where that begins with the same letters."""
    _, page = lead(arrives, "Wanda Words")
    page.route("**/reply/", lambda route: route.fulfill(status=500, body=""))
    write(page, "Yes")
    expect(page.locator(f"{PENDING}[data-state=failed]")).to_have_count(1)
    page.locator("#reply-text").fill("Yesterday it rained.")
    page.get_by_role("button", name="Back to draft").click()
    expect(page.locator("#reply-text")).to_have_value("Yes\n\nYesterday it rained.")


def test_a_file_that_comes_while_the_thread_is_made_anew_keeps_its_chip(arrives: Arrive) -> None:
    _, page = lead(arrives, "Chip Carried")
    send(page, "/inbox/new/", name="Chip Other", email="other@outbox.example", text="Hello.")
    held: list[Route] = []

    def hold(route: Route) -> None:  # Playwright refuses a built-in method
        held.append(route)

    page.route("**/files/", hold)
    plan: FilePayload = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page.locator("#attach-files").set_input_files(plan)
    wait_for(page, held)
    for name in ("Chip Other", "Chip Carried"):
        row(page, name).locator("a").click()
        expect(page.get_by_label(f"Reply to {name}")).to_be_visible()
    expect(page.locator(".file-coming")).to_have_count(1)
    held[0].continue_()
    expect(page.locator("[data-draft-file]")).to_have_count(1)
    expect(page.locator(".draft-file")).to_have_count(1)


@pytest.mark.parametrize("kind", ["reply", "note"])
def test_what_arrived_unheard_is_not_doubled_from_its_draft(arrives: Arrive, kind: str) -> None:
    """The server has it, and the browser was told that something went wrong."""
    _, page = lead(arrives, f"Uma Unheard {kind}")
    page.route_web_socket(re.compile("."), lambda _: None)  # nor is anything of it heard by the socket
    page.reload()

    page.evaluate(UNHEARD, f"/{kind}/")
    page.get_by_role("tab", name=kind.title()).click()
    box = page.locator(f"#{kind}-text")
    box.fill("Once only.")
    own = page.locator(f".msg-{'out' if kind == 'reply' else 'note'}[data-seq]")
    page.keyboard.press("Control+Enter")
    failed = page.locator(f"{PENDING}[data-state=failed]")
    expect(failed).to_contain_text("went wrong on our side")
    failed.get_by_role("button", name="Back to draft").click()
    expect(box).to_have_value("Once only.")
    expect(box).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(own.locator(".bubble")).to_have_text(["Once only."])
    page.reload()
    expect(own.locator(".bubble")).to_have_text(["Once only."])
    expect(box).to_have_value("")
