"""Every main page, as drawn: no policy report, nothing wider than a phone, no serious accessibility fault."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Arrive
from tests.e2e.people import Person
from tests.world import ALICE_HOST, PLATFORM_HOST, RITA_HOST

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
SERIOUS = {"serious", "critical"}
UNFOLD = "document.querySelectorAll('.ask-more').forEach((more) => { more.open = true; })"
SLIPS = "document.body.matches('.app') && document.documentElement.scrollHeight > innerHeight"

WORKSPACE = [
    "/",
    "/inbox/",
    "/contacts/",
    "/settings/forms/",
    "/settings/forms/new/",
    "/settings/team/",
    "/settings/keys/",
    "/account/profile/",
    "/no-such-page/",
]
SIGNED_OUT = [
    "/account/login/",
    "/account/login/code/",
    "/account/password/reset/",
    "/f/contact/",
    "/f/contact/thanks/",
    "/f/contact/confirm/too-old/",
]


def faults(page: Page) -> list[str]:
    """What axe finds serious, in words; the sandboxed frames of mails are not ours."""
    found = (
        Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"], "iframes": False}).response["violations"]
    )
    return [
        f"{fault['id']} at {fault['nodes'][0]['target']}" for fault in found if fault["impact"] in SERIOUS
    ]


def look(person: Person, paths: list[str]) -> dict[str, list[str]]:
    """Walk the pages, a form's questions unfolded; what is wrong with each."""
    wrong: dict[str, list[str]] = {}
    for path in paths:
        page = person.open(path)
        page.wait_for_load_state("networkidle")
        page.evaluate(UNFOLD)
        found = faults(page)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found += [f"{wide} pixels too wide"] if wide > 0 else []
        found += ["it scrolls under its frame"] if page.evaluate(SLIPS) else []
        if found:
            wrong[path] = found
    return wrong


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_workspaces_pages(arrives: Arrive, theme: str, size: dict[str, int]) -> None:
    alice = arrives("alice", ALICE_HOST, viewport=size, color_scheme=theme)
    assert look(alice, SIGNED_OUT) == {}
    alice.sign_in("alice@alice.test")
    assert look(alice, WORKSPACE) == {}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_consoles_pages(arrives: Arrive, size: dict[str, int]) -> None:
    rita = arrives("rita", RITA_HOST, viewport=size)
    rita.sign_in("rita@rita.test")
    assert (
        look(
            rita,
            [
                "/",
                "/workspaces/",
                "/workspaces/new/",
                "/staff/",
                "/staff/new/",
                "/staff/roles/",
                "/settings/brand/",
            ],
        )
        == {}
    )
    olga = arrives("olga", PLATFORM_HOST, viewport=size)
    olga.sign_in("olga@platform.test")
    lists = ["/", "/resellers/", "/resellers/new/", "/workspaces/?sort=-health", "/search/?q=rita"]
    assert look(olga, [*lists, "/fleet/", "/fleet/faults/", "/fleet/steps/", "/system/"]) == {}


def test_a_title_beside_tabs_is_whole(arrives: Arrive) -> None:
    """However many buttons stand in the same bar."""
    for name, width in (("desk", 1280), ("narrow", 800), ("phone", 390)):
        alice = arrives(name, ALICE_HOST, viewport={"width": width, "height": 800})
        alice.sign_in("alice@alice.test")
        title = alice.open("/settings/team/").locator(".page-title")
        expect(title).to_have_text("Settings")
        assert title.evaluate("(title) => title.scrollWidth - title.clientWidth") == 0, name


IN_VIEW = """(bar) => {
  const [room, tab] = [bar, bar.querySelector("[aria-current]")].map((one) => one.getBoundingClientRect());
  return tab.left >= room.left - 1 && tab.right <= room.right + 1;
}"""


def test_the_current_tab_is_in_view(arrives: Arrive) -> None:
    """The bar scrolls to it and says on which side there is more; the page stays where it is."""
    for name, width in (("desk", 1280), ("narrow", 800), ("phone", 390)):
        alice = arrives(name, ALICE_HOST, viewport={"width": width, "height": 800})
        alice.sign_in("alice@alice.test")
        for path, edge in (("labels/", "data-after"), ("team/", "data-before")):
            bar = alice.open(f"/settings/{path}").locator(".page-tabs")
            assert bar.evaluate(IN_VIEW), (name, path)
            fades = bar.evaluate("(bar, edge) => bar.hasAttribute(edge)", edge)
            assert fades == (width < 1280), (name, path)
            assert alice.page.evaluate("document.querySelector('#content').scrollTop + scrollY") == 0
