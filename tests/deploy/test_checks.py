"""What `check --deploy` says about the settings of a production."""

import os
import subprocess
import sys

import pytest

from tests.core.accounts.test_production import PRODUCTION, ROOT

SHARED = (
    "TRUSTED_PROXY_COUNT is 0, so every visitor seems to come from the proxy's own address, and the "
    "limits on signing in and on forms hold for everybody together."
)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, True),
        ({"TRUSTED_PROXY_COUNT": "1"}, False),
        ({"MARQUE_ENV": "dev"}, False),
    ],
)
def test_limits_that_everybody_would_share_are_told(changes: dict[str, str], said: bool) -> None:
    command = [sys.executable, "manage.py", "check", "--deploy", "--tag", "security"]
    env = {**os.environ, **PRODUCTION, **changes}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert (SHARED in done.stderr) is said
