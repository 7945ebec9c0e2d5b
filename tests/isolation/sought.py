"""What an answer must not hold of the other side: the tails of its words, and its ids in any spelling.

A page is read once, not once for each word: whatever could be one of them is cut out of it and looked up.
That finds what looking for each would find, because tails have one length and one alphabet, and ids one
shape. Who asks for pages is walker.py.
"""

import re
from collections.abc import Iterable, Iterator

from tests.isolation.maker import LETTERS
from tests.isolation.planted import TAIL, tail

HEX_LENGTH = 32

_RUN = re.compile(rf"[{LETTERS}]{{{TAIL},}}")
_HEX_RUN = re.compile(rf"[0-9a-f]{{{HEX_LENGTH},}}")
_ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ANY_ID = re.compile(rf"(?=({_ID}))")  # ahead, so that one that begins within another is seen too


class Sought:
    """Words and ids, and where they stand in a text."""

    def __init__(self, words: Iterable[str], ids: Iterable[str]) -> None:
        self._words = {tail(word): word for word in words}
        self._ids = {id.replace("-", ""): id for id in ids}
        strange = [end for end in self._words if not (len(end) == TAIL and _RUN.fullmatch(end))]
        strange += [id for id in self._ids.values() if not re.fullmatch(_ID, id)]
        assert strange == [], "these would never be found"

    def within(self, text: str, *, but: str) -> list[str]:
        """Those that stand in `text` and not in `but`, which is what was sent: words, and ids."""
        ends = {end for end in _windows(_RUN, text, TAIL) if end in self._words and end not in but}
        spelled = {
            *_windows(_HEX_RUN, text, HEX_LENGTH),
            *(id.replace("-", "") for id in _ANY_ID.findall(text)),
        }
        ids = [self._ids[digits] for digits in spelled if digits in self._ids]
        return sorted([self._words[end] for end in ends] + [id for id in ids if id not in but])


def _windows(runs: re.Pattern[str], text: str, size: int) -> Iterator[str]:
    """Every piece of this size of the longest pieces that are made of such letters alone."""
    for run in runs.findall(text):
        for start in range(len(run) - size + 1):
            yield run[start : start + size]
