"""Turns the HTML of a stranger's mail into HTML that can only be looked at, and into text.

Sanitising is the last thing that happens to the HTML: nobody changes the result afterwards, and it is still
served from a URL of its own with a sandbox policy. What of a text is quoted is next door in quoting.py.

This file is a program too, run by cleaning.py under limits; it imports nothing of the product.
"""

import json
import re
import resource
import sys
from html.parser import HTMLParser
from urllib.parse import unquote

import nh3

MAX_INPUT = 1_000_000  # characters
MAX_TAGS = 10_000  # the sanitiser needs quadratic time for tags inside each other
MAX_OUTPUT = 500_000
MAX_DEPTH = 120

CPU_SECONDS = 2
MEMORY = 300_000_000  # bytes of address space, Python's own included


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LAYOUT = _words("align valign width height bgcolor dir lang title style")
_CELL = _LAYOUT | {"colspan", "rowspan", "nowrap"}
_BLOCKS = _words(
    "p div span center h1 h2 h3 h4 h5 h6 blockquote pre hr ul li dl dt dd address thead tbody tfoot"
    " caption section article header footer figure figcaption"
)
_INLINE = _words("b strong i em u s strike del ins small big sub sup code kbd samp tt mark q")
_TAGS: dict[str, set[str]] = {
    **{tag: set(_LAYOUT) for tag in _BLOCKS},
    **{tag: {"style"} for tag in _INLINE},
    "br": set(),
    "wbr": set(),
    "a": {*_LAYOUT, "href"},
    "abbr": {"title"},
    "font": {"color", "face", "size"},
    "img": {"alt", "width", "height", "src"},  # of an address only what names a part of the mail is kept
    "ol": {*_LAYOUT, "start", "type"},
    "table": {*_LAYOUT, "border", "cellpadding", "cellspacing"},
    "tr": set(_CELL),
    "td": set(_CELL),
    "th": set(_CELL),
}
_GONE_WITH_CONTENT = set(
    _words(
        "script style svg math template noscript iframe object embed applet frameset title head textarea"
        " select option button audio video canvas xmp noembed noframes plaintext"
    )
)
_STYLES = _words(
    "color background-color display font-family font-size font-style font-weight line-height letter-spacing"
    " text-align text-decoration text-transform vertical-align white-space list-style-type"
    " width max-width min-width height border border-top border-right border-bottom border-left"
    " border-color border-style border-width border-radius border-collapse border-spacing"
    " padding padding-top padding-right padding-bottom padding-left"
    " margin margin-top margin-right margin-bottom margin-left"
)
_STYLE_VALUE = re.compile(r"[\w\s#%.,'\"!-]*(?:(?:rgb|hsl)a?\([\d\s.,%/]*\)[\w\s#%.,'\"!-]*)?\Z", re.ASCII)
_LINK = re.compile(r"(?:https?://|mailto:|tel:)[^\x00-\x20\x7f]+\Z", re.IGNORECASE)
_PART = re.compile(r"cid:[A-Za-z0-9.@_+=$-]{1,200}\Z")
_MEASURE = re.compile(r"[\w\s#%.,-]{0,100}\Z", re.ASCII)
_FREE_TEXT = {"alt", "title"}
_QUOTE_CLASS = re.compile(r"(?:gmail|protonmail|yahoo|zmail)_?(?:extra|quote)", re.IGNORECASE)
MAX_MARKS = 5  # ">" in front of a line, however deep it is quoted


def sanitise_html(html: str) -> str:
    """The mail's HTML without scripts, forms, frames and anything that loads by itself; "" when none is left.

    Links stay (http, https, mailto, tel) and open elsewhere. Too much HTML is cut, too deep is dropped.
    """
    clean = nh3.clean(
        _cut(html),
        tags=set(_TAGS),
        clean_content_tags=_GONE_WITH_CONTENT,
        attributes=_TAGS,
        attribute_filter=_attribute,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        url_relative="deny",
    )
    if len(clean) > MAX_OUTPUT or _depth(clean) > MAX_DEPTH or not clean.strip():
        return ""
    return clean


