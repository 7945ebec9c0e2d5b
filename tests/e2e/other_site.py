"""Somebody's own site with the chat on it, on another origin, under as strict a policy as there is."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOST = "shop.test"


class Shop:
    """What the site serves; `snippet` is the line its owner pasted, `policy` what they were told to allow."""

    def __init__(self, port: int) -> None:
        self.port, self.snippet, self.policy = port, "", ""

    @property
    def origin(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def page(self) -> bytes:
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
            f"<body><h1>A shop</h1>{self.snippet}</body></html>"
        ).encode()


@contextmanager
def other_site() -> Iterator[Shop]:
    """A small server of its own for one test."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header(
                "Content-Security-Policy",
                f"default-src 'none'; base-uri 'none'; form-action 'none'; {shop.policy};"
                " require-trusted-types-for 'script'; trusted-types 'none'",
            )
            self.end_headers()
            self.wfile.write(shop.page)

        def log_message(self, format: str, *args: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    shop = Shop(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield shop
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
