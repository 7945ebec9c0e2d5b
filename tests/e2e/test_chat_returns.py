"""A chat comes back by itself, whatever stood in the way: a proxy without a server, limits, another token."""

import re

from playwright.sync_api import Page, Route, expect

from deploy.dev.stack import Stack
from tests.e2e.conftest import Arrive
from tests.e2e.other_site import Shop
from tests.e2e.test_chat import answer, bubble, say, set_up
from tests.world import ALICE_HOST

READS = re.compile(r"/chat/messages\?")
LONG = 30_000
"""Milliseconds, for what is tried again some times."""


def test_it_comes_back(arrives: Arrive, site: Stack, shop: Shop) -> None:
    alice = arrives("alice", ALICE_HOST)
    alice.sign_in("alice@alice.test")
    set_up(alice.open("/settings/chat/"), shop, site)
    inbox, page = alice.open("/inbox/"), arrives("renate", "shop.test").page
    page.goto(shop.origin)
    page.get_by_role("button", name="Ask the shop").click()
    say(page, "Is the samovar for sale?")
    opens(inbox, "Is the samovar for sale?")
    check_refused_while_it_connects(page, inbox, site, shop)
    check_refused_while_it_fetches(page, inbox, shop)
    check_refused_at_the_start(page, inbox, shop)
    check_another_token(page, inbox)


def opens(inbox: Page, words: str) -> None:
    inbox.locator("#conversation-list .row").filter(has_text=words).locator("a").click()
    expect(inbox.locator("#messages")).to_contain_text(words)


class Refusals:
    """What its page reads is refused so, one after the other; then the server answers."""

    def __init__(self, page: Page, shop: Shop, *statuses: int) -> None:
        self.page, self.origin, self.left = page, shop.origin, list(statuses)
        page.route(READS, self._answer)

    def _answer(self, route: Route) -> None:
        if not self.left:
            return route.fallback()
        headers = {"Access-Control-Allow-Origin": self.origin}
        return route.fulfill(status=self.left.pop(0), headers=headers, body="<h1>No</h1>")

    def wait(self, *, left: int) -> None:
        """Until so many are left."""
        for _ in range(LONG // 100):
            if len(self.left) <= left:
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"{self.left} was never asked for")


def check_refused_while_it_connects(page: Page, inbox: Page, site: Stack, shop: Shop) -> None:
    """After three failures it asks whether it may go on: only 401 and 403 say no."""
    refusals = Refusals(page, shop, 502, 429)
    site.kill("ws")
    refusals.wait(left=1)
    answer(inbox, "Written while you were away.")
    expect(inbox.locator(".msg-out.msg-sent")).to_have_count(1)
    site.start_one("ws")
    site.wait_ready("ws")
    expect(bubble(page, "Written while you were away.")).to_have_count(1, timeout=LONG)
    refusals.wait(left=0)
    answer(inbox, "And this is live.")
    expect(bubble(page, "And this is live.")).to_have_count(1)


def check_refused_while_it_fetches(page: Page, inbox: Page, shop: Shop) -> None:
    """What is too long for the socket is fetched, until it is there."""
    refusals = Refusals(page, shop, 502)
    answer(inbox, "It boiled and boiled. " * 150 + "That was its story.")
    refusals.wait(left=0)
    story = page.get_by_role("log").get_by_text("That was its story.")
    expect(story).to_have_count(1, timeout=LONG)


def check_refused_at_the_start(page: Page, inbox: Page, shop: Shop) -> None:
    refusals = Refusals(page, shop, 503)
    page.reload()
    refusals.wait(left=0)
    expect(bubble(page, "And this is live.")).to_have_count(1, timeout=LONG)
    answer(inbox, "Live once more.")
    expect(bubble(page, "Live once more.")).to_have_count(1)


def check_another_token(page: Page, inbox: Page) -> None:
    """A browser whose token opens nothing any more is a new visitor, and hears answers as one; a refusal of
    the old token that comes late does not end the new one."""
    late: list[Route] = []
    page.route(READS, lambda route: route.fallback() if late else late.append(route))
    answer(inbox, "It hissed and hissed. " * 150)
    expect(inbox.locator(".msg-out.msg-sent").last).to_contain_text("It hissed")
    refuse = re.compile("/chat/messages$")
    page.route(refuse, lambda route: route.fulfill(status=401, json={"code": "not_allowed"}), times=1)
    say(page, "Do you have a second samovar?")
    opens(inbox, "Do you have a second samovar?")
    late[0].fulfill(status=401, json={"code": "not_allowed"})
    answer(inbox, "In the cellar.")
    expect(bubble(page, "In the cellar.")).to_have_count(1)
