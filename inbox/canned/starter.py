"""The canned replies of a starter template: name, code and text of each; applied as shared ones."""

from typing import Any

from django.core.exceptions import ValidationError

from inbox.canned.domain.canned import check_words
from inbox.canned.models import CannedReply
from tenants.models import Workspace
from tenants.starters import StarterPart

MOST = 50
KEYS = {"name", "code", "text"}


def check(content: Any) -> None:
    """Raises ValidationError."""
    if not isinstance(content, list) or len(content) > MOST:
        raise ValidationError(f"Canned replies are a list of at most {MOST}.")
    for entry in content:
        if not isinstance(entry, dict) or set(entry) != KEYS:
            raise ValidationError("A canned reply is its name, its code and its text.")
        if not all(isinstance(value, str) for value in entry.values()):
            raise ValidationError("Name, code and text of a canned reply are texts.")
        if check_words(**entry) != (entry["name"], entry["code"], entry["text"]):
            raise ValidationError(f"The canned reply “{entry['name'][:80]}” has stray spaces or capitals.")
    if len({entry["code"] for entry in content}) < len(content):
        raise ValidationError("Two canned replies have the same code.")


def apply(workspace: Workspace, content: Any) -> None:
    """Make those whose code nobody shares yet."""
    check(content)
    for entry in content:
        words = {"name": entry["name"], "text": entry["text"]}
        CannedReply.objects.get_or_create(code=entry["code"], owner=None, defaults=words)


def capture(workspace: Workspace) -> Any:
    """The shared ones, as they are here; nobody's own."""
    rows = CannedReply.objects.filter(owner=None).order_by("created_at", "id")[:MOST]
    return [{"name": row.name, "code": row.code, "text": row.text} for row in rows]


def describe(content: Any) -> str:
    named = "; ".join(f"“{entry['name']}”" for entry in content)
    return f"{len(content)} canned repl{'y' if len(content) == 1 else 'ies'}: {named}"


CANNED = StarterPart(
    key="canned",
    label="Canned replies",
    check=check,
    apply=apply,
    capture=capture,
    describe=describe,
    order=25,
)
