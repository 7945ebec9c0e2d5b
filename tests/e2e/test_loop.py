"""The main job: form → live inbox → reply → mailbox → reply, beside a client of another reseller."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Arrive
from tests.world import ALICE_HOST, MALLORY_HOST

STRANGER = "Ingrid Canary"
ADDRESS = "ingrid@canary-farm.example"
QUESTION = "Do you restore cellos from 1920? Word of ours: quetzal-alice."
ANSWER = "We do, Ingrid. Bring it on Thursday."
# The answer to a reply has come from the server and reaches the page when the test says so.
HOLD_REPLIES = """() => {
    const real = window.fetch
    window.fetch = async (...asked) => {
        const answer = await real(...asked)
        if (String(asked[0]).endsWith("/reply/")) await new Promise((go) => (window.release = go))
        return answer
    }
}"""
THANKS = "Thursday it is. quetzal-again"

OTHER = "Otto Other"
OTHER_QUESTION = "Is the clinic open on Sunday? Word of ours: marmot-mallory."


def fill_form(page: Page, *, name: str, email: str, message: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Message").fill(message)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading")).to_have_text("Sent")


def mail_to(page: Page, mailbox: str, address: str) -> dict[str, object]:
    """The newest mail the dev mailbox caught for `address`; waits up to 10 s for it."""
    for _ in range(100):
        rows = page.request.get(f"{mailbox}/api/messages").json()
        numbers = [row["id"] for row in rows if address in str(row)]
        if numbers:
            found: dict[str, object] = page.request.get(f"{mailbox}/api/messages/{numbers[0]}").json()
            return found
        page.wait_for_timeout(100)
    raise AssertionError(f"no mail to {address} came")


def test_a_lead_becomes_an_answer(arrives: Arrive, mailbox: str) -> None:
    alice, mallory = arrives("alice", ALICE_HOST), arrives("mallory", MALLORY_HOST)
    alice.sign_in_by_hand("alice@alice.test")
    mallory.sign_in_by_hand("mallory@mallory.test")
    alice.open("/inbox/")
    mallory.open("/inbox/")

    stranger = arrives("stranger", ALICE_HOST)
    fill_form(stranger.open("/f/contact/"), name=STRANGER, email=ADDRESS, message=QUESTION)
    row = alice.page.locator(".row", has_text=STRANGER)
    expect(row).to_be_visible()

    other = arrives("other", MALLORY_HOST)
    fill_form(other.open("/f/contact/"), name=OTHER, email="otto@other.example", message=OTHER_QUESTION)
    expect(mallory.page.locator(".row", has_text=OTHER)).to_be_visible()

    row.click()
    expect(alice.page.locator(".bubble", has_text="cellos")).to_be_visible()
    answer_with_a_late_echo(alice.page)

    mail = mail_to(alice.page, mailbox, ADDRESS)
    assert ANSWER in str(mail["text"])
    reply_from_the_mailbox(stranger.context.new_page(), mailbox, str(mail["id"]))
    expect(alice.page.locator(".msg-in .bubble", has_text="quetzal-again")).to_be_visible()
    expect(alice.page.locator(".row", has_text=STRANGER)).to_have_count(1)

    for word in ("quetzal", "canary-farm", STRANGER, "Alice"):
        assert mallory.received(word) == []
    for word in ("marmot", "other.example", OTHER, "Mallory"):
        assert alice.received(word) == []
    assert alice.received("quetzal-again") != []


def answer_with_a_late_echo(page: Page) -> None:
    """The server's answer to the reply, made while it was queued, comes after the news that it was sent."""
    page.evaluate(HOLD_REPLIES)
    expect(page.locator("#panel .wait")).to_have_count(1)
    page.locator("#reply-text").fill(ANSWER)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg-out .bubble", has_text="Thursday")).to_have_count(1)
    expect(page.locator(".msg-out.msg-sent")).to_have_count(1)
    expect(page.locator("#panel")).to_contain_text("Unassign")
    expect(page.locator("#panel .wait")).to_have_count(0)
    page.evaluate("() => window.release()")
    page.wait_for_function("() => !Object.keys(sessionStorage).some((key) => key.startsWith('underway:'))")
    expect(page.locator(".msg-out.msg-sent")).to_have_count(1)


def reply_from_the_mailbox(page: Page, mailbox: str, number: str) -> None:
    """The customer answers by mail, through the mailbox page's own form."""
    page.goto(f"{mailbox}/compose?reply={number}")
    page.locator("textarea").fill(THANKS)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("250")).to_be_visible()
