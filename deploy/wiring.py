"""Every connection between apps, every scheduled task and every task module, in one readable list.

An app that wants to hear of another's event is connected here and nowhere else.
"""

from typing import Any

TASK_MODULES = [
    "tenants.jobs",
    "core.sending.tasks",
    "inbox.bulk.tasks",
    "inbox.conversations.tasks",
    "inbox.reports.tasks",
    "inbox.search.tasks",
    "inbox.transports.email.tasks",
    "inbox.transports.chat.tasks",
    "core.accounts.tasks",
    "core.timeline.tasks",
]

# Seconds between runs. Each is cheap when there is nothing to do.
BEAT: dict[str, dict[str, Any]] = {
    "run-due": {"task": "tenants.run_due", "schedule": 5.0},
    "sweep": {"task": "tenants.sweep", "schedule": 60.0},
    "sweep-data-runs": {"task": "tenants.sweep_data_runs", "schedule": 60.0},
    "sweep-platform-mail": {"task": "core.sending.sweep_platform", "schedule": 60.0},
    "sweep-platform-log": {"task": "core.timeline.sweep_platform", "schedule": 60.0},
    "prune-logs": {"task": "core.timeline.prune", "schedule": 86400.0, "options": {"queue": "schema"}},
    "fill-stock": {"task": "tenants.fill_stock", "schedule": 60.0, "options": {"queue": "schema"}},
    "measure-storage": {"task": "tenants.measure_storage", "schedule": 900.0},
    "alive": {"task": "tenants.alive", "schedule": 30.0, "args": ("celery",), "options": {"expires": 60}},
    "builder-alive": {
        "task": "tenants.alive",
        "schedule": 30.0,
        "args": ("schema",),
        "options": {"expires": 60, "queue": "schema"},
    },
    "tend-archives": {"task": "tenants.tend_archives", "schedule": 60.0, "options": {"queue": "schema"}},
    "tidy-archives": {"task": "tenants.tidy_archives", "schedule": 3600.0, "options": {"queue": "schema"}},
    "close-stays": {"task": "core.accounts.close_stays", "schedule": 60.0},
    "sweep-accounts": {"task": "core.accounts.sweep_platform", "schedule": 3600.0},
}

ROUTES = {
    "tenants.fill_stock": {"queue": "schema"},
    "tenants.tend_archives": {"queue": "schema"},
    "tenants.export_workspace": {"queue": "schema"},
    "tenants.import_workspace": {"queue": "schema"},
    "tenants.tidy_archives": {"queue": "schema"},
    "core.timeline.prune": {"queue": "schema"},
}


def connect() -> None:
    """Called once by deploy's AppConfig when every app is ready."""
    from core.accounts.signals import team_deleted  # noqa: PLC0415 - needs the registry
    from core.contacts.signals import contact_corrected  # noqa: PLC0415 - the same
    from core.sending.signals import delivery_delayed, delivery_settled  # noqa: PLC0415 - the same
    from inbox.conversations import receivers  # noqa: PLC0415 - the same

    delivery_settled.connect(receivers.on_delivery_settled, dispatch_uid="inbox.conversations")
    delivery_delayed.connect(receivers.on_delivery_delayed, dispatch_uid="inbox.conversations")
    contact_corrected.connect(receivers.on_contact_corrected, dispatch_uid="inbox.conversations")
    team_deleted.connect(receivers.on_team_deleted, dispatch_uid="inbox.conversations")
    _connect_consoles()


def _connect_consoles() -> None:
    """The consoles stand below the frame and below accounts: their places and their people are handed up."""
    from core import limits  # noqa: PLC0415 - needs the registry
    from core.accounts.domain.staff import find_person, invite_staff, staff_troubles  # noqa: PLC0415 - the same
    from core.sending.panel import mail_panel  # noqa: PLC0415 - the same
    from core.ui import nav  # noqa: PLC0415 - the same
    from tenants.console import access, columns, entries  # noqa: PLC0415 - the same
    from tenants.console.domain.staffing import register_people  # noqa: PLC0415 - the same
    from tenants.console.figures import register_panel  # noqa: PLC0415 - the same

    register_people(find=find_person, invite=invite_staff, troubles=staff_troubles)
    register_panel(mail_panel)
    columns.register(
        columns.Column(key="plan", label="Plan", values=limits.plan_names, sort=limits.plan_order, order=10)
    )
    nav.register_gate(access.may)
    for entry in entries.ENTRIES:
        nav.register(
            nav.NavItem(
                key=f"console-{entry.key}",
                label=entry.label,
                icon=entry.icon,
                url_name=entry.url_name,
                sites=entry.sites,
                order=entry.order,
                may=entry.may,
            )
        )
