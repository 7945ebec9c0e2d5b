"""Migrations that are refused, word for word, each beside the nearest that passes.

A base of two tables is released, and a case comes after it; test_check.py runs them.
"""

# ruff: noqa: E501 - the sentences stand as they are said

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    TrigramExtension,
    ValidateConstraint,
)
from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.models import CASCADE, F, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower, Now

from tenants.ids import uuid7
from tenants.schema.contract.check import check_migrations
from tenants.schema.operations import InBackground
from tenants.schema.safe_operations import DropColumn

M = migrations
APP = "contacts"
CLASH = ExclusionConstraint(name="c", expressions=[("at", "=")])


def key() -> Any:
    return models.UUIDField(primary_key=True, default=uuid7)


def made(name: str, *operations: Operation, app: str = APP, **attributes: Any) -> Any:
    """A migration that stands in no file."""
    body = {"__module__": __name__, "operations": list(operations), **attributes}
    return type("Migration", (migrations.Migration,), body)(name, app)


def table(name: str, *fields: tuple[str, Any], **options: Any) -> Any:
    return M.CreateModel(name, fields=[("id", key()), *fields], options=options)


BASE = (
    table("Topic"),
    table(
        "Note",
        ("body", models.CharField(max_length=100)),
        ("words", models.TextField(default="")),
        ("kind", models.CharField(max_length=12, null=True)),
        ("rank", models.IntegerField(null=True)),
        ("state", models.CharField(max_length=12, db_default="new")),
        ("mark", models.CharField(max_length=12, unique=True)),
        ("topic", models.ForeignKey("contacts.topic", CASCADE, null=True, db_index=False)),
        ("plain", models.UUIDField(null=True)),
        indexes=[models.Index(fields=["body"], name="note_body")],
    ),
)


def said(
    *operations: Operation, app: str = APP, before: tuple[Any, ...] = (), **attributes: Any
) -> list[str]:
    """What the check says of a migration of these operations, after a release and `before`."""
    base, under_test = made("0001_base", *BASE, app=APP), made("0009_new", *operations, app=app, **attributes)
    released = {
        "contacts.0001_base",
        *(f"{each.app_label}.{each.name}" for each in before if each.name < "0005"),
    }
    found = check_migrations([base, *before, under_test], released=frozenset(released))
    return [f"{each.migration}: {each.sentence}".removeprefix(f"{app}.0009_new: ") for each in found]


def split(*, state: tuple[Operation, ...] = (), database: tuple[Operation, ...] = ()) -> Any:
    return M.SeparateDatabaseAndState(state_operations=list(state), database_operations=list(database))


def add(name: str, field: Any) -> Any:
    return M.AddField("note", name, field)


def alter(name: str, field: Any) -> Any:
    return M.AlterField("note", name, field)


def check(name: str = "c", condition: Any = None) -> Any:
    return models.CheckConstraint(name=name, condition=condition or Q(rank__isnull=False))


def do_nothing(apps: Any, editor: Any) -> None:
    """A data migration."""


@dataclass(frozen=True)
class Case:
    """What is refused, why, and the neighbour that passes; `loose` are attributes of both migrations."""

    bad: tuple[Operation, ...]
    sentence: str
    good: tuple[Operation, ...]


