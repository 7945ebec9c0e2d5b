"""Which app's tables stand where: in `public`, in each workspace, or in both."""

# Tables in public and in each workspace.
BOTH = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "core.accounts",
    "core.timeline",
    "core.sending",
    "allauth.account",
]

# Tables in public only.
PLATFORM_ONLY = [
    "tenants",
    "branding",
]

# Tables in each workspace only.
WORKSPACE_ONLY = [
    "core.api",
    "core.contacts",
    "core.files",
    "core.notices",
    "inbox.alerts",
    "inbox.attachments",
    "inbox.bulk",
    "inbox.conversations",
    "inbox.canned",
    "inbox.saved",
    "inbox.reports",
    "inbox.search",
    "inbox.transports.email",
    "inbox.transports.form",
    "inbox.transports.chat",
]

# No tables at all.
TABLELESS = [
    "deploy",
    "inbox.transports.api",
    "core.realtime",
    "core.ui",
    "tenants.console",
    "core.accounts.library.auth.config.AuthConfig",
    "django_tenants",
    "template_partials",
    "django_htmx",
    "django_vite",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

# Tables whose rows nobody changes afterwards: no role of a page or a task may UPDATE, DELETE or TRUNCATE
# them, in `public` or in a workspace.
APPEND_ONLY = [
    "timeline_auditentry",
    "timeline_pendingentry",
    "forms_consent",
]

# Tables of `public` that only the owner writes, so that a web process in wrong hands cannot have its own SQL
# run with the owner's rights, or have the next release pass over a migration.
OWNERS_OWN = [
    "django_migrations",
    "tenants_fleetstep",
    "tenants_schematemplate",
]

# Libraries whose tables we make by migrations of our own with UUID and bigint keys: a sharded
# cluster refuses to change the type of an identity column later.
MIGRATION_MODULES = {
    "auth": "core.accounts.library.auth.migrations",
    "account": "core.accounts.library.account.migrations",
}
