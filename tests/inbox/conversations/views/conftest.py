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


@pytest.fixture
def alices(alice: User, client_for: Callable[[User], Client]) -> Client:
    """An admin."""
    return client_for(alice)


@pytest.fixture
def charlies(charlie: User, client_for: Callable[[User], Client]) -> Client:
    """An agent."""
    return client_for(charlie)
