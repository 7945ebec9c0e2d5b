"""The log of a workspace that comes out of an archive: it must hold together, and says where it came from."""

from core.timeline.domain.append import write
from core.timeline.domain.chain import chain_pending
from core.timeline.queries import verify_chain
from tenants import audit
from tenants.archive.manifest import BadArchive


def take_over() -> None:
    """Refuse a log that was changed, and write where what was brought along ends. Raises BadArchive.

    Whoever makes up a whole log can make it hold together, so the line says that all before it was brought.
    """
    found = verify_chain()
    if found.fault:
        raise BadArchive(f"The activity log in this archive does not hold together: {found.fault}.")
    lines = found.lines
    while chained := chain_pending():  # what had committed, but was not in the chain, when it was packed
        lines += chained
    _record("workspace.brought", lines=lines)


def _record(action: str, *, lines: int) -> None:
    """Chained here: no worker knows this workspace yet."""
    write(audit.Act(action=action, detail={"lines": lines}, actor="the builder"))
    chain_pending()
