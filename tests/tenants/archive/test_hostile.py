"""Archives that are damaged, from the future or made to do harm: refused in words, and nothing is written."""

import io
import json
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZIP_BZIP2, ZIP_STORED, ZipFile, ZipInfo

import pytest

from tenants.archive import bringing, reading
from tenants.archive.bringing import import_workspace
from tenants.archive.export import export
from tenants.archive.manifest import MANIFEST, MANIFEST_HASH, BadArchive, TableEntry
from tenants.archive.reading import opened
from tenants.context import platform
from tenants.ids import uuid7
from tenants.models import Domain, Reseller, SpareSchema, Workspace
from tenants.schema.names import new_schema_name
from tests import world
from tests.tenants.archive.conftest import (
    members_of,
    pack,
    resealed,
    rows_of,
    schemas,
    traces_of,
    with_manifest,
)

MEMBERS = [
    MANIFEST, MANIFEST_HASH, "schema.sql", "data/contacts_contact.sql", "data/accounts_teamrole.sql",
    "data/email_transport_inboundmail.sql", "public/tenants/workspace.json", "public/branding/logo.png",
]  # fmt: skip
Manifest = dict[str, Any]


@contextmanager
def nothing_changes() -> Iterator[None]:
    """No schema, role, workspace, domain or note more than before, and Alice's rows are untouched."""
    before, names = everything(), [new_schema_name()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bringing, "new_schema_name", _noting(names))
        yield
    assert (everything(), traces_of(*names)) == (before, [])


def _noting(names: list[str]) -> Callable[[], str]:
    def name() -> str:
        names.append(new_schema_name())
        return names[-1]

    return name


def everything() -> tuple[Any, ...]:
    with platform():
        row = Domain.objects.select_related("workspace").get(host=world.ALICE_HOST).workspace
        counts = [model.objects.count() for model in (Workspace, Domain, SpareSchema)]
    assert row
    return schemas(), counts, rows_of(row.schema)


def refused(path: Path, *, why: str) -> None:
    with platform():
        rita = Reseller.objects.get(slug="rita")
    with nothing_changes(), pytest.raises(BadArchive, match=why):
        import_workspace(path, reseller=rita, host=f"evil-{uuid7().hex[-12:]}.test")


_made: list[bytes] = []


@pytest.fixture
def archive_file(request: pytest.FixtureRequest, tmp_path: Path, committed: None) -> Path:
    """The same archive for all of these: it is made once, and copied."""
    if not _made:
        whole = io.BytesIO()
        export(request.getfixturevalue("lived_in"), whole)
        _made.append(whole.getvalue())
    path = tmp_path / "fresh.zip"
    path.write_bytes(_made[0])
    return path


@pytest.fixture
def members(archive_file: Path) -> dict[str, bytes]:
    return members_of(archive_file)


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Path]:
    """A file of these members."""

    def make(*args: Any) -> Path:
        path = tmp_path / "made.zip"
        path.write_bytes(pack(*args).getvalue())
        return path

    return make


