"""What must hold for a message to be found, as SQL over the row `e` of its words; values are parameters only.

Which of them an index is asked for, and in which order rows are looked at, is plans.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from inbox.search.asking import Asked, Term, tsquery
from inbox.search.facts import FROM_CONTACT, written_by
from inbox.search.naming import Named, Writers


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL that is true or false for a row, and its parameters."""

    sql: str
    params: tuple[Any, ...] = ()


NEVER = Condition("false")


def by_words(terms: Iterable[Term], *, facts: Iterable[str] = ()) -> list[Condition]:
    """All words at once, which the index of words answers; nothing without any."""
    query = tsquery(tuple(terms), facts=tuple(facts))
    return [Condition("e.words @@ %s::tsquery", (query,))] if query else []


def checked(terms: Iterable[Term]) -> list[Condition]:
    """The same, asked of each row that is looked at anyway: no index knows this function."""
    return [Condition("ts_match_vq(e.words, %s::tsquery)", (term.tsquery,)) for term in terms]


def beside_words(asked: Asked, *, found: Named) -> list[Condition]:
    """Everything but the words."""
    conditions = [_labelled(ids) for ids in found.labels]
    if found.writers is not None:
        conditions.append(_written(found.writers))
    if asked.states:
        conditions.append(
            Condition(
                "EXISTS (SELECT 1 FROM conversations_conversation c"
                " WHERE c.id = e.conversation_id AND c.state = ANY(%s))",
                ([state.value for state in asked.states],),
            )
        )
    if asked.has_attachment:
        conditions.append(Condition("e.has_attachment"))
    return conditions


def in_period(asked: Asked, *, past: tuple[Any, Any] | None) -> list[Condition]:
    """Between two dates, and behind the row `past` (time and key) of the page before."""
    conditions = []
    if asked.after:
        conditions.append(Condition("e.created_at >= %s", (asked.after,)))
    if asked.before:
        conditions.append(Condition("e.created_at < %s", (asked.before,)))
    if past:
        conditions.append(Condition("(e.created_at, e.message_id) < (%s, %s)", past))
    return conditions


def where(conditions: Iterable[Condition]) -> tuple[str, list[Any]]:
    """All of them, as one piece of SQL with its parameters."""
    listed = list(conditions)
    sql = " AND ".join(condition.sql for condition in listed) or "true"
    return sql, [value for condition in listed for value in condition.params]


def _labelled(ids: list[Any]) -> Condition:
    if not ids:
        return NEVER
    return Condition(
        "EXISTS (SELECT 1 FROM conversations_conversationlabel l"
        " WHERE l.conversation_id = e.conversation_id AND l.label_id = ANY(%s))",
        (ids,),
    )


def _written(writers: Writers) -> Condition:
    """By one of these contacts, or by one of these teammates."""
    ways = []
    said = f"'{FROM_CONTACT}'"
    if writers.conversations:
        sql = "(e.conversation_id = ANY(%s) AND ts_match_vq(e.words, %s::tsquery))"
        ways.append(Condition(sql, (list(writers.conversations), said)))
    if writers.patterns:
        # A value and not an EXISTS, which the planner would answer for all contacts before the first row.
        sql = (
            "(ts_match_vq(e.words, %s::tsquery) AND"
            " (SELECT p.sort_key ~ ANY(%s) OR p.email_key ~ ANY(%s)"
            " FROM conversations_conversation c JOIN contacts_contact p ON p.id = c.contact_id"
            " WHERE c.id = e.conversation_id))"
        )
        ways.append(Condition(sql, (said, writers.patterns, writers.patterns)))
    if writers.users:
        authors = " | ".join(f"'{written_by(id)}'" for id in sorted(writers.users))
        ways.append(Condition("e.words @@ %s::tsquery", (authors,)))
    sql, params = " OR ".join(way.sql for way in ways), tuple(value for way in ways for value in way.params)
    return Condition(f"({sql})", params) if ways else NEVER
