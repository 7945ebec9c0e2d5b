"""A template schema as a list of statements that build the same schema under another name.

The shape is what a sharding coordinator takes too: identity inline in CREATE TABLE, one statement a time.
"""

import re
import shutil
import subprocess

from django.conf import settings

from tenants.schema.names import TEMPLATE

_NOISE = ("\\", "--", "SET ", "SELECT pg_catalog.set_config")
_IDENTITY = re.compile(
    r"ALTER TABLE (?P<table>\S+) ALTER COLUMN (?P<column>\S+) ADD GENERATED (?P<how>ALWAYS|BY DEFAULT) "
    r"AS IDENTITY \(.*\)\Z",
    re.DOTALL,
)


class DumpFailed(Exception):
    """pg_dump is missing or refused."""


def dump_template() -> list[str]:
    """The template's statements, each with TEMPLATE where the new name goes. Raises DumpFailed."""
    binary = settings.PG_DUMP or shutil.which("pg_dump")
    if not binary:
        raise DumpFailed("pg_dump was not found: set PG_DUMP to its path")
    options = ["--inserts", "--rows-per-insert=500", "--no-owner", "--no-privileges", "--no-comments"]
    done = subprocess.run(
        [binary, "-n", TEMPLATE, *options, "-d", settings.OWNER_DSN],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DumpFailed(done.stderr.strip())
    return statements_of(done.stdout)


def statements_of(text: str) -> list[str]:
    """The dump's statements without client commands, identity moved into CREATE TABLE."""
    return _inline_identity(_split(text))


def _split(text: str) -> list[str]:
    """Cut at `;` line ends outside quotes; a workspace has no functions, so there are no dollar quotes."""
    statements: list[str] = []
    lines: list[str] = []
    for line in text.splitlines():
        if not lines and (not line.strip() or line.startswith(_NOISE)):
            continue
        lines.append(line)
        if line.endswith(";") and "\n".join(lines).count("'") % 2 == 0:
            statements.append("\n".join(lines).rstrip(";"))
            lines = []
    return statements


def _inline_identity(statements: list[str]) -> list[str]:
    kept: list[str] = []
    tables: dict[str, int] = {}
    for statement in statements:
        if statement.startswith("CREATE TABLE "):
            tables[statement.split()[2]] = len(kept)
        found = _IDENTITY.match(statement)
        if not found:
            kept.append(statement)
            continue
        at = tables[found["table"]]
        column = re.compile(rf"^(    {re.escape(found['column'])} \w+) NOT NULL", re.MULTILINE)
        kept[at], count = column.subn(rf"\1 GENERATED {found['how']} AS IDENTITY NOT NULL", kept[at])
        if count != 1:
            raise DumpFailed(f"identity of {found['table']}.{found['column']} could not be moved inline")
    return kept
