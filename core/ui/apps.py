"""Registers the interface as an app: its templates, template tags and error pages.
Pages live in the apps they belong to; only frames and components live here.
"""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "core.ui"
    label = "ui"
    verbose_name = "Interface"
