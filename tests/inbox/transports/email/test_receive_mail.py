"""`manage.py receive_mail` as people start and stop it."""

import os
import signal
import smtplib
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]


def command(*options: str) -> list[str]:
    return [sys.executable, str(ROOT / "manage.py"), "receive_mail", *options]


def test_it_says_where_it_listens_and_stops_when_told() -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command("--port", "0"), stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout
    line = process.stdout.readline()
    port = int(line.rpartition(":")[2])
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test") as client:
        assert client.noop()[0] == 250
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=20)
    assert (line, rest, process.returncode) == (
        f"Receiving mail by SMTP on 127.0.0.1:{port}\n",
        "Stopped receiving mail.\n",
        0,
    )


def test_a_port_in_use_is_one_clear_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            command("--port", str(port)), capture_output=True, text=True, check=False, timeout=60
        )
    assert (done.returncode, done.stderr.strip()) == (
        1,
        f"CommandError: Mail cannot be received on 127.0.0.1:{port}: Address already in use.",
    )
