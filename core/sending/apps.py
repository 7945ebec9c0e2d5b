"""Start-up of the sending app: its own composer, guard, sweeper and checks."""

from django.apps import AppConfig


class SendingConfig(AppConfig):
    name = "core.sending"
    label = "sending"

    def ready(self) -> None:
        from core.sending import checks  # noqa: F401, PLC0415 - the import registers them
        from core.sending.domain import dkim_keys, restored, suppress, sweep, system, wake  # noqa: PLC0415 - need the models
        from core.sending.queries import month_of_mail  # noqa: PLC0415 - as above
        from core.sending.registry import register_composer, register_guard  # noqa: PLC0415 - as above
        from tenants import gauges  # noqa: PLC0415 - as above
        from tenants.archive.parts import leave_out, register_after_load  # noqa: PLC0415 - as above
        from tenants.due import register_due, register_sweeper  # noqa: PLC0415 - as above
        from tenants.secrets import register_resealer  # noqa: PLC0415 - as above

        register_composer(system.SYSTEM, system.compose_system)
        register_guard("suppressed", suppress.obstacle)
        register_sweeper("core.sending", sweep.sweep)
        leave_out("sending_providerevent", why="Ids of webhooks are kept for a month only")
        gauges.register(gauges.Gauge(key="mail", read=month_of_mail))
        register_after_load("core.sending", restored.hold_back)
        register_sweeper("core.sending.dkim", dkim_keys.wake_checks)
        register_resealer("core.sending", dkim_keys.reseal_keys)
        leave_out("sending_dkimkey", why="Keys that sign mail are this installation's, and their address's")
        register_due(wake.DUE, wake.DUE_TASK)
