"""The app of bulk jobs in the inbox: its sweeper, what is due, and that jobs stay out of archives."""

from django.apps import AppConfig


class BulkConfig(AppConfig):
    name = "inbox.bulk"
    label = "bulk"

    def ready(self) -> None:
        from core.notices.kinds import register as register_kind  # noqa: PLC0415 - needs the registry
        from inbox.bulk.domain.ask import TEND  # noqa: PLC0415 - needs the registry
        from inbox.bulk.domain.tend import tend  # noqa: PLC0415 - the same
        from inbox.bulk.notices import KINDS  # noqa: PLC0415 - the same
        from tenants.archive.parts import leave_out  # noqa: PLC0415 - the same
        from tenants.due import register_due, register_sweeper  # noqa: PLC0415 - the same

        for kind in KINDS:
            register_kind(kind)
        register_due(TEND, TEND)
        register_sweeper("inbox.bulk", tend)
        for table in ("bulk_bulkjob", "bulk_bulkbatch"):
            leave_out(table, why="Jobs and what they can take back are over within minutes")
