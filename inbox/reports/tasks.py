"""The background tasks of the inbox's reports."""

from inbox.reports.domain.due import FOLD
from inbox.reports.domain.fold import fold
from inbox.reports.domain.history import fill_all
from tenants.tasks import workspace_task


@workspace_task(FOLD)
def fold_reports() -> None:
    fold()


@workspace_task("inbox.fill_reports")
def fill_reports() -> None:
    """For workspaces from before there were reports; wakes the folding of what it wrote."""
    fill_all()
    fold()
