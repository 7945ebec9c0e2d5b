"""The role wall attacked from SQL that got past everything else: the rarer ways out.

The everyday cases are tests/tenants/test_walls.py; what each wall stops is shown in test_fallen_walls.py.
"""

from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from core.accounts.models import User
from tenants.context import Place, workspace
from tenants.models import Workspace
from tests.isolation.databases import superuser
from tests.isolation.planted import Planted

MANY = 65_536


def answer(statement: str, *params: Any) -> Any:
    """What the server says to one statement of a workspace's: rows, or the first line of its refusal."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, params or None)
            return cursor.fetchall() if cursor.description else cursor.statusmessage
    except DatabaseError as error:
        return str(error).splitlines()[0]


REFUSED = {
    "SET SESSION AUTHORIZATION marque_owner": 'permission denied to set session authorization "marque_owner"',
    "SET ROLE marque_owner": 'permission denied to set role "marque_owner"',
    "SET ROLE postgres": None,
    "CREATE SCHEMA mine": "permission denied for database",
    "CREATE EXTENSION dblink": None,
    "CREATE EXTENSION postgres_fdw": None,
    "CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw": "foreign-data wrapper",
    "CREATE TABLE public.mine (id int)": "permission denied for schema public",
    "CREATE VIEW mine AS SELECT 1": "no schema has been selected|permission denied for schema",
    "CREATE TRIGGER t BEFORE INSERT ON accounts_user EXECUTE FUNCTION suppress_redundant_updates_trigger()": (
        "permission denied for table accounts_user"
    ),
    "CREATE RULE r AS ON SELECT TO accounts_user DO INSTEAD SELECT 1": "must be owner",
    "CREATE POLICY p ON accounts_user USING (true)": "must be owner",
    "CREATE EVENT TRIGGER t ON ddl_command_start EXECUTE FUNCTION now()": "permission denied",
    "CREATE PUBLICATION p FOR ALL TABLES": "permission denied for database",
    "CREATE STATISTICS s ON email, name FROM accounts_user": None,
    "CREATE LANGUAGE plpython3u": None,
    "TRUNCATE accounts_user": "permission denied for table accounts_user",
    "LOCK TABLE public.tenants_workspace": "permission denied for schema public",
    "VACUUM accounts_user": None,
    "COPY (SELECT 1) TO '/tmp/out'": "permission denied to COPY to a file",
    "COPY (SELECT 1) TO PROGRAM 'true'": "permission denied to COPY to or from an external program",
    "COPY accounts_user FROM '/etc/passwd'": "permission denied to COPY from a file",
    "SELECT pg_read_binary_file('/etc/passwd')": "permission denied for function",
    "SELECT pg_ls_dir('/')": "permission denied for function",
    "SELECT pg_reload_conf()": "permission denied for function",
    "SELECT lo_creat(-1)": "permission denied for function",
    "SELECT lo_from_bytea(0, 'x')": "permission denied for function",
    "SELECT lo_import('/etc/passwd')": "permission denied for function",
    "SELECT set_config('search_path', 'public', false)": "permission denied for function set_config",
    "SELECT current_setting('data_directory')": "permission denied to examine",
    "ALTER SYSTEM SET work_mem = '1GB'": None,
    "ALTER ROLE marque_web SUPERUSER": "permission denied to alter role",
    "ALTER DATABASE postgres SET search_path = 'x'": "must be owner of database",
    "GRANT marque_platform TO marque_web": "permission denied to grant role",
    "SELECT query_to_xml('SET ROLE marque_platform', true, true, '')": None,
    "SELECT * FROM ts_stat('SET ROLE marque_platform')": "cannot open SET query as cursor",
    "SELECT * FROM pg_authid": "permission denied for table pg_authid",
    "SELECT * FROM pg_statistic": "permission denied for table pg_statistic",
    "SELECT * FROM pg_hba_file_rules": "permission denied for",
    "SELECT * FROM pg_user_mapping": "permission denied for table pg_user_mapping",
}
"""Each way out with the beginning of the answer; None where it depends on how the server was built."""


@pytest.mark.parametrize("statement", REFUSED)
def test_a_way_out_is_refused(in_alice: Place, statement: str) -> None:
    said, expected = answer(statement), REFUSED[statement]
    assert isinstance(said, str)
    assert not said.isupper()  # a command's tag, such as CREATE TABLE: it was done
    assert expected is None or any(one in said for one in expected.split("|")), said
    assert answer("SELECT current_user::text, session_user::text") == [(in_alice.role, "marque_web")]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT t::text FROM {theirs}.contacts_contact t",
        "COPY {theirs}.contacts_contact TO STDOUT",
        "SELECT nextval('{theirs}.account_emailaddress_id_seq')",
        "SELECT has_table_privilege('{theirs}.contacts_contact', 'SELECT')",
        "SELECT table_to_xml('{theirs}.contacts_contact', true, true, '')",
        "SELECT * FROM ts_stat('SELECT to_tsvector(name) FROM {theirs}.contacts_contact')",
        "EXPLAIN ANALYZE SELECT * FROM {theirs}.contacts_contact",
        "LOCK TABLE {theirs}.contacts_contact",
        "PREPARE p AS SELECT * FROM {theirs}.contacts_contact",
        "DECLARE c CURSOR WITH HOLD FOR SELECT * FROM {theirs}.contacts_contact",
        "GRANT USAGE ON SCHEMA {theirs} TO {ours}",
        "GRANT SELECT ON {theirs}.contacts_contact TO PUBLIC",
        "REVOKE ALL ON SCHEMA {theirs} FROM {theirs}",
        "ALTER SCHEMA {theirs} OWNER TO {ours}",
        "SET ROLE {theirs}; SELECT 1",
    ],
)
def test_another_schema_cannot_be_named(
    in_alice: Place, theirs: Planted, mallory_ws: Workspace, statement: str
) -> None:
    said = answer(statement.format(theirs=mallory_ws.schema, ours=in_alice.role))
    assert isinstance(said, str)
    assert said.startswith(
        ("permission denied", "must be owner", "cannot insert multiple", "unsupported XML")
    )


CATALOGUE = [
    "SELECT s::text FROM pg_stats s",
    "SELECT s::text FROM pg_stats_ext s",
    "SELECT a.query FROM pg_stat_activity a",
    "SELECT p.statement FROM pg_prepared_statements p",
    "SELECT c.statement FROM pg_cursors c",
    "SELECT d.description FROM pg_description d",
    "SELECT l::text FROM pg_largeobject_metadata l",
    "SELECT v.definition FROM pg_views v WHERE schemaname ~ '^w_'",
]


def test_the_catalogue_holds_no_word_of_theirs(committed: None, fresh_workspace: Any) -> None:
    """Statistics hold the commonest values of every column, once a table was analysed."""
    ours, theirs = fresh_workspace(), fresh_workspace("rita")
    with workspace(theirs):
        for number in range(30):
            User.objects.create(email=f"u{number}@canary.test", name="zqtheirword", role="agent")
    with psycopg.connect(superuser()) as conn:
        conn.execute(f"ANALYZE {theirs.schema}.accounts_user".encode())
        held = conn.execute("SELECT count(*) FROM pg_stats s WHERE s::text LIKE '%zqtheirword%'").fetchone()
    assert held == (1,)
    with workspace(ours):
        assert [question for question in CATALOGUE if "zqtheirword" in str(answer(question))] == []


def test_what_is_left_open_reaches_nobody(in_alice: Place, mallory_ws: Workspace) -> None:
    """Notices, advisory locks and one's own settings: allowed, and none of them carries a row."""
    assert answer("NOTIFY somebody, 'hello'") == "NOTIFY"
    assert answer("LISTEN somebody") == "LISTEN"
    assert answer("SELECT pg_try_advisory_xact_lock(1)") == [(True,)]
    assert answer("PREPARE mine AS SELECT count(*) FROM accounts_user") == "PREPARE"
    assert answer("EXECUTE mine") == [(3,)]
    assert answer("UNLISTEN *") == "UNLISTEN"


def test_more_parameters_than_the_protocol_has_are_refused(in_alice: Place) -> None:
    said = answer(f"SELECT 1 WHERE 1 IN ({','.join(['%s'] * MANY)})", *range(MANY))
    assert "parameters" in str(said)
    assert answer("SELECT 70000 = ANY(%s)", list(range(MANY))) == [(False,)]


@pytest.mark.parametrize("statement", ["RESET ROLE", "SET ROLE NONE", "SET ROLE {theirs}", "RESET ALL"])
def test_a_role_that_was_left_alone_reads_nothing(
    in_alice: Place, mallory_ws: Workspace, statement: str
) -> None:
    """Whoever runs whole statements can leave the role; what the product asks next fails, or is ours."""
    answer(statement.format(theirs=mallory_ws.schema))
    said = answer("SELECT email FROM accounts_user ORDER BY email LIMIT 1")
    assert said in (
        [("alice@alice.test",)],
        f"permission denied for schema {in_alice.schema}",
        'relation "accounts_user" does not exist',
    )
    transaction.set_rollback(True)
