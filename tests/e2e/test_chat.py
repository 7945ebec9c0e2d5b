"""The chat on somebody's site, under a strict policy, and the inbox: visitor and agent, live both ways."""

import re
from datetime import UTC, datetime

from playwright.sync_api import Locator, Page, expect

from deploy.dev.stack import Stack
from tests.e2e.conftest import Arrive
from tests.e2e.other_site import Shop
from tests.inbox.hostile import HOSTILE
from tests.world import ALICE_HOST

# The server has the message, and the page never learns it from the answer.
LOSE_AN_ANSWER = """() => {
    const real = window.fetch
    let loses = true
    window.fetch = async (...asked) => {
        const answer = await real(...asked)
        if (loses && asked[1]?.method === "POST" && String(asked[0]).endsWith("/chat/messages")) {
            loses = false
            throw new TypeError("lost")
        }
        return answer
    }
}"""


def test_a_visitor_and_the_team_talk(arrives: Arrive, site: Stack, shop: Shop) -> None:
    alice = arrives("alice", ALICE_HOST)
    alice.sign_in("alice@alice.test")
    set_up(alice.open("/settings/chat/"), shop, site)
    inbox = alice.open("/inbox/")
    vera = arrives("vera", "shop.test")
    page = vera.page
    page.goto(shop.origin)
    check_first_message(page, inbox)
    check_both_ways(page, inbox)
    check_nothing_typed_is_lost(page)
    check_hostile_words(page, inbox)
    check_reload(page)
    check_address(page, inbox)
    assert vera.received("alice@alice.test") == []
    assert [cookie["name"] for cookie in vera.context.cookies()] == []
    check_form(alice.open("/settings/chat/"), arrives("otto", "shop.test").page, shop, inbox=alice.page)


def set_up(page: Page, shop: Shop, site: Stack) -> None:
    """The team lists the site; its owner pastes the line, and allows what the page says."""
    page.get_by_label("People can chat").select_option("always")  # another test may have left hours
    page.get_by_label("Sites that show the chat").fill(shop.origin)
    frame = page.frame_locator("#chat-preview")
    page.get_by_label("Title").fill("Ask the shop")
    expect(frame.get_by_role("heading", name="Ask the shop")).to_be_visible()
    page.get_by_role("button", name="Save the chat").click()
    expect(page.get_by_text("The chat is saved.")).to_be_visible()
    shop.snippet = page.locator("#chat-snippet").inner_text()
    told = page.locator("#chat-policy").text_content() or ""
    web, socket = f"http://{ALICE_HOST}:{site.ports.web}", f"ws://{ALICE_HOST}:{site.ports.websocket}"
    # an installation on https has one host without ports
    shop.policy = told.replace(f"https://{ALICE_HOST}", web).replace(f"wss://{ALICE_HOST}", socket)


