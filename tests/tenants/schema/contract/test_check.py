"""Migrations after a release: what is refused, what a later one may do, and that the real tree passes.

The table of single rules is cases.py next door.
"""

import pytest
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models
from django.db.models import CASCADE, F, Q

from tenants.schema.contract.check import check_migrations, migrations_on_disk
from tenants.schema.contract.released import read_released
from tenants.schema.safe_operations import AddUniqueConcurrently, DropColumn, DropTable
from tests.tenants.schema.contract.cases import CASES, add, alter, check, do_nothing, made, said, split, table

M = migrations


@pytest.mark.parametrize("name", CASES)
def test_each_rule_refuses(name: str) -> None:
    assert said(*CASES[name].bad) == [CASES[name].sentence]


@pytest.mark.parametrize("name", CASES)
def test_the_nearest_neighbour_passes(name: str) -> None:
    assert said(*CASES[name].good) == []


def test_released_migrations_are_history() -> None:
    """Only what no workspace could bear is still said of them."""
    old = made("0002_old", *CASES["rename a field"].bad, *CASES["a group of auth"].bad)
    assert said(before=(old,)) == [f"contacts.0002_old: {CASES['a group of auth'].sentence}"]


FORGET = split(state=(M.RemoveField("note", "kind"),))


def test_a_column_is_dropped_in_a_release_after_the_one_that_forgot_it() -> None:
    assert said(DropColumn("note", "kind"), before=(made("0002_forget", FORGET),)) == []
    assert said(DropColumn("note", "kind"), before=(made("0008_forget", FORGET),)) == [
        "DropColumn note.kind stands in the release of contacts.0008_forget, which stops using it; "
        "leave it to the next."
    ]
    assert said(DropColumn("note", "body"), before=(made("0002_forget", FORGET),)) == [
        "DropColumn note.body drops what the state still holds; take it out of the state in a release before."
    ]


def test_a_foreign_key_is_dropped_by_its_column() -> None:
    loose = models.ForeignKey("contacts.topic", CASCADE, null=True, db_constraint=False)
    before = made("0002_forget", alter("topic", loose), split(state=(M.RemoveField("note", "topic"),)))
    assert said(DropColumn("note", "topic_id"), before=(before,)) == []


def test_a_table_is_dropped_in_a_release_after_the_one_that_forgot_it() -> None:
    forget = split(state=(M.RemoveField("note", "topic"), M.DeleteModel("topic")))
    drop = DropTable("contacts_topic")
    assert said(drop, before=(made("0002_forget", forget),)) == []
    assert said(drop) == [
        "DropTable contacts_topic drops what the state still holds; "
        "take it out of the state in a release before."
    ]
    assert said(drop, before=(made("0002_forget", forget), made("0003_drop", drop))) == []


PROOF = (
    made("0002_c", AddConstraintNotValid("note", check())),
    made("0003_v", ValidateConstraint("note", "c")),
)
FULL = alter("rank", models.IntegerField())
REFUSED = [CASES["make a column NOT NULL"].sentence]


def test_a_column_is_made_not_null_once_a_release_has_proved_it() -> None:
    assert said(FULL, before=PROOF, contracts=["contacts.0002_c", "contacts.0003_v"]) == []


@pytest.mark.parametrize("contracts", [[], ["contacts.0002_c"], ["contacts.0003_v"]])
def test_the_proof_is_named_whole(contracts: list[str]) -> None:
    assert said(FULL, before=PROOF, contracts=contracts) == REFUSED


def test_the_proof_is_of_this_column_and_validated() -> None:
    other = made("0002_c", AddConstraintNotValid("note", check(condition=Q(rank__gte=0))))
    both = ["contacts.0002_c", "contacts.0003_v"]
    assert said(FULL, before=(other, PROOF[1]), contracts=both) == REFUSED
    assert said(FULL, before=(PROOF[0], made("0003_v")), contracts=both) == REFUSED


def test_the_proof_is_released() -> None:
    late = (PROOF[0], made("0008_v", ValidateConstraint("note", "c")))
    assert said(FULL, before=late, contracts=["contacts.0002_c", "contacts.0008_v"]) == [
        *REFUSED,
        "`contracts` names contacts.0008_v, which no release has; leave this migration to a later release.",
    ]


