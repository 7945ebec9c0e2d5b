"""One supervisor per state directory: a lock that the kernel releases when its holder dies, however it dies.
Used by the embedded Postgres and by the set-up: the virtual environment and the front end."""

import fcntl
import os
from pathlib import Path


class Lock:
    """An exclusive lock on a file; the file keeps the holder's process id for the message."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    def take(self, *, wait: bool = False) -> bool:
        """Take the lock, waiting for it if told so; False when somebody else has it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            os.close(fd)
            return False
        os.ftruncate(fd, 0)
        os.write(fd, str(os.getpid()).encode())
        self._fd = fd
        return True

    @property
    def held(self) -> bool:
        """Whether we have it."""
        return self._fd is not None

    def holder(self) -> str:
        """The process id written by whoever took it last."""
        return self.path.read_text().strip() or "unknown"

    def release(self) -> None:
        """Give it back; the file stays, because removing it would let two holders have different files."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
