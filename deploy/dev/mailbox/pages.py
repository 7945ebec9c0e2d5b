"""The mailbox's pages and its small JSON interface, as functions of a request.
Templates escape everything; a mail's own HTML is served from an address of its own, without any rights."""

import json
import re
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.template import Context, Engine

from deploy.dev.mailbox import outbox
from deploy.dev.mailbox.letters import Letter, read
from deploy.dev.mailbox.store import Store
from deploy.dev.mailbox.web import MAIL_POLICY, Reply, Request

HERE = Path(__file__).parent
ENGINE = Engine(dirs=[str(HERE / "templates")])
STATIC = {"mailbox.css": "text/css; charset=utf-8", "mailbox.js": "text/javascript; charset=utf-8"}
KNOWN_ADDRESSES_FROM = 60  # mails looked through for addresses to offer


class Pages:
    """Call it with a request."""

    def __init__(self, store: Store, *, sink_port: int, inbound_port: int) -> None:
        self._store = store
        self._ports = {"sink_port": sink_port, "inbound_port": inbound_port}
        self._read: dict[str, Letter] = {}
        letter = r"/messages/(?P<number>[\w-]+)"
        self._routes: list[tuple[str, re.Pattern[str], Callable[..., Reply]]] = [
            ("GET", re.compile("/"), self.index),
            ("GET", re.compile("/rows"), self.rows),
            ("GET", re.compile(letter), self.letter),
            ("GET", re.compile(f"{letter}/html"), self.html),
            ("GET", re.compile(f"{letter}/raw"), self.raw),
            ("GET", re.compile(rf"{letter}/attachments/(?P<index>\d+)"), self.attachment),
            ("GET", re.compile("/compose"), self.compose),
            ("POST", re.compile("/compose"), self.send),
            ("POST", re.compile("/clear"), self.clear),
            ("GET", re.compile("/api/messages"), self.api_list),
            ("DELETE", re.compile("/api/messages"), self.api_clear),
            ("GET", re.compile(r"/api/messages/(?P<number>[\w-]+)"), self.api_letter),
            ("GET", re.compile("/static/(?P<name>[a-z.]+)"), self.static),
        ]

    def __call__(self, request: Request) -> Reply:
        """The reply to any request."""
        known = False
        for method, pattern, page in self._routes:
            if match := pattern.fullmatch(request.path):
                known = True
                if method == request.method:
                    return page(request, **match.groupdict())
        if known:
            return Reply(status=HTTPStatus.METHOD_NOT_ALLOWED, body="Not that way.")
        return self._missing("There is no such page.")

    def index(self, request: Request) -> Reply:
        return self._page("index.html", letters=self._letters())

    def rows(self, request: Request) -> Reply:
        """The list's rows newer than `after`, for the page that is open; how many there are in a header."""
        after = request.query.get("after", "")
        newer = [letter for letter in self._letters() if letter.id > after]
        reply = self._page("rows.html", letters=newer, fresh=True)
        return Reply(body=reply.body, headers={"X-Total": str(len(self._store.ids()))})

    def letter(self, request: Request, number: str) -> Reply:
        if (letter := self._letter(number)) is None:
            return self._missing("This mail is gone: only the newest are kept.")
        return self._page("letter.html", letters=self._letters(), letter=letter)

    def html(self, request: Request, number: str) -> Reply:
        if (letter := self._letter(number)) is None:
            return self._missing("This mail is gone.")
        return Reply(body=_links_in_new_tabs(letter.html), policy=MAIL_POLICY)

    def raw(self, request: Request, number: str) -> Reply:
        if (content := self._store.raw(number)) is None:
            return self._missing("This mail is gone.")
        return Reply(body=content, content_type="text/plain; charset=utf-8", policy=MAIL_POLICY)

    def attachment(self, request: Request, number: str, index: str) -> Reply:
        letter = self._letter(number)
        if letter is None or int(index) >= len(letter.attachments):
            return self._missing("There is no such attachment.")
        name = re.sub(r"[^\w.-]+", "_", letter.attachments[int(index)].name, flags=re.ASCII)
        return Reply(
            body=letter.attachments[int(index)].content,
            content_type="application/octet-stream",
            policy=MAIL_POLICY,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def compose(self, request: Request) -> Reply:
        letter = self._letter(request.query.get("reply", ""))
        fields = dict.fromkeys(outbox.FIELDS, "") | {"to": request.query.get("to", "")}
        return self._form(outbox.reply_fields(letter) if letter else fields)

    def send(self, request: Request) -> Reply:
        fields = {name: request.form.get(name, "").strip() for name in outbox.FIELDS}
        answer = outbox.send(fields, port=self._ports["inbound_port"])
        return self._form(fields, answer=answer)

    def clear(self, request: Request) -> Reply:
        self._store.clear()
        return Reply(status=HTTPStatus.SEE_OTHER, headers={"Location": "/"})

    def api_list(self, request: Request) -> Reply:
        return _json([_summary(letter) for letter in self._letters()])

    def api_letter(self, request: Request, number: str) -> Reply:
        if (letter := self._letter(number)) is None:
            return _json({"error": "no such mail"}, status=HTTPStatus.NOT_FOUND)
        whole = {"headers": letter.headers, "text": letter.text, "html": letter.html}
        attachments = [{"name": part.name, "content_type": part.content_type} for part in letter.attachments]
        return _json({**_summary(letter), **whole, "attachments": attachments})

    def api_clear(self, request: Request) -> Reply:
        return _json({"removed": self._store.clear()})

    def static(self, request: Request, name: str) -> Reply:
        if name not in STATIC:
            return self._missing("There is no such file.")
        return Reply(body=(HERE / "static" / name).read_bytes(), content_type=STATIC[name])

    def _letters(self) -> list[Letter]:
        """All of them, newest first; each is read once, because a kept mail never changes."""
        numbers = self._store.ids()
        self._read = {number: letter for number in numbers if (letter := self._letter(number))}
        return list(self._read.values())

    def _letter(self, number: str) -> Letter | None:
        if number in self._read:
            return self._read[number]
        raw = self._store.raw(number)
        return None if raw is None else read(number, raw)

    def _form(self, fields: dict[str, str], *, answer: outbox.Answer | None = None) -> Reply:
        letters = self._letters()
        known = {address for letter in letters[:KNOWN_ADDRESSES_FROM] for address in letter.reply_to}
        return self._page("compose.html", letters=letters, fields=fields, answer=answer, known=sorted(known))

    def _missing(self, sentence: str) -> Reply:
        reply = self._page("missing.html", letters=self._letters(), sentence=sentence)
        return Reply(body=reply.body, status=HTTPStatus.NOT_FOUND)

    def _page(self, template: str, **values: object) -> Reply:
        context = Context({**self._ports, **values}, use_l10n=False, use_tz=False)
        return Reply(body=ENGINE.get_template(template).render(context))


def _json(value: Any, *, status: HTTPStatus = HTTPStatus.OK) -> Reply:
    return Reply(body=json.dumps(value, indent=1), status=status, content_type="application/json")


def _summary(letter: Letter) -> dict[str, object]:
    return {
        "id": letter.id,
        "received": letter.received.isoformat(),
        "from": letter.sender,
        "to": letter.delivered_to,
        "reply_to": letter.reply_to,
        "subject": letter.subject,
        "message_id": letter.header("Message-ID"),
        "preview": letter.preview,
    }


def _links_in_new_tabs(html: str) -> str:
    """A frame without rights cannot navigate its page; a new tab works as it would in a mail program."""
    base = '<base target="_blank" rel="noopener">'
    with_head, found = re.subn(r"(?i)<head[^>]*>", lambda match: match[0] + base, html, count=1)
    return with_head if found else f"<!doctype html><meta charset=utf-8>{base}{html}"
