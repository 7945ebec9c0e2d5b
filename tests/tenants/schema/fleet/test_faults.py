"""What cannot be migrated is said and stops nobody but itself, a canary apart; the next run heals it."""

import threading

import psycopg
import pytest
from django.db import migrations

from core.contacts.models import Contact
from tenants.context import platform, workspace
from tenants.models import FleetRun, SpareSchema
from tenants.schema import render, stock
from tenants.schema.names import TEMPLATE
from tenants.schema.owner import owner_connection
from tenants.schema.replay import Patience
from tenants.schema.template import current_template, migrations_version
from tests.tenants.schema.fleet.runs import NEW, behind, everything, faults, new_in, run
from tests.tenants.schema.release import chain, next_release, released

pytestmark = pytest.mark.usefixtures("own_database")


class TestLocks:
    def test_one_that_stays_locked_is_reported_and_the_others_go_on(self) -> None:
        first, second = everything()
        with owner_connection() as other, released(next_release()):
            with other.transaction():
                other.execute(f"LOCK TABLE {second.schema}.contacts_contact IN ACCESS SHARE MODE".encode())
                report = run()
            assert [(one.target.label, one.migration) for one in report.faults] == [
                (second.name, "contacts.9001_nickname")
            ]
            reason = (
                "A table stayed locked by somebody else: 2 tries of 0.2 s. Run it again once that is over."
            )
            assert (behind(), faults()) == (
                [second.name],
                [(second.schema, "contacts.9001_nickname", reason, 1)],
            )
            assert (new_in(first.schema), new_in(second.schema)) == (NEW, [])
            assert (run().faults, behind(), faults()) == ([], [], [])
        assert new_in(second.schema) == NEW

    def test_a_lock_that_is_given_back_in_time_only_delays(self) -> None:
        [row, *_] = everything()
        locked, let_go = threading.Event(), threading.Event()

        def hold() -> None:
            with owner_connection() as other, other.transaction():
                other.execute(f"LOCK TABLE {row.schema}.contacts_contact IN ACCESS SHARE MODE".encode())
                locked.set()
                let_go.wait(30)

        holder = threading.Thread(target=hold)
        holder.start()
        locked.wait(30)
        threading.Timer(0.5, let_go.set).start()
        with released(next_release()):
            report = run(patience=Patience(lock_timeout=0.2, tries=8, pause=0.2))
        holder.join()
        assert (report.faults, new_in(row.schema)) == ([], NEW)


