"""One schema at a time: what is there is not done twice, and what a crash left half done is finished."""

import psycopg
import pytest

from tenants.models import Workspace
from tenants.schema.alone import run_alone
from tenants.schema.owner import owner_connection
from tenants.schema.replay import ReplayFailed, replay
from tenants.schema.steps import Step
from tests.tenants.schema.fleet.runs import QUICK, everything, new_in

pytestmark = pytest.mark.usefixtures("own_database")

COLUMN = "ALTER TABLE contacts_contact ADD COLUMN nickname varchar(50) NULL"
ONE = Step("contacts", "9001_nickname", (COLUMN,))
AGAIN = [
    COLUMN,
    "CREATE TABLE contacts_token (id uuid PRIMARY KEY)",
    "ALTER TABLE contacts_contact ADD CONSTRAINT short CHECK (length(nickname) < 9) NOT VALID",
    "ALTER TABLE contacts_contact VALIDATE CONSTRAINT short",
    'CREATE INDEX CONCURRENTLY "by_nickname" ON contacts_contact (nickname)',
    'DROP INDEX CONCURRENTLY "by_nickname"',
    "ALTER TABLE contacts_contact DROP CONSTRAINT short",
    "ALTER TABLE contacts_contact DROP COLUMN nickname",
    "DROP TABLE contacts_token",
]


@pytest.fixture
def row() -> Workspace:
    return everything()[0]


def test_a_step_that_is_there_is_not_taken_again(row: Workspace) -> None:
    """As when somebody else brought the schema up since it was asked what it lacks."""
    with owner_connection() as owner:
        for _ in range(2):
            replay(owner, schema=row.schema or "", steps=[ONE], patience=QUICK)
    assert new_in(row.schema) == ["contacts.9001_nickname"]


def test_what_was_done_before_a_crash_is_passed_over(row: Workspace) -> None:
    with owner_connection() as owner:
        owner.execute(f"SET search_path = {row.schema}".encode())
        for statement in AGAIN:
            for _ in range(2):
                run_alone(owner, statement, schema=row.schema or "", lock_timeout=1000)


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("ALTER TABLE contacts_nowhere ADD COLUMN x int", psycopg.errors.UndefinedTable),
        ("ALTER TABLE contacts_contact ALTER COLUMN nowhere SET DEFAULT 1", psycopg.errors.UndefinedColumn),
        ("SELECT 1 / 0", psycopg.errors.DivisionByZero),
    ],
)
def test_another_error_is_one(row: Workspace, statement: str, error: type[psycopg.Error]) -> None:
    step = Step("contacts", "9001_broken", (COLUMN, statement), atomic=False)
    with owner_connection() as owner, pytest.raises(ReplayFailed) as failed:
        replay(owner, schema=row.schema or "", steps=[step], patience=QUICK)
    assert type(failed.value.cause) is error
    assert new_in(row.schema) == []


@pytest.mark.parametrize("name", ["public", "w_x; drop", "pg_catalog"])
def test_only_a_workspaces_schema_is_replayed_into(name: str) -> None:
    with owner_connection() as owner, pytest.raises(ValueError, match="not a schema name"):
        replay(owner, schema=name, steps=[ONE], patience=QUICK)
