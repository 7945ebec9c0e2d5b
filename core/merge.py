"""Merge tags in texts that people write: `{{ contact.first_name | there }}`, and nothing more.

There is no logic, no lookup and no second pass: a tag is one of the names a caller knows, and what is put in
its place is never read again (SECURITY.md, merge-tag injection).
"""

import re
from collections.abc import Collection, Mapping

from django.core.exceptions import ValidationError

_TAG = re.compile(r"\{\{([^{}]*)\}\}")


def check_tags(text: str, *, known: Collection[str]) -> None:
    """Raises ValidationError that names the first tag which is unknown, or was not written whole."""
    for inside in _TAG.findall(text):
        name = _split(inside)[0]
        if name not in known:
            offered = ", ".join(sorted(known))
            raise ValidationError(f"“{{{{ {name[:60]} }}}}” is no tag. There are: {offered}.")
    rest = _TAG.sub("", text)
    if "{{" in rest or "}}" in rest:
        raise ValidationError("A tag is not written whole: it begins with “{{” and ends with “}}”.")


def merge(text: str, values: Mapping[str, str]) -> str:
    """The text with the value of each tag, or its fallback where there is none."""

    def value_of(found: re.Match[str]) -> str:
        name, fallback = _split(found[1])
        return values.get(name, "").strip() or fallback

    return _TAG.sub(value_of, text)


def _split(inside: str) -> tuple[str, str]:
    """A tag's name and its fallback."""
    name, _, fallback = inside.partition("|")
    return name.strip(), fallback.strip()