OUT = "takes what the release before still uses; say SeparateDatabaseAndState(state_operations="
KEYLESS = M.CreateModel("Odd", fields=[("words", models.TextField())])
CASES = {
    "remove a field": Case(
        (M.RemoveField("note", "kind"),),
        f"RemoveField note.kind {OUT}[RemoveField(…)]) now, and DropColumn in a release after it.",
        (split(state=(M.RemoveField("note", "kind"),)),),
    ),
    "remove a field, database half while the state has it": Case(
        (split(database=(M.RemoveField("note", "kind"),)),),
        f"RemoveField note.kind {OUT}[RemoveField(…)]) now, and DropColumn in a release after it.",
        (split(state=(M.RemoveField("note", "state"),)),),
    ),
    "delete a model": Case(
        (M.RemoveField("note", "topic"), M.DeleteModel("topic"))[1:],
        f"DeleteModel topic {OUT}[DeleteModel(…)]) now, and DropTable in a release after it.",
        (table("Draft"), M.DeleteModel("draft")),
    ),
    "forget a column that INSERT must fill": Case(
        (split(state=(M.RemoveField("note", "body"),)),),
        "RemoveField note.body leaves a column behind that is NOT NULL without a db_default, so INSERT fails; "
        "give it one, or null=True, by an AlterField before it.",
        (alter("body", models.CharField(max_length=100, db_default="")), split(state=(M.RemoveField("note", "body"),))),
    ),
    "forget a foreign key": Case(
        (split(state=(M.RemoveField("note", "topic"),)),),
        "RemoveField note.topic leaves the foreign key topic behind, so what it points to cannot be deleted; "
        "say AlterField(…, db_constraint=False) before it.",
        (
            alter("topic", models.ForeignKey("contacts.topic", CASCADE, null=True, db_index=False, db_constraint=False)),
            split(state=(M.RemoveField("note", "topic"),)),
        ),
    ),
    "forget a table with a foreign key": Case(
        (split(state=(M.DeleteModel("note"),)),),
        "DeleteModel note leaves the foreign key topic behind, so what it points to cannot be deleted; "
        "say AlterField(…, db_constraint=False) before it.",
        (
            alter("topic", models.ForeignKey("contacts.topic", CASCADE, null=True, db_index=False, db_constraint=False)),
            split(state=(M.DeleteModel("note"),)),
        ),
    ),
    "drop what the state holds": Case(
        (DropColumn("note", "kind"),),
        "DropColumn note.kind drops what the state still holds; take it out of the state in a release before.",
        (split(state=(M.RemoveField("note", "kind"),)),),
    ),
    "rename a field": Case(
        (M.RenameField("note", "kind", "sort"),),
        "RenameField note.kind renames the column kind, which the release before asks for; give the field "
        'db_column="kind" first, or add a new one, move the data and remove the old one.',
        (
            alter("kind", models.CharField(max_length=12, null=True, db_column="kind")),
            M.RenameField("note", "kind", "sort"),
        ),
    ),
    "rename a column": Case(
        (alter("kind", models.CharField(max_length=12, null=True, db_column="sort")),),
        'AlterField note.kind renames the column kind; keep it by db_column="kind".',
        (alter("kind", models.CharField(max_length=12, null=True, db_column="kind")),),
    ),
    "rename a model": Case(
        (M.RenameModel("Note", "Remark"),),
        "RenameModel note renames the table contacts_note, which the release before asks for; "
        'keep it by db_table="contacts_note".',
        (M.AlterModelTable("note", "contacts_note"), M.RenameModel("Note", "Remark")),
    ),
    "rename a table": Case(
        (M.AlterModelTable("note", "remarks"),),
        "AlterModelTable note renames the table contacts_note, which the release before asks for; "
        'keep it by db_table="contacts_note".',
        (table("Draft"), M.AlterModelTable("draft", "drafts"), M.AddIndex("draft", models.Index(F("id"), name="d"))),
    ),
    "add a field NOT NULL": Case(
        (add("more", models.TextField(default="")),),
        "AddField note.more is NOT NULL without a db_default, so the release before could not INSERT; "
        "give it a db_default, or null=True.",
        (add("more", models.TextField(default="", db_default="")), add("at", models.DateTimeField(db_default=Now()))),
    ),
    "add a computed field": Case(
        (add("low", models.GeneratedField(expression=Lower("body"), output_field=models.TextField(), db_persist=True)),),
        "AddField note.low rewrites the table under a lock; add a nullable field and fill it InBackground.",
        (add("low", models.TextField(null=True)), InBackground("contacts.fold_notes")),
    ),
    "keep an order": Case(
        (M.AlterOrderWithRespectTo("note", "topic"),),
        "AlterOrderWithRespectTo note adds a column the release before does not fill; order by a field of your own.",
        (add("place", models.FloatField(null=True)),),
    ),
    "add a field with an index": Case(
        (add("at", models.DateTimeField(null=True, db_index=True)),),
        "AddField note.at builds an index under a lock; say db_index=False, and AddIndexConcurrently.",
        (add("at", models.DateTimeField(null=True)),),
    ),
    "add a foreign key with an index": Case(
        (add("other", models.ForeignKey("contacts.topic", CASCADE, null=True)),),
        "AddField note.other builds an index under a lock; say db_index=False, and AddIndexConcurrently.",
        (add("other", models.ForeignKey("contacts.topic", CASCADE, null=True, db_index=False)),),
    ),
    "add a unique field": Case(
        (add("slug", models.CharField(max_length=9, null=True, unique=True)),),
        "AddField note.slug builds a unique index under a lock; leave unique out, say AddUniqueConcurrently.",
        (table("Draft", ("slug", models.SlugField(unique=True))), M.AddField("draft", "n", models.SlugField())),
    ),
    "add a field with a check": Case(
        (add("size", models.PositiveIntegerField(null=True)),),
        "AddField note.size brings a check that reads the whole table under a lock; "
        "take the kind of field without it, and AddConstraintNotValid.",
        (add("size", models.IntegerField(null=True)), AddConstraintNotValid("note", check("s", Q(size__gte=0)))),
    ),
    "change a type": Case(
        (alter("rank", models.BigIntegerField(null=True)),),
        "AlterField note.rank makes bigint of integer, which rewrites the table under a lock; "
        "add a new field, move the data InBackground and remove the old one.",
        (alter("body", models.TextField()), alter("kind", models.CharField(max_length=20, null=True))),
    ),
    "change a collation": Case(
        (alter("words", models.TextField(default="", db_collation="C")),),
        "AlterField note.words makes text COLLATE C of text, which rewrites the table under a lock; "
        "add a new field, move the data InBackground and remove the old one.",
        (alter("words", models.TextField(default="", help_text="Said.")),),
    ),
    "narrow a text": Case(
        (alter("body", models.CharField(max_length=99)),),
        "AlterField note.body narrows varchar(100) to varchar(99), which the release before may still exceed; "
        "say a CheckConstraint by AddConstraintNotValid.",
        (alter("body", models.CharField(max_length=100, choices=[("a", "A")])),),
    ),
    "give a text a length": Case(
        (alter("words", models.CharField(max_length=99, default="")),),
        "AlterField note.words narrows text to varchar(99), which the release before may still exceed; "
        "say a CheckConstraint by AddConstraintNotValid.",
        (AddConstraintNotValid("note", check("w", Q(words__length__lte=99))),),
    ),
    "make a column NOT NULL": Case(
        (alter("rank", models.IntegerField()),),
        "AlterField note.rank makes the column NOT NULL, which reads all rows under a lock; say "
        "AddConstraintNotValid of CheckConstraint(condition=Q(rank__isnull=False)) and ValidateConstraint in a "
        "release before, and name both migrations in `contracts`.",
        (alter("body", models.CharField(max_length=100, null=True)),),
    ),
    "index a field": Case(
        (alter("rank", models.IntegerField(null=True, db_index=True)),),
        "AlterField note.rank builds an index under a lock; say AddIndexConcurrently, and leave db_index=True out.",
        (alter("mark", models.CharField(max_length=12, db_index=True)),),
    ),
    "make a field unique": Case(
        (alter("rank", models.IntegerField(null=True, unique=True)),),
        "AlterField note.rank makes the column unique under a lock; say AddUniqueConcurrently, and leave "
        "unique=True out.",
        (alter("mark", models.CharField(max_length=14, unique=True)),),
    ),
    "take a default": Case(
        (alter("state", models.CharField(max_length=12)),),
        "AlterField note.state takes the db_default that the release before needs for INSERT; keep it, or say "
        "null=True.",
        (alter("state", models.CharField(max_length=12, db_default="old")),),
    ),
    "make a foreign key of a column": Case(
        (alter("plain", models.ForeignKey("contacts.topic", CASCADE, null=True, db_index=False, db_column="plain")),),
        "AlterField note.plain makes a column with values a key to contacts.topic, which reads both tables under "
        "a lock; add a new nullable field and move the data InBackground.",
        (alter("topic", models.ForeignKey("contacts.topic", models.SET_NULL, null=True, db_index=False)),),
    ),
    "add an index": Case(
        (M.AddIndex("note", models.Index(F("rank"), name="note_rank")),),
        "AddIndex note.note_rank keeps writers out; say AddIndexConcurrently in a migration of its own.",
        (table("Draft"), M.AddIndex("draft", models.Index(F("id"), name="draft_id"))),
    ),
    "remove an index": Case(
        (M.RemoveIndex("note", "note_body"),),
        "RemoveIndex note.note_body locks readers out; say RemoveIndexConcurrently in a migration of its own.",
        (M.RenameIndex("note", "note_words", old_name="note_body"),),
    ),
    "unique_together": Case(
        (M.AlterUniqueTogether("note", {("body", "rank")}),),
        "AlterUniqueTogether note keeps writers out; say AddUniqueConcurrently or AddIndexConcurrently.",
        (M.AlterUniqueTogether("note", set()),),
    ),
    "add a check": Case(
        (M.AddConstraint("note", check()),),
        "AddConstraint note.c reads the whole table under a lock; say AddConstraintNotValid, and "
        "ValidateConstraint in the next migration.",
        (AddConstraintNotValid("note", check()),),
    ),
    "add a unique constraint": Case(
        (M.AddConstraint("note", models.UniqueConstraint(fields=["body"], name="c")),),
        "AddConstraint note.c keeps writers out; say AddUniqueConcurrently in a migration of its own, "
        "with the constraint written in expressions, such as F(…).",
        (split(state=(M.AddConstraint("note", models.UniqueConstraint(fields=["body"], name="c")),)),),
    ),
    "add an exclusion": Case(
        (M.AddConstraint("note", CLASH),),
        "AddConstraint note.c keeps everybody out; make a new table that has it and move the data.",
        (table("Draft"), M.AddConstraint("draft", CLASH)),
    ),
    "validate in the same breath": Case(
        (AddConstraintNotValid("note", check()), ValidateConstraint("note", "c")),
        "ValidateConstraint note.c reads a table while others are locked; give it a migration of its own.",
        (ValidateConstraint("note", "c"), ValidateConstraint("note", "d")),
    ),
    "an index in a transaction": Case(
        (AddIndexConcurrently("note", models.Index(F("rank"), name="note_rank")),),
        "AddIndexConcurrently note.note_rank cannot stand in a transaction; say atomic = False.",
        (AddConstraintNotValid("note", check()), M.AlterModelOptions("note", {})),
    ),
    "Python in a workspace": Case(
        (M.RunPython(do_nothing),),
        "RunPython would have to run in each workspace while the fleet migrates; "
        'say InBackground("app.task") and move the data there.',
        (InBackground("contacts.fold_notes"),),
    ),
    "data by SQL": Case(
        (M.RunSQL([("UPDATE contacts_note SET rank = %s", [1])]),),
        "RunSQL holds “update contacts_note set rank =”; say InBackground, which moves data in batches.",
        (M.RunSQL("COMMENT ON TABLE contacts_note IS 'UPDATE'"), M.RunSQL(M.RunSQL.noop)),
    ),
    "drop by SQL": Case(
        (M.RunSQL("ALTER TABLE contacts_note ALTER kind SET DEFAULT 'x', DROP COLUMN kind"),),
        "RunSQL holds “alter table contacts_note alter kind”; say it by an operation that this check can read.",
        (M.RunSQL("ALTER TABLE contacts_note ALTER kind SET DEFAULT 'x', DROP CONSTRAINT c"),),
    ),
    "index by SQL": Case(
        (M.RunSQL("CREATE INDEX i ON contacts_note (rank)"),),
        "RunSQL holds “create index i on contacts_note”; say CreateModel, AddIndexConcurrently or "
        "AddUniqueConcurrently.",
        (M.RunSQL("ALTER TABLE contacts_note ADD CONSTRAINT k FOREIGN KEY (plain) REFERENCES x (id) NOT VALID"),),
    ),
    "rights by SQL": Case(
        (M.RunSQL("SET LOCAL search_path = w_other"),),
        "RunSQL changes role or search_path; the place is set by tenants.context alone.",
        (M.RunSQL("SET LOCAL lock_timeout = '2s'"),),
    ),
    "an operation nobody knows": Case(
        (type("Surprise", (M.AlterModelOptions,), {})("note", {}),),
        "Surprise is not known to this check; weigh it in tenants/schema/contract/check.py.",
        (M.AlterModelOptions("note", {"ordering": ["body"]}),),
    ),
    "a serial key": Case(
        (M.CreateModel("Odd", fields=[("id", models.BigAutoField(primary_key=True))]),),
        "CreateModel odd has the BigAutoField id as its key; use a UUIDField with tenants.ids.uuid7.",
        (table("Odd"),),
    ),
    "a natural key in a workspace": Case(
        (M.CreateModel("Odd", fields=[("code", models.CharField(primary_key=True, max_length=9))]),),
        "CreateModel odd has the CharField code as its key; use a UUIDField with tenants.ids.uuid7.",
        (M.CreateModel("Odd", fields=[("note", models.OneToOneField("contacts.note", CASCADE, primary_key=True))]),),
    ),
    "no key": Case(
        (KEYLESS,),
        "CreateModel odd has no key of its own, and would get a serial one; give it a UUIDField.",
        (split(state=(KEYLESS,)),),
    ),
    "identity later": Case(
        (table("Odd"), M.AddField("odd", "number", models.BigAutoField())),
        "AddField odd.number adds or alters identity, which a sharded cluster refuses; say UUIDField.",
        (table("Odd"), M.AddField("odd", "number", models.BigIntegerField())),
    ),
    "a hidden table between": Case(
        (add("topics", models.ManyToManyField("contacts.topic")),),
        "AddField note.topics has in topics a table between with a serial key; give it a model by through=.",
        (
            table("About", ("note", models.ForeignKey("contacts.note", CASCADE)),
                  ("topic", models.ForeignKey("contacts.topic", CASCADE))),
            add("topics", models.ManyToManyField("contacts.topic", through="contacts.About")),
        ),
    ),
    "a group of auth": Case(
        (add("group", models.ForeignKey("auth.Group", CASCADE, null=True, db_index=False)),),
        "AddField note.group points to auth.group by group; auth has no tables here.",
        (add("group", models.UUIDField(null=True)),),
    ),
    "a key into public": Case(
        (table("Odd", ("house", models.ForeignKey("tenants.Reseller", CASCADE))),),
        "CreateModel odd points to tenants.reseller by house, which is not in a workspace; keep its id.",
        (table("Odd", ("house_id", models.UUIDField())),),
    ),
    "a default of the database's dice": Case(
        (add("token", models.UUIDField(db_default=RandomUUID())),),
        "AddField note.token has gen_random_uuid() as db_default of token, which differs by row; use default=.",
        (add("token", models.UUIDField(null=True, default=uuid7)),),
    ),
    "a default in raw SQL": Case(
        (add("at", models.DateTimeField(db_default=RawSQL("clock_timestamp()", []))),),
        "AddField note.at has clock_timestamp() as db_default of at, which differs by row; use default=.",
        (add("at", models.DateTimeField(db_default=Now())),),
    ),
    "a table elsewhere": Case(
        (table("Odd", db_table='public"."odd'),),
        "CreateModel odd names its table with a schema; name it alone, the place decides where it stands.",
        (table("Odd", db_table="odd"),),
    ),
    "an extension": Case(
        (TrigramExtension(),),
        "TrigramExtension pg_trgm makes something of the whole database; tenants/schema/cluster.py does that.",
        (),
    ),
}  # fmt: skip
