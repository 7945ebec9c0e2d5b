"""Primary keys: UUIDv7, so that ids never coincide between workspaces and sort by time.

Schema names and roles are made in tenants/schema/names.py.
"""

import time
import uuid
from datetime import datetime

import uuid_utils.compat


def uuid7() -> uuid.UUID:
    """A new time-ordered id (RFC 9562 §5.7)."""
    return uuid_utils.compat.uuid7()


def first_id_at(moment: datetime) -> uuid.UUID:
    """No id made at `moment` or later is smaller: the first 48 bits are milliseconds (RFC 9562 §5.7).

    So the key's own index finds the rows made since.
    """
    return uuid.UUID(int=int(moment.timestamp() * 1000) << 80)


def age_of(id: uuid.UUID) -> float:
    """Seconds since an id of ours was made; negative for one that a clock ahead of this one made."""
    return time.time() - (id.int >> 80) / 1000
