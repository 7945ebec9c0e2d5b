"""What of a mail's files is in the house: between domain/files.py, which keeps them, and leads.py."""

from dataclasses import dataclass

from inbox.attachments.domain.attach import Attached


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept, and the names of what was not: empty files, programs, and too many."""

    files: tuple[Attached, ...] = ()
    not_kept: tuple[str, ...] = ()
