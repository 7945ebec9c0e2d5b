"""What a Marque process finds in its environment: addresses, ports and the secret key of one state directory.
deploy/settings reads it; stack.py next door hands it to each process."""

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.dev import binaries
from deploy.dev.ports import HOST, Ports
from deploy.dev.problem import Problem

OWNER_URL = "OWNER_DATABASE_URL"
DATABASE_URLS = ("DATABASE_URL", OWNER_URL)
MAKES_OWN = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES")


def inherited(extra: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment with `extra` over it. Raises Problem when only one database URL is given."""
    env = {name: value for name, value in os.environ.items() if name not in MAKES_OWN} | dict(extra)
    given = [name for name in DATABASE_URLS if env.get(name)]
    if len(given) == 1:
        missing = (set(DATABASE_URLS) - set(given)).pop()
        raise Problem(
            f"{given[0]} is set but {missing} is not: set both, or neither for the embedded Postgres."
        )
    return env


def compose(state: Path, ports: Ports, given: Mapping[str, str]) -> dict[str, str]:
    """The whole environment: what the caller has wins over our defaults, but not over what follows PORT."""
    return defaults(state, ports) | dict(given) | addresses(ports) | fixed(state)


def defaults(state: Path, ports: Ports) -> dict[str, str]:
    """What a person may set otherwise."""
    return {
        "SECRET_KEY": secret_key(state),
        "SMTP_URL": f"smtp://{HOST}:{ports.sink}",
        "PG_DUMP": str(binaries.wheel_bin() / "pg_dump"),
        "ARCHIVE_DIR": str(state / "archives"),
        "FILES_DIR": str(state / "files"),
    }


def addresses(ports: Ports) -> dict[str, str]:
    """Everything that follows PORT."""
    return {
        "PORT": str(ports.web),
        "WS_PORT": str(ports.websocket),
        "MAILBOX_PORT": str(ports.mailbox),
        "SINK_SMTP_PORT": str(ports.sink),
        "INBOUND_SMTP_PORT": str(ports.inbound),
    }


def fixed(state: Path) -> dict[str, str]:
    """What our processes need in order to be ours."""
    return {
        "DJANGO_SETTINGS_MODULE": "deploy.settings",
        "PYTHONUNBUFFERED": "1",
        "BEAT_FILE": str(state / "beat"),
        "MAIL_DIR": str(state / "mail"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
    }


def secret_key(state: Path) -> str:
    """The key of this state directory, made once: sign-ins outlive a restart."""
    path = state / "secret_key"
    if not path.exists():
        state.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii")
