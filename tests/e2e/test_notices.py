"""The bell: what somebody is told of the conversation they look at is read while they look."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Arrive
from tests.e2e.test_inbox import send
from tests.world import ALICE_HOST

BELL = "[data-count=notices]"


def give_to_bob(page: Page) -> None:
    """By Alice, from the menu; it was nobody's or hers."""
    page.keyboard.press("a")
    page.locator("#menu").get_by_role("button", name="Bob Baker").click()
    expect(page.locator("#thread-head")).to_contain_text("Bob")


def test_who_looks_at_it_has_read_it(arrives: Arrive) -> None:
    alice, bob = arrives("alice", ALICE_HOST), arrives("bob", ALICE_HOST)
    for person in (alice, bob):
        person.sign_in(f"{person.name}@alice.test")
    hers, his = alice.open("/inbox/"), bob.open("/inbox/")
    address = send(hers, "/inbox/new/", name="Nina Noticed", email="nina@notices.example", text="Hello.")
    with his.expect_response(lambda answer: answer.url.endswith("/seen/")):
        his.goto(f"{bob.origin}{address}")  # every message is seen by now: only the notice is new
    hers.goto(f"{alice.origin}{address}")
    expect(his.locator("#thread-head strong")).to_have_text("Nina Noticed")
    with his.expect_response(lambda answer: answer.url.endswith("/seen/")):
        give_to_bob(hers)
    check_nothing_is_new(his)


def test_what_comes_from_elsewhere_is_read_on_opening(arrives: Arrive) -> None:
    alice, bob = arrives("alice", ALICE_HOST), arrives("bob", ALICE_HOST)
    for person in (alice, bob):
        person.sign_in(f"{person.name}@alice.test")
    hers, his = alice.open("/inbox/"), bob.open("/inbox/")
    address = send(hers, "/inbox/new/", name="Ella Elsewhere", email="ella@notices.example", text="Hello.")
    with his.expect_response(lambda answer: answer.url.endswith("/seen/")):
        his.goto(f"{bob.origin}{address}")
    his.goto(f"{bob.origin}/inbox/")
    hers.goto(f"{alice.origin}{address}")
    give_to_bob(hers)
    expect(his.locator(BELL)).to_have_text("1")
    expect(
        his.locator("#bulk-form button").first
    ).to_be_attached()  # has an address of a count, and is no bell
    his.goto(f"{bob.origin}{address}")
    check_nothing_is_new(his)


def check_nothing_is_new(page: Page) -> None:
    """Nor after the page is drawn again."""
    bell = page.locator(BELL)
    expect(bell).to_be_hidden()
    page.goto("/")
    expect(bell).to_be_hidden()
