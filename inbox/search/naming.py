"""Whom and which labels a search names: from the words of `from:` and `label:` to rows.

A person is found by the beginnings of the words of their name and address: “ann” is Ann Lee, and not Joanna.

Names change and contacts are merged, so they are looked up with each search and not kept with the messages.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from core.accounts.models import User
from core.accounts.queries import team
from core.contacts.models import Contact
from core.contacts.rules import email_key
from core.text import fold
from inbox.conversations.models import Conversation, Label

MOST_CONTACTS = 2_000
MOST_CONVERSATIONS = 10_000
"""Up to so many are named by their keys; more are recognised message by message."""


@dataclass(slots=True)
class Writers:
    """Who may have written it: teammates, and contacts by their conversations or by what their name and their
    address match, in Postgres' regular expressions."""

    users: set[UUID] = field(default_factory=set)
    conversations: set[UUID] = field(default_factory=set)
    patterns: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Named:
    """What was found; `labels` has one set of keys for each label asked for. `hints` say what was not."""

    writers: Writers | None = None
    labels: list[list[UUID]] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)


def named(people: Iterable[str], *, labels: Iterable[str], by: User) -> Named:
    """Look up what a search of `by` names; without names nothing is asked."""
    found = Named()
    asked_people, asked_labels = list(people), list(labels)
    if asked_people:
        found.writers = _writers(asked_people, by=by)
        if found.writers == Writers():
            found.hints.append(f"Nobody is called “{'” or “'.join(asked_people)}” here.")
    if asked_labels:
        known = [(fold(label.name), label.id) for label in Label.objects.all()]
        for name in asked_labels:
            found.labels.append(_labels(known, name=fold(name)))
            if not found.labels[-1]:
                found.hints.append(f"There is no label “{name}”.")
    return found


def _labels(known: list[tuple[str, UUID]], *, name: str) -> list[UUID]:
    """The label of this name, or those whose name begins with it."""
    exact = [id for label, id in known if label == name]
    return exact or [id for label, id in known if label.startswith(name)]


def _writers(people: list[str], *, by: User) -> Writers:
    found = Writers()
    mates = list(team())
    for name in people:
        if name.casefold() == "me":
            found.users.add(by.id)
            continue
        found.users.update(mate.id for mate in mates if _is_called(mate, name=fold(name)))
        _add_contacts(found, name=name)
    return found


def _is_called(mate: User, *, name: str) -> bool:
    """By name or mailbox; the host of its address a whole team has in common."""
    email = fold(mate.email)
    return _begins_word(name, fold(mate.name)) or _begins_word(name, email.partition("@")[0]) or name == email


def _begins_word(part: str, text: str) -> bool:
    return re.search(_pattern(part, edge=r"\b"), text) is not None


def _pattern(part: str, *, edge: str = r"\m") -> str:
    """What begins a word with `part`; its edge as Postgres writes it, unless said otherwise."""
    return (edge if part[:1].isalnum() else "") + re.escape(part)


def _add_contacts(found: Writers, *, name: str) -> None:
    part, key = fold(name), email_key(name)
    exact = Contact.objects.filter(email_key=key).values_list("id", flat=True) if key else []
    contacts = list(exact) or list(
        Contact.objects.filter(_called(name)).values_list("id", flat=True)[: MOST_CONTACTS + 1]
    )
    if len(contacts) <= MOST_CONTACTS:
        rows = Conversation.objects.filter(contact_id__in=contacts).values_list("id", flat=True)
        ids = list(rows[: MOST_CONVERSATIONS + 1]) if contacts else []
        if len(ids) <= MOST_CONVERSATIONS:
            found.conversations.update(ids)
            return
    found.patterns.append(_pattern(part))


def _called(name: str) -> Q:
    """A plain search first, which is cheaper and lets few through."""
    part, mail = fold(name), name.casefold()
    by_name = Q(sort_key__contains=part, sort_key__regex=_pattern(part))
    return by_name | Q(email_key__contains=mail, email_key__regex=_pattern(mail))
