"""`make screenshots`: pictures of the main pages in two brands and two themes on two screens; axe's findings.

It runs a whole Marque of its own with the demo in it; the pages' behaviour is tested in tests/e2e.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from deploy.demo.cast import ACME, HARBOR, LUMEN, NORTHWIND, OPERATOR, PASSWORD, Client, House
from deploy.dev.bootstrap import say
from deploy.dev.browser import ensure
from deploy.dev.problem import Problem, explained, last_line
from deploy.dev.stack import ROOT, Stack
from tests.screenshots.shots import SHOTS, Shot

PICTURES = ROOT / ".marque" / "screenshots"
SCREENS = {"desktop": (1440, 900), "phone": (390, 844)}
THEMES = ("light", "dark")
BRANDS = ((NORTHWIND, ACME), (HARBOR, LUMEN))
SERIOUS = {"serious", "critical"}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
HIDDEN = """Math.max(
  ...[...document.querySelectorAll("#content, #sheet")].map((part) => part.scrollHeight - part.clientHeight)
)"""
NEWCOMER = "ada@new.example"
"""The owner of a new workspace, as scenes.py makes them."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where shots are taken: by kind of person the host, and the address they sign in with, if any."""

    name: str
    people: Mapping[str, tuple[str, str]]
    ids: Mapping[str, str]


def main(wanted: list[str]) -> int:
    """Take the named shots, or all; 1 when a page has a serious fault for people who cannot see or point."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    stack = Stack(PICTURES / "state", processes=("web", "ws", "worker"))
    stack.start_services()
    try:
        stack.set_up("migrate")
        stack.set_up("seed_demo", "--if-empty")
        ids = scenes(stack.env)
        stack.start_processes()
        stack.wait_ready()
        faults = take(stack.ports.web, ids, wanted=wanted)
    finally:
        stack.stop()
    say(f"{len(list(PICTURES.glob('*.png')))} pictures in {PICTURES.relative_to(ROOT)}/")
    say("\n".join(faults) or "axe found nothing serious.")
    return 1 if faults else 0


def scenes(env: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Make what the pictures show beside the demo, and return its ids. Raises Problem."""
    command = [sys.executable, "-m", "tests.screenshots.scenes"]
    done = subprocess.run(command, cwd=ROOT, env=dict(env), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Problem(f"What the pictures show could not be made: {last_line(done.stderr)}")
    found: dict[str, dict[str, str]] = json.loads(last_line(done.stdout))
    return found


def take(port: int, ids: dict[str, dict[str, str]], *, wanted: Sequence[str]) -> list[str]:
    """Take the pictures of a Marque at this port; what axe found, each once."""
    shots = [shot for shot in SHOTS if not wanted or shot.name in wanted]
    faults: dict[str, None] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(ensure()), args=ARGUMENTS)
        for stage in _stages(ids):
            faults |= dict.fromkeys(_stage(browser, port, stage, shots=shots))
        browser.close()
    return list(faults)


def _stages(ids: dict[str, dict[str, str]]) -> Iterator[Stage]:
    for house, client in BRANDS:
        yield Stage(house.slug, _people(house, client), ids[house.slug])
    yield Stage("platform", {"operator": ("platform", OPERATOR.email)}, ids[NORTHWIND.slug])


def _people(house: House, client: Client) -> dict[str, tuple[str, str]]:
    return {
        "nobody": (client.label, ""),
        "suspended": (f"closed-{house.slug}", ""),
        "team": (client.label, client.team[0].email),
        "newcomer": (f"new-{house.slug}", NEWCOMER),
        "staff": (house.slug, house.owner.email),
    }


def _stage(browser: Browser, port: int, stage: Stage, *, shots: list[Shot]) -> Iterator[str]:
    for who, (host, email) in stage.people.items():
        mine, origin = [shot for shot in shots if shot.who == who], _origin(host, port)
        cookies = _signed_in(browser, origin, email) if mine and email else []
        for (screen, size), theme in product(SCREENS.items(), THEMES) if mine else ():
            context = _context(browser, screen=screen, size=size, theme=theme, origin=origin)
            context.add_cookies(cookies)  # type: ignore[arg-type]  # cookies() and add_cookies() differ
            for shot in mine:
                page = _take(context, shot, ids=stage.ids, name=f"{shot.name}-{stage.name}-{theme}-{screen}")
                if screen == "desktop":
                    yield from _faults(page, f"{shot.name} {stage.name} {theme}")
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


def _take(context: BrowserContext, shot: Shot, *, ids: Mapping[str, str], name: str) -> Page:
    page = context.new_page()
    page.goto(shot.path.format_map(ids))
    for selector in shot.clicks:
        # As an event, not at a place: on a phone the same thing may be in a menu.
        page.dispatch_event(selector.format_map(ids), "click")
    page.wait_for_timeout(700)  # parts have come, and the motion of sheets has ended
    if shot.tall:
        _stretch(page)
    # "initial": Playwright hides the caret by inline styles, which our policy would report.
    page.screenshot(path=PICTURES / f"{name}.png", caret="initial")
    return page


def _stretch(page: Page) -> None:
    """Make the window as high as what scrolls in it."""
    hidden = page.evaluate(HIDDEN)
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": size["width"], "height": min(size["height"] + hidden, 4000)})
    page.wait_for_timeout(200)


def _faults(page: Page, where: str) -> Iterator[str]:
    for found in Axe().run(page).response["violations"]:
        if found["impact"] in SERIOUS:
            places = ", ".join(str(node["target"][0]) for node in found["nodes"][:3])
            yield f"{where}: {found['help']} ({found['id']}) at {places}"


if __name__ == "__main__":
    sys.exit(explained(lambda: main(sys.argv[1:])))
