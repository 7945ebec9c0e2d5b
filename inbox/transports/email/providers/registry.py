"""The providers there are: whether one is set up here, how its posts are read, and what it is answered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from anymail.exceptions import AnymailError
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation

from inbox.transports.email.providers import mailgun, postmark
from inbox.transports.email.providers.posts import BadPost, PostedMail


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """`refused` is the status upon which it gives a mail up; on others but 200 it comes again."""

    name: str
    is_set_up: Callable[[], bool]
    read_mail: Callable[..., PostedMail]
    read_events: Callable[..., list[Any]]
    refused: int


PROVIDERS = {
    provider.name: provider
    for provider in (
        Provider(
            name="mailgun",
            is_set_up=mailgun.is_set_up,
            read_mail=mailgun.read_mail,
            read_events=mailgun.read_events,
            refused=406,
        ),
        Provider(
            name="postmark",
            is_set_up=postmark.is_set_up,
            read_mail=postmark.read_mail,
            read_events=postmark.read_events,
            refused=403,
        ),
    )
}


_UNFIT = (
    AnymailError,
    ImproperlyConfigured,  # its word for a post of another kind
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
)


def posted_mail(provider: Provider, content_type: str, body: bytes, *, authorization: str) -> PostedMail:
    """The mail in a post. Raises BadPost, and nothing else."""
    found: PostedMail = _checked(provider.read_mail, content_type, body, authorization=authorization)
    return found


def posted_events(provider: Provider, content_type: str, body: bytes, *, authorization: str) -> list[Any]:
    """What a post says about mails we sent. Raises BadPost, and nothing else."""
    found: list[Any] = _checked(provider.read_events, content_type, body, authorization=authorization)
    return found


def _checked(read: Callable[..., Any], content_type: str, body: bytes, *, authorization: str) -> Any:
    try:
        return read(content_type, body, authorization=authorization)
    except SuspiciousOperation as error:  # anymail's word for a signature or secret that is wrong
        raise BadPost("Its signature or secret is wrong.") from error
    except _UNFIT as error:
        raise BadPost(f"It is not what this provider posts ({type(error).__name__}).") from error
