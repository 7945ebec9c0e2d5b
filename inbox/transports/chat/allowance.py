"""How much a visitor may send: told to the widget before, and held here, so that a stranger fills no disk.

What a visitor and a network may send is counted when a file is announced, before a byte of it is read; what
the workspace takes in a day when it has come, so that announcing alone uses nothing of it up.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from core.api.throttle import Verdict, hit
from core.files.domain.keep import NotKept
from core.files.models import StoredFile
from core.files.places import Places
from core.files.rules import in_words
from core.ui.pace import Pace
from inbox.transports.chat.models import ChatWidget, Visitor
from inbox.transports.chat.queries import is_reachable

MESSAGE_FILES = 5
MESSAGE_BYTES = 25_000_000
WAITING = 2 * MESSAGE_FILES
"""Files of one visitor that stand here and are in no message yet."""
HOUR, DAY = 3_600, 86_400
VISITOR_HOURLY, VISITOR_HOURLY_BYTES = 40, 100_000_000
NETWORK_HOURLY_BYTES = 300_000_000
PLACES = Places(3)
"""For strangers' files, those that come and large ones that go: fewer than a process has threads
(deploy/dev/programs.py), whatever strangers do."""
PACE = Pace(grace=10, rate=8_000, within=120)
"""How fast a file must come. A phone may lose its network for some seconds, and for longer once it was quick;
within two minutes a photo of 3 MB takes 0.2 Mbit/s, and the largest file, of 10 MB, 0.7."""


class NoFiles(Exception):
    """No file may be sent as things stand; the text says so to the visitor."""


class Spent(Exception):
    """More than may be sent in a time; the text says so to the visitor."""

    def __init__(self, verdict: Verdict, detail: str) -> None:
        super().__init__(detail)
        self.verdict = verdict


@dataclass(frozen=True, slots=True)
class FileLimits:
    """What one message may carry: bytes of one file, of all together, and how many these may be."""

    one: int
    all: int
    count: int


def file_limits() -> FileLimits:
    """What the widget is told."""
    return FileLimits(one=settings.CHAT_FILE_MAX_BYTES, all=MESSAGE_BYTES, count=MESSAGE_FILES)


def check_takes_files(widget: ChatWidget, *, visitor: Visitor) -> None:
    """Raises NoFiles where the team takes none, or nobody could answer."""
    if not widget.takes_files:
        raise NoFiles("This chat takes no files.")
    if not is_reachable(visitor, widget=widget):
        raise NoFiles("Files can be sent when somebody is here.")


def spend(visitor: Visitor, *, network: str, size: int) -> None:
    """Count a file of so many bytes that a visitor announces. Raises Spent."""
    own = f"chat:files:{visitor.id}"
    _count(own, most=VISITOR_HOURLY, seconds=HOUR, amount=1)
    _count(f"{own}:kB", most=VISITOR_HOURLY_BYTES // 1000, seconds=HOUR, amount=_kilobytes(size))
    _count(
        f"chat:files:{network}:kB", most=NETWORK_HOURLY_BYTES // 1000, seconds=HOUR, amount=_kilobytes(size)
    )


def spend_here(size: int) -> None:
    """Count so many bytes that have come to this workspace. Raises Spent."""
    most = settings.CHAT_FILES_DAILY_BYTES // 1000
    _count("chat:files:kB", most=most, seconds=DAY, amount=_kilobytes(size))


def check_fits(files: Sequence[StoredFile]) -> None:
    """Raises NotKept for more files, or more bytes, than one message may have."""
    if len(files) > MESSAGE_FILES:
        raise NotKept(f"A message can have at most {MESSAGE_FILES} files. Send the rest in another.")
    if (size := sum(file.size for file in files)) > MESSAGE_BYTES:
        raise NotKept(
            f"The files of a message can have {in_words(MESSAGE_BYTES)} together; these have "
            f"{in_words(size)}. Send some in another message."
        )


def _count(name: str, *, most: int, seconds: int, amount: int) -> None:
    verdict = hit(name, limit=most, seconds=seconds, amount=amount)
    if not verdict.allowed:
        raise Spent(verdict, "That is all the files that can be sent for now. Try again later.")


def _kilobytes(size: int) -> int:
    """Rounded up, so that small ones count too."""
    return -(-size // 1000)
