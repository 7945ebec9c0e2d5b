"""Asks the DNS for TXT records, through the resolvers of the settings; nothing here touches the database.

No answer is told apart from the answer that there is nothing: only the second says something about a domain.
"""

import dns.exception
import dns.resolver
from django.conf import settings
from dns.rdtypes.ANY.TXT import TXT

SECONDS = 5.0
MAX_RECORDS = 20


class CannotAsk(Exception):
    """No resolver gave an answer in time."""


def txt_records(name: str) -> list[str]:
    """The TXT records of a name, their pieces put together; [] where there are none. Raises CannotAsk."""
    try:
        answer = _resolver().resolve(name, "TXT", lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise CannotAsk(type(error).__name__) from error
    found = [record for record in answer if isinstance(record, TXT)][:MAX_RECORDS]
    return [b"".join(record.strings).decode("ascii", "replace") for record in found]


def _resolver() -> dns.resolver.Resolver:
    """The system's own unless some are named, each `address` or `address:port`."""
    if not settings.DNS_RESOLVERS:
        return dns.resolver.Resolver()
    resolver = dns.resolver.Resolver(configure=False)
    places = [
        text.rpartition(":") if text.count(":") == 1 else (text, "", "") for text in settings.DNS_RESOLVERS
    ]
    resolver.nameservers = [host for host, _, _ in places]
    resolver.nameserver_ports = {host: int(port) for host, _, port in places if port}
    return resolver
