"""Whose an app or a migration is: this repository's or a library's. Both are told by where they stand."""

import sys
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.migrations import Migration


@cache
def is_our_app(label: str) -> bool:
    """Whether we write its models."""
    return _stands_here(Path(apps.get_app_config(label).path))


def is_our_migration(migration: Migration) -> bool:
    """Whether we write it; for some libraries we do, by MIGRATION_MODULES."""
    path = sys.modules[type(migration).__module__].__file__
    return path is not None and _stands_here(Path(path))


def _stands_here(path: Path) -> bool:
    return path.is_relative_to(settings.BASE_DIR) and "site-packages" not in path.parts
