"""Reads over all files of a workspace. One file by an address from outside is access.py."""

from django.db.models import F, Sum

from core.files.models import StoredFile


def bytes_kept() -> int:
    """How much room the files take in their storage, for the consoles; answered by the index of sizes."""
    found: int | None = StoredFile.objects.aggregate(sum=Sum(F("size") + F("thumbnail_size")))["sum"]
    return int(found or 0)
