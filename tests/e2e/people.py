"""Somebody at a browser: what their pages received, and whether a page broke the content security policy.

Tests act through `page`; everything that reached the browser, HTTP bodies and socket frames alike, is kept
so that a test can say that a word never came.
"""

from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    WebSocket,
    expect,
)

from tests.world import PASSWORD

# Told to the test as it happens; the listener is set before the page's own scripts run.
REPORT = """
addEventListener("securitypolicyviolation", (event) => {
  window.reportPolicy(`${event.violatedDirective}: ${event.blockedURI || "inline"} on ${location.pathname}`);
});
"""
TOKEN = "t" * 32
TEXT = ("text/", "application/json", "application/javascript", "image/svg")


@dataclass
class Person:
    """One browser context on one host."""

    name: str
    context: BrowserContext
    page: Page
    origin: str
    requests: list[Request] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def sign_in(self, email: str) -> None:
        """With the cookie that the form gives, and no page drawn for it: the next is whichever is opened."""
        key = session_of(self.origin, email=email)
        cookie = {"name": "marque", "value": key, "url": self.origin, "httpOnly": True, "sameSite": "Lax"}
        self.context.add_cookies([cookie])  # type: ignore[list-item]  # a cookie by its own keys

    def sign_in_by_hand(self, email: str) -> None:
        self.page.goto(f"{self.origin}/account/login/")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.locator("body[data-user-id]")).to_be_visible()

    def open(self, path: str) -> Page:
        self.page.goto(self.origin + path)
        return self.page

    def received(self, word: str) -> list[str]:
        """Where `word` reached this browser."""
        everything = [*map(_text, self.requests), *self.frames]
        return [text[:200] for text in everything if word in text]


def session_of(origin: str, *, email: str) -> str:
    """What the sign-in form of a site answers to a browser: the session, for its cookie."""
    site = urlsplit(origin)
    form = {"login": email, "password": PASSWORD, "csrfmiddlewaretoken": TOKEN}
    headers = {
        "Host": site.netloc,
        "Cookie": f"csrf={TOKEN}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    line = HTTPConnection("127.0.0.1", site.port or 80, timeout=30)  # where the browser finds every host
    try:
        line.request("POST", "/account/login/", urlencode(form), headers)
        answer = line.getresponse()
        assert (answer.status, answer.headers["Location"]) == (302, "/"), answer.read()[:500]
        given = SimpleCookie("; ".join(answer.headers.get_all("Set-Cookie", [])))
    finally:
        line.close()
    return given["marque"].value


def arrive(browser: Browser, *, name: str, origin: str, **options: object) -> Person:
    """A new browser context with everything recorded."""
    context = browser.new_context(base_url=origin, **options)  # type: ignore[arg-type]  # Playwright's own options
    context.set_default_timeout(10_000)
    person = Person(name, context, context.new_page(), origin)
    context.expose_function("reportPolicy", lambda fault: person.faults.append(str(fault)))
    context.add_init_script(REPORT)
    person.page.on("console", lambda message: _on_console(person, message))
    person.page.on("pageerror", lambda error: person.faults.append(f"script error: {error}"))
    person.page.on("requestfinished", lambda request: _on_finished(person, request))
    person.page.on("websocket", lambda socket: _on_socket(person, socket))
    return person


def _on_finished(person: Person, request: Request) -> None:
    person.requests.append(request)


def _on_console(person: Person, message: ConsoleMessage) -> None:
    if message.type == "error" and "Content Security Policy" in message.text:
        person.faults.append(message.text)


def _text(request: Request) -> str:
    """A finished request's address and the body of its answer; a page that was left may have lost it."""
    try:
        response = request.response()
        if response is None or not response.headers.get("content-type", "").startswith(TEXT):
            return request.url
        return f"{request.url}\n{response.text()}"
    except Error:
        return request.url


def _on_socket(person: Person, socket: WebSocket) -> None:
    socket.on("framereceived", lambda payload: person.frames.append(str(payload)))
