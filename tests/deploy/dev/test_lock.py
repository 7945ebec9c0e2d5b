"""One supervisor per state directory, by a lock that dies with its holder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.dev.lock import Lock

HOLD = (
    "import sys; from pathlib import Path; from deploy.dev.lock import Lock; lock = Lock(Path(sys.argv[1])); "
)
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def path(place: Path) -> Path:
    return place / "below" / "one.lock"


def test_it_works(path: Path) -> None:
    lock = Lock(path)
    assert (lock.held, lock.take(), lock.held) == (False, True, True)
    assert lock.holder() == str(os.getpid())
    lock.release()
    assert (lock.held, path.exists()) == (False, True)


def test_the_second_is_refused_until_the_first_gives_it_back(path: Path) -> None:
    first, second = Lock(path), Lock(path)
    assert (first.take(), second.take(), second.held) == (True, False, False)
    assert second.holder() == str(os.getpid())
    second.release()
    assert second.take() is False
    first.release()
    assert second.take() is True
    second.release()


def test_a_stale_longer_number_is_overwritten(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("123456789012345")
    lock = Lock(path)
    assert lock.take()
    assert path.read_text() == str(os.getpid())
    lock.release()


def test_nobody_is_unknown(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    assert Lock(path).holder() == "unknown"


def test_it_dies_with_its_holder_and_is_not_handed_on(path: Path) -> None:
    """Killed without a word, while a child of its own lives on with every descriptor it was given."""
    script = HOLD + (
        "import os, signal, subprocess; assert lock.take(); "
        "child = subprocess.Popen(['sleep', '30'], close_fds=False, "
        "stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); "
        "print(child.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    try:
        lock = Lock(path)
        assert lock.take() is True
        lock.release()
    finally:
        os.kill(int(done.stdout), 9)
    assert done.returncode == -9


def test_it_is_only_ours_to_read(path: Path) -> None:
    lock = Lock(path)
    lock.take()
    assert path.stat().st_mode & 0o777 == 0o600
    lock.release()
