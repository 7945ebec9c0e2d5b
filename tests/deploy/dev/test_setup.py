"""The steps before anything runs: which Python, Node and browser; one sentence when there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.dev import bootstrap, browser, frontend
from deploy.dev.problem import Problem, explained
from deploy.dev.stack import ROOT

NO_PYTHON = (
    "marque: Python 3.11 or newer was not found: install it, or name it, "
    "like `make run PYTHON=/usr/local/bin/python3.12`.\n"
)
LONG_STORY = "i=1; while [ $i -le 100 ]; do echo line $i; i=$((i+1)); done; exit 1"


def program(folder: Path, name: str, script: str) -> Path:
    """An executable of that name."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def make(target: str, *, path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run make with nothing else to be found than `path`."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")} | {
        "PATH": str(path)
    }
    given = [f"{name}={value}" for name, value in variables.items()]
    command = [shutil.which("make") or "make", "--no-print-directory", target, *given]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_without_a_python_make_says_so(place: Path) -> None:
    done = make("python", path=place)
    assert (done.returncode, done.stdout, done.stderr.splitlines(keepends=True)[0]) == (2, "", NO_PYTHON)


def test_an_old_python_is_passed_over(place: Path) -> None:
    program(place, "python3", "exit 1")
    program(place, "python3.12", f'exec "{sys.executable}" "$@"')
    assert make("python", path=place).returncode == 0
    program(place, "python3.12", "exit 1")
    assert make("python", path=place).stderr.splitlines(keepends=True)[0] == NO_PYTHON


def test_help_names_every_target_a_person_needs() -> None:
    lines = make("help", path=Path(os.environ["PATH"])).stdout.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("  make")] == [
        "help", "run", "check", "test", "bench", "screenshots", "reset", "lock",
    ]  # fmt: skip


def test_the_environment_we_run_in_is_up_to_date(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    if not bootstrap.is_current():
        pytest.skip("these tests were not started by make")
    monkeypatch.setattr(bootstrap, "LOCK_FILE", place / "requirements.lock")
    (place / "requirements.lock").write_text("other")
    assert not bootstrap.is_current()


def test_a_python_without_pip_is_one_sentence(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    monkeypatch.setattr(bootstrap, "PYTHON", place / "bin" / "python")
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(Problem) as refusal:
        bootstrap.make_venv()
    assert str(refusal.value) == (
        f"{sys.executable} comes without `ensurepip`: install your system's python3-venv package, "
        "or name another Python, like `make run PYTHON=/usr/local/bin/python3.12`."
    )


def test_a_problem_is_a_line_and_an_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    def main() -> int:
        raise Problem("it is the wrong day.")

    assert (explained(main), capsys.readouterr().err) == (1, "marque: it is the wrong day.\n")


@pytest.mark.parametrize(
    ("version", "good"),
    [
        ((18, 20), False),
        ((20, 18), False),
        ((20, 19), True),
        ((21, 7), False),
        ((22, 11), False),
        ((22, 12), True),
        ((24, 0), True),
    ],
)
def test_which_node_will_do(version: tuple[int, int], good: bool) -> None:
    assert frontend.new_enough(version) is good


def test_an_old_node_is_passed_over_for_the_packaged_one(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(place, "npm", "exit 0")
    program(place, "node", "echo v22.12.0")
    monkeypatch.setenv("PATH", str(place))
    assert frontend.find_npm() == ([str(place / "npm")], place)
    program(place, "node", "echo v18.0.0")
    command, folder = frontend.find_npm()
    said = subprocess.run(
        [*command, "--version"], env={"PATH": str(folder)}, capture_output=True, text=True, check=True
    )
    assert frontend.node_version(str(folder / "node")) >= (24, 0)
    assert int(said.stdout.split(".")[0]) >= 10


def test_a_changed_template_changes_the_build(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    monkeypatch.setattr(frontend, "ROOT", place)
    for name in (*frontend.PACKAGES, *frontend.CONFIGURATION):
        (place / name).touch()
    for name in ("inbox/templates/a.html", "inbox/node_modules/b.ts", "tests/c.html"):
        (place / name).parent.mkdir(parents=True)
        (place / name).touch()
    before = frontend.sources()
    (place / "inbox/node_modules/b.ts").write_text("x")
    (place / "tests/c.html").write_text("x")
    assert frontend.sources() == before
    (place / "inbox/templates/a.html").write_text("x")
    assert frontend.sources() != before


def test_an_incomplete_checkout_is_one_sentence(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    monkeypatch.setattr(frontend, "ROOT", place)
    with pytest.raises(Problem) as refusal:
        frontend.packages()
    assert str(refusal.value) == "package.json is missing: is this checkout complete?"


def test_the_browser_is_the_one_that_was_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    works = program(place, "my chromium", "echo 1")
    monkeypatch.setenv("CHROMIUM", str(works))
    assert browser.ensure() == works
    monkeypatch.setenv("CHROMIUM", str(program(place, "broken", "exit 127")))
    with pytest.raises(Problem) as refusal:
        browser.ensure()
    assert str(refusal.value) == (
        f"CHROMIUM={place / 'broken'} does not start: name a Chromium or Chrome, or leave it unset."
    )


def test_a_browser_that_does_not_start_is_passed_over(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(browser, "PLACES", ())
    monkeypatch.setenv("PATH", str(place))
    program(place, "chromium", "exit 127")
    chrome = program(place, "google-chrome", "echo 1")
    assert browser.ensure() == chrome


def test_a_browser_that_cannot_be_installed_says_only_how_it_ended(
    place: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(browser, "PLACES", ())
    monkeypatch.setattr(browser, "LOG", place / "state" / "browser.log")
    monkeypatch.setattr(sys, "executable", str(program(place, "python", LONG_STORY)))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(place))
    monkeypatch.setenv("PATH", str(place))
    with pytest.raises(Problem, match="no browser for the tests"):
        browser.ensure()
    told = [f"line {number}" for number in range(1, 101)]
    assert (place / "state" / "browser.log").read_text().splitlines() == told
    said = capfd.readouterr().err.splitlines()
    assert said == ["marque: Installing a browser for the tests …", "…", *told[-15:], ""]
