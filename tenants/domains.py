"""Which host names may be registered, and for whom.

A name is checked for shape and for the platform's own; that nobody else has it is the database's to say.
"""

from django.conf import settings
from django.core.exceptions import ValidationError

from tenants.sites import HOST_NAME

RESERVED = frozenset(
    [
        "platform",
        "www",
        "api",
        "app",
        "admin",
        "mail",
        "smtp",
        "imap",
        "ftp",
        "ns",
        "ns1",
        "ns2",
        "static",
        "assets",
        "cdn",
        "status",
        "support",
        "help",
    ]
)


def check_shape(host: str) -> str:
    """`host` in lower case, a host name of several words. Raises ValidationError."""
    name = host.strip().lower().rstrip(".")
    if not HOST_NAME.match(name) or len(name) > 253 or "." not in name:
        raise ValidationError("Use a host name such as crm.example.com: letters, digits, hyphens and dots.")
    if name.rsplit(".", 1)[-1].isdigit():
        raise ValidationError("Use a host name, not an address made of numbers.")
    return name


def check_host(host: str) -> str:
    """`host` in lower case, fit to be registered for a workspace or reseller. Raises ValidationError."""
    name = check_shape(host)
    label, _, parent = name.partition(".")
    if (parent == settings.BASE_HOST and label in RESERVED) or name == settings.BASE_HOST:
        raise ValidationError(f"“{name}” is kept for the platform itself. Choose another name.")
    if parent.endswith(f".{settings.BASE_HOST}"):
        raise ValidationError(f"Below {settings.BASE_HOST}, use a single word without dots.")
    return name


def subdomain(label: str) -> str:
    """The host of a workspace on the platform's own domain. Raises ValidationError."""
    if "." in label:
        raise ValidationError("Use a single word for the subdomain, without dots.")
    return check_host(f"{label}.{settings.BASE_HOST}")
