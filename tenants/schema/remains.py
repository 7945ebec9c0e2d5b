"""What a schema leaves behind outside Postgres, such as its files: taken away together with the schema.

Apps that keep something elsewhere say here how it is cleared; stock.py calls it before it forgets the schema.
"""

from collections.abc import Callable

Clear = Callable[[str], None]

_clearers: dict[str, Clear] = {}


def register_clearer(key: str, clear: Clear) -> None:
    """`clear` takes the name of a schema that is gone, and may be called again. For AppConfig.ready()."""
    _clearers[key] = clear


def clear_remains(schema: str) -> None:
    for key in sorted(_clearers):
        _clearers[key](schema)