class TestDamaged:
    @pytest.mark.parametrize("name", MEMBERS)
    def test_a_changed_byte(self, archive_file: Path, name: str) -> None:
        """In the middle of what the member is packed into, as a bad disk would change it."""
        with ZipFile(archive_file) as zip_file:
            info = zip_file.getinfo(name)
        at = info.header_offset + 30 + len(name) + info.compress_size // 2
        data = bytearray(archive_file.read_bytes())
        data[at] ^= 0x10
        archive_file.write_bytes(bytes(data))
        refused(archive_file, why="damaged|was changed")

    @pytest.mark.parametrize("name", MEMBERS)
    def test_a_changed_byte_with_a_checksum_that_fits(
        self, members: dict[str, bytes], made: Callable[..., Path], name: str
    ) -> None:
        data = bytearray(members[name])
        data[len(data) // 2] ^= 1
        refused(made({**members, name: bytes(data)}), why="was changed|does not hold rows")

    @pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.99])
    def test_a_file_that_was_cut_off(self, archive_file: Path, part: float) -> None:
        data = archive_file.read_bytes()
        archive_file.write_bytes(data[: int(len(data) * part)])
        refused(archive_file, why="not a whole archive")

    @pytest.mark.parametrize("name", MEMBERS)
    def test_a_missing_member(self, members: dict[str, bytes], made: Callable[..., Path], name: str) -> None:
        del members[name]
        refused(made(members), why="is missing|It has no manifest")

    def test_another_file(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        path.write_bytes(b"%PDF-1.7 " * 1000)
        with pytest.raises(BadArchive, match="not a whole archive"), path.open("rb") as file, opened(file):
            pass


def future_format(manifest: Manifest) -> None:
    manifest["format"] = 2


def unknown_format(manifest: Manifest) -> None:
    manifest["format"] = "1"


def unknown_migration(manifest: Manifest) -> None:
    manifest["migrations"].append(["accounts", "0999_from_the_future"])


def unknown_app(manifest: Manifest) -> None:
    manifest["migrations"].append(["telepathy", "0001_initial"])


def extra_field(manifest: Manifest) -> None:
    manifest["surprise"] = 1


def negative_size(manifest: Manifest) -> None:
    manifest["tables"][0]["size"] = -1


def quoted_table(manifest: Manifest) -> None:
    manifest["tables"][0]["name"] = 'x" (id) FROM stdin; DROP TABLE "y'


def foreign_column(manifest: Manifest) -> None:
    manifest["tables"][0]["columns"][0] = "id\") FROM PROGRAM 'id' --"


class TestManifest:
    @pytest.mark.parametrize(
        ("change", "why"),
        [
            (future_format, "made by a newer release. Bring this installation up to date first"),
            (unknown_format, "format is not known here"),
            (unknown_migration, "made by a newer release: the migration accounts.0999_from_the_future"),
            (unknown_app, "made by a newer release: the migration telepathy.0001_initial"),
            (extra_field, "manifest cannot be read"),
            (negative_size, "manifest cannot be read"),
            (quoted_table, "manifest cannot be read"),
            (foreign_column, "manifest cannot be read"),
        ],
    )
    def test_it_is_not_believed(
        self,
        members: dict[str, bytes],
        made: Callable[..., Path],
        change: Callable[[Manifest], None],
        why: str,
    ) -> None:
        refused(made(with_manifest(members, change)), why=why)

    @pytest.mark.parametrize("text", [b"", b"[]", b"{}", b"nonsense", b'{"format": 1}', b"[" * 100_000])
    def test_nonsense(self, members: dict[str, bytes], made: Callable[..., Path], text: bytes) -> None:
        from tenants.archive.manifest import digest

        bad = {**members, MANIFEST: text, MANIFEST_HASH: digest(text).encode()}
        refused(made(bad), why="manifest cannot be read|format is not known")


class TestMembers:
    @pytest.mark.parametrize(
        "name",
        [
            "../evil.sql", "/etc/passwd", "data/../../evil.sql", "public/tenants/../../x", "files/x/..",
            "C:\\evil", "data\\x.sql", "data/", "files/a/.hidden", "data/evil.SQL", "run.sh", "public/x\ny",
        ],
    )  # fmt: skip
    def test_names_that_lead_elsewhere(
        self, members: dict[str, bytes], made: Callable[..., Path], name: str
    ) -> None:
        refused(made(members, (name, b"x")), why="a member that does not belong there")

    def test_one_that_is_there_twice(self, members: dict[str, bytes], made: Callable[..., Path]) -> None:
        name = "data/contacts_contact.sql"
        with pytest.warns(UserWarning, match="Duplicate name"):
            path = made(members, (name, members[name]))
        refused(path, why="is in it twice")

    def test_one_that_nobody_named(self, members: dict[str, bytes], made: Callable[..., Path]) -> None:
        refused(made(members, ("data/more.sql", b"x")), why="not named in its manifest")

    @pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO])
    def test_a_link_and_other_things_that_are_no_files(
        self, members: dict[str, bytes], made: Callable[..., Path], kind: int
    ) -> None:
        info = ZipInfo("data/link.sql")
        info.external_attr = (kind | 0o777) << 16
        refused(made(members, (info, b"/etc/passwd")), why="not a plain file")

    def test_another_way_of_packing(self, members: dict[str, bytes], made: Callable[..., Path]) -> None:
        info = ZipInfo("data/packed.sql")
        info.compress_type = ZIP_BZIP2
        refused(made(members, (info, b"x")), why="packed in a way that is not known")

    def test_a_part_of_the_future(self, members: dict[str, bytes], made: Callable[..., Path]) -> None:
        members["files/holograms/a.bin"] = b"x"

        def name_it(manifest: Manifest) -> None:
            manifest["files"].append({"name": "files/holograms/a.bin", "size": 1, "sha256": "0" * 64})

        refused(made(resealed(with_manifest(members, name_it))), why="nothing here knows files/holograms")

    def test_more_than_fits(self, archive_file: Path, settings: Any) -> None:
        settings.ARCHIVE_MAX_BYTES = 1000
        refused(archive_file, why="unpack to more than 0 GB")

    def test_a_size_that_is_not_true(self, members: dict[str, bytes], made: Callable[..., Path]) -> None:
        def claim(manifest: Manifest) -> None:
            manifest["tables"][0]["size"] = 10 * 1024**3

        refused(made(with_manifest(members, claim)), why="not of the size its manifest says")

    def test_a_bomb_whose_headers_lie(self, members: dict[str, bytes], tmp_path: Path) -> None:
        """Its directory says 100 bytes, what is packed there is 50 MB: reading stops where it should."""
        name, path = "public/tenants/workspace.json", tmp_path / "bomb.zip"
        bomb = {**members, name: b" " * 50 * 1024**2}
        path.write_bytes(pack(bomb).getvalue())
        small = (50 * 1024**2).to_bytes(4, "little")
        data = path.read_bytes()
        assert data.count(small) == 2
        path.write_bytes(data.replace(small, (100).to_bytes(4, "little")))
        refused(path, why="not of the size|damaged|was changed")

    def test_too_many(
        self, members: dict[str, bytes], made: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reading, "MAX_MEMBERS", 10)
        refused(made(members), why="too many members")

    def test_a_list_of_members_that_is_too_long_is_never_read(
        self, members: dict[str, bytes], made: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reading, "MAX_DIRECTORY", 100)
        monkeypatch.setattr(reading, "ZipFile", None)
        refused(made(members), why="too many members")

    @pytest.mark.parametrize("hosts", [["a" * 254], ["a\x00b"], ["a.test"] * 201])
    def test_hosts_that_are_none(
        self, members: dict[str, bytes], made: Callable[..., Path], hosts: list[str]
    ) -> None:
        name = "public/tenants/workspace.json"
        said = {**json.loads(members[name]), "hosts": hosts}
        refused(made(resealed({**members, name: json.dumps(said).encode()})), why="cannot be read")


