"""Reads about API keys; checking one is domain/keys.py."""

from django.db.models import F, QuerySet

from core.api.models import ApiKey


def keys() -> QuerySet[ApiKey]:
    """All keys, the living ones first, the newest on top."""
    rows: QuerySet[ApiKey] = ApiKey.objects.select_related("created_by")
    return rows.order_by(F("revoked_at").desc(nulls_first=True), "-created_at")


def working_keys() -> QuerySet[ApiKey]:
    """Keys that open something: neither revoked nor made by somebody who has no access any more."""
    rows: QuerySet[ApiKey] = ApiKey.objects.filter(revoked_at=None)
    return rows.exclude(created_by__is_active=False)
