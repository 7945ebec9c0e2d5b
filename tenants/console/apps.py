"""The consoles as an app of their own: templates and views, no tables."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "tenants.console"
    label = "console"
