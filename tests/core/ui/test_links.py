"""Links in what people wrote: addresses only, everything else escaped, opened elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ui.links import MAX_TEXT, linked

OUT = 'target="_blank" rel="noopener noreferrer nofollow"'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("See https://x.test/?b=1&c=2.", f'See <a href="https://x.test/?b=1&amp;c=2" {OUT}>https://x.test/?b=1&amp;c=2</a>.'),
        ("to zoe@x.test", f'to <a href="mailto:zoe@x.test" {OUT}>zoe@x.test</a>'),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("data:text/html,<b>", "data:text/html,&lt;b&gt;"),
        ("two\nlines & <b>", "two\nlines &amp; &lt;b&gt;"),
        ('http://x.test"onclick=1', f'<a href="http://x.test" {OUT}>http://x.test</a>&quot;onclick=1'),
    ],
)  # fmt: skip
def test_it_works(text: str, html: str) -> None:
    assert linked(text) == html


def test_a_very_long_text_is_only_escaped() -> None:
    text = "https://x.test/ <" + "x" * MAX_TEXT
    assert linked(text) == text.replace("<", "&lt;")


PIECES = st.sampled_from(
    ["http://", "https://x.test", "javascript:", "<", ">", '"', "'", "&", "&lt;", "&#60;", " ", "\n", "@",
     "x.com", "(", ")", ";"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=3), max_size=30).map("".join))
def test_nothing_but_links_is_markup(text: str) -> None:
    rest = str(linked(text))
    while '<a href="' in rest:
        before, _, link = rest.partition('<a href="')
        href, _, after = link.partition(f'" {OUT}>')
        assert href.startswith(("http://", "https://", "mailto:"))
        assert not set("<>\"'") & set(href)
        said, _, tail = after.partition("</a>")
        rest = before + said + tail
    assert not set("<>\"'") & set(rest)
