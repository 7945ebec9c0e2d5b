"""What the TXT records under a selector say about a key (RFC 6376 §3.6.1)."""

from collections.abc import Sequence
from enum import Enum


class Found(Enum):
    """What stands there: our key, something else, or nothing."""

    RIGHT = "right"
    WRONG = "wrong"
    NOTHING = "nothing"


def read_records(records: Sequence[str], *, public: str) -> tuple[Found, str]:
    """What was found, and in one line what is wrong with it."""
    keys = [tags for tags in map(tags_of, records) if "p" in tags]
    if not records:
        return Found.NOTHING, ""
    if not keys:
        return Found.WRONG, f"What stands there is no key: “{records[0][:80]}”."
    if len(keys) > 1:
        return Found.WRONG, f"There are {len(keys)} keys under this name; there must be one."
    return _judge(keys[0], public=public)


def _judge(tags: dict[str, str], *, public: str) -> tuple[Found, str]:
    if tags.get("v", "DKIM1") != "DKIM1" or tags.get("k", "rsa") != "rsa":
        return Found.WRONG, "The record must say v=DKIM1 and k=rsa."
    if "h" in tags and "sha256" not in tags["h"].split(":"):
        return Found.WRONG, "The record forbids the signatures we make (h= without sha256)."
    there = tags["p"]
    if not there:
        return Found.WRONG, "The key is marked as withdrawn (p= is empty)."
    if there == public:
        return Found.RIGHT, ""
    if public.startswith(there):
        return (
            Found.WRONG,
            "The key is cut off: copy the whole value, in several pieces where the form asks so.",
        )
    return Found.WRONG, "Another key stands there."


def tags_of(text: str) -> dict[str, str]:
    """The tags of a record, without blanks; the first of a name counts."""
    found: dict[str, str] = {}
    for part in text.strip().strip('"').split(";"):
        name, equals, value = part.partition("=")
        if equals:
            found.setdefault(name.strip().lower(), "".join(value.split()))
    return found
