"""A question of a form: its shape here, its shape in a row, and back.

What a whole list of them must be is checking.py; kinds are kinds.py.
"""

import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from inbox.transports.form.rules.conditions import Condition, Op
from inbox.transports.form.rules.kinds import KINDS, Kind

SHAPE = 2
"""The shape of an entry written today. The first had a key and `required` alone, and stands in older rows."""
KEY = re.compile(r"[a-z][a-z0-9_]{0,23}")
OWN_KEY = re.compile(r"q[0-9a-f]{8}")
PARAM = re.compile(r"[A-Za-z0-9_.-]{1,60}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. `text` is what a consent consents to, `param` the URL parameter a hidden one reads.

    `key` names the answer and never changes: a contact's own fields have their kind's, others a random one.
    """

    key: str
    kind: Kind
    label: str
    help: str = ""
    required: bool = False
    options: tuple[str, ...] = ()
    text: str = ""
    param: str = ""
    when: Condition | None = None

    @property
    def entry(self) -> dict[str, Any]:
        """As a row keeps it. Key and `required` stand where they always did, for the code before."""
        found: dict[str, Any] = {"v": SHAPE, "key": self.key, "required": self.required}
        found |= {"kind": self.kind.key, "label": self.label, "help": self.help}
        if self.kind.has_options:
            found["options"] = list(self.options)
        if self.kind.key == "consent":
            found["text"] = self.text
        if self.kind.key == "hidden":
            found["param"] = self.param
        if self.when:
            found["when"] = self.when.entry
        return found


def new_key() -> str:
    return f"q{secrets.token_hex(4)}"


def plain_question(kind: Kind, *, required: bool = False, key: str = "") -> Question:
    """A question of this kind as it is before anybody gave it words."""
    label = kind.label if kind.fills else ""
    return Question(key=key or kind.fills or new_key(), kind=kind, label=label, required=required)


def default_fields() -> list[dict[str, Any]]:
    asked = (("name", True), ("email", True), ("phone", False), ("company", False), ("message", True))
    return [{"key": key, "required": required} for key, required in asked]


def read_questions(stored: Any) -> list[Question]:
    """The questions a row holds; what this code does not know, such as a later kind, is left out.

    Rows of the first shape are asked in the order of the kinds, as they always were.
    """
    known = list(_known(stored if isinstance(stored, list) else []))
    if any(shape > 1 for shape, _ in known):
        return [question for _, question in known]
    order = list(KINDS)
    return sorted((question for _, question in known), key=lambda one: order.index(one.kind.key))


def _known(stored: Iterable[Any]) -> Iterator[tuple[int, Question]]:
    for entry in stored:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str):
            continue
        shape = entry.get("v", 1)
        if shape == 1 and entry["key"] in KINDS and KINDS[entry["key"]].fills:
            kind = KINDS[entry["key"]]
            yield 1, plain_question(kind, required=bool(entry.get("required")))
        elif shape == SHAPE and _text(entry, "kind") in KINDS:
            yield SHAPE, _second(entry)


def _second(entry: dict[str, Any]) -> Question:
    kind = KINDS[entry["kind"]]
    texts = {name: _text(entry, name) for name in ("label", "help", "text", "param")}
    return Question(
        key=entry["key"],
        kind=kind,
        required=bool(entry.get("required")),
        options=_texts(entry.get("options")),
        when=_condition(entry.get("when")),
        **texts,
    )


def _condition(stored: Any) -> Condition | None:
    if not isinstance(stored, dict) or stored.get("op") not in Op.values:
        return None
    return Condition(key=_text(stored, "key"), op=Op(stored["op"]), values=_texts(stored.get("values")))


def _text(stored: dict[str, Any], name: str) -> str:
    value = stored.get(name)
    return value if isinstance(value, str) else ""


def _texts(stored: Any) -> tuple[str, ...]:
    return tuple(one for one in stored if isinstance(one, str)) if isinstance(stored, list) else ()
