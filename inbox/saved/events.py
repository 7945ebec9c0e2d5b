"""What browsers hear of saved views: that those below the tabs are others now."""

from dataclasses import dataclass
from typing import ClassVar

from core.realtime.events import Event


@dataclass(frozen=True, slots=True)
class ViewsChanged(Event):
    """Which views there are, or their order or names; whoever shows them fetches them again."""

    type: ClassVar[str] = "views_changed"
