"""A new workspace: claimed in one transaction, set up in recorded steps, never half open."""

import io
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from core.accounts.models import User
from tenants import onboarding, provisioning
from tenants.context import platform, workspace
from tenants.fields import NO_ADDRESS
from tenants.hosts.domains import SHAPE
from tenants.ids import uuid7
from tenants.models import Domain, Reseller, SetupStep, SpareSchema, Workspace
from tenants.schema import stock
from tenants.schema.build import build_schema, drop_schema
from tenants.schema.dump import statements_of
from tenants.schema.names import new_schema_name
from tenants.schema.owner import owner_connection
from tenants.schema.template import current_template
from tenants.sites import resolve


def host() -> str:
    return f"new-{uuid7().hex[-12:]}.test"


def reseller() -> Reseller:
    with platform():
        return Reseller.objects.get(slug="rosa")


def provision(at: str) -> provisioning.Provisioned:
    with platform():
        return provisioning.provision(
            reseller=reseller(), name="New", host=at, owner_email="Owner@New.test", owner_name="Nia New"
        )


def schemas() -> set[str]:
    with owner_connection() as owner:
        rows = owner.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'w\\_%'").fetchall()
    return {name for (name,) in rows}


def test_it_works(db: None) -> None:
    at = host()
    done = provision(at)
    assert done.ready
    with workspace(done.workspace):
        assert [(user.email, user.role) for user in User.objects.all()] == [("owner@new.test", "admin")]
    site = resolve(at)
    assert site is not None
    assert site.place.schema == done.workspace.schema
    with platform():
        assert set(done.workspace.steps.values_list("state", flat=True)) <= {"done"}


def test_a_taken_host_is_a_clear_error_and_costs_no_schema(db: None) -> None:
    before = stock.level()
    with pytest.raises(ValidationError) as error:
        provision("mallory.test")
    assert error.value.messages == ["“mallory.test” is already in use. Choose another domain."]
    assert stock.level() == before
    with platform():
        assert Workspace.objects.filter(name="New").count() == 0


