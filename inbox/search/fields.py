"""A tsvector as a column: written as its text, searched by SQL in plans.py, never read back."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class WordsField(models.Field):  # type: ignore[type-arg]  # generic in the stubs only
    """The words of something with their places; its value is what words.document() makes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "tsvector"