CONTACTS = "data/contacts_contact.sql"


class TestRows:
    """The hashes fit: whoever made these knows how an archive is written."""

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda data: data.replace(b"\\.\n", b"\\.\nDROP SCHEMA public CASCADE;\n\\.\n"),
            lambda data: data.replace(b" FROM stdin;\n", b" FROM stdin;\n\\.\n", 1),
            lambda data: data.removesuffix(b"\\.\n"),
            lambda data: data.removesuffix(b"\\.\n") + b"\\.",
            lambda data: data.removesuffix(b"\\.\n") + b"\\. \n",
            lambda data: data + b"SELECT 1;\n",
            lambda data: data + b"SELECT 1;",
            lambda data: data.replace(b"\n", b"\r\n"),
            lambda data: b"DROP TABLE x;\n" + data,
            lambda data: data.replace(b'COPY "contacts_contact"', b'COPY "accounts_user"', 1),
            lambda data: data.partition(b"\n")[0] + b"\n" + data.partition(b"\n")[2].partition(b"\n")[2],
            lambda data: b"",
        ],
    )
    def test_a_body_that_is_not_only_rows(
        self, members: dict[str, bytes], made: Callable[..., Path], spoil: Callable[[bytes], bytes]
    ) -> None:
        members[CONTACTS] = spoil(members[CONTACTS])
        refused(made(resealed(members)), why="does not hold rows as they are written here")

    def test_a_row_longer_than_any(
        self, members: dict[str, bytes], made: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reading, "MAX_ROW", 100_000)
        first = members[CONTACTS].split(b"\n")[1]
        members[CONTACTS] = members[CONTACTS].replace(first, b"x" * 5_000_000, 1)
        refused(made(resealed(members)), why="does not hold rows")

    def test_rows_that_refer_to_nothing(self, members: dict[str, bytes], made: Callable[..., Path]) -> None:
        head = members["data/contacts_company.sql"].partition(b"\n")[0]
        members["data/contacts_company.sql"] = head + b"\n\\.\n"

        def fewer(manifest: Manifest) -> None:
            next(one for one in manifest["tables"] if one["name"] == "contacts_company")["rows"] = 0

        refused(made(resealed(with_manifest(members, fewer))), why="rows do not fit together")

    def test_a_row_of_too_few_columns(self, members: dict[str, bytes], made: Callable[..., Path]) -> None:
        first = members[CONTACTS].split(b"\n")[1]
        members[CONTACTS] = members[CONTACTS].replace(first, b"x", 1)
        refused(made(resealed(members)), why="rows do not fit together")

    @pytest.mark.parametrize(
        "table", ["django_migrations", "django_session", "tenants_reseller", "pg_authid"]
    )
    def test_a_table_that_does_not_belong_there(
        self, members: dict[str, bytes], made: Callable[..., Path], table: str
    ) -> None:
        members[f"data/{table}.sql"] = f'COPY "{table}" ("id") FROM stdin;\n\\.\n'.encode()

        def name_it(manifest: Manifest) -> None:
            entry = {"name": table, "columns": ["id"], "rows": 0, "size": 0, "sha256": "0" * 64}
            manifest["tables"].append(entry)

        refused(made(resealed(with_manifest(members, name_it))), why=f"does not belong there: {table}")

    @pytest.mark.parametrize("column", ["is_superuser", "sort_key", "ctid"])
    def test_a_column_more(self, members: dict[str, bytes], made: Callable[..., Path], column: str) -> None:
        """One that is not there, one that is generated, one of Postgres' own."""
        members[CONTACTS] = members[CONTACTS].replace(
            b") FROM stdin", f', "{column}") FROM stdin'.encode(), 1
        )

        def name_it(manifest: Manifest) -> None:
            next(one for one in manifest["tables"] if one["name"] == "contacts_contact")["columns"].append(
                column
            )

        refused(made(resealed(with_manifest(members, name_it))), why="columns of contacts_contact are not")

    def test_a_table_less(self, members: dict[str, bytes], made: Callable[..., Path]) -> None:
        del members[CONTACTS]

        def forget(manifest: Manifest) -> None:
            manifest["tables"] = [one for one in manifest["tables"] if one["name"] != "contacts_contact"]

        refused(made(resealed(with_manifest(members, forget))), why="table contacts_contact is missing")