class TestFailures:
    def test_a_statement_that_fails_in_one_workspace_stops_only_that_one(self) -> None:
        first, second = everything()
        with owner_connection() as owner:
            owner.execute(f"CREATE TABLE {second.schema}.contacts_token (id int)".encode())
        with released(next_release()):
            report = run()
            [fault] = report.faults
            assert (fault.target.label, fault.migration) == (second.name, "contacts.9002_token")
            assert fault.error == 'DuplicateTable: relation "contacts_token" already exists'
            assert (new_in(first.schema), new_in(second.schema)) == (NEW, [])  # all or nothing
            [again] = run().faults
            assert faults() == [(second.schema, again.migration, again.error, 2)]
            with owner_connection() as owner:
                owner.execute(f"DROP TABLE {second.schema}.contacts_token".encode())
            assert (run().faults, faults(), behind()) == ([], [], [])
        assert new_in(second.schema) == NEW

    def test_a_canary_that_fails_stops_the_run(self) -> None:
        first, second = everything()
        with owner_connection() as owner:
            owner.execute(f"CREATE TABLE {first.schema}.contacts_token (id int)".encode())
        with released(next_release()):
            report = run()
            assert report.stopped == f"The canary “{first.name}” is not well, so nothing else was touched."
            assert [fault.target.label for fault in report.faults] == [first.name]
            with platform():
                assert FleetRun.objects.get(version=migrations_version()).state == "stopped"
            assert behind() == [first.name, second.name]
        assert new_in(second.schema) == []

    @pytest.mark.parametrize(
        ("harm", "said"),
        [
            (
                "REVOKE SELECT ON {s}.contacts_contact FROM {s}",
                "permission denied for table contacts_contact",
            ),
            (
                "ALTER TABLE {s}.contacts_contact DROP COLUMN title",
                "column contacts_contact.title does not exist",
            ),
        ],
    )
    def test_a_canary_that_cannot_be_read_by_a_page_stops_the_run(self, harm: str, said: str) -> None:
        first, second = everything()
        with owner_connection() as owner:
            owner.execute(harm.format(s=first.schema).encode())
        with released(next_release()):
            report = run()
            assert [fault.error for fault in report.faults] == [f"contacts.Contact cannot be read: {said}"]
            assert behind() == [first.name, second.name]
        assert (new_in(first.schema), new_in(second.schema)) == (NEW, [])

    def test_the_named_canary_goes_first_and_alone(self) -> None:
        first, second = everything()
        with owner_connection() as owner:
            owner.execute(f"CREATE TABLE {second.schema}.contacts_token (id int)".encode())
        with released(next_release()):
            report = run(hosts=("mallory.test",))
        assert report.stopped == f"The canary “{second.name}” is not well, so nothing else was touched."
        assert new_in(first.schema) == []

    def test_a_template_that_fails_stops_the_run(self) -> None:
        broken = chain(("9001_broken", [migrations.RunSQL("ALTER TABLE nowhere ADD COLUMN x int")], True))
        with released(broken):
            report = run()
            assert report.stopped == "The template could not be migrated, so no workspace was touched."
            said = 'UndefinedTable: relation "nowhere" does not exist'
            assert faults() == [(TEMPLATE, "contacts.9001_broken", said, 1)]
        assert [new_in(row.schema) for row in everything()] == [[], []]
        with released(next_release()):
            assert (run().faults, faults()) == ([], [])

    def test_a_spare_that_fails_is_dropped_and_built_anew(self) -> None:
        with platform():
            good = list(SpareSchema.objects.order_by("schema").values_list("schema", flat=True))
        bad = stock.build_spare(current_template())
        with owner_connection() as owner:
            owner.execute(f"CREATE TABLE {bad}.contacts_token (id int)".encode())
        with released(next_release()):
            assert [one.target.schema for one in run().faults] == [bad]
            with platform():
                assert list(SpareSchema.objects.order_by("schema").values_list("schema", flat=True)) == good
            assert faults() == []


def test_a_check_may_refuse_what_was_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_index(statements: list[str]) -> list[str]:
        return [f"no index: {one[:12]}" for one in statements if "INDEX CONCURRENTLY" in one]

    monkeypatch.setattr(render, "checks", [no_index])
    with released(next_release()):
        report = run()
    assert report.stopped == "The template could not be migrated, so no workspace was touched."
    assert [one.error for one in report.faults] == ["Refused: contacts.9003_index: no index: CREATE INDEX"]
    assert new_in(TEMPLATE) == []


def test_the_rest_of_an_index_that_was_cut_off_is_made_again() -> None:
    [row, *_] = everything()
    with workspace(row):
        Contact.objects.bulk_create([Contact(name="One"), Contact(name="Two")])
    with owner_connection() as owner:
        with pytest.raises(psycopg.errors.UniqueViolation):
            owner.execute(
                "CREATE UNIQUE INDEX CONCURRENTLY contact_by_nickname "
                f"ON {row.schema}.contacts_contact (title)".encode()
            )
        with released(next_release()):
            assert run().faults == []
        found = owner.execute(
            "SELECT indexdef, indisvalid FROM pg_indexes JOIN pg_index ON indexrelid = "
            "(schemaname || '.' || indexname)::regclass "
            "WHERE schemaname = %s AND indexname = 'contact_by_nickname'",
            [row.schema],
        ).fetchall()
    definition = f"CREATE INDEX contact_by_nickname ON {row.schema}.contacts_contact USING btree (nickname)"
    assert found == [(definition, True)]
