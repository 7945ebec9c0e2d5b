"""What people see when a part of the house is away: nothing is lost, and the page says so honestly."""

from playwright.sync_api import expect

from deploy.dev.stack import Stack
from tests.e2e.conftest import Arrive
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
