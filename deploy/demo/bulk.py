"""Fills one workspace with demo data: COPY over the current connection, as the workspace's own role.

One transaction, so that an interrupted run leaves nothing; what the rows say is people.py and rows.py.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import Model
from psycopg import sql

from core.accounts.queries import teammates
from core.contacts import models
from core.contacts.rules import email_key
from deploy.demo.business import Business
from deploy.demo.people import Company, People, Person
from deploy.demo.plan import Plan, conversations, first_times
from deploy.demo.progress import Progress
from deploy.demo.rows import CONVERSATION, MESSAGE, SEEN, Row, Rows, moment
from deploy.demo.talk import Teammate, Teller
from inbox.conversations.models import Conversation, Message, SeenMark
from inbox.search.domain.indexing import words_of
from inbox.search.models import MessageEntry

BATCH = 5_000
COMPANY = ("id", "name", "domain", "created_at")
CONTACT = (
    "id", "name", "email", "email_key", "phone", "phone_e164", "company", "title", "source_first",
    "source_last", "created_at",
)  # fmt: skip
ENTRY = ("message", "conversation", "created_at", "words")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """How much, of what, from which seed, for the workspace at `host`; dates count back from `until`."""

    host: str
    contacts: int
    messages: int
    seed: int
    business: Business
    until: datetime

    @property
    def until_ms(self) -> int:
        return int(self.until.timestamp() * 1000)

    def people(self, first: Mapping[int, Plan]) -> Iterator[Person]:
        everybody = People(
            seed=self.seed, business=self.business, host=self.host, first=first, until=self.until_ms
        )
        return islice(iter(everybody), self.contacts)

    def plans(self) -> list[Plan]:
        return conversations(
            seed=self.seed,
            contacts=self.contacts,
            messages=self.messages,
            business=self.business,
            until=self.until_ms,
        )


def is_filled(amount: Amount) -> bool:
    """Whether data of this seed is in the current workspace: its first contact is."""
    someone = next(amount.people({}), None)
    return bool(someone and models.Contact.objects.filter(email_key=email_key(someone.email)).exists())


def fill(amount: Amount, *, say: Callable[[str], None]) -> None:
    """Write everything, all or nothing. The current workspace needs a team that could have answered."""
    plans, until = amount.plans(), amount.until_ms
    team = [Teammate(str(user.id), user.display_name.split()[0]) for user in teammates().order_by("email")]
    teller = Teller(seed=amount.seed, business=amount.business, team=team, until=until)
    rows = Rows(seed=amount.seed, team=team, host=amount.host, until=until)
    with transaction.atomic():
        talkers = _write_people(amount, first=first_times(plans), say=say)
        progress = Progress("messages", total=amount.messages, say=say)
        for batch in _batches(plans, size=BATCH):
            for plan in batch:
                rows.add(teller.tell(plan, person=talkers[plan.contact]))
            progress.add(_write_rows(rows))


def _write_people(
    amount: Amount, *, first: Mapping[int, Plan], say: Callable[[str], None]
) -> dict[int, Person]:
    """Write companies and contacts; returns those with a conversation, by number."""
    progress = Progress("contacts", total=amount.contacts, say=say)
    talkers: dict[int, Person] = {}
    written: set[str] = set()
    for batch in _batches(enumerate(amount.people(first)), size=BATCH):
        talkers |= {number: person for number, person in batch if number in first}
        employers = {person.company.id: person.company for _, person in batch if person.company}
        fresh = [_company_row(one) for id, one in employers.items() if id not in written]
        copy(models.Company, names=COMPANY, rows=fresh)
        copy(models.Contact, names=CONTACT, rows=(_contact_row(person) for _, person in batch))
        written = set(employers)
        progress.add(len(batch))
    return talkers


def _write_rows(rows: Rows) -> int:
    copy(Conversation, names=CONVERSATION, rows=rows.conversations)
    copy(Message, names=MESSAGE, rows=rows.messages)
    subjects = {str(row[0]): str(row[CONVERSATION.index("subject")]) for row in rows.conversations}
    copy(MessageEntry, names=ENTRY, rows=(_entry_row(row, subjects=subjects) for row in rows.messages))
    copy(SeenMark, names=SEEN, rows=rows.seen)
    count = len(rows.messages)
    rows.clear()
    return count


def _company_row(company: Company) -> Row:
    return company.id, company.name, company.domain, moment(company.created_at)


def _contact_row(person: Person) -> Row:
    return (
        person.id, person.name, person.email, email_key(person.email), person.phone, person.phone_e164,
        person.company.id if person.company else None, person.title, person.source, person.source,
        moment(person.created_at),
    )  # fmt: skip


def _entry_row(message: Row, *, subjects: Mapping[str, str]) -> Row:
    """What search knows of a message, as inbox/search/domain/indexing.py writes it."""
    said = dict(zip(MESSAGE, message, strict=True))
    words = words_of(
        seq=said["seq"],
        direction=said["direction"],
        author=said["author"],
        subject=subjects[said["conversation"]],
        body=said["body_text"],
        quoted="",
    )
    return said["id"], said["conversation"], said["created_at"], words


def copy(model: type[Model], *, names: Sequence[str], rows: Iterable[Row]) -> None:
    """Write rows whose values are in the order of `names`; what they do not name gets its default.

    Raises Django's IntegrityError and the like: the stream itself would raise the driver's.
    """
    fields = {field.name: field for field in model._meta.concrete_fields if not field.generated}
    others = [name for name in fields if name not in names]
    same = tuple(fields[name].get_default() for name in others)
    columns = [sql.Identifier(str(fields[name].column)) for name in (*names, *others)]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(columns)
    )
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as stream:
        for row in rows:
            stream.write_row(row + same)


def _batches(items: Iterable[T], *, size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
