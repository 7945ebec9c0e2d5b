"""Our own migration operations, run by the owner on tables of a schema of their own."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection, models
from django.db.migrations.state import ProjectState
from django.db.models import F, Q

from tenants.context import workspace
from tenants.models import Workspace
from tenants.schema.owner import owner_connection
from tenants.schema.safe_operations import AddUniqueConcurrently, DropColumn, DropTable
from tests.tenants.schema.contract.cases import table

SCHEMA = "w_safe_operations"


@pytest.fixture
def owner(committed: None, alice_ws: Workspace) -> Iterator[psycopg.Connection]:
    """The owner in a schema made for the test, while Django believes to be in Alice's workspace."""
    with owner_connection() as owner, workspace(alice_ws):
        owner.execute(f"CREATE SCHEMA {SCHEMA}")
        owner.execute(f"SET search_path = {SCHEMA}")
        owner.execute("CREATE TABLE contacts_note (id uuid PRIMARY KEY, rank int, kind text, words text)")
        owner.execute("INSERT INTO contacts_note VALUES (uuidv7(), 1, 'a', 'kept')")
        yield owner
        owner.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


def run(owner: psycopg.Connection, operation: Any, *, backwards: bool = False) -> list[str]:
    """Render the operation as a fleet migration does, run it, and return what was run."""
    before = ProjectState()
    table("Note", ("rank", models.IntegerField()), ("words", models.TextField())).state_forwards(
        "contacts", before
    )
    after = before.clone()
    operation.state_forwards("contacts", after)
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        if backwards:
            operation.database_backwards("contacts", editor, after, before)
        else:
            operation.database_forwards("contacts", editor, before, after)
    for statement in editor.collected_sql:
        owner.execute(statement)
    return list(editor.collected_sql)


def columns(owner: psycopg.Connection) -> list[str]:
    asked = (
        "SELECT column_name FROM information_schema.columns WHERE table_schema = %s ORDER BY ordinal_position"
    )
    return [row[0] for row in owner.execute(asked, [SCHEMA])]


def indexes(owner: psycopg.Connection) -> list[str]:
    return [
        row[0]
        for row in owner.execute(
            "SELECT indexname FROM pg_indexes WHERE schemaname = %s ORDER BY 1", [SCHEMA]
        )
    ]


def test_a_forgotten_column_goes_and_its_row_stays(owner: psycopg.Connection) -> None:
    assert run(owner, DropColumn("note", "kind")) == ['ALTER TABLE "contacts_note" DROP COLUMN "kind";']
    assert columns(owner) == ["id", "rank", "words"]
    assert owner.execute("SELECT rank, words FROM contacts_note").fetchall() == [(1, "kept")]


def test_a_forgotten_table_goes(owner: psycopg.Connection) -> None:
    owner.execute("CREATE TABLE contacts_old (id uuid)")
    assert run(owner, DropTable("contacts_old")) == ['DROP TABLE "contacts_old";']
    assert columns(owner) == ["id", "rank", "kind", "words"]


@pytest.mark.parametrize("constraint", [
    models.UniqueConstraint(F("rank"), name="note_once"),
    models.UniqueConstraint(fields=["rank"], condition=Q(words="kept"), name="note_once"),
])  # fmt: skip
def test_a_unique_index_is_built_concurrently_and_taken_back(
    owner: psycopg.Connection, constraint: Any
) -> None:
    operation = AddUniqueConcurrently("note", constraint)
    assert [sql[:45] for sql in run(owner, operation)] == ['CREATE UNIQUE INDEX CONCURRENTLY "note_once" ']
    with pytest.raises(psycopg.errors.UniqueViolation):
        owner.execute("INSERT INTO contacts_note VALUES (uuidv7(), 1, 'b', 'kept')")
    run(owner, operation, backwards=True)
    assert indexes(owner) == ["contacts_note_pkey"]