def html_to_text(html: str) -> str:
    """Readable text for a mail that came without any: paragraphs, list marks, and where links lead.

    What mail programs mark as quoted begins with ">", as it does in plain text, so that quoting.py finds it.
    """
    tags = set(_TAGS) - {"img"}
    attributes = {"a": {"href"}, "blockquote": {"type", "class", "cite"}}
    clean = nh3.clean(_cut(html), tags=tags, clean_content_tags=_GONE_WITH_CONTENT, attributes=attributes)
    reader = _TextReader()
    reader.feed(clean)
    reader.close()
    return reader.text()


def _cut(html: str) -> str:
    """At most MAX_INPUT characters and MAX_TAGS tags; what follows is left out."""
    html = html[:MAX_INPUT].replace("\0", "")
    pieces = html.split("<", MAX_TAGS + 1)
    return html if len(pieces) <= MAX_TAGS + 1 else "<".join(pieces[:-1])


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return _style(value)
    if name == "href":
        return value if _LINK.match(value) else None
    if name == "src":
        named = unquote(value[:1000])
        return named if _PART.match(named) else None
    if name in _FREE_TEXT:
        return value[:500]
    return value if _MEASURE.match(value) else None


def _style(value: str) -> str | None:
    """Only properties that stay inside the mail's own box, with values that cannot name an address."""
    kept = []
    for declaration in value[:4000].split(";"):
        name, _, content = declaration.partition(":")
        name, content = name.strip().lower(), content.strip()
        if name in _STYLES and content and len(content) <= 200 and _STYLE_VALUE.match(content):
            kept.append(f"{name}:{content}")
    return ";".join(kept) or None


def _depth(clean: str) -> int:
    reader = _DepthReader()
    reader.feed(clean)
    return reader.deepest


class _DepthReader(HTMLParser):
    """How deep well-formed HTML is nested."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = self.deepest = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"br", "hr", "img", "wbr"}:
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1


_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "ul", "ol", "table", "dl", "hr"}
_LINES = {"div", "li", "tr", "dt", "dd", "section", "article", "header", "footer", "address", "center"}


class _TextReader(HTMLParser):
    """Collects the text of sanitised HTML line by line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines = [""]
        self._href = ""
        self._said = ""
        self._marks: dict[int, str] = {}  # what stands in front of a line that is quoted, by its number
        self._quotes: list[bool] = []  # each blockquote that is open, and whether it quotes a mail

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._block(tag)
        if tag == "blockquote":
            self._quotes.append(_quotes_mail(dict(attrs)))
        if tag == "br":
            self._lines.append("")
        elif tag in {"td", "th"}:
            self._lines[-1] += " "
        elif tag == "li":
            self._lines[-1] += "- "
        elif tag == "a":
            self._href, self._said = dict(attrs).get("href") or "", ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote" and self._quotes:
            self._quotes.pop()
        self._block(tag)
        if tag == "a" and self._href:
            if self._said.strip() and not _says(self._said.strip(), self._href):
                self._lines[-1] += f" ({self._href})"
            self._href = ""

    def handle_data(self, data: str) -> None:
        data = re.sub(r"\s+", " ", data)
        self._said += data
        self._lines[-1] += data
        if data.strip() and any(self._quotes):
            self._marks[len(self._lines) - 1] = ">" * min(sum(self._quotes), MAX_MARKS) + " "

    def _block(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._lines += ["", ""]
        elif tag in _LINES and self._lines[-1].strip():
            self._lines.append("")

    def text(self) -> str:
        plain = [re.sub(r" {2,}", " ", line).strip() for line in self._lines]
        lines = [self._marks.get(number, "") + line for number, line in enumerate(plain)]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _quotes_mail(attributes: dict[str, str | None]) -> bool:
    """Whether a blockquote repeats an earlier mail; a plain one is somebody's own indentation."""
    kind, known = (attributes.get(name) or "" for name in ("type", "class"))
    return kind.lower() == "cite" or bool(_QUOTE_CLASS.search(known)) or "cite" in attributes


def _says(said: str, href: str) -> bool:
    """Whether the text of a link already is where it leads."""
    target = re.sub(r"^(?:https?://|mailto:|tel:)", "", href, flags=re.IGNORECASE).rstrip("/")
    return said.rstrip("/").removeprefix("https://").removeprefix("http://") == target


def main() -> None:
    """JSON text of the HTML in; {"html", "text"} out. Killed by the system when it takes too much."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    given = json.load(sys.stdin)
    json.dump({"html": sanitise_html(given), "text": html_to_text(given)}, sys.stdout)


if __name__ == "__main__":
    main()
