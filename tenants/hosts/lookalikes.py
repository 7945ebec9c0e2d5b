"""Host names as people see them: their readable form, which of them look alike, and which mix scripts.

A pure module below the models; that nobody takes a look-alike of somebody else's name is domains.py. The
table beside this file says where it is from.
"""

import hashlib
import unicodedata
from functools import cache
from pathlib import Path

import idna

TABLE = Path(__file__).with_name("lookalikes.txt")
RULES = 1
"""Counted up with every change of how `skeleton` goes about it, so that rows get their look anew."""

_SIGNS = frozenset("0123456789-")
_PALOCHKA = str.maketrans("\u04cf", "l")
"""Before the table, which takes the letter for an i: most fonts draw it as an l."""
_ZERO = str.maketrans("0", "o")
"""After the table, which knows a capital O only; a host name has none."""
_TOGETHER = [
    frozenset({"LATIN", "CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}),
    frozenset({"LATIN", "CJK", "IDEOGRAPHIC", "HANGUL"}),
    frozenset({"LATIN", "CJK", "IDEOGRAPHIC", "BOPOMOFO"}),
]
"""Scripts that one word may mix: how Japanese, Korean and Chinese are written (UTS #39 §5.2)."""


def readable(host: str) -> str:
    """The name as people read it, such as `münchen.example` for `xn--mnchen-3ya.example`."""
    if "xn--" not in host:
        return host
    try:
        return str(idna.decode(host))
    except idna.IDNAError:
        return host


def skeleton(host: str) -> str:
    """Equal for names that look alike (UTS #39 §4); it is no name itself and is never shown."""
    spread = unicodedata.normalize("NFD", readable(host)).translate(_PALOCHKA)
    alike = "".join(_prototypes().get(character, character) for character in spread)
    return unicodedata.normalize("NFD", alike.translate(_ZERO))[:300]


@cache
def letters() -> str:
    """Names what a skeleton is made by: the table, the rules here and Python's own of normal forms."""
    made_by = f"{RULES} {unicodedata.unidata_version} ".encode() + TABLE.read_bytes()
    return hashlib.sha256(made_by).hexdigest()[:12]


def honest(one: str, other: str) -> bool:
    """Whether two names whose skeletons are equal are still two words, such as modern and modem.

    The words that differ are letters a to z in both, which nobody takes to look like something else; a digit
    or a letter from elsewhere in the place of one of them is no accident.
    """
    pairs = zip(readable(one).split("."), readable(other).split("."), strict=False)
    return one != other and all(mine == theirs or (_plain(mine) and _plain(theirs)) for mine, theirs in pairs)


def _plain(word: str) -> bool:
    letters = word.replace("-", "")
    return letters.isascii() and letters.isalpha()


def mixes_scripts(label: str) -> bool:
    """Whether one word of a name mixes scripts that no language mixes, such as Latin and Cyrillic."""
    scripts = {_script(character) for character in label if character not in _SIGNS} - {""}
    return len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER)


def _script(character: str) -> str:
    """The script of a letter is the first word of its name; "" for marks, which go with any letter."""
    if unicodedata.category(character).startswith("M"):
        return ""
    return unicodedata.name(character, "UNKNOWN").split(" ")[0]


@cache
def _prototypes() -> dict[str, str]:
    """Each character that looks like others, with the one that stands for all of them."""
    found = {}
    for line in TABLE.read_text("ascii").splitlines():
        if not line.startswith("#"):
            prototype, *others = (_text(word) for word in line.split())
            found.update(dict.fromkeys(others, prototype))
    return {character: _last(character, found) for character in found}


def _last(text: str, found: dict[str, str]) -> str:
    """Where the table leads in the end: a line of ours may begin where one of Unicode's ends."""
    while (following := "".join(found.get(character, character) for character in text)) != text:
        text = following
    return text


def _text(word: str) -> str:
    return "".join(chr(int(point, 16)) for point in word.split("+"))
