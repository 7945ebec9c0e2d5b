"""Primary keys: UUIDv7, so that ids never coincide between workspaces and sort by time.

Schema names and roles are made in tenants/schema/names.py.
"""

import uuid

import uuid_utils.compat


def uuid7() -> uuid.UUID:
    """A new time-ordered id (RFC 9562 §5.7)."""
    return uuid_utils.compat.uuid7()
