"""The whole running stack on a copy of the world, and browsers for its people.

The browser tests of one worker share a stack; each test's pages must stay free of content-security-policy
reports and script errors.
"""

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from deploy.dev.browser import ensure
from deploy.dev.stack import Stack
from tenants.schema.cluster import prepare
from tests.e2e.other_site import Shop, other_site
from tests.e2e.people import Person, arrive
from tests.services import dsn

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP *.test 127.0.0.1",
]
FAILED = pytest.StashKey[bool]()
DATABASE = f"marque_e2e_{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker(pytest.mark.e2e)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[FAILED] = report.failed or item.stash.get(FAILED, False)
    return report


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Web, sockets, workers, mail receiver and mailbox, as `make run` starts them."""
    prepare(os.environ["TEST_SUPERUSER_DSN"], DATABASE, template=os.environ["TEST_WORLD"])
    environment = {
        "MARQUE_ENV": "test",
        "DATABASE_URL": dsn("marque_web", DATABASE),
        "OWNER_DATABASE_URL": dsn("marque_owner", DATABASE),
        "REDIS_URL": "",  # a Valkey of its own, so that a test may stop it
    }
    with Stack(tmp_path_factory.mktemp("site"), env=environment) as stack:
        yield stack


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Ends with the last test of this folder that a worker runs in a row: it keeps an event loop running, and
    Django refuses queries then."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browsers(playwright: Playwright) -> Iterator[list[Browser]]:
    """The one that runs, once there is one; people get contexts of their own in it."""
    running: list[Browser] = []
    yield running
    for one in running:
        one.close()


@pytest.fixture
def browser(playwright: Playwright, browsers: list[Browser]) -> Browser:
    """Started anew where the one before has crashed."""
    if not (browsers and browsers[-1].is_connected()):
        browsers.append(playwright.chromium.launch(executable_path=str(ensure()), args=ARGUMENTS))
    return browsers[-1]


Arrive = Callable[..., Person]


@pytest.fixture
def arrives(site: Stack, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Arrive]:
    """`arrives("alice", ALICE_HOST)`: a person with a browser of their own; checked for faults at the end."""
    people: list[Person] = []

    def make(name: str, host: str, **options: object) -> Person:
        person = arrive(browser, name=name, origin=f"http://{host}:{site.ports.web}", **options)
        people.append(person)
        return person

    yield make
    faults = {person.name: person.faults for person in people if person.faults}
    if faults or request.node.stash.get(FAILED, False):
        take_pictures(request.node.name, people)
    for person in people:
        person.context.close()
    assert {person.name: person.faults for person in people if person.faults} == {}


def take_pictures(test: str, people: list[Person]) -> None:
    """What each of them saw in the end, for whoever has to find out why."""
    pictures = Path(".marque/e2e")
    pictures.mkdir(parents=True, exist_ok=True)
    for person in people:
        person.page.screenshot(
            path=str(pictures / f"{test}-{person.name}.png"), caret="initial"
        )  # the default writes an inline style
        print(f"{person.name} at {person.page.url}\n{person.page.locator('body').aria_snapshot()}")  # noqa: T201 - CI has no pictures


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A page of another origin that has the chat on it."""
    with other_site() as found:
        yield found


@pytest.fixture
def mailbox(site: Stack) -> str:
    """Where the dev mailbox's pages are."""
    return f"http://127.0.0.1:{site.ports.mailbox}"
