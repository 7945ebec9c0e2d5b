"""Has a stranger's HTML sanitised in a process of its own, which may take seconds and megabytes, not more.

The parser reopens unclosed formatting in every paragraph, so that a small mail can want gigabytes; what is
lost then is that one mail's layout. The rules are html.py next door, which is also the program that is run.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import structlog

from inbox.transports.email import html as rules

log = structlog.get_logger(__name__)

SECONDS = 10
"""Of waiting; the process itself ends after rules.CPU_SECONDS of work."""
TOO_MUCH = "[The layout of this mail could not be read. It is kept as it came.]"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A mail's HTML that can be shown, "" when none is left, and the same as text."""

    html: str
    text: str


def clean(html: str) -> Cleaned:
    """Sanitise within the bounds; beyond them there is no HTML, and the text says so."""
    program = [sys.executable, "-I", str(Path(rules.__file__))]
    try:
        done = subprocess.run(
            program, input=json.dumps(html).encode(), capture_output=True, timeout=SECONDS, check=True
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        log.warning("mail_html_given_up", size=len(html), error=type(error).__name__)
        return Cleaned(html="", text=TOO_MUCH)
    return Cleaned(**json.loads(done.stdout))
