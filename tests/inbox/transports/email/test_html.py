"""Sanitising: whatever a stranger writes, the result can only be looked at, and loads nothing."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.transports.email.cleaning import TOO_MUCH, Cleaned, clean
from inbox.transports.email.html import MEMORY, html_to_text, sanitise_html
from tests.services import ROOT

LINK = 'rel="noopener noreferrer nofollow"'
HARMLESS_TAGS = re.compile(
    r"(p|div|span|center|h[1-6]|blockquote|pre|hr|ul|ol|li|dl|dt|dd|address|b|strong|i|em|u|s|strike|del|ins|small|big|sub"
    r"|sup|code|kbd|samp|tt|mark|q|thead|tbody|tfoot|caption|section|article|header|footer|figure|figcaption|br|wbr|a|abbr"
    r"|font|img|table|tr|td|th)\Z"
)
HARMLESS_ATTRIBUTES = re.compile(
    r"(align|valign|width|height|bgcolor|dir|lang|title|style|colspan|rowspan|nowrap|href|rel|target|color|face"
    r"|size|alt|start|type|border|cellpadding|cellspacing)\Z"
)


class Watch(HTMLParser):
    """Reads HTML as a browser would and collects everything that could do something."""

    def __init__(self) -> None:
        super().__init__()
        self.harm: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not HARMLESS_TAGS.match(tag):
            self.harm.append(tag)
        for name, value in attrs:
            self.check(name, value or "")

    def check(self, name: str, value: str) -> None:
        if not HARMLESS_ATTRIBUTES.match(name):
            self.harm.append(name)
        if name == "href" and not re.match(r"(https?://|mailto:|tel:)", value, re.IGNORECASE):
            self.harm.append(value)
        if name == "style" and re.search(
            r"url|image|expression|import|position|@|\\|/\*|var\(|attr\(", value, re.I
        ):
            self.harm.append(value)

    def handle_comment(self, data: str) -> None:
        self.harm.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.harm.append("declaration")


def harm(html: str) -> list[str]:
    watch = Watch()
    watch.feed(html)
    watch.close()
    return watch.harm


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("<p>Hello <b>Zoe</b></p>", "<p>Hello <b>Zoe</b></p>"),
        ("<script>alert(1)</script>Hi", "Hi"),
        ("<style>*{background:url(//e.test)}</style>Hi", "Hi"),
        ('<img src="http://e.test/a.gif" srcset="//e.test/b" alt="Logo" onerror="x">', '<img alt="Logo">'),
        ('<img src="cid:1"><img src="data:image/png;base64,AA==">', '<img src="cid:1"><img>'),
        ('<table background="http://e.test/a"><tr><td background="//e.test">x</td></tr></table>',
         "<table><tbody><tr><td>x</td></tr></tbody></table>"),
        ('<p style="color: red; background: url(http://e.test)">x</p>', '<p style="color:red">x</p>'),
        ('<p style="margin:0;position:fixed;top:0">x</p>', '<p style="margin:0">x</p>'),
        ('<p style="color:\\75rl(x);width:expression(alert(1))">x</p>', "<p>x</p>"),
        ('<p style="color:rgb(1, 2, 3)">x</p>', '<p style="color:rgb(1, 2, 3)">x</p>'),
        ('<svg><image href="//e.test"/><script>1</script></svg>Hi', "Hi"),
        ('<form action="//e.test"><input name="a"><button>Go</button>Hi</form>', "Hi"),
        ('<iframe src="//e.test"></iframe><object data="x"></object><embed src="x">Hi', "Hi"),
        ('<link rel="stylesheet" href="//e.test"><meta http-equiv="refresh" content="0">Hi', "Hi"),
        ('<base href="//e.test">Hi', "Hi"),
        ('<a href="javascript:alert(1)">x</a>', f'<a target="_blank" {LINK}>x</a>'),
        ('<a href="java\tscript:alert(1)">x</a>', f'<a target="_blank" {LINK}>x</a>'),
        ('<a href="/inbox/">x</a>', f'<a target="_blank" {LINK}>x</a>'),
        ('<a href="https:e.test">x</a>', f'<a {LINK} target="_blank">x</a>'),
        ('<a href="//e.test">x</a>', f'<a target="_blank" {LINK}>x</a>'),
        ('<a href="https://e.test/?a=1&amp;b=2" ping="//e.test" download>x</a>',
         f'<a href="https://e.test/?a=1&amp;b=2" target="_blank" {LINK}>x</a>'),
        ('<p id="x" class="y" name="z" onclick="x()">x</p>', "<p>x</p>"),
        ("<!-- x --><!DOCTYPE html><p>x</p>", "<p>x</p>"),
        ('<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img onerror=x&gt;">', ""),
        ("", ""),
        ("a\0b", "ab"),
    ],
)  # fmt: skip
def test_what_becomes_of_it(html: str, clean: str) -> None:
    assert sanitise_html(html) == clean


PIECES = st.sampled_from(
    ["<", ">", "</", "/>", '"', "'", "=", " ", "&lt;", "&#x3c;", "<!--", "-->", "<![CDATA[", "]]>", "\0",
     "\\", ";", ":", "script", "style", "svg", "math", "img", "a", "p", "table", "td", "template", "noscript",
     "title", "textarea", "mglyph", "mtext", "annotation-xml", "foreignObject", "select", "src", "href",
     "srcset", "background", "onerror", "style=\"", "url(//e.test)", "javascript:", "data:text/html,",
     "expression(", "@import", "position:fixed", "x", "&#106;avascript:", "https://e.test", "<a href=\"",
     "<img src=", "<p style='color:"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join))
def test_nothing_harmful_is_left_of_any_mixture(html: str) -> None:
    clean = sanitise_html(html)
    assert harm(clean) == []
    assert sanitise_html(clean) == clean


@pytest.mark.parametrize(
    "piece", ["<div>", "<ul><li>", "<b>", "<p><b>", "<table><tr><td>", "<a href=x>", "<svg>", "<"]
)
def test_endless_nesting_does_no_harm(piece: str) -> None:
    assert harm(sanitise_html(piece * 200_000 + "x")) == []


def test_too_deep_is_dropped_and_just_deep_stays() -> None:
    assert sanitise_html("<div>" * 130 + "x" + "</div>" * 130) == ""
    assert sanitise_html("<div>" * 100 + "x" + "</div>" * 100) == "<div>" * 100 + "x" + "</div>" * 100


def test_very_much_html_is_cut_and_still_clean() -> None:
    assert sanitise_html("<p>x</p>" * 4000) == "<p>x</p>" * 4000
    cut = sanitise_html("<p>x</p>" * 200_000)
    assert cut == "<p>x</p>" * 5000


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hello&nbsp;Zoe,</p><p>how are<br>you?</p>", "Hello Zoe,\n\nhow are\nyou?"),
        ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two"),
        ('See <a href="https://e.test/x">our page</a> or <a href="https://e.test">https://e.test</a>',
         "See our page (https://e.test/x) or https://e.test"),
        ("<style>p{color:red}</style><script>x()</script><title>T</title>Hi", "Hi"),
        ("<table><tr><td>Name</td><td>Zoe</td></tr><tr><td>City</td><td>Rome</td></tr></table>",
         "Name Zoe\nCity Rome"),
        ("a &lt;script&gt;alert(1)&lt;/script&gt; b", "a <script>alert(1)</script> b"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<blockquote>Mine, indented</blockquote>", "Mine, indented"),
        ('a<blockquote type="cite"><p>b</p><p>c<br>d</p></blockquote>e', "a\n\n> b\n\n> c\n> d\n\ne"),
        ('<blockquote class="gmail_quote">a<blockquote type=CITE>b</blockquote>c</blockquote>',
         "> a\n\n>> b\n\n> c"),
        ("a</blockquote></blockquote>b", "ab"),
        ('<blockquote type="cite">' * 2000 + "deep", ">>>>> deep"),
    ],
)  # fmt: skip
def test_text_is_made_from_it(html: str, text: str) -> None:
    assert html_to_text(html) == text


BIGGEST_CHILD = """
import json, resource, sys
from inbox.transports.email.cleaning import clean
done = clean(sys.stdin.read())
size = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
print(json.dumps([done.html, done.text, size]))
"""
"""In a process of its own, which has no other children."""


def test_what_wants_gigabytes_is_given_up_and_said() -> None:
    """Unclosed formatting is opened again in every paragraph: 87 KB become more memory than there is."""
    bomb = "<p>" + "".join(f"<b title={number}>" for number in range(4900)) + "<p>x" * 4900
    done = subprocess.run(
        [sys.executable, "-c", BIGGEST_CHILD],
        input=bomb,
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    html, text, size = json.loads(done.stdout.splitlines()[-1])
    assert (html, text) == ("", TOO_MUCH)
    assert size < 2 * MEMORY


def test_the_process_says_what_the_functions_say() -> None:
    html = "<p style='color:red' onclick='x()'>Grüße\u2028</p><a href='https://x.test/'>hier</a>"
    assert clean(html) == Cleaned(html=sanitise_html(html), text=html_to_text(html))


def test_what_was_hidden_stays_hidden() -> None:
    assert sanitise_html('<div style="display:none">Preview text</div>') == (
        '<div style="display:none">Preview text</div>'
    )
