"""What people see when a part of the house is away: nothing is lost, and the page says so honestly."""

from playwright.sync_api import Page, expect

from deploy.dev.stack import Stack
from tests.e2e.conftest import Arrive
from tests.e2e.people import Person
from tests.e2e.test_loop import fill_form
from tests.world import ALICE_HOST


def test_a_lead_is_stored_without_redis_and_shows_once_it_is_back(site: Stack, arrives: Arrive) -> None:
    alice = arrives("alice", ALICE_HOST)
    alice.sign_in("alice@alice.test")
    alice.open("/inbox/")
    stranger = arrives("stranger", ALICE_HOST)
    form = stranger.open("/f/contact/")
    site.kill("valkey")
    try:
        fill_form(form, name="Petra Patient", email="petra@patient.example", message="Nobody may lose this.")
    finally:
        site.start_one("valkey")
    expect(alice.page.locator(".row", has_text="Petra Patient")).to_be_visible(timeout=15_000)


def test_the_socket_comes_back_and_misses_nothing(site: Stack, arrives: Arrive) -> None:
    alice = arrives("alice", ALICE_HOST)
    alice.sign_in("alice@alice.test")
    alice.open("/inbox/")
    site.kill("ws")
    expect(alice.page.locator("#live-pill")).to_contain_text("Reconnecting")
    stranger = arrives("stranger", ALICE_HOST)
    fill_form(
        stranger.open("/f/contact/"), name="Mirek Missed", email="mirek@missed.example", message="While away."
    )
    site.start_one("ws")
    expect(alice.page.locator(".row", has_text="Mirek Missed")).to_be_visible(timeout=20_000)
    expect(alice.page.locator("#live-pill")).to_be_hidden()


def test_who_reads_far_up_keeps_their_place(site: Stack, arrives: Arrive) -> None:
    alice = arrives("alice", ALICE_HOST)
    alice.sign_in("alice@alice.test")
    page = long_thread(alice, arrives, answers=55)
    bob = arrives("bob", ALICE_HOST)
    bob.sign_in("bob@alice.test")
    bobs = bob.open(page.evaluate("location.pathname"))
    page.locator("#messages-scroll").evaluate("e => e.scrollTo(0, -e.scrollHeight)")
    expect(page.locator(".msg")).to_have_count(56)
    page.locator("#messages-scroll").evaluate("e => e.scrollTo(0, -e.scrollHeight)")
    first = page.locator(".msg-in .bubble", has_text="The first word")
    expect(first).to_be_in_viewport()
    site.kill("valkey")
    try:
        answer(bobs, "Said while nobody heard.")
    finally:
        site.start_one("valkey")
    expect(page.locator("#thread-pill")).to_have_text("1 new message", timeout=20_000)
    expect(page.locator(".msg")).to_have_count(57)
    expect(first).to_be_in_viewport()


def long_thread(alice: Person, arrives: Arrive, *, answers: int) -> Page:
    """A lead with many answers, open on Alice's screen."""
    form = arrives("talker", ALICE_HOST).open("/f/contact/")
    fill_form(form, name="Tilda Talker", email="tilda@talker.example", message="The first word.")
    page = alice.open("/inbox/")
    page.locator(".row", has_text="Tilda Talker").click()
    expect(page.locator(".bubble", has_text="The first word")).to_be_visible()
    for number in range(answers):
        answer(page, f"Answer {number}.")
    page.reload()
    return page


def answer(page: Page, text: str) -> None:
    """As another window of the same person would post it."""
    status = page.locator("[data-composer]").evaluate(
        """(form, text) => {
            const body = new URLSearchParams(new FormData(form))
            body.set("text", text)
            return fetch(form.action, { method: "POST", body }).then((answer) => answer.status)
        }""",
        text,
    )
    assert status == 200
