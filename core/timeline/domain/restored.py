"""The log of a workspace that comes out of an archive: it must hold together, and says where it came from."""

from core.timeline.queries import verify_chain
from tenants.archive.manifest import BadArchive
from tenants.audit import record


def take_over() -> None:
    """Refuse a log that was changed, and write where what was brought along ends. Raises BadArchive.

    Whoever makes up a whole log can make it hold together, so the line says that all before it was brought.
    """
    found = verify_chain()
    if found.fault:
        raise BadArchive(f"The activity log in this archive does not hold together: {found.fault}.")
    record("workspace.brought", detail={"lines": found.lines}, actor="the builder")
