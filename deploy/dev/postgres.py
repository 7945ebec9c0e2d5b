"""A Postgres of our own on a private socket: initialised once, started as a child, gone when we are gone.
The programs come from binaries.py, the roles and the database inside it from tenants/schema/cluster.py."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psutil
import psycopg

from deploy.dev import binaries, places
from deploy.dev.lock import Lock
from deploy.dev.problem import Problem, last_line
from deploy.dev.process import Child

SUPERUSER = "postgres"
START_SECONDS = 60
STOP_SECONDS = 20
LOG_BYTES = 5_000_000

INITDB = [
    f"--username={SUPERUSER}",
    "--auth=trust",  # the socket's directory is the password
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=PG_UNICODE_FAST",
    "--lc-collate=C",
    "--lc-ctype=C.UTF-8",
    "--no-instructions",
    "--no-sync",
]

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "max_locks_per_transaction": "1024",  # one schema per workspace: a dump or a DROP touches many tables
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
}

# For a cluster whose data nobody will miss: several times faster to fill, lost if the machine crashes.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres:
    """One server over one data directory.

    As root the data goes to a private directory outside the (perhaps closed) home and the server drops to an
    unprivileged user; `data` says where it really is.
    """

    def __init__(self, data_dir: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self._account = places.unprivileged()
        self.wanted = data_dir.absolute()
        self._settings = {**SETTINGS, **(settings or {})}
        self.home = places.BASE / f"marque-{os.geteuid()}-{places.token(self.wanted)}"
        self.data = self.home / "data" if self._account else self.wanted
        self.sockets = self.home / "sockets"
        self.log = self.wanted.with_name(f"{self.wanted.name}.log")
        self.lock = Lock(self.wanted.with_name(f"{self.wanted.name}.lock"))
        self.child: Child | None = None

    def start(self) -> None:
        """Start it and return when it answers. Raises Problem when it runs already or cannot start."""
        if not self.lock.take():
            raise Problem(
                f"Marque is already running on {self.wanted} (process {self.lock.holder()}): "
                "stop it first, or use another checkout."
            )
        try:
            self._lay_out()
            self._end_leftover()
            self._initialise()
            self._launch()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, what was committed is on disk."""
        if self.child is not None:
            self.child.stop()
        if self.lock.held and self._account is None:
            shutil.rmtree(self.home, ignore_errors=True)  # only the socket was there
        self.lock.release()

    def kill(self) -> None:
        """End it at once, as a crash would; the next start recovers what was committed."""
        if self.child is not None:
            self.child.kill()
        self.lock.release()

    def destroy(self) -> None:
        """Stop it and remove its data, wherever that is; nothing, while somebody else's runs on it."""
        self.stop()
        if not self.lock.take():
            return
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.rmtree(self.wanted, ignore_errors=True)
        self.log.unlink(missing_ok=True)
        self.lock.release()

    def dsn(self, user: str = SUPERUSER, dbname: str = "postgres") -> str:
        """The libpq URL of a login and a database."""
        return f"postgresql://{quote(user)}@/{quote(dbname)}?host={quote(str(self.sockets), safe='/')}"

    def __enter__(self) -> "EmbeddedPostgres":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _lay_out(self) -> None:
        """Make the directories; as root the server's own user gets data and socket, root keeps the rest."""
        places.private_dir(self.home, mode=0o711 if self._account else 0o700)
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        if self._account:
            os.chown(self.sockets, self._account.uid, self._account.gid)
            self._point_to_home()
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.unlink()

    def _point_to_home(self) -> None:
        """Say in the wanted place where the data is. Who removed that place removed the data."""
        pointer = self.wanted / "WHERE"
        if not pointer.exists():
            shutil.rmtree(self.data, ignore_errors=True)
            self.wanted.mkdir(parents=True, exist_ok=True)
            pointer.write_text(f"{self.data}\n")

    def _end_leftover(self) -> None:
        """Under the held lock no server of ours is wanted: end one a killed supervisor left, and its file.

        The file alone is often stale, and its process id may by now be anybody's.
        """
        pidfile = self.data / "postmaster.pid"
        try:
            pid = int(pidfile.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            server = psutil.Process(pid)
            if str(self.data) in server.cmdline():
                _end(server)
        pidfile.unlink(missing_ok=True)

    def _initialise(self) -> None:
        """initdb beside the final place, so that an interrupted one leaves nothing half made."""
        if (self.data / "PG_VERSION").exists():
            version = (self.data / "PG_VERSION").read_text().strip()
            if version != str(binaries.MAJOR):
                raise Problem(
                    f"{self.data} holds Postgres {version} data, this is {binaries.MAJOR}: `make reset`."
                )
            return
        fresh = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if self._account:
            os.chown(fresh, self._account.uid, self._account.gid)
        self._initdb(fresh)
        if self.data.exists():
            self.data.rmdir()
        fresh.rename(self.data)

    def _initdb(self, fresh: Path) -> None:
        account = self._account
        done = subprocess.run(
            [str(self._bin() / "initdb"), *INITDB, f"--pgdata={fresh}"],
            check=False,
            cwd=fresh,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        if done.returncode:
            raise Problem(f"Postgres could not be initialised in {fresh}: {last_line(done.stderr)}")

    def _launch(self) -> None:
        settings = {**self._settings, "unix_socket_directories": f'"{self.sockets}"'}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.child = Child(
            name="postgres",
            command=[str(self._bin() / "postgres"), "-D", str(self.data), *options],
            sink=self.log,
            env=_environment(),
            cwd=self.data.parent if self._account else None,
            user=(self._account.uid, self._account.gid) if self._account else None,
            stop_signal=signal.SIGINT,  # Postgres's word for a fast shutdown
            grace=STOP_SECONDS,
        )
        self.child.start()
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self.child is not None and time.monotonic() < deadline:
            if self.child.poll() is not None:
                raise Problem(f"Postgres stopped at once: {self.child.last_words()} (more in {self.log})")
            with suppress(psycopg.OperationalError):
                psycopg.connect(self.dsn()).close()
                return
            time.sleep(0.03)
        raise Problem(f"Postgres did not answer within {START_SECONDS} seconds; its log is {self.log}")

    def _bin(self) -> Path:
        return binaries.reachable_bin() if self._account else binaries.wheel_bin()


def _environment() -> dict[str, str]:
    # Without LC_ALL the messages are in the developer's language, and macOS makes the server multi-threaded.
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def _end(server: psutil.Process) -> None:
    """Fast shutdown, then force."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(STOP_SECONDS)
    except psutil.TimeoutExpired:
        server.kill()
        server.wait(STOP_SECONDS)
