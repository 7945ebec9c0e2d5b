"""Starter templates: the parts that a new workspace can begin with, each registered by its app.

A template is a row of JSON by part (`StarterTemplate.parts`); what a part does with its content is the
part's own. The recorded set-up steps that apply them are made in onboarding.py; the acts on templates are
console/domain/starters.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from tenants.context import place_of, workspace
from tenants.models import StarterTemplate, Workspace

Content = Any
"""JSON as the part itself defines it; an empty one brings nothing."""


def _no_hue(content: Content) -> float | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterPart:
    """One kind of content. `check` raises ValidationError; `describe` says in a few words what it brings.

    `apply` runs inside the new workspace in the transaction of its recorded step, and again after a failure,
    so it must be idempotent; `capture` reads the same content from the workspace it runs in.
    """

    key: str
    label: str
    check: Callable[[Content], None]
    apply: Callable[[Workspace, Content], None]
    capture: Callable[[Workspace], Content]
    describe: Callable[[Content], str]
    hue: Callable[[Content], float | None] = _no_hue
    """The hue it brings in degrees, for a swatch; None where it brings no colour."""
    order: int = 100

    @property
    def step_label(self) -> str:
        return f"Apply the starter template: {self.label.lower()}"

    def applier(self, content: Content) -> Callable[[Workspace], None]:
        return lambda row: self.apply(row, content)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltIn:
    """A template of the platform's own: defined in code, kept as a row so that workspaces can name it."""

    id: UUID
    name: str
    description: str
    parts: Mapping[str, Content] = field(default_factory=dict)
    is_default: bool = False


_parts: dict[str, StarterPart] = {}
_built_in: dict[UUID, BuiltIn] = {}


def register_part(part: StarterPart) -> None:
    """Add a part; the same key again replaces it. For AppConfig.ready()."""
    _parts[part.key] = part


def parts() -> list[StarterPart]:
    return sorted(_parts.values(), key=lambda part: (part.order, part.key))


def register_built_in(template: BuiltIn) -> None:
    """Offer a template to every reseller; `manage.py migrate` writes its row."""
    _built_in[template.id] = template


def write_built_ins() -> None:
    """Bring the platform's rows to what this release defines; on the platform. Raises ValidationError.

    A workspace whose template is gone from the code keeps what it got from it.
    """
    for template in _built_in.values():
        check(template.parts)
    wanted = {template.id: _columns_of(template) for template in _built_in.values()}
    own = StarterTemplate.objects.filter(reseller=None)
    if {row.pop("id"): row for row in own.values("id", *_COLUMNS)} == wanted:
        return
    own.filter(is_default=True).update(is_default=False)
    own.exclude(id__in=wanted).delete()
    for id, values in wanted.items():
        StarterTemplate.objects.update_or_create(id=id, defaults={**values, "reseller": None})


_COLUMNS = ("name", "description", "parts", "is_default")


def _columns_of(template: BuiltIn) -> dict[str, Any]:
    """As they are stored and read back."""
    return {**{name: getattr(template, name) for name in _COLUMNS}, "parts": dict(template.parts)}


def check(content: Mapping[str, Content]) -> None:
    """Whether every part of a template can be applied, as a whole. Raises ValidationError."""
    if not isinstance(content, Mapping):
        raise ValidationError("This starter template is damaged: it is not a list of parts.")
    known = {part.key: part for part in parts()}
    for key, value in content.items():
        if key not in known:
            raise ValidationError(f"This starter template has a part that is not known here: “{key}”.")
        try:
            known[key].check(value)
        except ValidationError as error:
            raise ValidationError([f"{known[key].label}: {text}" for text in error.messages]) from error


def content_of(row: Workspace) -> Mapping[str, Content]:
    """What a workspace's own template brings; nothing where none was chosen. On the platform."""
    return row.starter.parts if row.starter else {}


def capture(row: Workspace) -> dict[str, Content]:
    """The content of every part as it is in a workspace now; without those that are empty there."""
    with workspace(place_of(row)):
        found = {part.key: part.capture(row) for part in parts()}
    return {key: content for key, content in found.items() if content}


def described(content: Content) -> list[tuple[str, str]]:
    """A template in words: each part's label and what it brings, or why it cannot."""
    if not isinstance(content, Mapping):
        return [("Damaged", "It is not a list of parts.")]
    return [(part.label, _words(part, content[part.key])) for part in parts() if content.get(part.key)]


def hue_of(content: Content) -> float | None:
    """The hue that a template brings, in degrees; None where it brings none."""
    if not isinstance(content, Mapping):
        return None
    return next((hue for one in parts() if (hue := one.hue(content.get(one.key))) is not None), None)


def _words(part: StarterPart, content: Content) -> str:
    try:
        part.check(content)
    except ValidationError as error:
        return f"Cannot be applied: {' '.join(error.messages)}"
    return part.describe(content)
