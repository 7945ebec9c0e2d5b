"""What happens inside a new workspace, registered by whoever has something to set up there.

`at_claim` runs in the claim's own transaction (the owner's account); the parts of its starter template and
then each `step` run afterwards, recorded one by one. The list itself is deploy/onboarding.py.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tenants import starters
from tenants.models import Workspace

Setup = Callable[[Workspace], None]


@dataclass(frozen=True, slots=True)
class Step:
    """One idempotent act inside the workspace; `label` is what people watching the set-up read."""

    key: str
    label: str
    run: Setup


_at_claim: list[Setup] = []
_steps: dict[str, Step] = {}


def at_claim(fn: Setup) -> None:
    """Run `fn(workspace)` inside the workspace, in the transaction that claims its schema."""
    if fn not in _at_claim:
        _at_claim.append(fn)


def register_step(key: str, *, label: str, run: Setup) -> None:
    """Run `run(workspace)` inside the workspace once it is claimed; again only after it failed."""
    _steps[key] = Step(key, label, run)


def claim_hooks() -> list[Setup]:
    return list(_at_claim)


def steps() -> list[Step]:
    """Those every workspace has."""
    return list(_steps.values())


def labels() -> dict[str, str]:
    """What each step is called, by key; also of those whose starter template is gone or somebody else's."""
    brought = {starter_key(part.key): part.step_label for part in starters.parts()}
    return {**brought, **{step.key: step.label for step in steps()}}


def starter_key(part: str) -> str:
    """The key of the step that applies one part of a starter template."""
    return f"starter-{part}"


def steps_of(workspace: Workspace) -> list[Step]:
    """All of one workspace: its starter template's parts first, for what follows may build on them."""
    return [*_starter_steps(workspace), *steps()]


def _starter_steps(workspace: Workspace) -> list[Step]:
    content = starters.content_of(workspace)
    return [
        Step(starter_key(part.key), part.step_label, part.applier(content[part.key]))
        for part in starters.parts()
        if content.get(part.key)
    ]
