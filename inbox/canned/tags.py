"""The registry of what a canned reply can say of its conversation: each tag with its words and its value."""

from collections.abc import Callable
from dataclasses import dataclass

from core.accounts.models import User
from core.contacts.models import Contact
from core.sending import identity


@dataclass(frozen=True, slots=True)
class Facts:
    """Who is written to, who writes, and in whose name."""

    contact: Contact
    agent: User
    house: str


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag: what people read about it, and its value."""

    label: str
    read: Callable[[Facts], str]


def _first(name: str) -> str:
    return next(iter(name.split()), "")


TAGS: dict[str, Tag] = {
    "contact.first_name": Tag("Their first name", lambda facts: _first(facts.contact.name)),
    "contact.name": Tag("Their name", lambda facts: facts.contact.name),
    "contact.email": Tag("Their e-mail address", lambda facts: facts.contact.email),
    "contact.phone": Tag("Their phone number", lambda facts: facts.contact.phone),
    "contact.company": Tag(
        "Their company", lambda facts: facts.contact.company.name if facts.contact.company else ""
    ),
    "agent.first_name": Tag("Your first name", lambda facts: _first(facts.agent.name)),
    "agent.name": Tag("Your name", lambda facts: facts.agent.name),
    "workspace.name": Tag("Your company", lambda facts: facts.house),
}


def values_for(contact: Contact, *, agent: User) -> dict[str, str]:
    """The values of all tags. Whoever is here for support writes in the house's name."""
    house = identity.sender().name
    who = User(name=house) if agent.is_support else agent
    facts = Facts(contact=contact, agent=who, house=house)
    return {key: tag.read(facts) for key, tag in TAGS.items()}
