"""Background work of the search."""

from inbox.search.domain.filling import FILL, fill
from tenants.tasks import workspace_task


@workspace_task(FILL)
def collect_words() -> None:
    fill()