class TestParts:
    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("public/branding/logo.png", b"<svg onload=alert(1)>"),
            ("public/branding/brand.json", b'{"name": "x"}'),
            ("public/branding/brand.json", b"[]"),
            ("public/tenants/workspace.json", b"{}"),
            ("public/tenants/workspace.json",
             b'{"name": "x", "owner_email": "no address", "owner_name": "", "hosts": []}'),
            ("public/tenants/workspace.json",
             b'{"name": "x", "owner_email": "a@b.test", "owner_name": "see https://evil", "hosts": []}'),
        ],
    )  # fmt: skip
    def test_their_files_are_checked_like_what_is_typed(
        self, members: dict[str, bytes], made: Callable[..., Path], name: str, data: bytes
    ) -> None:
        members[name] = data
        refused(made(resealed(members)), why="cannot be read")

    @pytest.mark.parametrize(
        ("field", "value"), [("hue", 4000), ("font", "url(evil)"), ("radius", -3), ("support_email", "x")]
    )
    def test_tokens_out_of_range(
        self, members: dict[str, bytes], made: Callable[..., Path], field: str, value: object
    ) -> None:
        import json

        tokens = json.loads(members["public/branding/brand.json"])
        members["public/branding/brand.json"] = json.dumps({**tokens, field: value}).encode()
        refused(made(resealed(members)), why="Its brand cannot be read")


def test_rows_are_written_as_the_workspace_and_nobody_else(
    archive_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even a statement that was aimed at another schema is refused by Postgres: the role is the wall."""
    with platform():
        alice = Domain.objects.select_related("workspace").get(host=world.ALICE_HOST).workspace
    assert alice
    honest = TableEntry.copy_in.fget  # type: ignore[attr-defined]  # a property

    def aimed(entry: TableEntry) -> str:
        return str(honest(entry)).replace('"sending_suppression"', f'"{alice.schema}"."sending_suppression"')

    monkeypatch.setattr(TableEntry, "head", property(lambda entry: f"{honest(entry)};\n".encode()))
    monkeypatch.setattr(TableEntry, "copy_in", property(aimed))
    refused(archive_file, why=f"permission denied for schema {alice.schema}")


def test_an_archive_that_is_stored_unpacked_is_fine(members: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "stored.zip"
    with ZipFile(path, "w", ZIP_STORED) as zip_file:
        for name, data in members.items():
            zip_file.writestr(name, data)
    with path.open("rb") as file, opened(file) as archive:
        assert archive.manifest.workspace == "Fresh"
