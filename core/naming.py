"""Names that people give to things of their workspace: as they are kept, and each given once."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tenants.db.broken import broken_constraint
from tenants.text import check_storable


def tidy_name(name: str, *, most: int, what: str) -> str:
    """The name as it is kept, of at most `most` characters. Raises ValidationError; `what` is "the label"."""
    name = " ".join(name.split())
    check_storable(name)
    if not name or len(name) > most:
        raise ValidationError({"name": f"Give {what} a name of at most {most} characters."})
    return name


@contextmanager
def given_once(*constraints: str, said: str, field: str = "name") -> Iterator[None]:
    """A savepoint around a save: where one of the unique constraints refuses, ValidationError says `said`."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if broken_constraint(error) not in constraints:
            raise
        raise ValidationError({field: said}) from error
