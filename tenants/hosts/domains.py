"""Which host names may be registered, and for whom.

A name is checked for shape and for the platform's own here, and against the names of others inside the
transaction that registers it; that nobody has the very same is the database's to say.
"""

import re
import unicodedata
from uuid import UUID

import idna
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q, QuerySet

from tenants.hosts.lookalikes import honest, letters, mixes_scripts, readable, skeleton
from tenants.models import Domain
from tenants.sites import HOST_NAME

RESERVED = frozenset(
    """
    abuse account accounts admin administrator api app apps assets auth autoconfig autodiscover billing
    blog bounce bounces cdn console dashboard dev dns docs download email embed files forms ftp git
    health help host hostmaster id imap img info install internal login lists local localhost logout
    mail mailer media monitor mta-sts mx news noc ns ns0 ns1 ns2 ns3 ns4 oauth operator operators owa
    pay payments platform pop pop3 portal postmaster proxy root secure security server settings shop
    signin signup smtp socket sso staging static status support system test tracking unsubscribe uploads
    vpn webhook webhooks webmail webmaster websocket whois wpad ws www www1 www2 xmpp
    """.split()  # noqa: SIM905 - ninety quoted words would be harder to read
)
"""Words kept for the platform below its own domain: services, and names that mail and browsers ask for."""

SHAPE = "Use a host name such as crm.example.com: letters, digits, hyphens and dots."

WORD = "Use one word such as halden-dental: letters, digits and hyphens, without spaces or dots."

_WORD = re.compile(r"(?:[^\W_]|-)+")
_SHARED_ENDING = re.compile(r"(ac|co|com|edu|gov|net|org)\.[a-z]{2}\Z")
"""Endings below which a country's registry gives out names, such as co.uk: whoever had one would have all."""

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def check_shape(host: str) -> str:
    """`host` in lower case and ASCII, a host name of several words. Raises ValidationError.

    A pasted address is taken for its host: its scheme and path are cut off.
    """
    name = _cut(host)
    if complaint := _complaint(name):
        raise ValidationError(complaint)
    name = _ascii(name)
    if not HOST_NAME.match(name) or len(name) > 253 or "." not in name:
        raise ValidationError(SHAPE)
    if name.rsplit(".", 1)[-1].isdigit():
        raise ValidationError("Use a host name, not an address made of numbers.")
    return name


def _cut(pasted: str) -> str:
    text = unicodedata.normalize("NFKC", pasted).strip()
    text = re.split(r"[/?#]", _SCHEME.sub("", text, count=1), maxsplit=1)[0]
    return text.lower().rstrip(".。")


def _complaint(name: str) -> str:
    """What is wrong with a name, where that can be said better than by the general sentence."""
    if "@" in name:
        return "This is an e-mail address. Use the host name alone, what stands after the @."
    if ":" in name:
        return "Leave out the port, the colon and what follows it."
    if any(character.isspace() for character in name):
        return f"A host name has no spaces. {SHAPE}"
    if "_" in name:
        return f"A host name has no underscores; browsers refuse them. {SHAPE}"
    return ""


def _ascii(name: str) -> str:
    """The name as DNS holds it. Raises ValidationError for letters that no host name may hold, or mixes."""
    if name.isascii() and "xn--" not in name:
        return name
    try:
        ascii_name = idna.encode(name, uts46=True).decode()
        words = str(idna.decode(ascii_name)).split(".")
    except (idna.IDNAError, UnicodeError) as error:
        raise ValidationError(f"“{name}” has letters that a host name cannot hold. {SHAPE}") from error
    if mixed := next((word for word in words if mixes_scripts(word)), None):
        raise ValidationError(
            f"“{mixed}” mixes letters of several alphabets, which only serves to look like another name."
            " Write it in one alphabet."
        )
    return ascii_name


def check_host(host: str) -> str:
    """`host` in lower case, fit to be registered for a workspace or reseller. Raises ValidationError."""
    name = check_shape(host)
    label, _, parent = name.partition(".")
    base = settings.BASE_HOST
    if name == base or (parent == base and skeleton(label) in _reserved()):
        raise ValidationError(f"“{readable(name)}” is kept for the platform itself. Choose another name.")
    if _SHARED_ENDING.match(name):
        raise ValidationError(f"“{name}” is an ending that many share. Use a domain of your own below it.")
    if parent.endswith(f".{base}"):
        raise ValidationError(f"Below {base}, use a single word without dots.")
    if parent != base and _looks_below(name, base):
        raise ValidationError(
            f"“{readable(name)}” looks like the platform’s own {base}. Choose another name."
        )
    return name


def _reserved() -> frozenset[str]:
    """As they look, so that a word with a digit one for its l is kept as well."""
    return frozenset(skeleton(word) for word in RESERVED)


def _looks_below(name: str, owned: str) -> bool:
    """Whether a name looks like `owned` or a name below it."""
    looks, own = skeleton(name), skeleton(owned)
    return looks == own or looks.endswith(f".{own}")


