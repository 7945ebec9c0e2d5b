"""A release reaches every schema by replay, and what stands there then is what Django would have made."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, migrations

from core.contacts.models import Contact
from tenants.context import Place, platform, workspace
from tenants.models import FleetRun, FleetStep, SchemaTemplate, SpareSchema, Workspace
from tenants.schema import stock
from tenants.schema.fleet.lock import AnotherRun, only_one
from tenants.schema.names import TEMPLATE
from tenants.schema.owner import as_owner, owner_connection
from tenants.schema.template import migrate_here, migrations_version
from tests.tenants.schema.fleet.runs import NEW, behind, dump, everything, new_in, run
from tests.tenants.schema.release import add_field, chain, next_release, released

pytestmark = pytest.mark.usefixtures("own_database")


def test_it_works() -> None:
    with platform():
        spares = SpareSchema.objects.count()
    with released(next_release()):
        report = run()
        assert (report.migrated, report.workspaces, report.spares) == (2, 2, spares)
        assert (report.faults, report.stopped, behind()) == ([], "", [])
        with platform():
            record = FleetRun.objects.get(version=migrations_version())
            assert set(SpareSchema.objects.values_list("version", flat=True)) == {migrations_version()}
            assert SchemaTemplate.objects.filter(version=migrations_version()).count() == 1
            spare_names = list(SpareSchema.objects.values_list("schema", flat=True))
        assert (record.state, record.phase, record.total, record.done, record.failed) == (
            "done", "workspaces", 2 + spares, 2 + spares, 0,
        )  # fmt: skip
        assert record.finished_at is not None
        for schema in [TEMPLATE, *spare_names, *(row.schema for row in everything())]:
            assert new_in(schema) == NEW


def test_each_migration_is_rendered_once_and_kept() -> None:
    with released(next_release()):
        run()
    with platform():
        steps = list(FleetStep.objects.filter(name__startswith="9").order_by("position"))
    assert [(step.name, step.atomic, step.background) for step in steps] == [
        ("9001_nickname", True, []),
        ("9002_token", True, []),
        ("9003_index", False, []),
        ("9004_fill", True, ["tests.fill_nickname"]),
    ]
    assert steps[0].statements == ['ALTER TABLE "contacts_contact" ADD COLUMN "nickname" varchar(50) NULL']
    assert steps[2].statements == [
        'CREATE INDEX CONCURRENTLY "contact_by_nickname" ON "contacts_contact" ("nickname")'
    ]
    assert steps[1].statements[-1] == (
        "INSERT INTO django_content_type (app_label, model) VALUES ('contacts', 'token') "
        "ON CONFLICT DO NOTHING"
    )


def test_a_replayed_schema_equals_one_that_django_migrated() -> None:
    with platform():
        by_django, by_replay = SpareSchema.objects.order_by("schema").values_list("schema", flat=True)[:2]
        SpareSchema.objects.filter(schema=by_django).delete()
    with released(next_release()):
        migrate_here(Place(by_django, by_django))
        run()
    assert new_in(by_replay) == NEW
    assert dump(by_replay) == dump(by_django)


def test_a_new_workspace_is_built_with_it_and_can_be_worked_in() -> None:
    with released(next_release()):
        run()
        with platform():
            before = set(SpareSchema.objects.values_list("schema", flat=True))
        stock.fill(size=len(before) + 1)
        with platform():
            [built] = set(SpareSchema.objects.values_list("schema", flat=True)) - before
        assert new_in(built) == NEW
        [replayed, *_] = sorted(before)
        assert dump(built) == dump(replayed)


def test_code_of_the_release_before_still_works() -> None:
    """The models here know nothing of the new column and table."""
    with released(next_release()):
        run()
    for row in everything():
        with workspace(row):
            made = Contact.objects.create(name="Nora")
            Contact.objects.filter(id=made.id).update(name="Nora N")
            assert Contact.objects.get(id=made.id).name == "Nora N"
            made.delete()


def test_the_web_login_may_use_the_new_table() -> None:
    with released(next_release()):
        run()
    [row, *_] = everything()
    with workspace(row), connection.cursor() as cursor:
        cursor.execute("INSERT INTO contacts_token (id, word) VALUES (gen_random_uuid(), 'a')")
        cursor.execute("SELECT word FROM contacts_token")
        assert cursor.fetchall() == [("a",)]
        cursor.execute("DELETE FROM contacts_token")


def test_a_schema_several_releases_behind_takes_every_step_in_order(
    more_workspaces: Callable[[int], list[Workspace]],
) -> None:
    [late, *_] = more_workspaces(2)
    release = next_release()
    with platform():
        Workspace.objects.filter(id=late.id).update(schema=None, state="building")
    for upto in (1, 2):
        with released(release[:upto]):
            run()
    assert new_in(late.schema) == []
    with platform():
        Workspace.objects.filter(id=late.id).update(schema=late.schema, state="active")
    with released(release):
        assert run().migrated == 4
    assert new_in(late.schema) == NEW
    with platform():
        other = SpareSchema.objects.order_by("schema").values_list("schema", flat=True)[0]
    assert dump(late.schema or "") == dump(other)


def test_without_a_stored_step_django_migrates_the_schema(
    more_workspaces: Callable[[int], list[Workspace]],
) -> None:
    """As on an installation that is older than the stored steps, with a workspace it never reached."""
    [late] = more_workspaces(1)
    release = next_release()
    with platform():
        Workspace.objects.filter(id=late.id).update(schema=None, state="building")
    with released(release[:2]):
        run()
    with as_owner(), platform():
        FleetStep.objects.all().delete()
    with platform():
        Workspace.objects.filter(id=late.id).update(schema=late.schema, state="active")
    with released(release):
        report = run()
        assert (report.migrated, report.faults, behind()) == (3, [], [])
    assert new_in(late.schema) == NEW
    with platform():
        other = SpareSchema.objects.order_by("schema").values_list("schema", flat=True)[0]
    assert dump(late.schema or "") == dump(other)


def test_what_holds_python_is_left_to_django() -> None:
    def rename(apps: Any, editor: Any) -> None:
        apps.get_model("contacts", "contact").objects.update(nickname="N")

    python = chain(
        ("9001_nickname", [add_field()], True),
        ("9002_python", [migrations.RunPython(rename, migrations.RunPython.noop)], True),
    )
    [row, *_] = everything()
    with workspace(row):
        Contact.objects.create(name="Nora")
    with released(python):
        report = run()
        assert (report.migrated, report.faults, behind()) == (2, [], [])
    with owner_connection() as owner:
        found = owner.execute(f"SELECT DISTINCT nickname FROM {row.schema}.contacts_contact".encode())
        assert found.fetchall() == [("N",)]
    with platform():
        assert list(FleetStep.objects.filter(name__startswith="9").values_list("name", flat=True)) == [
            "9001_nickname"
        ]
    assert new_in(row.schema) == ["contacts.9001_nickname", "contacts.9002_python"]


SECOND = r"^Another run is migrating the fleet\. Wait until it is done\.$"


def test_two_runs_at_once_and_the_second_says_so() -> None:
    with released(next_release()), only_one():
        with pytest.raises(AnotherRun, match=SECOND):
            run()
        with pytest.raises(CommandError, match=SECOND):
            call_command("migrate_fleet")
    assert [new_in(row.schema) for row in everything()] == [[], []]


def test_a_release_taken_back_and_put_in_again_breaks_nothing() -> None:
    with released(next_release()):
        run()
    assert run().faults == []  # the code of before, whose migrations are a part of what is there
    with released(next_release()):
        assert (run().faults, behind()) == ([], [])
    assert [new_in(row.schema) for row in everything()] == [NEW, NEW]
