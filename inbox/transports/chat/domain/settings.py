"""What the team sets about its chat."""

from collections.abc import Sequence

from django.db import transaction

from inbox.transports.chat.models import ChatWidget
from tenants.audit import record

WRITTEN = (
    "is_active",
    "takes_files",
    "title",
    "greeting",
    "away",
    "opens",
    "opens_at",
    "closes_at",
    "origins",
    "days",
    "zone",
)


@transaction.atomic
def save_widget(widget: ChatWidget, *, origins: Sequence[str], days: Sequence[int], zone: str) -> ChatWidget:
    """Store the settings; sockets that a site no longer listed has open are cut within seconds."""
    widget.origins, widget.days, widget.zone = list(origins), list(days), zone
    there = ChatWidget.objects.select_for_update().filter(id=widget.id).exists()
    if there:
        widget.save(update_fields=WRITTEN)
    else:
        widget.save(force_insert=True)
    record("chat.change", target=widget.id, label=widget.title)
    return widget
