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


def seen_by_bob(arrives: Arrive, name: str) -> tuple[Page, Page, str]:
    """Alice's page and Bob's, and the address of a new lead whose every message he has seen: what is new then
    is a notice alone."""
    alice, bob = arrives("alice", ALICE_HOST), arrives("bob", ALICE_HOST)
    for person in (alice, bob):
        person.sign_in(f"{person.name}@alice.test")
    hers, his = alice.open("/inbox/"), bob.open("/inbox/")
    email = f"{name.partition(' ')[0].lower()}@notices.example"
    address = send(hers, "/inbox/new/", name=name, email=email, text="Hello.")
    with his.expect_response(lambda answer: answer.url.endswith("/seen/")):
        his.goto(address)
    return hers, his, address


def test_who_looks_at_it_has_read_it(arrives: Arrive) -> None:
    hers, his, address = seen_by_bob(arrives, "Nina Noticed")
    hers.goto(address)
    expect(his.locator("#thread-head strong")).to_have_text("Nina Noticed")
    with his.expect_response(lambda answer: answer.url.endswith("/seen/")):
        give_to_bob(hers)
    check_nothing_is_new(his)


def test_what_comes_from_elsewhere_is_read_on_opening(arrives: Arrive) -> None:
    hers, his, address = seen_by_bob(arrives, "Ella Elsewhere")
    his.goto("/inbox/")
    hers.goto(address)
    give_to_bob(hers)
    expect(his.locator(BELL)).to_have_text("1")
    expect(
        his.locator("#bulk-form button").first
    ).to_be_attached()  # has an address of a count, and is no bell
    his.goto(address)
    check_nothing_is_new(his)


def check_nothing_is_new(page: Page) -> None:
    """Nor after the page is drawn again."""
    bell = page.locator(BELL)
    expect(bell).to_be_hidden()
    page.goto("/")
    expect(bell).to_be_hidden()
