"""What is known of a workspace from outside, as the consoles read it: in words, and as columns to sort by.

The values are gathered by tenants/facts.py; what they mean for its health is health.py next door.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import BigIntegerField, Case, F, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce, Greatest

from tenants.models import Workspace

UNKNOWN = -1
"""A figure that nobody has read yet; it sorts below none at all."""
MILLIONTHS = 1_000_000
MAIL = ("sent", "bounced", "failed", "complained")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`storage` in bytes, mail of 30 days, times in UTC; None and 0 where nothing was read yet."""

    gathered_at: datetime | None = None
    seats: int | None = None
    people: int | None = None
    seen: datetime | None = None
    storage: int | None = None
    sent: int = 0
    bounced: int = 0
    failed: int = 0
    complained: int = 0
    waiting: int = 0
    open: int | None = None
    waiting_since: datetime | None = None
    contacts: int | None = None
    conversations: int | None = None

    @property
    def room(self) -> str:
        """The storage in words: "720 kB", "1.4 GB"."""
        size, units = (self.storage or 0) / 1000, ["kB", "MB", "GB", "TB"]
        while size >= 1000 and len(units) > 1:
            size, units = size / 1000, units[1:]
        return f"{size:.1f} {units[0]}" if 0 < size < 10 else f"{size:.0f} {units[0]}"

    @property
    def tried(self) -> int:
        return self.sent + self.bounced + self.failed

    @property
    def after_bounced(self) -> int:
        """Where the failed begin in a bar of all that was tried."""
        return self.sent + self.bounced

    @property
    def bounce_rate(self) -> float:
        """In per cent of what was tried."""
        return 100 * self.bounced / self.tried if self.tried else 0.0


def facts_of(row: Workspace) -> Facts:
    """Of a row loaded with its facts (`select_related`), without a question."""
    try:
        kept = row.facts
    except ObjectDoesNotExist:
        return Facts()
    values: Mapping[str, Any] = kept.values
    mail = values.get("mail") or {}
    seen = max((moment for moment in (values.get("seen"), values.get("answered")) if moment), default=None)
    return Facts(
        gathered_at=kept.gathered_at,
        seen=_moment(seen),
        waiting_since=_moment(values.get("waiting_since")),
        seats=values.get("seats"),
        people=values.get("people"),
        storage=values.get("storage"),
        open=values.get("open"),
        contacts=values.get("contacts"),
        conversations=values.get("conversations"),
        **{name: int(mail.get(name, 0)) for name in (*MAIL, "waiting")},
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def with_facts(rows: QuerySet[Workspace]) -> QuerySet[Workspace]:
    """The rows with `f_seats`, `f_seen`, `f_storage`, `f_tried`, `f_bounced` … to compare and sort by.

    Nothing is None: a figure that was not read is UNKNOWN, a time "".
    """
    return rows.annotate(
        f_seats=_number("seats"),
        f_storage=_number("storage"),
        f_waiting_since=_text("waiting_since"),
        f_seen=Greatest(_text("seen"), _text("answered")),
        **{f"f_{name}": _number("mail", name, none=0) for name in MAIL},
    ).annotate(
        f_tried=F("f_sent") + F("f_bounced") + F("f_failed"),
        f_bounce=Case(
            When(f_tried=0, then=Value(UNKNOWN)),
            default=F("f_bounced") * MILLIONTHS / F("f_tried"),
            output_field=BigIntegerField(),
        ),
    )


def _number(*path: str, none: int = UNKNOWN) -> Combinable:
    return Coalesce(Cast(_at(*path), BigIntegerField()), Value(none), output_field=BigIntegerField())


def _text(*path: str) -> Combinable:
    return Coalesce(_at(*path), Value(""), output_field=TextField())


def _at(*path: str) -> KeyTextTransform:
    inner: Any = "facts__values"
    for key in path[:-1]:
        inner = KeyTransform(key, inner)
    return KeyTextTransform(path[-1], inner)
