"""Text that tries to become code, and a reader that tells whether any of it did."""

from html.parser import HTMLParser

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '"><img src=x onerror=alert(1)//',
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "</title></textarea><svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=javascript:alert(1)>x</a>",
    '<math><mi xlink:href="data:x,<script>alert(1)</script>">',
    "<style>*{display:none}</style>",
    '<!--<img title="--><img src=x onerror=alert(1)>">',
    "{{ 7|add:'7' }}{% debug %}",
    "<template><script>alert(1)</script></template>",
    "<button hx-get=/settings hx-trigger=load>",
    "<div data-sheet=/x data-refetch=/x>",
]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in {"style", "math", "object", "embed", "base"} or (tag == "script" and "src" not in given):
            self.found.append(tag)
        for name, value in given.items():
            loads = name in {"href", "src", "action", "hx-get", "hx-post", "srcdoc"}
            if name.startswith("on") or (loads and not value.startswith(("/", "#", "tel:", "mailto:"))):
                self.found.append(f"{tag} {name}={value}")
            if name in {"hx-get", "data-sheet", "data-refetch"} and value in {"/settings", "/x"}:
                self.found.append(f"{tag} {name}={value}")


def live_parts(html: str) -> list[str]:
    """Whatever in a page could run, load from elsewhere or restyle it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found
