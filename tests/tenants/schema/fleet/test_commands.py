"""`migrate_fleet` as whoever deploys reads it: what was done, what failed and why, and what would be done."""

import io
import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper

from tenants.context import platform
from tenants.management.progress import Progress
from tenants.models import FleetRun, FleetStep, SchemaTemplate
from tenants.schema.names import TEMPLATE
from tenants.schema.owner import owner_connection
from tenants.schema.template import migrations_version
from tests.tenants.schema.fleet.runs import behind, everything, new_in
from tests.tenants.schema.release import next_release, released


def call(command: str = "migrate_fleet", **options: Any) -> str:
    out = io.StringIO()
    call_command(command, stdout=out, **options)
    return re.sub(r"\(\d+\.\d s\)", "(n s)", out.getvalue())


@pytest.mark.usefixtures("own_database")
class TestCommand:
    def test_it_works(self) -> None:
        with released(next_release()):
            assert call(no_pool=True) == (
                f"Migrated: platform, template {migrations_version()[:8]}, 2 of 2 workspaces; "
                "6 spare schemas ready (n s).\n"
                "Data migrations in the background: 2 waiting.\n"
            )

    def test_what_failed_is_said_and_ends_it_with_an_error(self) -> None:
        _, second = everything()
        with owner_connection() as owner:
            owner.execute(f"CREATE TABLE {second.schema}.contacts_token (id int)".encode())
        with released(next_release()), pytest.raises(CommandError) as error:
            call(no_pool=True)
        assert error.value.returncode == 1
        assert str(error.value) == (
            "1 schema could not be migrated:\n"
            f"  {second.name} ({second.schema}) at contacts.9002_token: "
            'DuplicateTable: relation "contacts_token" already exists\n'
            "Once that is mended, run it again: it goes on where it stopped."
        )

    def test_an_unknown_canary_is_a_clear_error_and_nothing_is_done(self) -> None:
        with released(next_release()):
            with pytest.raises(CommandError, match=r"^No workspace has the host “nobody\.test”\.$"):
                call(canary_host=["nobody.test"])
            assert len(behind()) == 2

    def test_a_dry_run_says_it_all_once_and_writes_nothing(self) -> None:
        with platform():
            before = (FleetRun.objects.count(), FleetStep.objects.count(), SchemaTemplate.objects.count())
        with released(next_release()):
            said = call(dry_run=True, parallel=2)
            assert len(behind()) == 2
        with platform():
            after = (FleetRun.objects.count(), FleetStep.objects.count(), SchemaTemplate.objects.count())
        assert (after, [new_in(row.schema) for row in everything()]) == (before, [[], []])
        assert (new_in(TEMPLATE), new_in("public")) == ([], [])
        assert said == DRY_RUN

    def test_a_dry_run_of_a_new_database_builds_nothing(self, own_database: str) -> None:
        with owner_connection() as owner:
            names = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'w\\_%' OR nspname = 'public'"
            for (schema,) in owner.execute(names.encode()).fetchall():
                owner.execute(f"DROP SCHEMA {schema} CASCADE".encode())
            owner.execute(b"CREATE SCHEMA public")
            lines = call(dry_run=True).splitlines()
            found = owner.execute("SELECT count(*) FROM pg_tables WHERE tableowner = 'marque_owner'")
            assert found.fetchone() == (0,)
        assert lines[0].startswith("platform: ")
        assert "  contacts.0001_initial" in lines
        assert lines[-4:] == [
            "canary: 0 workspaces",
            "warm pool: 0 spare schemas",
            "workspaces: 0 of 0, 4 at a time",
            "Nothing was written.",
        ]

    def test_a_dry_run_with_nothing_to_do(self) -> None:
        assert call(dry_run=True) == (
            "platform: nothing to migrate\ntemplate: nothing to migrate\ncanary: 0 workspaces\n"
            "warm pool: 0 spare schemas\nworkspaces: 0 of 2, 4 at a time\nNothing was written.\n"
        )


DRY_RUN = """\
platform: 4 migrations
  contacts.9001_nickname
  contacts.9002_token
    INSERT INTO django_content_type (app_label, model) VALUES ('contacts', 'token') ON CONFLICT DO NOTHING;
  contacts.9003_index (outside a transaction)
  contacts.9004_fill
template: 4 migrations
  contacts.9001_nickname
    ALTER TABLE "contacts_contact" ADD COLUMN "nickname" varchar(50) NULL;
  contacts.9002_token
    CREATE TABLE "contacts_token" ("id" uuid NOT NULL PRIMARY KEY, "word" varchar(20) NOT NULL UNIQUE, \
"contact_id" uuid NULL);
    ALTER TABLE "contacts_token" ADD CONSTRAINT "contacts_token_contact_id_d71cd394_fk_contacts_contact_id" \
FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
    CREATE INDEX "contacts_token_word_c6a87694_like" ON "contacts_token" ("word" varchar_pattern_ops);
    CREATE INDEX "contacts_token_contact_id_d71cd394" ON "contacts_token" ("contact_id");
    INSERT INTO django_content_type (app_label, model) VALUES ('contacts', 'token') ON CONFLICT DO NOTHING;
  contacts.9003_index (outside a transaction)
    CREATE INDEX CONCURRENTLY "contact_by_nickname" ON "contacts_contact" ("nickname");
  contacts.9004_fill
    then in the background: tests.fill_nickname
canary: 1 workspace
warm pool: 6 spare schemas
workspaces: 1 of 2, 2 at a time
Nothing was written.
"""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class TestProgress:
    def test_a_terminal_gets_a_bar_that_is_taken_away_again(self) -> None:
        stream = Terminal()
        progress = Progress(OutputWrapper(stream))
        progress("template", 0, 0, 0)
        progress("workspaces", 10, 40, 0)
        progress("workspaces", 40, 40, 1)
        progress.clear()
        progress.clear()
        assert stream.getvalue() == (
            "\r\x1b[Ktemplate     [..............................] …"
            "\r\x1b[Kworkspaces   [#######.......................] 10 of 40"
            "\r\x1b[Kworkspaces   [##############################] 40 of 40, 1 failed"
            "\r\x1b[K"
        )

    def test_a_log_gets_a_line_now_and_then(self, monkeypatch: pytest.MonkeyPatch) -> None:
        now = [0.0]
        monkeypatch.setattr("tenants.management.progress.time.monotonic", lambda: now[0])
        stream = io.StringIO()
        progress = Progress(OutputWrapper(stream))
        for at, done in ((1.0, 5), (2.0, 10), (3.0, 15), (4.5, 20)):
            now[0] = at
            progress("workspaces", done, 40, done // 20)
        now[0] = 7.0
        progress("template", 0, 0, 0)
        progress.clear()
        assert stream.getvalue() == "workspaces: 10 of 40\nworkspaces: 20 of 40, 1 failed\ntemplate: …\n"
