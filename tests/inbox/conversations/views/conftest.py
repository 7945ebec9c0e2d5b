"""Browsers of the people."""

from collections.abc import Callable

import pytest
from django.test import Client

from core.accounts.models import User


@pytest.fixture
def bobs(bob: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(bob)


@pytest.fixture
def mallorys(mallory: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(mallory)
