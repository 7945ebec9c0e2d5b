"""Files of a workspace: kept, shown by signed addresses, swept away, archived.

Who holds a file, such as a message, is an app of its own above this one.
"""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "core.files"
    label = "files"

    def ready(self) -> None:
        from core.files.archive import PART  # noqa: PLC0415 - needs the models
        from core.files.domain.sweep import sweep  # noqa: PLC0415 - as above
        from core.files.queries import bytes_kept  # noqa: PLC0415 - as above
        from core.files.storage import clear  # noqa: PLC0415 - as above
        from tenants import facts, gauges  # noqa: PLC0415 - as above
        from tenants.archive.parts import register_part  # noqa: PLC0415 - as above
        from tenants.due import register_sweeper  # noqa: PLC0415 - as above
        from tenants.schema.remains import register_clearer  # noqa: PLC0415 - as above

        register_part(PART)
        register_clearer("core.files", clear)
        register_sweeper("core.files", sweep)
        gauges.register(gauges.Gauge(key=facts.FILES, read=bytes_kept))
