"""Starter templates: the parts that a new workspace can begin with, each registered by its app.

A template is a row of JSON by part (`StarterTemplate.parts`); what a part does with its content is the
part's own. The set-up step that applies them is deploy/onboarding.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tenants.models import Workspace

Content = Any
"""JSON as the part itself defines it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterPart:
    """One kind of content. `check` raises ValidationError; `describe` says in a few words what it brings.

    `apply` runs inside the new workspace, and again after a crash, so it must be idempotent; `capture` reads
    the same content from the workspace it runs in.
    """

    key: str
    label: str
    check: Callable[[Content], None]
    apply: Callable[[Workspace, Content], None]
    capture: Callable[[Workspace], Content]
    describe: Callable[[Content], str]
    order: int = 100


_parts: dict[str, StarterPart] = {}


def register_part(part: StarterPart) -> None:
    """Add a part; the same key again replaces it. For AppConfig.ready()."""
    _parts[part.key] = part


def parts() -> list[StarterPart]:
    return sorted(_parts.values(), key=lambda part: (part.order, part.key))
