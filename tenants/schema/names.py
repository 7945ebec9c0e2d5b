"""Names of schemas and their roles: opaque, so that one workspace learns nothing from another's.

A schema and its role share one name; what the role may do is in build.py. Their shape is checked
by `is_schema_name` of tenants/context.py, below which nothing may import.
"""

import uuid

from tenants.ids import uuid7

TEMPLATE = "w_0tpl7f3c9e1b"
"""Where the template is migrated. Unlikely enough never to occur in data, so that a dump can be re-aimed."""

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def ulid(value: uuid.UUID) -> str:
    """The 26 characters of Crockford's base 32 for a 128-bit id."""
    number, letters = value.int, []
    for _ in range(26):
        number, digit = divmod(number, 32)
        letters.append(_ALPHABET[digit])
    return "".join(reversed(letters))


def new_schema_name() -> str:
    return f"w_{ulid(uuid7())}"
