"""`make screenshots`: pictures of the main pages in two brands and two themes on two screens; axe's findings.

It runs a whole Marque of its own with the demo in it; the pages' behaviour is tested in tests/e2e.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from deploy.demo.cast import ACME, HARBOR, LUMEN, NORTHWIND, PASSWORD, Client, House
from deploy.dev.bootstrap import say
from deploy.dev.browser import ensure
from deploy.dev.problem import explained
from deploy.dev.stack import ROOT, Stack

PICTURES = ROOT / ".marque" / "screenshots"
SCREENS = {"desktop": (1440, 900), "phone": (390, 844)}
THEMES = ("light", "dark")
BRANDS = ((NORTHWIND, ACME), (HARBOR, LUMEN))
SERIOUS = {"serious", "critical"}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@dataclass(frozen=True, slots=True)
class Shot:
    """One page: where it is, whose it is, and what is done before the picture."""

    name: str
    path: str
    who: str = "team"  # team, staff or nobody
    click: str = ""


SHOTS = (
    Shot("login", "/account/login/", who="nobody"),
    Shot("form", "/f/contact/", who="nobody"),
    Shot("not-found", "/nothing-here/", who="nobody"),
    Shot("home", "/"),
    Shot("inbox", "/inbox/"),
    Shot("thread", "/inbox/", click="#conversation-list [data-stop] >> nth=0"),
    Shot("new-lead", "/inbox/", click=".top-bar [data-sheet]"),
    Shot("contacts", "/contacts/"),
    Shot("contact", "/contacts/", click=".grid-table [data-stop] >> nth=0"),
    Shot("forms", "/settings/forms/"),
    Shot("keys", "/settings/api-keys/"),
    Shot("team", "/settings/team/"),
    Shot("console", "/", who="staff"),
    Shot("workspaces", "/workspaces/", who="staff"),
    Shot("brand", "/settings/brand/", who="staff"),
)


def main(wanted: list[str]) -> int:
    """Take the named shots, or all; 1 when a page has a serious fault for people who cannot see or point."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    shots = [shot for shot in SHOTS if not wanted or shot.name in wanted]
    faults: dict[str, None] = {}
    stack = Stack(PICTURES / "state", processes=("web", "ws", "worker"))
    stack.start_services()
    try:
        stack.set_up("migrate")
        stack.set_up("seed_demo", "--if-empty")
        stack.start_processes()
        stack.wait_ready()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(ensure()), args=ARGUMENTS)
            for house, client in BRANDS:
                faults |= dict.fromkeys(_brand(browser, stack.ports.web, house, client, shots=shots))
            browser.close()
    finally:
        stack.stop()
    say(f"{len(list(PICTURES.glob('*.png')))} pictures in {PICTURES.relative_to(ROOT)}/")
    say("\n".join(faults) or "axe found nothing serious.")
    return 1 if faults else 0


def _brand(browser: Browser, port: int, house: House, client: Client, *, shots: list[Shot]) -> Iterator[str]:
    hosts = {"staff": house.slug, "team": client.label, "nobody": client.label}
    people = {"staff": house.owner.email, "team": client.team[0].email}
    cookies = {who: _signed_in(browser, _origin(hosts[who], port), people[who]) for who in people}
    for (screen, size), theme in product(SCREENS.items(), THEMES):
        for who, host in hosts.items():
            context = _context(browser, screen=screen, size=size, theme=theme, origin=_origin(host, port))
            context.add_cookies(cookies.get(who, []))  # type: ignore[arg-type]  # cookies() and add_cookies() differ
            for shot in (shot for shot in shots if shot.who == who):
                page = _take(context, shot, name=f"{shot.name}-{house.slug}-{theme}-{screen}")
                if screen == "desktop":
                    yield from _faults(page, f"{shot.name} {house.slug} {theme}")
                page.close()
            context.close()


def _origin(host: str, port: int) -> str:
    return f"http://{host}.localhost:{port}"


def _context(
    browser: Browser, *, screen: str, size: tuple[int, int], theme: str, origin: str
) -> BrowserContext:
    is_phone = screen == "phone"
    return browser.new_context(
        base_url=origin,
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if theme == "dark" else "light",
        device_scale_factor=2 if is_phone else 1,
        has_touch=is_phone,
        is_mobile=is_phone,
    )


def _signed_in(browser: Browser, origin: str, email: str) -> list[dict[str, object]]:
    """The cookies of somebody who has signed in."""
    context = browser.new_context(base_url=origin)
    page = context.new_page()
    page.goto("/account/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector(".rail")
    found = [dict(cookie) for cookie in context.cookies()]
    context.close()
    return found


def _take(context: BrowserContext, shot: Shot, *, name: str) -> Page:
    page = context.new_page()
    page.goto(shot.path)
    if shot.click:
        page.click(shot.click)
    page.wait_for_timeout(700)  # parts have come, and the motion of sheets has ended
    # "initial": Playwright hides the caret by inline styles, which our policy would report.
    page.screenshot(path=PICTURES / f"{name}.png", caret="initial")
    return page


def _faults(page: Page, where: str) -> Iterator[str]:
    for found in Axe().run(page).response["violations"]:
        if found["impact"] in SERIOUS:
            places = ", ".join(str(node["target"][0]) for node in found["nodes"][:3])
            yield f"{where}: {found['help']} ({found['id']}) at {places}"


if __name__ == "__main__":
    sys.exit(explained(lambda: main(sys.argv[1:])))
