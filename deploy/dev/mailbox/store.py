"""Caught mails as files, the newest kept: one .eml each, the envelope in front as mail servers write it.
What is inside a mail is read next door, in letters.py."""

import re
import secrets
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

KEEP = 500
ID = re.compile(r"\d{20}-[0-9a-f]{6}")


class Store:
    """A directory of mails; ids sort by time of arrival."""

    def __init__(self, folder: Path, *, keep: int = KEEP) -> None:
        self._folder = folder
        self._keep = keep
        self._lock = threading.Lock()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def add(self, content: bytes, *, sender: str, recipients: Sequence[str]) -> str:
        """Keep a mail, forget the oldest beyond the limit; returns its id."""
        number = f"{time.time_ns():020d}-{secrets.token_hex(3)}"
        envelope = [f"Return-Path: <{sender}>", *(f"Delivered-To: {address}" for address in recipients)]
        head = "".join(f"{_one_line(line)}\r\n" for line in envelope).encode()
        part = self._folder / f"{number}.part"
        part.write_bytes(head + content)
        with self._lock:
            part.rename(self._file(number))
            for old in self.ids()[self._keep :]:
                self._file(old).unlink(missing_ok=True)
        return number

    def ids(self) -> list[str]:
        """Newest first."""
        return sorted((file.stem for file in self._folder.glob("*.eml")), reverse=True)

    def raw(self, number: str) -> bytes | None:
        """The mail's bytes, envelope first; None when there is no such mail."""
        if not ID.fullmatch(number):
            return None
        with suppress(FileNotFoundError):
            return self._file(number).read_bytes()
        return None

    def clear(self) -> int:
        """Forget every mail; returns how many there were."""
        with self._lock:
            numbers = self.ids()
            for number in numbers:
                self._file(number).unlink(missing_ok=True)
        return len(numbers)

    def _file(self, number: str) -> Path:
        return self._folder / f"{number}.eml"


def received_at(number: str) -> datetime:
    """When the mail of that id arrived, UTC."""
    return datetime.fromtimestamp(int(number.split("-", maxsplit=1)[0]) / 1e9, tz=UTC)


def _one_line(text: str) -> str:
    return " ".join(text.split())
