"""Finds a Chromium for the browser tests, or installs one; prints its path.
The tests read that path from CHROMIUM, where `make test` puts it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

from deploy.dev.bootstrap import STATE
from deploy.dev.problem import Problem, explained

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = (
    "/usr/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
APT = {"DEBIAN_FRONTEND": "noninteractive"}
INSTALL_SECONDS = 900
LOG = STATE / "browser.log"
TAIL_LINES = 15


def main() -> int:
    """Print the path of a browser that starts."""
    print(ensure())
    return 0


def ensure() -> Path:
    """A browser that starts, installed if need be. Raises Problem when there is none to be had."""
    if wanted := os.environ.get("CHROMIUM"):
        if not starts(Path(wanted)):
            raise Problem(f"CHROMIUM={wanted} does not start: name a Chromium or Chrome, or leave it unset.")
        return Path(wanted)
    return find() or install()


def find() -> Path | None:
    """The first browser on this machine that starts."""
    return next((path for path in candidates() if starts(path)), None)


def candidates() -> Iterator[Path]:
    """Where one may be: the path, the usual places, Playwright's own folder."""
    for name in NAMES:
        if found := shutil.which(name):
            yield Path(found)
    yield from (Path(place) for place in PLACES)
    yield playwrights_own()


def playwrights_own() -> Path:
    """Where `playwright install chromium` puts it."""
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def starts(path: Path) -> bool:
    """Whether it can say its version: a browser without its system libraries cannot."""
    try:
        return (
            subprocess.run([path, "--version"], check=False, capture_output=True, timeout=60).returncode == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


def install() -> Path:
    """Debian's package as root, else Playwright's own. Raises Problem when neither gives one that starts."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    LOG.unlink(missing_ok=True)
    print("marque: Installing a browser for the tests …", file=sys.stderr, flush=True)
    commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        commands.insert(0, ["sh", "-c", "apt-get update -qq && apt-get install -y -qq chromium"])
    for command in commands:
        attempt(command)
        if found := find():
            return found
    print("\n".join(["…", *last_lines(), ""]), file=sys.stderr, flush=True)
    raise Problem(
        "no browser for the tests: none was found and none could be installed here; "
        "install Chromium or Chrome, or name one with CHROMIUM=/path/to/it; "
        f"what the installers said ends above and is whole in {LOG}."
    )


def attempt(command: list[str]) -> None:
    """Run an installer into the log; whether it helped is seen by looking again."""
    with LOG.open("a", encoding="utf-8", errors="replace") as log:
        try:
            subprocess.run(
                command, env=os.environ | APT, stdout=log, stderr=log, timeout=INSTALL_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            log.write(f"{error}\n")


def last_lines() -> list[str]:
    """The end of what the installers said."""
    return LOG.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]


if __name__ == "__main__":
    sys.exit(explained(main))
