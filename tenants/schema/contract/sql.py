"""What the SQL of a migration may never hold: what a sharded cluster refuses, what leaves its place.

It looks at text only and knows no history; what RunSQL may hold beside this is data.py next door.
"""

from collections.abc import Callable, Iterator, Sequence

from tenants.schema.contract.sql_statement import Statement, read
from tenants.schema.contract.sql_words import Kind, Unreadable

VOLATILE = frozenset({
    "clock_timestamp", "timeofday", "random", "random_normal", "setseed", "gen_random_uuid",
    "gen_random_bytes", "uuidv4", "uuidv7", "uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4",
    "nextval", "setval", "currval", "lastval", "txid_current", "pg_current_xact_id",
})  # fmt: skip
_SERIAL = frozenset({"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"})
_BEFORE_A_COLUMN = frozenset({"column", "add", "drop", "alter", "rename", "to", "exists", "table", "key"})
_PROGRAMS = frozenset({"trigger", "rule", "function", "procedure", "routine", "aggregate", "language"})
_PEOPLE = frozenset({"role", "user", "group", "privileges", "owned"})
_PLACES = frozenset({"schema", "database", "extension", "tablespace", "server", "system"})
_DEFINES = frozenset({"create", "alter", "drop"})
_TRANSACTION = frozenset(
    {"begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release", "prepare"}
)
_WALLS = frozenset({"search_path", "role", "session", "schema", "authorization", "all"})

Rule = tuple[Callable[[Statement], bool], str]


def check_sql(statements: Sequence[str]) -> list[str]:
    """A sentence for each thing in these statements that may not be replayed in a workspace."""
    found: dict[str, None] = {}
    for text in statements:
        try:
            for statement in read(text):
                found.update(dict.fromkeys(_sentences(statement)))
        except Unreadable as unreadable:
            found[f"the SQL cannot be read: {unreadable}; close it."] = None
    return list(found)


def _sentences(statement: Statement) -> Iterator[str]:
    for is_broken, sentence in RULES:
        if is_broken(statement):
            yield sentence
    for schema in sorted(statement.foreign_schemas()):
        yield f"names a table in the schema {schema}; name it alone, the place decides where it stands."
    for function in sorted(statement.calls() & VOLATILE):
        if _writes(statement):
            yield f"calls {function}() in a write, where each copy gets another value; compute it in Python."
        elif statement.verb in {"create", "alter"}:
            yield f"calls {function}() in a definition, where each row gets another value; give it in Python."


def _writes(statement: Statement) -> bool:
    """UPDATE and DELETE, also within WITH and after ON CONFLICT; `FOR UPDATE` and `ON DELETE` are none."""
    if statement.verb in {"insert", "with"}:
        places = [*statement.places("update"), *statement.places("delete from")]
        return any(statement.word(at - 1) not in {"for", "on", "key"} for at in places)
    return statement.verb in {"update", "delete"}


def _alters(*phrases: str) -> Callable[[Statement], bool]:
    """In an ALTER; after COLUMN or ADD the same word is a name."""

    def is_said(statement: Statement) -> bool:
        places = (at for phrase in phrases for at in statement.places(phrase))
        return statement.verb == "alter" and any(
            statement.word(at - 1) not in _BEFORE_A_COLUMN for at in places
        )

    return is_said


def _defines(things: frozenset[str]) -> Callable[[Statement], bool]:
    return lambda statement: statement.verb in _DEFINES and statement.thing in things


def _touches_identity(statement: Statement) -> bool:
    """Inline in CREATE TABLE it is what libraries with bigint keys have."""
    if _alters("as identity", "set generated", "drop identity", "restart")(statement):
        return True
    return statement.has("as identity") and (statement.verb, statement.thing) != ("create", "table")


def _makes_serial(statement: Statement) -> bool:
    """A type stands after its column's name; a column may itself be called `serial`."""
    if statement.verb not in {"create", "alter"} or statement.thing != "table":
        return False
    pairs = zip(statement.tokens, statement.tokens[1:], strict=False)
    return any(
        then.kind is Kind.WORD and then.text in _SERIAL and name.is_name and name.text not in _BEFORE_A_COLUMN
        for name, then in pairs
    )


def _runs_a_program(statement: Statement) -> bool:
    toggles = ("enable trigger", "disable trigger", "enable rule", "disable rule")
    return statement.verb in {"do", "call"} or _defines(_PROGRAMS)(statement) or _alters(*toggles)(statement)


def _merges(statement: Statement) -> bool:
    return statement.verb == "merge" or (statement.verb == "with" and statement.has("merge into"))


def _leaves_its_place(statement: Statement) -> bool:
    if "set_config" in statement.calls() or _alters("set schema")(statement):
        return True
    if statement.verb in {"set", "reset"}:
        names = (token.text for token in statement.tokens[1:] if token.is_name and token.text != "local")
        return next(names, "") in _WALLS
    return statement.verb == "discard"


def _outlives(statement: Statement) -> bool:
    """SET without LOCAL stays with the connection."""
    is_short = statement.word(1) in {"local", "constraints"}
    return statement.verb == "set" and not is_short and not _leaves_its_place(statement)


def _gives_rights(statement: Statement) -> bool:
    is_said = statement.verb in {"grant", "revoke", "reassign"}
    return is_said or _defines(_PEOPLE)(statement) or _alters("owner to")(statement)


def _is_of_a_transaction(statement: Statement) -> bool:
    return statement.verb in _TRANSACTION


def _makes_temporary(statement: Statement) -> bool:
    kinds = ("create temp", "create temporary", "create local temp", "create local temporary")
    return statement.verb == "create" and any(map(statement.has, kinds))


RULES: tuple[Rule, ...] = (
    (_touches_identity, "adds or alters an identity column; keys are UUIDs made in Python."),
    (_makes_serial, "makes a serial column; keys are UUIDs made in Python."),
    (_defines(frozenset({"sequence"})), "makes or alters a sequence; count with F() in a row of a table."),
    (_alters("owned by"), "uses OWNED BY; there are no sequences here, keys are UUIDs made in Python."),
    (_alters("rename constraint"), "renames a constraint; add one of the new name, then drop the old one."),
    (_alters("set storage", "set statistics", "set expression"),
     "uses SET STORAGE, STATISTICS or EXPRESSION, which a sharded cluster refuses; leave it out."),
    (_runs_a_program, "makes or runs a trigger, rule or function; do it in Python, or by a constraint."),
    (_merges, "uses MERGE; say INSERT … ON CONFLICT."),
    (_leaves_its_place, "changes role or search_path; the place is set by tenants.context alone."),
    (_outlives, "sets something beyond its transaction; say SET LOCAL."),
    (_gives_rights, "gives or takes rights; tenants/schema/build.py and cluster.py do that."),
    (_defines(_PLACES), "is about a schema or the whole database; tenants/schema/cluster.py does that."),
    (_is_of_a_transaction, "begins or ends a transaction; a migration is one already."),
    (_makes_temporary, "makes a temporary table, a right that was taken from everybody; use WITH."),
)  # fmt: skip
