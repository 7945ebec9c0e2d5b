"""The app of the inbox's reports: hears of conversations, folds when due, has a place in the rail."""

from django.apps import AppConfig

from core.ui.nav import NavItem, register


class ReportsConfig(AppConfig):
    name = "inbox.reports"
    label = "reports"

    def ready(self) -> None:
        from inbox.conversations.stored import register_listener  # noqa: PLC0415 - needs the registry
        from inbox.conversations.turned import register_turn_listener  # noqa: PLC0415 - the same
        from inbox.reports.domain.collect import on_message, on_turn, on_turns  # noqa: PLC0415 - the same
        from inbox.reports.domain.due import FOLD  # noqa: PLC0415 - the same
        from inbox.reports.domain.fold import sweep  # noqa: PLC0415 - the same
        from tenants.due import register_due, register_sweeper  # noqa: PLC0415 - the same

        register_listener("inbox.reports", on_message)
        register_turn_listener("inbox.reports", on_turn, many=on_turns)
        register_due(FOLD, FOLD)
        register_sweeper("inbox.reports", sweep)
        register(
            NavItem(
                key="reports",
                label="Reports",
                icon="chart-column",
                url_name="reports:inbox",
                order=70,
                may="see_reports",
            )
        )
