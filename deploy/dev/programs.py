"""The processes of one Marque and how each is started; production starts the same ones.
What they find in their environment is written next door in environment.py, who watches them in stack.py."""

import sys
from dataclasses import dataclass

from deploy.dev.ports import HOST, Ports

PYTHON = (sys.executable, "-m")
# In a container everybody is root, and the warning is seven lines at every start.
ROOT_IS_FINE = ("-W", "ignore:You're running the worker with superuser privileges")
CELERY = (sys.executable, *ROOT_IS_FINE, "-m", "celery", "--quiet", "-A", "deploy.celery")
THREADS = "4"  # no more than a process's database pool holds
# Strangers' files may hold three of them (inbox/transports/chat/allowance.py): two are left for the rest.
WEB_THREADS = "5"
ALONE = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING")


@dataclass(frozen=True, kw_only=True)
class Program:
    """One process: `port` answers once it is ready, `owner` says that it is given the owner's login."""

    name: str
    command: tuple[str, ...]
    port: int = 0
    http: bool = False
    owner: bool = False


def programs(ports: Ports) -> dict[str, Program]:
    """All of them by name, in the order they are started."""
    every = [
        Program(name="web", command=_web(ports.web), port=ports.web, http=True),
        Program(name="ws", command=_websocket(ports.websocket), port=ports.websocket),
        Program(name="worker", command=_worker("celery", "--pool", "threads", "--concurrency", THREADS)),
        # Schemas are built here alone, so that no other process holds the owner's login.
        Program(name="builder", command=_worker("schema", "--pool", "solo"), owner=True),
        Program(name="beat", command=(*CELERY, "beat", "--loglevel", "WARNING")),
        Program(name="mail", command=(sys.executable, "manage.py", "receive_mail"), port=ports.inbound),
        Program(name="mailbox", command=(*PYTHON, "deploy.dev.mailbox"), port=ports.mailbox, http=True),
    ]
    return {program.name: program for program in every}


def _web(port: int) -> tuple[str, ...]:
    return (
        *PYTHON, "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
        "--workers", "1", "--blocking-threads", WEB_THREADS, "--workers-kill-timeout", "5",
        "--log-level", "warning", "deploy.wsgi:application",
    )  # fmt: skip


def _websocket(port: int) -> tuple[str, ...]:
    return (
        *PYTHON, "uvicorn", "--host", HOST, "--port", str(port),
        "--ws", "websockets-sansio", "--ws-per-message-deflate", "false", "--ws-max-size", "65536",
        "--timeout-graceful-shutdown", "3", "--log-level", "warning", "deploy.asgi:application",
    )  # fmt: skip


def _worker(queue: str, *pool: str) -> tuple[str, ...]:
    return (*CELERY, "worker", "--queues", queue, "--hostname", f"{queue}@%h", *pool, *ALONE)
