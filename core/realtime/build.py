"""Which build of the front end this process belongs to: a tab from before a deploy learns that it is old.

The manifest itself is written by the front end's build.
"""

import hashlib
from pathlib import Path

from django.conf import settings


def build_id() -> str:
    """A short hash of the front end's manifest; "" where none was built."""
    manifest = Path(str(settings.DJANGO_VITE["default"]["manifest_path"]))
    if not manifest.is_file():
        return ""
    return hashlib.sha256(manifest.read_bytes()).hexdigest()[:12]
