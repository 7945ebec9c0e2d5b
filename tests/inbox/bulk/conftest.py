"""Jobs run where they stand: what a worker would be woken for is called by the test."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict

from core.accounts.models import User
from inbox.bulk.domain.ask import ask
from inbox.bulk.domain.run import run
from inbox.bulk.forms import BulkForm
from inbox.bulk.models import BulkJob

Job = Callable[..., BulkJob]


@pytest.fixture
def asked() -> Job:
    """A job as a form asks for it; not begun."""

    def make(user: User, query: str) -> BulkJob:
        form = BulkForm(QueryDict(query), user=user)
        assert form.is_valid(), form.errors
        names = ("act", "value", "says", "shown", "ids")
        return ask(user, **{name: form.cleaned_data[name] for name in names})

    return make


@pytest.fixture
def done(asked: Job) -> Job:
    """A job that has run to its end."""

    def make(user: User, query: str) -> BulkJob:
        return finished(asked(user, query))

    return make


def finished(job: BulkJob) -> BulkJob:
    run(job.id)
    job.refresh_from_db()
    return job


def figures(job: BulkJob) -> tuple[Any, ...]:
    return job.state, job.total, job.changed, job.skipped
