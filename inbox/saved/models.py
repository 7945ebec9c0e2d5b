"""SavedView: a filter of the inbox's list under a name, the workspace's or one person's own."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from inbox.conversations.enums import Priority
from inbox.conversations.filters import VIEW_NAMES, ListFilter, View
from tenants.models import WorkspaceModel


class SavedView(WorkspaceModel):
    """Without `owner` it is everybody's. Its owner's, or the shared ones, stand by `position`.

    `label` and `team` are ids without a foreign key: a view of a label that is deleted shows nothing and says
    so, where it would otherwise show everything.
    """

    name = models.CharField(max_length=60)
    view = models.CharField(max_length=12, choices=[(view.value, name) for view, name in VIEW_NAMES.items()])
    label = models.UUIDField(null=True)
    team = models.UUIDField(null=True)
    priority = models.SmallIntegerField(choices=Priority, null=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", db_index=False
    )
    position = models.IntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), condition=Q(owner=None), name="saved_shared_once"),
            models.UniqueConstraint("owner", Lower("name"), name="saved_own_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        return self.owner_id is None

    @property
    def shown(self) -> ListFilter:
        """What the list is when this view is open."""
        priority = None if self.priority is None else Priority(self.priority)
        return ListFilter(view=View(self.view), label=self.label, team=self.team, priority=priority)

    @shown.setter
    def shown(self, shown: ListFilter) -> None:
        self.view, self.label, self.team = shown.view.value, shown.label, shown.team
        self.priority = None if shown.priority is None else shown.priority.value
