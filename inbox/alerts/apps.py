"""How each person is told that a contact wrote while they look elsewhere."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "inbox.alerts"
    label = "alerts"