def test_two_at_once_for_one_host_and_one_wins(committed: None) -> None:
    stock.fill(size=4)
    at, barrier = host(), threading.Barrier(4)

    def attempt(_: int) -> str:
        barrier.wait(10)
        try:
            return "won" if provision(at).ready else "queued"
        except ValidationError as error:
            return error.messages[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        answers = sorted(threads.map(attempt, range(4)))
    assert answers == sorted(["won", *[f"“{at}” is already in use. Choose another domain."] * 3])


def test_concurrent_claims_take_different_schemas(committed: None) -> None:
    stock.fill(size=4)

    def attempt(_: int) -> str | None:
        try:
            return provision(host()).workspace.schema
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert len({schema for schema in threads.map(attempt, range(4)) if schema}) == 4


def test_with_an_empty_pool_it_waits_for_the_builder(committed: None) -> None:
    with platform():
        kept = list(SpareSchema.objects.values("schema", "version"))
        SpareSchema.objects.all().delete()
    at = host()
    done = provision(at)
    assert (done.ready, done.workspace.schema, resolve(at)) == (False, None, None)
    with platform():
        SpareSchema.objects.bulk_create([SpareSchema(**row) for row in kept])
    stock.fill(size=1)
    assert provisioning.finish_waiting() == 1
    with platform():
        row = Workspace.objects.get(id=done.workspace.id)
    assert row.state == "active"
    with workspace(row):
        assert User.objects.get().email == "owner@new.test"


def test_one_that_cannot_be_claimed_for_does_not_hold_up_the_next(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with platform():
        kept = list(SpareSchema.objects.values("schema", "version"))
        SpareSchema.objects.all().delete()
    broken, sound = provision(host()).workspace, provision(host()).workspace
    with platform():
        SpareSchema.objects.bulk_create([SpareSchema(**row) for row in kept])
    stock.fill(size=2)

    def hook(row: Workspace) -> None:
        if row.id == broken.id:
            raise ZeroDivisionError

    monkeypatch.setattr(onboarding, "_at_claim", [*onboarding.claim_hooks(), hook])
    assert provisioning.finish_waiting() == 1
    with platform():
        states = dict(Workspace.objects.filter(id__in=[broken.id, sound.id]).values_list("id", "state"))
        Workspace.objects.filter(id=broken.id).delete()
    assert states == {broken.id: "building", sound.id: "active"}


def test_a_build_that_was_cut_off_leaves_nothing_behind(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = schemas()

    def cut_off(*args: object, **options: object) -> None:
        build_schema(*args, **options)  # type: ignore[arg-type]  # what it was called with
        raise KeyboardInterrupt

    monkeypatch.setattr(stock, "build_schema", cut_off)
    with pytest.raises(KeyboardInterrupt):
        stock.build_spare(current_template())
    [left] = schemas() - before
    stock.discard_outdated()
    assert left in schemas()  # somebody may still be building it
    with platform():
        SpareSchema.objects.filter(schema=left).update(built_at=timezone.now() - stock.BUILD_TIME)
    level = stock.level()
    stock.discard_outdated()
    assert (schemas(), stock.level()) == (before, level)


def test_a_failed_step_keeps_the_workspace_closed_and_is_resumed(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def flaky(row: Workspace) -> None:
        calls.append("flaky")
        if len(calls) == 2:
            raise ZeroDivisionError("broken")

    steps = {
        key: onboarding.Step(key, key, run)
        for key, run in (("one", lambda row: calls.append("one")), ("two", flaky))
    }
    monkeypatch.setattr(onboarding, "_steps", steps)
    at = host()
    done = provision(at)
    assert not done.ready
    assert resolve(at) is None
    with platform():
        assert list(
            SetupStep.objects.filter(workspace=done.workspace)
            .order_by("key")
            .values_list("key", "state", "error")
        ) == [
            ("one", "done", ""),
            ("two", "failed", "ZeroDivisionError: broken"),
        ]
    assert provisioning.finish(done.workspace)
    assert calls == ["one", "flaky", "flaky"]


def test_a_crash_before_the_commit_leaves_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(row: Workspace) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(onboarding, "_at_claim", [crash])
    before = stock.level()
    with pytest.raises(ZeroDivisionError):
        provision(host())
    assert stock.level() == before
    with platform():
        assert Workspace.objects.filter(name="New").count() == 0


def test_a_replayed_schema_equals_a_migrated_one(committed: None) -> None:
    """Replay from the template, dump the result, and compare it with what the template's statements say."""
    import subprocess

    template = current_template()
    name = new_schema_name()
    with owner_connection() as owner:
        build_schema(owner, schema=name, statements=template.statements)
    dumped = subprocess.run(
        [
            settings.PG_DUMP,
            "-n",
            name,
            "--inserts",
            "--rows-per-insert=500",
            "--no-owner",
            "--no-privileges",
            "--no-comments",
            "-d",
            settings.OWNER_DSN,
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    again = [statement.replace(name, "w_0tpl7f3c9e1b") for statement in statements_of(dumped)]
    assert normal(again) == normal(template.statements)


def normal(statements: list[str]) -> list[str]:
    """Sorted, and without the casts that Postgres writes out again when it reads an expression back."""
    return sorted(
        re.sub(r"::(text|character varying)(\[\])?|[()]", "", statement) for statement in statements
    )


def test_building_is_all_or_nothing(committed: None) -> None:
    name, before = new_schema_name(), schemas()
    broken = [*current_template().statements, "SELECT 1/0"]
    with owner_connection() as owner, pytest.raises(psycopg.errors.DivisionByZero):
        build_schema(owner, schema=name, statements=broken)
    assert schemas() == before
    with owner_connection() as owner:
        assert owner.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone() is None


def test_a_dropped_schema_takes_its_role_along(committed: None) -> None:
    name = new_schema_name()
    with owner_connection() as owner:
        build_schema(owner, schema=name, statements=current_template().statements)
        drop_schema(owner, name)
        drop_schema(owner, name)
        assert owner.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone() is None
    assert name not in schemas()


@pytest.mark.parametrize("name", ["public", "w_x; drop", "pg_catalog", 'w_a"b'])
def test_only_workspace_names_are_built_or_dropped(committed: None, name: str) -> None:
    with owner_connection() as owner:
        with pytest.raises(ValueError, match="not a schema name"):
            build_schema(owner, schema=name, statements=[])
        with pytest.raises(ValueError, match="not a schema name"):
            drop_schema(owner, name)


def run(**options: str) -> str:
    out = io.StringIO()
    call_command("provision_workspace", stdout=out, **options)
    return out.getvalue()


def test_the_command_prints_the_address_and_the_time(db: None) -> None:
    at = host()
    printed = run(reseller="rosa", name="New", domain=at, owner_email="o@new.test")
    assert printed.startswith(f"http://{at}:8000/ is ready (")
    assert printed.endswith(" ms).\n")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"reseller": "nobody"}, "No reseller is called “nobody” (known: rita, rosa)."),
        ({"domain": "mallory.test"}, "“mallory.test” is already in use. Choose another domain."),
        (
            {"domain": "no host"},
            f"A host name has no spaces. {SHAPE}",
        ),
        ({"owner_email": "nobody"}, NO_ADDRESS),
    ],
)
def test_the_command_says_what_is_wrong(db: None, options: dict[str, str], sentence: str) -> None:
    given = {"reseller": "rosa", "name": "New", "domain": host(), "owner_email": "o@new.test"} | options
    with pytest.raises(CommandError) as error:
        run(**given)
    assert str(error.value) == sentence
    with platform():
        assert Domain.objects.filter(workspace__name="New").count() == 0


def test_the_caller_gets_the_reseller_he_named(fresh_workspace: Callable[..., Workspace]) -> None:
    with platform():
        assert fresh_workspace("rita").reseller.slug == "rita"
