"""What apps say about an archive: files that belong in it, tables that do not, what is done after loading.

The tables themselves need no registration: every table of a workspace is exported unless it is left out here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tenants.models import Workspace

Files = Iterable[tuple[str, bytes]]
"""Names, such as `logo.png`, and contents; made one by one, so that only one is in memory."""


class Folder(StrEnum):
    """`public` holds what stands on the platform about a workspace, `files` what its people put there."""

    PUBLIC = "public"
    FILES = "files"


def _nothing(workspace: Workspace) -> None:
    """What most parts have to clear away when a workspace is purged: rows that go with it need no help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePart:
    """Files beside the tables, under `<folder>/<key>/`. All of it runs on the platform.

    `load` is called for an imported workspace, in the transaction that opens it, and raises BadArchive for
    content it does not like: an archive comes from anywhere. That of a part in `files` is called before that
    transaction, and for a workspace that is restored too: those go away with the schema, by
    tenants/schema/remains.py. `forget` runs before a workspace is purged.
    """

    key: str
    dump: Callable[[Workspace], Files]
    load: Callable[[Workspace, Mapping[str, bytes]], None]
    folder: Folder = Folder.PUBLIC
    forget: Callable[[Workspace], None] = _nothing

    @property
    def prefix(self) -> str:
        return f"{self.folder}/{self.key}/"


_parts: dict[str, ArchivePart] = {}
_left_out: dict[str, str] = {"django_migrations": "named in the manifest"}
_after_load: dict[str, Callable[[], None]] = {}


def register_part(part: ArchivePart) -> None:
    """Add a part; the same key again replaces it. For AppConfig.ready()."""
    _parts[part.key] = part


def leave_out(table: str, *, why: str) -> None:
    """Keep a table's rows out of archives; `why` stands in each manifest. For AppConfig.ready()."""
    _left_out[table] = why


def register_after_load(key: str, fn: Callable[[], None]) -> None:
    """Run `fn` inside a workspace that came out of an archive, before anybody can open it; it is idempotent.

    What would go on by itself where it stopped must be stopped here: a mail may have left since.
    """
    _after_load[key] = fn


def parts() -> list[ArchivePart]:
    return [_parts[key] for key in sorted(_parts)]


def left_out() -> dict[str, str]:
    return dict(_left_out)


def after_load() -> list[Callable[[], None]]:
    return [_after_load[key] for key in sorted(_after_load)]
