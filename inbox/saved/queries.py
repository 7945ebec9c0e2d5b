"""Reads of saved views: those somebody has with the names of what they are narrowed by, and their counts."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from core.accounts.models import Team, User
from inbox.conversations.figures import counts_of
from inbox.conversations.models import Conversation, Label
from inbox.saved.models import SavedView

COUNTED = 20
"""Of the first so many views the figures are shown: each is one more count inside every page's question."""


def saved_for(user: User) -> QuerySet[SavedView]:
    """Their own views and the shared ones, each in their order.

    `label_name` and `team_name` are None where the view names none, and where it is gone.
    """
    rows: QuerySet[SavedView] = SavedView.objects.filter(Q(owner=None) | Q(owner=user))
    label = Label.objects.filter(id=OuterRef("label")).values("name")[:1]
    team = Team.objects.filter(id=OuterRef("team")).values("name")[:1]
    rows = rows.annotate(label_name=Subquery(label), team_name=Subquery(team))
    return rows.order_by(F("owner").asc(nulls_last=True), "position", "id")


def gone_of(row: SavedView) -> str:
    """What a view of `saved_for` names that there is not any more, "" for nothing."""
    if row.label is not None and vars(row).get("label_name") is None:
        return "Its label was deleted"
    return "Its team was deleted" if row.team is not None and vars(row).get("team_name") is None else ""


def saved_counts(user: User, *, rows: Sequence[SavedView]) -> dict[UUID, int]:
    """How many conversations the first COUNTED views show this person, in one question or none.

    Bounded as the tabs' figures are; a view of something that is gone has none.
    """
    counted = [row for row in rows if not gone_of(row)][:COUNTED]
    everything = Conversation.objects.all()
    figures = {str(number): row.shown.apply(everything, user=user) for number, row in enumerate(counted)}
    counts = counts_of(figures) if figures else {}
    return {row.id: counts[str(number)] for number, row in enumerate(counted)}


def saved_called(saved_id: UUID) -> str:
    """What a shared one is called, or "": a private one's name is nobody else's."""
    row = SavedView.objects.filter(id=saved_id, owner=None).first()
    return row.name if row else ""


def views_naming(id: UUID) -> list[SavedView]:
    """Everybody's views that are narrowed by this label or team: the shared ones first, in their order."""
    rows = SavedView.objects.filter(Q(label=id) | Q(team=id))
    return list(rows.order_by(F("owner").asc(nulls_first=True), "position", "id"))
