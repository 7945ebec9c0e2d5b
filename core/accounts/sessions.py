"""Sessions in the database of the place they were opened in, readable nowhere else.

Each schema has its own table; the schema inside the data is the second lock. Who a session belongs to, and
whether that person may be on this site, is in signed_in.py.
"""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from tenants.context import current

PLACE = "_place"


class SessionStore(DatabaseStore):
    """Django's database sessions with the schema in the signed data; a mismatch ends the session."""

    def _validate_session_key(self, key: str | None) -> bool:
        """Only keys as we make them: a quoted cookie can spell a NUL, which Postgres refuses loudly."""
        return key is not None and 8 <= len(key) <= 40 and key.isascii() and key.isalnum()

    def encode(self, session_dict: dict[str, Any]) -> str:
        return super().encode({**session_dict, PLACE: current().schema})

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        data = super().decode(session_data)
        if data.pop(PLACE, None) != current().schema:
            return {}
        return data

    def load(self) -> dict[str, Any]:
        row = self._get_session_from_db()  # type: ignore[attr-defined]  # missing in the stubs
        data = self.decode(row.session_data) if row else {}
        if row and not data:
            self.delete(self.session_key)
            self._session_key = None
        return data
