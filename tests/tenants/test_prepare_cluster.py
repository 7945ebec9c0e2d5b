"""`manage.py prepare_cluster` on a fresh cluster: what psql makes of the print is what it applies."""

import base64
import hashlib
import hmac
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.dev.binaries import wheel_bin
from deploy.dev.postgres import THROWAWAY, EmbeddedPostgres

ROOT = Path(__file__).resolve().parents[2]
LOGINS = {"marque_owner": "the owner's", "marque_web": "the web's"}
KNOWN = {
    "DATABASE_URL": "postgresql://marque_web:the%20web%27s@db.test/crm",
    "OWNER_DATABASE_URL": "postgresql://marque_owner:the%20owner%27s@db.test/crm",
}
MADE = """
    SELECT (SELECT string_agg(concat_ws(' ', rolname, rolcanlogin, rolinherit, rolcreaterole, rolsuper), ', '
            ORDER BY rolname) FROM pg_roles WHERE rolname LIKE 'marque%'),
        (SELECT string_agg(concat_ws(' ', roleid::regrole, member::regrole, admin_option, inherit_option,
            set_option), ', ' ORDER BY roleid::regrole::text, member::regrole::text)
            FROM pg_auth_members WHERE member::regrole::text LIKE 'marque%'),
        (SELECT concat_ws(' ', datdba::regrole, datlocale, datctype, datacl) FROM pg_database
            WHERE datname = current_database()),
        (SELECT concat_ws(' ', nspowner::regrole, nspacl) FROM pg_namespace WHERE nspname = 'public'),
        (SELECT string_agg(defaclacl::text, ' ' ORDER BY defaclobjtype) FROM pg_default_acl),
        (SELECT string_agg(proacl::text, ' ' ORDER BY oid) FROM pg_proc
            WHERE proname IN ('set_config', 'lo_creat', 'lo_create', 'lo_from_bytea')),
        (SELECT lanacl::text FROM pg_language WHERE lanname = 'plpgsql'), current_setting('timezone')
"""


def command(*arguments: str, **env: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", "prepare_cluster", *arguments],
        cwd=ROOT,
        env={**os.environ, **KNOWN, **env},
        capture_output=True,
        text=True,
        check=False,
    )


def by_psql(server: EmbeddedPostgres) -> None:
    """As a superuser would: print, then run; without a terminal psql reads the passwords from its input."""
    script = server.home / "prepare.sql"
    script.write_text(command().stdout)
    said = "".join(f"{password}\n{password}\n" for password in LOGINS.values())
    subprocess.run(
        [wheel_bin() / "psql", "--no-psqlrc", "--quiet", "--file", script, server.dsn()],
        input=said, start_new_session=True, check=True, capture_output=True, text=True,
    )  # fmt: skip


def by_apply(server: EmbeddedPostgres) -> None:
    done = command("--apply", SUPERUSER_DATABASE_URL=server.dsn())
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "Prepared: roles (with passwords for marque_owner and marque_web), database crm. "
        "`manage.py migrate` is next.\n",
        "",
    )


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    one = EmbeddedPostgres(tmp_path / "postgres", settings=THROWAWAY)
    one.start()
    yield one
    one.destroy()


def opens(verifier: str, password: str) -> bool:
    """Whether this is the password of a SCRAM-SHA-256 verifier (RFC 5803)."""
    rounds, salt = verifier.split("$")[1].split(":")
    stored = verifier.split("$")[2].split(":", maxsplit=1)[0]
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), int(rounds))
    key = hmac.digest(salted, b"Client Key", "sha256")
    return base64.b64encode(hashlib.sha256(key).digest()).decode() == stored


def test_printed_and_applied_are_the_same_and_may_be_repeated(
    server: EmbeddedPostgres, tmp_path: Path
) -> None:
    made = []
    for prepare in (by_psql, by_psql, by_apply):
        prepare(server)
        with psycopg.connect(server.dsn(dbname="crm")) as conn:
            made.append(conn.execute(MADE).fetchone())
            verifiers: dict[str, str] = dict(
                conn.execute("SELECT rolname, rolpassword FROM pg_authid").fetchall()
            )
        assert {name: opens(verifiers[name], password) for name, password in LOGINS.items()} == dict.fromkeys(
            LOGINS, True
        )
    other = EmbeddedPostgres(tmp_path / "other", settings=THROWAWAY)
    other.start()
    try:
        by_apply(other)
        with psycopg.connect(other.dsn(dbname="crm")) as conn:
            made.append(conn.execute(MADE).fetchone())
    finally:
        other.destroy()
    assert made == [made[0]] * 4
    assert made[0] is not None
    assert None not in made[0]


def test_without_a_superusers_address_it_says_so() -> None:
    done = command("--apply", SUPERUSER_DATABASE_URL="")
    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "",
        "CommandError: SUPERUSER_DATABASE_URL is not set: --apply connects through it.\n",
    )


@pytest.mark.parametrize("name", ['x"; drop', "Größe", "a b", "1"])
def test_an_unfit_name_is_refused(name: str) -> None:
    done = command("--database", name)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"CommandError: “{name}” is no name for the database: use a-z, 0-9 and _.\n"


def test_a_login_of_another_name_is_refused(server: EmbeddedPostgres) -> None:
    address = {"DATABASE_URL": "postgresql://somebody@db.test/crm", "SUPERUSER_DATABASE_URL": server.dsn()}
    done = command("--apply", **address)
    assert done.stderr == (
        "CommandError: A database's address names somebody, and its role is called marque_web.\n"
    )
