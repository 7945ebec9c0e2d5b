"""Workspaces and figures for the consoles' tests: rows alone, without schemas."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from tenants.context import platform
from tenants.ids import uuid7
from tenants.models import Domain, Reseller, Workspace, WorkspaceFacts


def a_workspace(
    slug: str = "rosa", *, name: str = "Client", age: int = 0, host: str = "", **columns: Any
) -> Workspace:
    """An active workspace of a reseller that is so many days old, with an address."""
    with platform():
        reseller = Reseller.objects.get(slug=slug)
        schema = None if columns.get("state") == "building" else f"w_{uuid7().hex[-20:]}"
        values = {"schema": schema, "state": "active", "owner_email": "owner@client.test", **columns}
        row = Workspace.objects.create(reseller=reseller, name=name, **values)
        created = timezone.now() - timedelta(days=age)
        Workspace.objects.filter(id=row.id).update(created_at=created)
        Domain.objects.create(
            host=host or f"c{row.id.hex[-12:]}.test", kind="workspace", reseller=reseller, workspace=row
        )
    return row


def keep_facts(row: Workspace, *, gathered_at: datetime | None = None, **values: Any) -> None:
    """What the gauges would have said."""
    with platform():
        WorkspaceFacts.objects.update_or_create(
            workspace=row, defaults={"values": values, "gathered_at": gathered_at or timezone.now()}
        )


def ago(**time: float) -> str:
    """A time as gauges spell it."""
    return (timezone.now() - timedelta(**time)).isoformat()


def mail(
    sent: int = 0, bounced: int = 0, failed: int = 0, complained: int = 0, waiting: int = 0
) -> dict[str, int]:
    return {"sent": sent, "bounced": bounced, "failed": failed, "complained": complained, "waiting": waiting}
