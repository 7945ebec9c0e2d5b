"""Reads about API keys; checking one is domain/keys.py."""

from django.db.models import F, QuerySet

from core.api.models import ApiKey


def keys() -> QuerySet[ApiKey]:
    """All keys, the living ones first, the newest on top."""
    rows: QuerySet[ApiKey] = ApiKey.objects.order_by(F("revoked_at").desc(nulls_first=True), "-created_at")
    return rows
