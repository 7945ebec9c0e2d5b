"""The manifest of an archive: what is in it, of what size, with which hashes, at which migrations.

It is what every other member is checked against (reading.py); export.py writes it last.
"""

import hashlib
import json
from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

FORMAT = 1
MANIFEST, MANIFEST_HASH, STRUCTURE = "manifest.json", "manifest.sha256", "schema.sql"
END = b"\\.\n"
"""How COPY's text ends."""


class BadArchive(Exception):
    """An archive that is not taken; the message says why, for whoever chose it."""


Name = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]{0,62}$")]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0, lt=2**53)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class TableEntry(_Strict):
    """The rows of one table, in `data/<name>.sql`."""

    name: Name
    columns: Annotated[list[Name], Field(min_length=1, max_length=1600)]
    rows: Count
    size: Count
    sha256: Hash

    @property
    def member(self) -> str:
        return f"data/{self.name}.sql"

    @property
    def head(self) -> bytes:
        """The line that psql would need; import compares it and runs a statement of its own."""
        return f"{self.copy_in};\n".encode()

    @property
    def copy_in(self) -> str:
        return f"COPY {self.quoted} FROM stdin"

    @property
    def quoted(self) -> str:
        columns = ", ".join(f'"{column}"' for column in self.columns)
        return f'"{self.name}" ({columns})'


class FileEntry(_Strict):
    """Any other member, by its whole name."""

    name: Annotated[str, Field(max_length=300)]
    size: Count
    sha256: Hash

    @property
    def member(self) -> str:
        return self.name


class Manifest(_Strict):
    """The whole; `schema_name` is where the rows stood, `left_out` says which tables are missing and why."""

    format: int
    product: Annotated[str, Field(max_length=60)]
    workspace: Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00]+$")]
    schema_name: Annotated[str, Field(max_length=48)]
    created_at: datetime
    migrations: list[tuple[str, str]]
    tables: list[TableEntry]
    files: list[FileEntry]
    left_out: dict[str, str]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    @property
    def size(self) -> int:
        """Bytes of all members as they are unpacked."""
        return sum(table.size for table in self.tables) + sum(file.size for file in self.files)

    def text(self) -> bytes:
        return self.model_dump_json(indent=1).encode()

    @classmethod
    def read(cls, text: bytes) -> Self:
        """Raises BadArchive for a newer format and for anything that is not a manifest."""
        try:
            found = json.loads(text)
            version = found["format"]
            if type(version) is int and version > FORMAT:
                raise BadArchive("It was made by a newer release. Bring this installation up to date first.")
            if version != FORMAT:
                raise BadArchive("Its format is not known here.")
            return cls.model_validate_json(text)
        except (ValueError, ValidationError, KeyError, TypeError, RecursionError) as error:
            raise BadArchive("Its manifest cannot be read.") from error


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
