"""The kinds of questions a form may hold, so that what strangers send has a known shape and length.

A question of a form is questions.py; how answers are checked is forms/submission.py.
"""

from dataclasses import dataclass
from typing import Literal

Input = Literal["text", "email", "tel", "textarea", "number", "date", "one", "many", "check", "hidden"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of question. `limit` is in characters of an answer; `autocomplete` the browser's name for it.

    `fills` names what of a contact it fills in: a form asks for that once, and its question's key is the
    same. Kinds that fill nothing are a form's own questions, any number of them.
    """

    key: str
    label: str
    icon: str
    input: Input
    limit: int
    autocomplete: str = ""
    fills: str = ""

    @property
    def has_options(self) -> bool:
        return self.input in {"one", "many"}

    @property
    def is_asked(self) -> bool:
        """Whether people see it."""
        return self.input != "hidden"

    @property
    def is_named(self) -> bool:
        """Whether its label is the team's own name for it, which strangers never read."""
        return self.key in {"consent", "hidden"}

    @property
    def can_be_required(self) -> bool:
        return self.is_asked


def _contact(key: str, label: str, *, icon: str, limit: int, complete: str = "", by: Input = "text") -> Kind:
    return Kind(key=key, label=label, icon=icon, input=by, limit=limit, autocomplete=complete, fills=key)


KINDS = {
    kind.key: kind
    for kind in (
        _contact("name", "Name", icon="user", limit=200, complete="name"),
        _contact("email", "E-mail", icon="mail", limit=254, complete="email", by="email"),
        _contact("phone", "Phone", icon="phone", limit=40, complete="tel", by="tel"),
        _contact("company", "Company", icon="building-2", limit=200, complete="organization"),
        _contact("message", "Message", icon="message-square", limit=10_000, by="textarea"),
        Kind(key="text", label="Short text", icon="minus", input="text", limit=300),
        Kind(key="long", label="Long text", icon="align-left", input="textarea", limit=4_000),
        Kind(key="number", label="Number", icon="hash", input="number", limit=20),
        Kind(key="date", label="Date", icon="calendar", input="date", limit=10),
        Kind(key="one", label="One of several", icon="circle-dot", input="one", limit=100),
        Kind(key="many", label="Several of several", icon="list-checks", input="many", limit=100),
        Kind(key="yes", label="Yes or no", icon="square-check", input="check", limit=3),
        Kind(key="hidden", label="Hidden, from the address", icon="eye-off", input="hidden", limit=300),
        Kind(key="consent", label="Consent", icon="shield-check", input="check", limit=3),
    )
}
"""Every kind there is; a later one is a line here, and an input of its own if it has one."""

WAYS = ("email", "phone")
"""What makes a lead one that can be answered."""
TRAP = "website"
"""A field people cannot see; robots fill it in."""
YES = "yes"
"""What a ticked box sends."""
