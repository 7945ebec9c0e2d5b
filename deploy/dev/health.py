"""Whether a process of ours does its work yet, asked from outside.
stack.py next door waits on it before anybody is told an address."""

import http.client

from deploy.dev import ports
from deploy.dev.programs import Program

ASK_SECONDS = 5


def is_ready(program: Program) -> bool:
    """A program without a port is ready once started; one that speaks HTTP must answer without failing."""
    if not program.port:
        return True
    if not program.http:
        return ports.accepts(program.port)
    return answers(program.port)


def answers(port: int) -> bool:
    """Whether GET / gets any answer below 500; the host is the platform's, others may be unknown."""
    connection = http.client.HTTPConnection(ports.HOST, port, timeout=ASK_SECONDS)
    try:
        connection.request("GET", "/", headers={"Host": f"platform.localhost:{port}"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