def test_not_null_fills_nothing() -> None:
    full = alter("rank", models.IntegerField(default=0))
    assert said(full, before=PROOF, contracts=["contacts.0002_c", "contacts.0003_v"]) == [
        "AlterField note.rank makes the column NOT NULL with a default it did not have, so Django looks for "
        "rows to fill; give it a db_default, or the same default before."
    ]
    full = alter("rank", models.IntegerField(default=0, db_default=0))
    assert said(full, before=PROOF, contracts=["contacts.0002_c", "contacts.0003_v"]) == []


INDEX = AddIndexConcurrently("note", models.Index(F("rank"), name="note_rank"))
UNIQUE = AddUniqueConcurrently("note", models.UniqueConstraint(F("rank"), name="note_once"))


def test_what_is_not_atomic_holds_only_what_cannot_be() -> None:
    by_hand = M.RunSQL("CREATE UNIQUE INDEX CONCURRENTLY i ON contacts_note (rank)")
    assert said(INDEX, UNIQUE, RemoveIndexConcurrently("note", "note_body"), by_hand, atomic=False) == []
    assert said(by_hand) == ["RunSQL cannot stand in a transaction; say atomic = False."]
    assert said(INDEX, add("more", models.TextField(null=True)), atomic=False) == [
        "AddField note.more could be left half done where atomic = False; give it a migration of its own."
    ]
    assert said(add("more", models.TextField(null=True)), atomic=False) == [
        "AddField note.more could be left half done where atomic = False; give it a migration of its own."
    ]


def test_an_index_with_its_state_is_one_thing() -> None:
    in_state = M.AddConstraint("note", models.UniqueConstraint(F("rank"), name="i"))
    by_hand = M.RunSQL("CREATE UNIQUE INDEX CONCURRENTLY i ON contacts_note (rank)")
    assert said(split(state=(in_state,), database=(by_hand,)), atomic=False) == []


ALONE = (
    "RunPython keeps what it changes locked until the migration ends; give it a migration of its own with "
    "atomic = False, and commit batch by batch."
)


def test_python_on_the_platform_stands_alone_and_commits_for_itself() -> None:
    run = M.RunPython(do_nothing)
    assert said(run, app="tenants", atomic=False) == []
    assert said(run, app="tenants") == [ALONE]
    assert said(M.RunPython(do_nothing, atomic=True), app="tenants", atomic=False) == [ALONE]
    assert said(run, table("Draft"), app="tenants", atomic=False)[-1] == ALONE


def test_the_platform_may_have_natural_keys_and_point_to_itself() -> None:
    natural = M.CreateModel("Odd", fields=[("code", models.CharField(primary_key=True, max_length=9))])
    serial = M.CreateModel("Odd", fields=[("id", models.AutoField(primary_key=True))])
    assert (
        said(natural, table("Pair", ("odd", models.ForeignKey("tenants.Odd", CASCADE))), app="tenants") == []
    )
    assert said(serial, app="tenants") == [
        "CreateModel odd has the AutoField id as its key; use a UUIDField with tenants.ids.uuid7."
    ]


def test_a_library_may_have_bigint_keys_made_with_the_table() -> None:
    big = M.CreateModel("Odd", fields=[("id", models.BigAutoField(primary_key=True))])
    small = M.CreateModel("Odd", fields=[("id", models.AutoField(primary_key=True))])
    assert said(big, app="account") == []
    assert said(small, app="account") == [
        "CreateModel odd has a key that cannot be made bigint later; give the library migrations of our own "
        "with a BigAutoField, by MIGRATION_MODULES."
    ]
    widen = M.AlterField("odd", "id", models.BigAutoField(primary_key=True))
    assert said(big, widen, app="account") == [
        "AlterField odd.id adds or alters identity, which a sharded cluster refuses; say UUIDField."
    ]


def test_a_unique_constraint_of_plain_fields_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match="wants a UniqueConstraint of expressions, or with a condition"):
        AddUniqueConcurrently("note", models.UniqueConstraint(fields=["rank"], name="c"))


def test_what_stands_on_disk_passes() -> None:
    on_disk = migrations_on_disk()
    assert check_migrations(on_disk, released=read_released()) == []
    assert check_migrations(on_disk, released=frozenset()) == []
    assert len(on_disk) >= 22
