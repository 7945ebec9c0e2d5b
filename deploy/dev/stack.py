"""A whole Marque over one state directory: services, processes, their environment, their end.
`make run` is a person's window on it (run.py); browser tests and benches start their own."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import TracebackType

from deploy.dev import environment, health
from deploy.dev.ports import Ports, five_free
from deploy.dev.postgres import EmbeddedPostgres
from deploy.dev.problem import Problem, last_line
from deploy.dev.process import Child, Sink
from deploy.dev.programs import programs
from deploy.dev.valkey import EmbeddedValkey
from tenants.schema.cluster import prepare

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "marque"
READY_SECONDS = 90
SET_UP_SECONDS = 900


class Stack:
    """Start it, use its `env` and `ports`, stop it; a context manager does both.

    `base_port` None takes free ports. `env` goes over the caller's environment: with DATABASE_URL and
    OWNER_DATABASE_URL in it no Postgres is started, with REDIS_URL no Valkey. `processes` names those to run,
    None is all. Output goes to `logs/<name>.log` in the state directory unless `sink` says otherwise.
    Use it from one long-lived thread (see Child).
    """

    def __init__(
        self,
        state_dir: Path,
        *,
        base_port: int | None = None,
        env: Mapping[str, str] | None = None,
        processes: Collection[str] | None = None,
        sink: Callable[[str], Sink] | None = None,
    ) -> None:
        self.state = state_dir.absolute()
        self.ports = five_free() if base_port is None else Ports.starting_at(base_port)
        self.programs = programs(self.ports)
        self.names = [name for name in self.programs if processes is None or name in processes]
        self._sink = sink or (lambda name: self.state / "logs" / f"{name}.log")
        given = environment.inherited(env or {})
        self.postgres = None if given.get("DATABASE_URL") else EmbeddedPostgres(self.state / "postgres")
        self.valkey = None if given.get("REDIS_URL") else EmbeddedValkey(self.state / "valkey")
        self.env = environment.compose(self.state, self.ports, given)
        self.children: dict[str, Child] = {}

    def start(self) -> None:
        """Services, then processes; returns before they are ready (see wait_ready)."""
        self.start_services()
        self.start_processes()

    def start_services(self) -> None:
        """Postgres with its roles and database, and Valkey; their URLs go into `env`."""
        if self.postgres:
            self.postgres.start()
            prepare(self.postgres.dsn(), DATABASE)
            self.env["DATABASE_URL"] = self.postgres.dsn("marque_web", DATABASE)
            self.env["OWNER_DATABASE_URL"] = self.postgres.dsn("marque_owner", DATABASE)
        if self.valkey:
            self.valkey.start()
            self.env["REDIS_URL"] = self.valkey.url

    def start_processes(self) -> None:
        """Every process that was asked for."""
        for name in self.names:
            self.start_one(name)

    def start_one(self, name: str) -> None:
        """Start a process, or the service `postgres` or `valkey`, that is not running."""
        if service := self._service(name):
            service.start()
            return
        program = self.programs[name]
        self.children[name] = self._child(name, list(program.command), owner=program.owner)
        self.children[name].start()

    def restart(self, name: str) -> None:
        """Stop one in its own way and start it again."""
        self._one(name).stop()
        self.start_one(name)

    def kill(self, name: str) -> None:
        """End one at once, as a crash would, and leave it down."""
        self._one(name).kill()

    def set_up(self, *arguments: str) -> None:
        """Run a manage.py command with the owner's login. Raises Problem when it fails."""
        name = arguments[0]
        child = self._child(name, [sys.executable, "manage.py", *arguments], owner=True)
        self.children[name] = child
        child.start()
        code = child.wait(SET_UP_SECONDS)
        del self.children[name]
        if code:
            raise Problem(f"`manage.py {' '.join(arguments)}` failed: {child.last_words() or 'see above'}")

    def ask(self, *arguments: str) -> str:
        """What a short manage.py command prints. Raises Problem, with its last words, when it fails."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip
        if done.returncode:
            raise Problem(f"`manage.py {' '.join(arguments)}` failed: {last_line(done.stderr)}")
        return done.stdout

    def wait_ready(self, *names: str, seconds: float = READY_SECONDS) -> None:
        """Return when the named processes (or all) do their work. Raises Problem when one died or hangs."""
        waiting = list(names or self.names)
        deadline = time.monotonic() + seconds
        while waiting:
            name = waiting[0]
            if (code := self.children[name].poll()) is not None:
                raise Problem(f"{name} ended at once ({code}). {self.children[name].last_words()}".strip())
            if health.is_ready(self.programs[name]):
                waiting.pop(0)
            elif time.monotonic() > deadline:
                raise Problem(f"{name} did not answer within {seconds:.0f} seconds; its output says why.")
            else:
                time.sleep(0.1)

    def ended(self) -> dict[str, int]:
        """Exit codes of everything that should be running and is not."""
        running = {name: self.children[name] for name in self.names if name in self.children}
        for name in ("postgres", "valkey"):
            if (service := self._service(name)) and service.child:
                running[name] = service.child
        return {name: code for name, child in running.items() if (code := child.poll()) is not None}

    def stop(self) -> None:
        """Processes first, all at once, then the services they use. Leaves nothing behind."""
        for child in self.children.values():
            child.send(child.stop_signal)
        deadline = time.monotonic() + max((child.grace for child in self.children.values()), default=0)
        for child in self.children.values():
            child.reap(max(0.0, deadline - time.monotonic()))
        self.children.clear()
        for service in (self.valkey, self.postgres):
            if service:
                service.stop()

    def destroy(self) -> None:
        """Stop, and remove the embedded Postgres's data wherever it lies."""
        self.stop()
        if self.postgres:
            self.postgres.destroy()

    def __enter__(self) -> "Stack":
        try:
            self.start()
            self.wait_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _service(self, name: str) -> EmbeddedPostgres | EmbeddedValkey | None:
        return {"postgres": self.postgres, "valkey": self.valkey}.get(name)

    def _one(self, name: str) -> Child | EmbeddedPostgres | EmbeddedValkey:
        return self._service(name) or self.children[name]

    def _child(self, name: str, command: list[str], *, owner: bool) -> Child:
        env = {key: value for key, value in self.env.items() if owner or key != environment.OWNER_URL}
        return Child(
            name=name, command=command, sink=self._sink(name), env=env, cwd=ROOT, stop_signal=signal.SIGTERM
        )
