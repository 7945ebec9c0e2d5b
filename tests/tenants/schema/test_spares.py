"""A spare counts only when it is whole: broken in each way, it is taken out of the pool and dropped."""

import pytest
from psycopg import sql

from tenants.context import platform
from tenants.models import SchemaTemplate, SpareSchema
from tenants.schema import stock
from tenants.schema.owner import owner_connection
from tenants.schema.spares import fault_of, tables_in
from tenants.schema.template import current_template, migrations_version

pytestmark = pytest.mark.usefixtures("committed")

BREAKS = {
    "DROP SCHEMA {n} CASCADE": "its schema is missing",
    "REVOKE {n} FROM marque_web": "its role is not the web login's to take, or may not use the schema",
    "GRANT {n} TO marque_web WITH INHERIT TRUE": (
        "its role is not the web login's to take, or may not use the schema"
    ),
    "REVOKE USAGE ON SCHEMA {n} FROM {n}": (
        "its role is not the web login's to take, or may not use the schema"
    ),
    "REVOKE SELECT ON {n}.contacts_contact FROM {n}": "its role lacks rights on a table, or has too many",
    "REVOKE INSERT ON {n}.contacts_contact FROM {n}": "its role lacks rights on a table, or has too many",
    "REVOKE UPDATE ON {n}.contacts_contact FROM {n}": "its role lacks rights on a table, or has too many",
    "REVOKE DELETE ON {n}.contacts_contact FROM {n}": "its role lacks rights on a table, or has too many",
    "GRANT INSERT ON {n}.django_migrations TO {n}": "its role lacks rights on a table, or has too many",
    "DROP TABLE {n}.contacts_contact CASCADE": "it has {fewer} tables of {tables}",
    "DELETE FROM {n}.django_migrations WHERE app = 'contacts'": "its migrations are not this release's",
}


def fault(schema: str) -> str:
    template = current_template()
    with owner_connection() as owner:
        tables = tables_in(template.statements)
        return fault_of(owner, schema, version=template.version, tables=tables)


@pytest.fixture
def spare() -> str:
    return stock.build_spare(current_template())


def test_a_whole_one_has_no_fault(spare: str) -> None:
    assert fault(spare) == ""


def test_one_without_a_role() -> None:
    assert fault("w_nobody") == "its schema is missing"
    with owner_connection() as owner:
        owner.execute("CREATE SCHEMA w_norole")
        assert fault("w_norole") == "its role is missing"
        owner.execute("DROP SCHEMA w_norole")


@pytest.mark.parametrize("statement", BREAKS)
def test_a_broken_one_is_dropped_and_replaced(spare: str, statement: str) -> None:
    with owner_connection() as owner:
        owner.execute(sql.SQL(statement).format(n=sql.Identifier(spare)))
    tables = tables_in(current_template().statements)
    assert fault(spare) == BREAKS[statement].format(tables=tables, fewer=tables - 1)
    stock.fill(size=1)
    with platform():
        assert SpareSchema.objects.filter(schema=spare).count() == 0
    with owner_connection() as owner:
        gone = owner.execute("SELECT to_regnamespace(%s), to_regrole(%s)", [spare, spare]).fetchone()
    assert gone == (None, None)
    assert stock.level() >= 1


def test_one_that_was_claimed_meanwhile_is_left_alone(spare: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was broken when it was looked at, and a workspace's when it was to be set aside."""

    def claimed(owner: object, schema: str, *, template: SchemaTemplate) -> str:
        with platform():
            SpareSchema.objects.filter(schema=spare).delete()
        return "broken" if schema == spare else ""

    monkeypatch.setattr(stock, "_fault", claimed)
    assert stock.set_aside_broken() == 0
    stock.discard_outdated()
    assert fault(spare) == ""
    with platform():
        SpareSchema.objects.create(schema=spare, version=migrations_version())


def test_one_that_was_built_wrongly_never_gets_into_the_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    before = stock.level()
    monkeypatch.setattr(stock, "_fault", lambda *args, **options: "it has no doors")
    with pytest.raises(stock.IncompleteSpare, match="it has no doors"):
        stock.build_spare(current_template())
    assert stock.level() == before
    with platform():
        SpareSchema.objects.filter(version=stock.UNFINISHED).update(version=stock.BROKEN)
    stock.discard_outdated()
