"""Processes killed by SIGKILL, one at each point of a workspace's set-up; run by test_setup_crash.py.

Prints, as JSON, the host of the workspace that each point left behind. The points of one run share a parent
that never touches the database after its first fork.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

STEPS = ["starter-roles", "starter-forms", "starter-canned", "starter-brand", "first-form", "invite-owner"]
POINTS = [
    "inside the claim",
    "after the claim",
    *(f"{when} {step}" for step in STEPS for when in ("before", "inside")),
    "before it opens",
]


def host_of(point: str, *, run: str) -> str:
    return f"{point.replace(' ', '-')}-{run}.test"


def die(*args: Any, **kwargs: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def after(act: Callable[..., Any]) -> Callable[..., Any]:
    def run(*args: Any, **kwargs: Any) -> None:
        act(*args, **kwargs)
        die()

    return run


def arm(point: str) -> None:
    """Inside a step: its effect is made, its record is not written yet."""
    from tenants import onboarding, provisioning, setup

    if point == "inside the claim":
        setattr(provisioning, "_take_schema", after(provisioning._take_schema))  # noqa: B010 - as below
    elif point == "after the claim":
        setattr(provisioning, "set_up", die)  # noqa: B010 - mypy minds an assignment to a function
    elif point == "before it opens":
        setattr(setup, "_open", die)  # noqa: B010 - as above
    else:
        when, _, key = point.partition(" ")
        real = onboarding.steps_of

        def dying(step: onboarding.Step) -> onboarding.Step:
            run = after(step.run) if when == "inside" else die
            return onboarding.Step(step.key, step.label, run) if step.key == key else step

        setattr(onboarding, "steps_of", lambda row: [dying(step) for step in real(row)])  # noqa: B010 - as above


def provision(host: str) -> None:
    from tenants import provisioning
    from tenants.context import platform
    from tenants.models import Reseller, StarterTemplate

    with platform():
        reseller = Reseller.objects.get(slug="rosa")
        starter = StarterTemplate.objects.get(reseller=None, name="Agency")
    provisioning.provision(
        reseller=reseller, name="Killed", host=host, owner_email="owner@killed.test", starter=starter
    )


def killed_at(point: str, *, host: str) -> int:
    """The signal that ended a child which began to make a workspace."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    arm(point)
    provision(host)
    os._exit(0)


def main(run: str) -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "deploy.settings"
    django.setup()
    hosts = {point: host_of(point, run=run) for point in POINTS}
    ends = {point: killed_at(point, host=host) for point, host in hosts.items()}
    json.dump({"hosts": hosts, "ends": ends}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
