"""The first step of every target: a virtual environment with exactly the packages of requirements.lock.
Runs under the system's Python with its standard library alone; frontend.py next door builds the rest."""

import hashlib
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from deploy.dev.lock import Lock
from deploy.dev.problem import Problem, explained, last_line

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK_FILE = ROOT / "requirements.lock"
STAMP = VENV / "marque-lock.sha256"
STATE = ROOT / ".marque"
WORKS = (
    "import sys, importlib.util as u; sys.exit(sys.version_info[:2] < (3, 11) or u.find_spec('pip') is None)"
)
INSTALL = ["-m", "pip", "install", "--require-hashes", "--no-deps", "--quiet", "--no-input", "--requirement"]


def main() -> int:
    """Make or mend .venv; does nothing when it is up to date."""
    if is_current():
        return 0
    setting_up = Lock(STATE / "setup.lock")
    try:
        if not setting_up.take():
            say("Waiting for another set-up of this checkout …")
            setting_up.take(wait=True)
    except OSError as error:
        raise Problem(f"{STATE} cannot be written ({error.strerror}): use a checkout of your own.") from None
    if not is_current():
        make_venv()
        install()
    return 0


def is_current() -> bool:
    """Whether the packages installed are those of the lock, under a Python that still works."""
    return STAMP.exists() and STAMP.read_text() == wanted() and venv_works()


def wanted() -> str:
    """What the stamp says when nothing is to be done."""
    return hashlib.sha256(LOCK_FILE.read_bytes()).hexdigest()


def venv_works() -> bool:
    """False when there is none, or its Python was removed, moved or replaced by an older one."""
    return PYTHON.exists() and quiet([PYTHON, "-c", WORKS]).returncode == 0


def make_venv() -> None:
    """A fresh one where none works. Raises Problem where Python came without its pip."""
    if venv_works():
        return
    if find_spec("ensurepip") is None:
        raise Problem(
            f"{sys.executable} comes without `ensurepip`: install your system's python3-venv package, "
            "or name another Python, like `make run PYTHON=/usr/local/bin/python3.12`."
        )
    say(f"Making .venv with Python {sys.version_info.major}.{sys.version_info.minor} …")
    done = quiet([sys.executable, "-m", "venv", "--clear", VENV])
    if done.returncode:
        raise Problem(f".venv could not be made: {last_line(done.stdout + done.stderr)}")


def install() -> None:
    """Exactly the locked packages, each checked against its hash."""
    say("Installing the locked Python packages; this takes a minute or two …")
    STAMP.unlink(missing_ok=True)
    if subprocess.run([PYTHON, *INSTALL, LOCK_FILE], check=False).returncode:
        raise Problem("the Python packages could not be installed; pip says why above.")
    STAMP.write_text(wanted())


def quiet(command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
    """Run it, keep what it says."""
    return subprocess.run(command, check=False, capture_output=True, text=True)


def say(sentence: str) -> None:
    print(f"marque: {sentence}", flush=True)


if __name__ == "__main__":
    sys.exit(explained(main))
