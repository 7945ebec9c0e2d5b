"""A next release that exists in memory only: migrations as if they stood in files, the code unchanged.

Whoever uses it works in a database of their own (conftest.py next door), which is thrown away.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

from tenants.ids import uuid7
from tenants.schema.operations import InBackground
from tenants.schema.template import migrations_here, migrations_version

APP = "contacts"
TASK = "tests.fill_nickname"


def last_of(app: str) -> str:
    """The newest migration that stands in a file."""
    return sorted(name for label, name in MigrationLoader(None).disk_migrations if label == app)[-1]


def migration(
    name: str, operations: Sequence[Any], *, after: str, app: str = APP, atomic: bool = True
) -> Migration:
    body = {"operations": list(operations), "dependencies": [(app, after)], "atomic": atomic}
    made: Migration = type("Migration", (Migration,), body)(name, app)
    return made


def add_field() -> Any:
    return migrations.AddField("contact", "nickname", models.CharField(max_length=50, null=True))


def create_model(name: str = "Token") -> Any:
    fields: list[tuple[str, models.Field[Any, Any]]] = [
        ("id", models.UUIDField(primary_key=True, default=uuid7, editable=False)),
        ("word", models.CharField(max_length=20, unique=True)),
        ("contact", models.ForeignKey("contacts.contact", models.CASCADE, null=True)),
    ]
    return migrations.CreateModel(name, fields)


def add_index() -> Any:
    return AddIndexConcurrently("contact", models.Index(fields=["nickname"], name="contact_by_nickname"))


def next_release() -> list[Migration]:
    """One of each kind: a column, a table, an index made concurrently, data to move."""
    return chain(
        ("9001_nickname", [add_field()], True),
        ("9002_token", [create_model()], True),
        ("9003_index", [add_index()], False),
        ("9004_fill", [InBackground(TASK)], True),
    )


def chain(*parts: tuple[str, Sequence[Any], bool]) -> list[Migration]:
    """Migrations one after the other, behind the newest that stands in a file."""
    after, made = last_of(APP), []
    for name, operations, atomic in parts:
        made.append(migration(name, operations, after=after, atomic=atomic))
        after = name
    return made


@contextmanager
def released(extra: Sequence[Migration]) -> Iterator[None]:
    """The installation's code has these migrations too."""
    load: Callable[[MigrationLoader], None] = MigrationLoader.load_disk

    def with_extra(loader: MigrationLoader) -> None:
        load(loader)
        loader.disk_migrations.update({(one.app_label, one.name): one for one in extra})

    with mock.patch.object(MigrationLoader, "load_disk", with_extra):
        forget()
        try:
            yield
        finally:
            forget()


def forget() -> None:
    """What a process remembers of its migrations."""
    migrations_here.cache_clear()
    migrations_version.cache_clear()
