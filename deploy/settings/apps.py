"""Which app's tables stand where: in `public`, in each workspace, or in both (DESIGN.md §3)."""

# Tables in public and in each workspace.
BOTH = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
]

# Tables in public only.
PLATFORM_ONLY = [
    "tenants",
]

# Tables in each workspace only.
WORKSPACE_ONLY: list[str] = []

# No tables at all.
TABLELESS = [
    "deploy",
    "django_tenants",
    "template_partials",
    "django_htmx",
    "django_vite",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

# Libraries whose tables we make by migrations of our own (UUID and bigint keys, TENANCY.md §7).
MIGRATION_MODULES: dict[str, str] = {}
