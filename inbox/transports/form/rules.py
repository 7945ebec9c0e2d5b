"""The fields a form may have: a fixed list, so that what strangers send has a known shape and length.

Which of them a form shows is in its row (models.py); how they are checked is forms.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypedDict


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldKind:
    """One kind of question. `limit` is in characters; `autocomplete` is the browser's own name for it."""

    key: str
    label: str
    limit: int
    autocomplete: str = ""
    input_type: Literal["text", "email", "tel", "textarea"] = "text"


class Shown(TypedDict):
    """A field as a form's row keeps it."""

    key: str
    required: bool


KINDS = {
    kind.key: kind
    for kind in (
        FieldKind(key="name", label="Name", limit=200, autocomplete="name"),
        FieldKind(key="email", label="E-mail", limit=254, autocomplete="email", input_type="email"),
        FieldKind(key="phone", label="Phone", limit=40, autocomplete="tel", input_type="tel"),
        FieldKind(key="company", label="Company", limit=200, autocomplete="organization"),
        FieldKind(key="message", label="Message", limit=10_000, input_type="textarea"),
    )
}

DEFAULT_FIELDS: list[Shown] = [
    {"key": "name", "required": True},
    {"key": "email", "required": True},
    {"key": "phone", "required": False},
    {"key": "company", "required": False},
    {"key": "message", "required": True},
]


def default_fields() -> list[Shown]:
    return [field.copy() for field in DEFAULT_FIELDS]


def known_fields(stored: Iterable[Any]) -> list[tuple[FieldKind, bool]]:
    """The kinds a row names, in our order, each with whether it is required; unknown ones are left out."""
    required = {entry["key"]: bool(entry["required"]) for entry in stored}
    return [(kind, required[key]) for key, kind in KINDS.items() if key in required]
