"""What leaves an installation of one workspace, its archive and the link to it, is nobody else's.

How an archive is written and read is tests/tenants/archive; the link's token alone is test_tokens.py.
"""

import io
from collections.abc import Callable
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from core.accounts.domain.users import create_user
from core.accounts.models import User
from tenants.archive.asking import link_token
from tenants.archive.export import export
from tenants.archive.parts import left_out
from tenants.archive.store import EXPORTS, store
from tenants.context import platform
from tenants.models import Staff, Workspace, WorkspaceExport
from tests import world
from tests.conftest import rolled_back
from tests.isolation.canaries import plant_platform, plant_workspace, workspace_models
from tests.isolation.planted import Planted, tail, texts
from tests.tenants.archive.conftest import archives  # noqa: F401 - the fixture


def archive_of(row: Workspace) -> bytes:
    """The file itself with every member behind it, unpacked."""
    file = io.BytesIO()
    export(row, file)
    with ZipFile(file) as zip_file:
        members = [zip_file.read(name) for name in zip_file.namelist()]
    return b"\n".join([file.getvalue(), *members])


def found_in(data: bytes, words: list[str]) -> list[str]:
    """The words that stand in it, as they are or as Postgres spells bytes."""
    return [word for word in words if word.encode() in data or word.encode().hex().encode() in data]


def kept_out(planted: Planted) -> set[str]:
    """The words of tables that no archive holds."""
    labels = [model._meta.label for model in workspace_models() if model._meta.db_table in left_out()]
    return {word for label in labels for word in texts(planted, label)}


def test_an_archive_holds_all_of_its_workspace_and_no_byte_of_another(
    fresh_workspace: Callable[..., Workspace],
) -> None:
    ours, theirs = fresh_workspace(), fresh_workspace("rita")
    inside = plant_workspace(ours, seed="exported"), plant_workspace(theirs, seed="left at home")
    with platform(), rolled_back():
        plant_platform(ours, seed="exporter")
        outside = plant_platform(theirs, seed="neighbour")
        data = archive_of(ours)
    words = [tail(word) for side in (inside[1], outside) for word in side.words]
    ids = (inside[1].ids | outside.ids) - inside[0].ids
    assert found_in(data, [*words, *ids, *(id.replace("-", "") for id in ids), str(theirs.schema)]) == []
    missing = set(inside[0].words) - set(found_in(data, inside[0].words))
    assert missing == kept_out(inside[0])


class TestLink:
    """The address of an export of Alice's, made for Rosa."""

    @pytest.fixture
    def link(self, archives: object, rosa: User, alice_ws: Workspace) -> str:  # noqa: F811 - the fixture
        with platform():
            name = store().save(f"{EXPORTS}/{alice_ws.id}/one.zip", ContentFile(b"PK of Alice"))
            WorkspaceExport.objects.create(
                workspace=alice_ws, file=name, state="done", finished_at=timezone.now()
            )
            token = link_token(alice_ws, user_id=rosa.id, console=alice_ws.reseller_id, name=name)
        return f"/workspaces/{alice_ws.id}/export/{token}/"

    def test_it_works(self, client_for: Callable[..., Client], rosa: User, link: str) -> None:
        assert client_for(rosa).get(link).getvalue() == b"PK of Alice"

    @pytest.mark.parametrize(
        ("who", "host", "status"),
        [
            ("rita", world.RITA_HOST, 404),
            ("olga", world.PLATFORM_HOST, 404),
            ("alice", world.ALICE_HOST, 404),
            ("mallory", world.MALLORY_HOST, 404),
            ("nobody", world.ROSA_HOST, 302),
            ("a colleague", world.ROSA_HOST, 404),
        ],
    )
    def test_for_anybody_else_there_is_nothing(
        self,
        request: pytest.FixtureRequest,
        client_for: Callable[..., Client],
        alice_ws: Workspace,
        link: str,
        who: str,
        host: str,
        status: int,
    ) -> None:
        client = Client(HTTP_HOST=host)
        if who == "a colleague":
            client = client_for(_colleague(alice_ws), host=host)
        elif who != "nobody":
            client = client_for(request.getfixturevalue(who))
        answer = client.get(link)
        assert (answer.status_code, b"PK of Alice" in answer.content) == (status, False)

    def test_under_another_workspace_it_opens_nothing(
        self,
        client_for: Callable[..., Client],
        rosa: User,
        rita: User,
        alice_ws: Workspace,
        mallory_ws: Workspace,
        link: str,
    ) -> None:
        theirs = link.replace(str(alice_ws.id), str(mallory_ws.id))
        assert [client_for(who).get(theirs).status_code for who in (rosa, rita)] == [404, 404]
        with platform():
            sibling = Workspace.objects.create(
                reseller=alice_ws.reseller, name="Sibling", owner_email="s@x.test"
            )
        assert client_for(rosa).get(link.replace(str(alice_ws.id), str(sibling.id))).status_code == 404


def _colleague(row: Workspace) -> User:
    """An owner beside Rosa, with all her rights."""
    with platform():
        user = create_user(email="rob@rosa.test", name="Rob", role="staff", password=world.PASSWORD)
        Staff.objects.create(user=user, reseller=row.reseller, role="owner", accepted_at=user.created_at)
    return user
