"""Start-up of the log of who did what: it registers behind the door of tenants/audit.py, and its pages."""

from django.apps import AppConfig


class TimelineConfig(AppConfig):
    name = "core.timeline"
    label = "timeline"
    verbose_name = "Log"

    def ready(self) -> None:
        from core.timeline.domain.append import append  # noqa: PLC0415 - needs the registry of models
        from core.timeline.domain.chain import chain_pending  # noqa: PLC0415 - the same
        from core.timeline.domain.restored import take_over  # noqa: PLC0415 - the same
        from core.timeline.queries import person_called  # noqa: PLC0415 - the same
        from core.timeline.visits import register_namer  # noqa: PLC0415 - the same
        from core.ui.nav import NavItem, register  # noqa: PLC0415 - the same
        from tenants.archive.parts import register_after_load  # noqa: PLC0415 - the same
        from tenants.audit import register_recorder  # noqa: PLC0415 - the same
        from tenants.due import register_sweeper  # noqa: PLC0415 - the same

        register_recorder(append)
        register_sweeper("core.timeline", chain_pending)
        register_after_load("core.timeline", take_over)
        register_namer("user_id", person_called)
        register(
            NavItem(
                key="activity",
                label="Activity",
                icon="clock",
                url_name="activity:list",
                order=90,
                may="see_activity",
                section="settings",
            )
        )
        register(
            NavItem(
                key="log",
                label="Log",
                icon="clock",
                url_name="log:list",
                sites={"platform", "reseller"},
                order=55,
                may="see_log",
            )
        )