def subdomain(label: str) -> str:
    """The host of a workspace on the platform's own domain. Raises ValidationError."""
    word = label.strip().rstrip(".")
    if not _WORD.fullmatch(word) or word != word.strip("-"):
        raise ValidationError(WORD)
    return check_host(f"{word}.{settings.BASE_HOST}")


def named(words: str) -> Q:
    """Domains in whose host the words occur, as DNS spells it or as people read it.

    A name in other letters is looked for by its look, which is kept beside it; one that only looks alike is
    found as well.
    """
    looks = skeleton(unicodedata.normalize("NFKC", words).lower())
    return Q(host__icontains=words) | Q(host__contains="xn--", skeleton__contains=looks)


def taken(host: str) -> ValidationError:
    """For whoever wants the very same name; whose it is stays unsaid."""
    return ValidationError({"host": f"“{readable(host)}” is already in use. Choose another domain."})


def check_unlike(host: str, *, reseller_id: UUID | None = None, workspace_id: UUID | None = None) -> None:
    """Refuse a name that looks like one of somebody else, or stands below or above one.

    Runs on the platform, in the transaction that registers the name: two who come with names that look alike
    or are related wait for each other. Raises ValidationError.
    """
    check_looks(host, reseller_id=reseller_id, workspace_id=workspace_id)
    if reseller_id is not None:
        _check_relatives(host, reseller_id=reseller_id, workspace_id=workspace_id)


def check_looks(host: str, *, reseller_id: UUID | None, workspace_id: UUID | None) -> None:
    """The first half, which is all that a name asks for that goes from one client of a reseller to another:
    whose names it is related to was looked at when the reseller registered it. Raises ValidationError.
    """
    looks = skeleton(host)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"domain:{_family(looks)}"])
    rows = Domain.objects.filter(skeleton=looks).exclude(host=host).order_by("host")
    others = (row for row in rows if not honest(row.host, host))
    if other := next((row for row in others if not _same_owner(row, reseller_id, workspace_id)), None):
        raise ValidationError(
            {
                "host": f"“{readable(host)}” looks like “{readable(other.host)}”, which belongs to somebody"
                " else. Choose another domain."
            }
        )


def _family(looks: str) -> str:
    """What is the same for a name and all those below it; below the platform's own there are none."""
    return looks if _looks_below(looks, settings.BASE_HOST) else ".".join(looks.split(".")[-2:])


def _check_relatives(host: str, *, reseller_id: UUID, workspace_id: UUID | None) -> None:
    """Refuse what is below or above somebody else's own name. Raises ValidationError.

    Above as well, because whoever holds a name decides about all below it: with `halden.example` anybody
    could keep its owner, who is here with `crm.halden.example`, from a second address. A reseller's clients
    may stand below its console.
    """
    own = Domain.objects.filter(kind=Domain.Kind.PLATFORM).exclude(host=host).values_list("host", flat=True)
    if below := next((name for name in own if _looks_below(host, name)), None):
        raise ValidationError({"host": f"What is below {below} is kept for the platform itself."})
    if host.endswith(f".{settings.BASE_HOST}"):
        return
    for row in _above(host):
        if row.reseller_id != reseller_id or row.workspace_id not in {None, workspace_id}:
            raise ValidationError(
                {
                    "host": f"“{readable(host)}” is below “{readable(row.host)}”, which belongs to somebody"
                    " else. Choose another domain."
                }
            )
    for row in _below(host):
        if row.reseller_id != reseller_id or workspace_id not in {None, row.workspace_id}:
            raise ValidationError(
                {
                    "host": f"A name below “{readable(host)}” belongs to somebody else already."
                    " Choose another domain."
                }
            )


def _below(host: str) -> list[Domain]:
    """The registered names that are below this one, or look as if they were."""
    rows = Domain.objects.filter(skeleton__endswith=f".{skeleton(host)}").order_by("host")
    return [row for row in rows if not honest(_tail(row.host, like=host), host)]


def _above(host: str) -> list[Domain]:
    """The registered names that this one is below, or looks as if it were."""
    labels = host.split(".")
    parents = {".".join(labels[place:]) for place in range(1, len(labels) - 1)}
    rows = Domain.objects.filter(skeleton__in={skeleton(parent) for parent in parents}).order_by("host")
    return [row for row in rows if not honest(_tail(host, like=row.host), row.host)]


def _tail(host: str, *, like: str) -> str:
    """The last words of a name, as many as the other has."""
    return ".".join(host.split(".")[-len(like.split(".")) :])


def _same_owner(row: Domain, reseller_id: UUID | None, workspace_id: UUID | None) -> bool:
    return (row.reseller_id, row.workspace_id) == (reseller_id, workspace_id)


def out_of_date() -> QuerySet[Domain]:
    """The rows that have no look yet, or one by other letters than this release's. An index finds them."""
    current = letters()
    return Domain.objects.filter(Q(letters__lt=current) | Q(letters__gt=current))


def fill_skeletons() -> int:
    """Give these their look; how many. Runs on the platform."""
    stale = list(out_of_date())
    for row in stale:
        row.save(update_fields=["skeleton", "letters"])
    return len(stale)