def say(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_label("Your message").press("Enter")


def bubble(page: Page, text: str) -> Locator:
    return page.get_by_role("log").get_by_text(text, exact=True)


def answer(inbox: Page, text: str) -> None:
    inbox.locator("#reply-text").fill(text)
    inbox.locator("#reply-text").press("Control+Enter")


def check_first_message(page: Page, inbox: Page) -> None:
    page.get_by_role("button", name="Ask the shop").click()
    expect(page.get_by_text("Hello. How can we help?")).to_be_visible()
    say(page, "Do you deliver?")
    expect(bubble(page, "Do you deliver?")).to_be_visible()
    row = inbox.locator("#conversation-list .row").filter(has_text="Do you deliver?")
    expect(row).to_contain_text("Visitor")
    expect(row.get_by_role("img", name="Chat")).to_be_visible()
    row.locator("a").click()
    expect(inbox.locator("#reply-text")).to_have_attribute("placeholder", "Reply in the chat")


def check_both_ways(page: Page, inbox: Page) -> None:
    expect(page.get_by_text("Seen", exact=True)).to_be_visible()
    inbox.locator("#reply-text").press_sequentially("Yes")
    expect(page.get_by_text("Alice Archer is typing…")).to_be_visible()
    answer(inbox, "Yes, on Mondays: https://shop.test/delivery.")
    link = page.get_by_role("link", name="https://shop.test/delivery")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(page.get_by_text("Alice Archer", exact=True)).to_be_visible()
    expect(page.get_by_text("is typing")).to_be_hidden()
    page.bring_to_front()
    expect(inbox.locator(".msg-out .mark-seen")).to_be_visible()
    page.get_by_label("Your message").press_sequentially("Th")
    expect(inbox.locator("#contact-types")).to_be_visible()
    say(page, "Thanks.")
    expect(inbox.locator(".msg-in .bubble").get_by_text("Thanks.", exact=True)).to_be_visible()
    expect(inbox.locator("#contact-types")).to_be_hidden()


def check_nothing_typed_is_lost(page: Page) -> None:
    """What could not be sent says so, and is sent once however often that is tried."""

    page.evaluate(LOSE_AN_ANSWER)
    say(page, "Sent, and its answer lost")
    again = page.get_by_role("button", name="Try again")
    expect(bubble(page, "Sent, and its answer lost")).to_be_visible()
    expect(again).to_be_hidden()
    page.route("**/chat/messages", lambda route: route.abort())
    say(page, "Not sent")
    expect(again).to_be_visible()
    page.unroute("**/chat/messages")
    again.click()
    expect(again).to_be_hidden()
    expect(bubble(page, "Not sent")).to_have_count(1)
    expect(bubble(page, "Sent, and its answer lost")).to_have_count(1)
    page.route("**/chat/messages", lambda route: route.abort())
    say(page, "Sent by itself")
    expect(again).to_be_visible()
    page.unroute("**/chat/messages")
    expect(again).to_be_hidden()
    expect(bubble(page, "Sent by itself")).to_have_count(1)


def check_hostile_words(page: Page, inbox: Page) -> None:
    for text in HOSTILE:
        say(page, text)
    last = " ".join(HOSTILE[-1].split())
    expect(inbox.locator(".msg-in .bubble").get_by_text(last, exact=True)).to_be_visible(timeout=30_000)
    answer(inbox, HOSTILE[1])
    expect(page.get_by_role("log").get_by_text(HOSTILE[1], exact=True)).to_have_count(2)


def check_reload(page: Page) -> None:
    page.get_by_label("Your message").fill("Half typed")
    page.reload()
    expect(bubble(page, "Thanks.")).to_be_visible()
    expect(page.get_by_label("Your message")).to_have_value("Half typed")
    page.get_by_label("Your message").press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    launcher = page.get_by_role("button", name="Ask the shop")
    expect(launcher).to_be_focused()
    launcher.press("Enter")
    expect(page.get_by_label("Your message")).to_be_focused()


def check_address(page: Page, inbox: Page) -> None:
    field = page.get_by_label("Where do answers reach you when you have left?")
    field.fill("nobody")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("does not look like an address")).to_be_visible()
    field.fill("vera@acme.test")
    page.get_by_role("button", name="Save").click()
    expect(field).to_be_hidden()
    expect(inbox.locator("#thread-head")).to_contain_text("vera@acme.test")


def check_form(settings: Page, page: Page, shop: Shop, *, inbox: Page) -> None:
    """While nobody is there: a form instead, whose lead is in the inbox."""
    settings.get_by_label("People can chat").select_option("hours")
    another_day = (datetime.now(UTC).weekday() + 3) % 7
    for number, day in enumerate(settings.locator(".chat-day input").all()):
        day.set_checked(number == another_day)
    settings.get_by_role("button", name="Save the chat").click()
    expect(settings.get_by_text("The chat is saved.")).to_be_visible()
    page.goto(shop.origin)
    page.get_by_role("button", name="Ask the shop").click()
    expect(page.get_by_text(re.compile("^We are not here at the moment"))).to_be_visible()
    page.get_by_label("Name").fill("Otto")
    page.get_by_label("Message", exact=True).fill("Call me back.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Leave an e-mail address")).to_be_visible()
    page.get_by_label("E-mail").fill("otto@acme.test")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(bubble(page, "Call me back.")).to_be_visible()
    inbox.goto("/inbox/")
    expect(inbox.locator("#conversation-list .row").filter(has_text="Otto")).to_contain_text("Call me back.")
