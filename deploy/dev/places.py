"""Where on this machine the embedded services may keep files: private, stable, short enough for a socket.
The data itself is laid out next door, in postgres.py and valkey.py."""

import hashlib
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from deploy.dev.problem import Problem

BASE = Path("/var/tmp")  # survives a restart of the machine, and is never a long path


def token(path: Path) -> str:
    """A short name that stands for a directory: the same path gives the same one."""
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:12]


def private_dir(path: Path, *, mode: int = 0o700) -> Path:
    """Make a directory nobody else may write to, or keep ours. Raises Problem when it is not ours."""
    path.mkdir(mode=mode, parents=True, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise Problem(f"{path} belongs to somebody else: remove it, then start again.")
    path.chmod(mode)
    return path


@dataclass(frozen=True)
class Account:
    """An unprivileged user of this machine."""

    uid: int
    gid: int


def unprivileged() -> Account | None:
    """Whom a service must drop to: None for an ordinary user, who stays who they are."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise Problem(
            "Postgres refuses to run as root and this machine has no user `nobody`: "
            "start Marque as an ordinary user."
        ) from None
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)
