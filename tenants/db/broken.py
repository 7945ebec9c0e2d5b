"""Which rule of the database refused a row: asked of the server's own diagnosis, never of the message.

The message repeats what somebody typed, which may well be the name of a constraint.
"""

from django.db import IntegrityError


def broken_constraint(error: IntegrityError) -> str:
    """The name of the constraint, or unique index, that was broken; "" where the server named none."""
    diag = getattr(error.__cause__, "diag", None)
    return getattr(diag, "constraint_name", None) or ""
