"""What somebody wrote this time, and what is only quoted below it; both are kept.

The quotation is found with mail-parser-reply, which is given bounded text only: its expressions take
polynomial time on text made for it.
"""

import re
from functools import cache

from mailparser_reply import EmailReplyParser

LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pl"]
MAX_LINES = 300
MAX_LINE = 160
MAX_TEXT = 12_000

_RULE = re.compile(r"[ _-]{16,}\Z")
_STARTS_QUOTE = re.compile(
    r"(?:.{0,120}(?:wrote|schrieb|écrit|escribió|scritto|schreef|napisał)[^:]{0,80}:)\Z"
)


def split_reply(text: str) -> tuple[str, str]:
    """The new part and the quoted rest. All of it is new when somebody wrote below what is quoted, too."""
    lines = text.strip().split("\n")
    end = _without_quoted_tail(lines, _end_of_reply(lines))
    if _says_more(lines[end:]):
        return text.strip(), ""
    new, rest = "\n".join(lines[:end]).strip(), "\n".join(lines[end:]).strip()
    return (new, rest) if new else (text.strip(), "")


def _says_more(rest: list[str]) -> bool:
    """Whether something other than a signature follows lines that begin with ">"."""
    quoted = [number for number, line in enumerate(rest) if line.lstrip().startswith(">")]
    after = rest[quoted[-1] + 1 :] if quoted else []
    own = next((line.strip() for line in after if line.strip()), "--")
    return own != "--"


def _end_of_reply(lines: list[str]) -> int:
    """The number of the line where the quotation begins, or how many there are."""
    skeleton, numbers = _skeleton(lines)
    replies = _parser().read("\n".join(skeleton)).replies
    if len(replies) < 2 or not replies[0].content:
        return len(lines)
    length = len(replies[0].content.split("\n"))
    return numbers[length] if length < len(numbers) else len(lines)


def _skeleton(lines: list[str]) -> tuple[list[str], list[int]]:
    """The text's first lines, each cut, without runs of empty lines or rules; and each one's own number."""
    skeleton: list[str] = []
    numbers: list[int] = []
    size = 0
    for number, written in enumerate(lines[:MAX_LINES]):
        line = " ".join(written[:MAX_LINE].split())
        line = "-" if _RULE.match(line) else line
        if not line and skeleton and not skeleton[-1]:
            continue
        size += len(line) + 1
        if size > MAX_TEXT:
            break
        skeleton.append(line)
        numbers.append(number)
    return skeleton, numbers


def _without_quoted_tail(lines: list[str], end: int) -> int:
    """Also leave out trailing lines that begin with ">", and the line that announces them."""
    start = end
    while start and (not lines[start - 1].strip() or lines[start - 1].lstrip().startswith(">")):
        start -= 1
    if not any(line.lstrip().startswith(">") for line in lines[start:end]):
        return end
    if start and _STARTS_QUOTE.match(lines[start - 1].strip()[-200:]):
        start -= 1
    return start


@cache
def _parser() -> EmailReplyParser:
    return EmailReplyParser(languages=list(LANGUAGES))
