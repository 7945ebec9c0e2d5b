"""What a release brings to rows of the platform that are there already; `migrate` calls it each time.

Changing their tables is a migration's matter, not this module's.
"""

from django.db import transaction

from tenants import starters
from tenants.context import platform
from tenants.hosts import domains


def refresh_platform() -> None:
    """The built-in starter templates, and how each domain looks; again it changes nothing."""
    with platform(), transaction.atomic():
        starters.write_built_ins()
        domains.fill_skeletons()
