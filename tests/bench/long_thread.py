"""A thread of 50,000 messages in a real browser: how it opens, and how smoothly one scrolls up through it.

The floor is the same page with its newest messages alone, scrolled up and down where nothing is fetched. A
frame is what the browser draws; what it was busy with for more than 50 ms it calls a long task.
"""

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from playwright.sync_api import Page, ViewportSize, sync_playwright

from deploy.dev.browser import ensure
from inbox.conversations.domain.capture import Lead, capture
from inbox.conversations.enums import Channel
from tenants.context import workspace
from tenants.models import Workspace
from tests.bench.inboxes import inbox
from tests.bench.installation import Installation
from tests.bench.registry import Figure, Size, bench
from tests.bench.sockets.processes import web_server
from tests.bench.thread import desk

WINDOW: ViewportSize = {"width": 1280, "height": 800}
STEP = 120
"""Pixels of one turn of a mouse's wheel."""

FILL = """
INSERT INTO conversations_message (id, conversation_id, seq, direction, body_text, body_html, quoted_text,
    automatic, state, failure, attempt, message_id, "references", created_at)
SELECT gen_random_uuid(), %(id)s, seq, CASE WHEN seq %% 3 = 0 THEN 'out' ELSE 'in' END,
    'Message ' || seq || repeat(' and what belongs to it', seq %% 9), '', '', false,
    CASE WHEN seq %% 3 = 0 THEN 'sent' ELSE 'received' END, '', 1, '', '',
    now() - interval '20 minutes' * (%(last)s - seq)
FROM generate_series(2, %(last)s) seq"""
GROW = """
UPDATE conversations_conversation
SET next_seq = %(last)s + 1, message_count = %(last)s, last_in_seq = %(last)s
WHERE id = %(id)s"""

# Turn the wheel in every frame for so long; up all the time, or to and fro within what is there.
SCROLL = """async ([ms, step, turns]) => {
    const box = document.querySelector("#messages-scroll")
    const [frames, tasks] = [[], []]
    const watch = new PerformanceObserver((list) => {
        for (const one of list.getEntries()) tasks.push(one.duration)
    })
    watch.observe({ entryTypes: ["longtask"] })
    const began = performance.now()
    let last = began
    await new Promise((done) => requestAnimationFrame(function draw(now) {
        frames.push(now - last)
        last = now
        const back = turns && Math.floor((now - began) / 400) % 2
        box.scrollBy({ top: back ? step : -step, behavior: "instant" })
        if (now - began < ms) requestAnimationFrame(draw)
        else done()
    }))
    watch.disconnect()
    const messages = [...document.querySelectorAll("#messages > .msg[data-seq]")]
    const first = Math.min(...messages.map((one) => Number(one.dataset.seq)))
    return { frames: frames.slice(1), tasks, first, messages: messages.length }
}"""


@dataclass(frozen=True, slots=True)
class Scrolled:
    """What the browser measured, in ms; `first` is the earliest message in the page afterwards."""

    frames: list[float]
    tasks: list[float]
    first: int
    messages: int

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.frames, n=20)[-1]

    @property
    def longest(self) -> float:
        return max(self.tasks, default=0.0)


@bench("long-thread")
def measure(place: Installation, *, size: Size) -> Iterator[Figure]:
    """Opened ten times, then scrolled up for 20 s; small: 5,000 messages for 5 s."""
    row = inbox(place, messages=size.pick(1_000_000, 50_000))
    count, ms = size.pick(50_000, 5_000), size.pick(20_000, 5_000)
    long, short = (_thread(place, row, count=each) for each in (count, 50))
    with web_server(place.state, place.env) as port, _browser(row, port=port) as page:
        opened = [[_open(page, id) for _ in range(size.pick(10, 3))] for id in (short, long)]
        _open(page, short)
        floor = _scroll(page, ms=ms, turns=True)
        _open(page, long)
        ours = _scroll(page, ms=ms, turns=False)
    yield Figure(
        "open", statistics.median(opened[1]), "ms", floor=statistics.median(opened[0]), n=len(opened[1])
    )
    yield Figure("frame-p95", ours.p95, "ms", floor=floor.p95, n=len(ours.frames))
    yield Figure("frame-longest", max(ours.frames), "ms", floor=max(floor.frames), n=len(ours.frames))
    yield Figure("longest-task", ours.longest, "ms", floor=floor.longest or None, n=len(ours.tasks))
    yield Figure("passed", count - ours.first, "messages", n=len(ours.frames))
    yield Figure("in-the-page", ours.messages, "messages", n=1)


def _thread(place: Installation, row: Workspace, *, count: int) -> UUID:
    """A conversation of so many messages, made once."""
    with workspace(row):
        lead = Lead(
            source="bench",
            channel=Channel.MANUAL,
            name=f"Long {count}",
            email=f"long{count}@bench.test",
            text="Message 1",
        )
        found = capture(lead.with_external_id(f"long-{count}")).conversation
        if found.message_count > 1:
            return UUID(str(found.id))
    facts = {"id": found.id, "last": count}
    with psycopg.connect(place.superuser_dsn(), autocommit=True) as conn:
        conn.execute(f"SET search_path = {row.schema}".encode())
        conn.execute(FILL.encode(), facts)
        conn.execute(GROW.encode(), facts)
        conn.execute(b"ANALYZE conversations_message")
    return UUID(str(found.id))


@contextmanager
def _browser(row: Workspace, *, port: int) -> Iterator[Page]:
    """Somebody of the team, signed in."""
    signed_in = desk(row).client
    host = str(signed_in.defaults["HTTP_HOST"])
    name = settings.SESSION_COOKIE_NAME
    origin = f"http://{host}:{port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(ensure()),
            args=["--no-sandbox", "--host-resolver-rules=MAP *.bench.test 127.0.0.1"],
        )
        context = browser.new_context(viewport=WINDOW, base_url=origin)
        context.add_cookies([{"name": name, "value": signed_in.cookies[name].value, "url": origin}])
        yield context.new_page()
        browser.close()


def _open(page: Page, conversation: UUID) -> float:
    """From asking to the newest message in view, in ms."""
    page.goto("about:blank")
    page.goto(f"/inbox/{conversation}/", wait_until="commit")
    page.wait_for_selector("#messages > .msg[data-seq]:last-of-type")
    found: float = page.evaluate("() => performance.now()")
    page.wait_for_load_state("load")
    return found


def _scroll(page: Page, *, ms: int, turns: bool) -> Scrolled:
    page.wait_for_timeout(1_000)  # what a page does after it came is not scrolling
    found: dict[str, Any] = page.evaluate(SCROLL, [ms, STEP, turns])
    return Scrolled(**found)
