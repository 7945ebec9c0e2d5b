"""The bytes of files, in Django's storage “files”: a private folder or a bucket, by schema.

A name is random and says nothing; rows know it (models.py). `clear` is for a schema that is gone.
"""

import secrets
from collections.abc import Iterator
from contextlib import suppress
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from tenants import keys
from tenants.context import is_schema_name


def store() -> Storage:
    return storages["files"]


def new_key() -> str:
    """A name that nobody can guess; its first two letters are its folder."""
    return secrets.token_hex(16)


def put(key: str, data: bytes) -> None:
    """Keep bytes under a key of this place. Raises FileExistsError when it is taken."""
    path = _path(key)
    if store().save(path, ContentFile(data)) != path:
        raise FileExistsError(path)


def open_file(key: str) -> IO[bytes]:
    """The bytes to read. Raises FileNotFoundError."""
    return store().open(_path(key))


def read(key: str) -> bytes:
    """All the bytes. Raises FileNotFoundError."""
    with open_file(key) as file:
        return file.read()


def exists(key: str) -> bool:
    return bool(store().exists(_path(key)))


def delete(key: str) -> None:
    """Nothing happens when it is gone already."""
    store().delete(_path(key))


def clear(schema: str) -> None:
    """Remove every file of a schema that is gone."""
    if not is_schema_name(schema):
        raise ValueError(f"not a schema name: {schema!r}")
    folders, _ = _listed(schema)
    for folder in folders:
        for name in _listed(f"{schema}/{folder}")[1]:
            store().delete(f"{schema}/{folder}/{name}")
        _remove_folder(f"{schema}/{folder}")
    _remove_folder(schema)


def all_keys() -> Iterator[str]:
    """Every key of this place that has bytes."""
    schema = keys.path()
    for folder in sorted(_listed(schema)[0]):
        yield from sorted(_listed(f"{schema}/{folder}")[1])


def _path(key: str) -> str:
    return keys.path(key[:2], key)


def _remove_folder(name: str) -> None:
    with suppress(OSError, NotImplementedError):  # a bucket has none
        store().delete(name)


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return store().listdir(folder)
    except FileNotFoundError:
        return [], []
