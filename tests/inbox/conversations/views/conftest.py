"""Browsers of the people, and caches that do not run out between two lines of a test that counts queries."""

from collections.abc import Callable

import pytest
from django.test import Client

from core import brand
from core.accounts.models import User
from tenants import sites


@pytest.fixture(autouse=True)
def _patient_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sites.cache, "seconds", 600)
    monkeypatch.setattr(brand, "SECONDS", 600)


@pytest.fixture
def bobs(bob: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(bob)


@pytest.fixture
def mallorys(mallory: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(mallory)
