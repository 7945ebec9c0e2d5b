"""Background work of bulk jobs."""

from uuid import UUID

from inbox.bulk.domain.ask import RUN, TEND
from inbox.bulk.domain.run import run
from inbox.bulk.domain.tend import tend
from tenants.tasks import workspace_task


@workspace_task(RUN)
def run_bulk(job_id: str) -> None:
    run(UUID(job_id))


@workspace_task(TEND)
def tend_bulk() -> None:
    tend()
