"""Names, domains and owners in the consoles: added, made primary, removed, moved, each said beforehand."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from branding.models import Brand
from core.accounts.models import User
from tenants import audit
from tenants.context import Place, platform
from tenants.hosts import addresses
from tenants.models import Domain, Reseller, SetupStep, Staff, Workspace
from tenants.sites import primary_host, resolve
from tests import world

pytestmark = pytest.mark.usefixtures("db")

ClientFor = Callable[..., Client]
HTMX = {"HX-Request": "true"}
SECOND = "crm.alice.test"


@pytest.fixture
def second(alice_ws: Workspace) -> Domain:
    """A domain of Alice's beside the primary one."""
    with platform():
        return addresses.add_domain(alice_ws, host=SECOND)


@pytest.fixture
def sister(alice_ws: Workspace) -> Workspace:
    """Another client of Alice's reseller."""
    with platform():
        row = Workspace.objects.create(
            reseller=alice_ws.reseller,
            name="Sister",
            owner_email="s@s.test",
            state="active",
            schema="w_sister",
        )
        Domain.objects.create(host="sister.test", kind="workspace", reseller=row.reseller, workspace=row)
    return row


def hosts(row: Workspace) -> list[tuple[str, bool]]:
    with platform():
        return list(Domain.objects.filter(workspace=row).order_by("host").values_list("host", "is_primary"))


def url(row: Workspace, *parts: object) -> str:
    return f"/workspaces/{row.id}/" + "".join(f"{part}/" for part in parts)


class TestAdd:
    @pytest.mark.parametrize("who", ["rosa", "olga"])
    def test_it_works(
        self, client_for: ClientFor, request: pytest.FixtureRequest, alice_ws: Workspace, who: str
    ) -> None:
        client = client_for(request.getfixturevalue(who))
        assert (
            "is found there too" in client.get(url(alice_ws, "domains", "new"), headers=HTMX).content.decode()
        )
        answer = client.post(url(alice_ws, "domains", "new"), {"host": " CRM.alice.test. "})
        assert (answer.status_code, hosts(alice_ws)) == (302, [("alice.test", True), (SECOND, False)])
        site = resolve(SECOND)
        assert site is not None
        assert site.workspace_id == alice_ws.id

    @pytest.mark.parametrize(
        ("host", "said"),
        [
            (world.MALLORY_HOST, "“mallory.test” is already in use. Choose another domain."),
            (world.PLATFORM_HOST, "“platform.test” is already in use. Choose another domain."),
            ("no spaces.test", "Use a host name such as crm.example.com"),
            ("www.localhost", "is kept for the platform itself"),
            ("", "Type the domain at which it is to be found."),
        ],
    )
    def test_bad_input_is_a_clear_error(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, host: str, said: str
    ) -> None:
        answer = client_for(rosa).post(url(alice_ws, "domains", "new"), {"host": host}, headers=HTMX)
        assert (answer.status_code, said in answer.content.decode()) == (422, True)
        assert hosts(alice_ws) == [("alice.test", True)]


@pytest.mark.parametrize("act", ["add", "move"])
def test_what_went_to_another_reseller_meanwhile_gets_no_domain(
    alice_ws: Workspace, second: Domain, sister: Workspace, act: str
) -> None:
    """The domain would show the old reseller's brand, and close with the old reseller."""
    with platform():
        stale = Workspace.objects.get(id=sister.id)
        addresses.move_workspace(sister, to=Reseller.objects.get(slug="rita"))
        acts: dict[str, Callable[[], object]] = {
            "add": lambda: addresses.add_domain(stale, host="late.example.com"),
            "move": lambda: addresses.move_domain(second, to=stale),
        }
        with pytest.raises(ValidationError, match="was moved to another reseller meanwhile"):
            acts[act]()
    assert hosts(sister) == [("sister.test", True)]


class TestPrimary:
    def test_it_works(self, client_for: ClientFor, rosa: User, alice_ws: Workspace, second: Domain) -> None:
        client = client_for(rosa)
        path = url(alice_ws, "domains", second.id, "primary")
        assert "New mails come from an address at crm.alice.test" in client.get(path).content.decode()
        for _ in range(2):
            assert client.post(path).status_code == 302
            assert hosts(alice_ws) == [("alice.test", False), (SECOND, True)]
        assert primary_host(Place(str(alice_ws.schema), str(alice_ws.schema), alice_ws.id)) == SECOND

    def test_one_that_is_gone_meanwhile_leaves_the_primary_one(
        self, alice_ws: Workspace, second: Domain, sister: Workspace
    ) -> None:
        """Without a primary domain no mail could leave and no link be made."""
        with platform():
            stale = Domain.objects.get(id=second.id)
            addresses.move_domain(second, to=sister)
            with pytest.raises(ValidationError, match="was removed or moved meanwhile"):
                addresses.make_primary(stale)
        assert hosts(alice_ws) == [("alice.test", True)]
        assert hosts(sister) == [(SECOND, False), ("sister.test", True)]


class TestRemove:
    def test_it_works(self, client_for: ClientFor, rosa: User, alice_ws: Workspace, second: Domain) -> None:
        client = client_for(rosa)
        path = url(alice_ws, "domains", second.id, "remove")
        said = "Links in mails already sent that lead to crm.alice.test stop working"
        assert said in client.get(path, headers=HTMX).content.decode()
        assert client.post(path).status_code == 302
        assert (hosts(alice_ws), resolve(SECOND)) == ([("alice.test", True)], None)

    def test_the_primary_one_stays(self, client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
        with platform():
            domain = Domain.objects.get(workspace=alice_ws)
        answer = client_for(rosa).post(url(alice_ws, "domains", domain.id, "remove"), follow=True)
        assert "alice.test is the primary domain. Make another one primary first." in answer.content.decode()
        assert hosts(alice_ws) == [("alice.test", True)]


class TestMove:
    def test_it_works(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, second: Domain, sister: Workspace
    ) -> None:
        client, path = client_for(rosa), url(alice_ws, "domains", second.id, "move")
        page = client.get(path, headers=HTMX).content.decode()
        assert [name in page for name in ("Sister", "Mallory")] == [True, False]
        assert client.post(path, {"workspace": sister.id}).status_code == 302
        assert hosts(alice_ws) == [("alice.test", True)]
        assert hosts(sister) == [(SECOND, False), ("sister.test", True)]

    def test_to_another_resellers_client_it_does_not(
        self, client_for: ClientFor, rosa: User, olga: User, alice_ws: Workspace, second: Domain,
        mallory_ws: Workspace,
    ) -> None:  # fmt: skip
        for person in (rosa, olga):
            path = url(alice_ws, "domains", second.id, "move")
            answer = client_for(person).post(path, {"workspace": mallory_ws.id}, headers=HTMX)
            assert answer.status_code == 422
        with platform(), pytest.raises(ValidationError, match="two clients of the same reseller"):
            addresses.move_domain(second, to=mallory_ws)
        assert hosts(mallory_ws) == [("mallory.test", True)]

    def test_nobody_is_chosen_beforehand(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, second: Domain, sister: Workspace
    ) -> None:
        client, path = client_for(rosa), url(alice_ws, "domains", second.id, "move")
        assert '<option value="" selected>Choose a workspace</option>' in client.get(path).content.decode()
        answer = client.post(path, {"workspace": ""}, headers=HTMX)
        assert "Choose the workspace that is found there from now on." in answer.content.decode()
        assert (answer.status_code, hosts(sister)) == (422, [("sister.test", True)])

    def test_what_looks_like_a_name_that_stays_does_not_move(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, sister: Workspace
    ) -> None:
        with platform():
            twin = addresses.add_domain(alice_ws, host="a1ice.test")
        path = url(alice_ws, "domains", twin.id, "move")
        answer = client_for(rosa).post(path, {"workspace": sister.id}, headers=HTMX)
        told = (
            "“a1ice.test” looks like “alice.test”, which belongs to somebody else." in answer.content.decode()
        )
        assert (answer.status_code, told, hosts(sister)) == (422, True, [("sister.test", True)])

    def test_without_another_client_it_says_so(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, second: Domain
    ) -> None:
        path = url(alice_ws, "domains", second.id, "move")
        answer = client_for(rosa).post(path, {"workspace": ""}, headers=HTMX)
        assert "There is no other workspace to move it to." in answer.content.decode()


class TestRename:
    def test_it_works(self, client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
        client = client_for(rosa)
        assert 'value="Alice&#x27;s"' in client.get(url(alice_ws, "rename"), headers=HTMX).content.decode()
        assert client.post(url(alice_ws, "rename"), {"name": " Wonderland "}).status_code == 302
        site = resolve(world.ALICE_HOST)
        assert site is not None
        assert site.name == "Wonderland"

    @pytest.mark.parametrize("name", ["", "   ", "a\x00b", "x" * 121])
    def test_bad_input_is_a_clear_error(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, name: str
    ) -> None:
        assert client_for(rosa).post(url(alice_ws, "rename"), {"name": name}).status_code == 422
        with platform():
            assert Workspace.objects.get(id=alice_ws.id).name == "Alice's"


class TestMoveWorkspace:
    def test_it_works(
        self,
        client_for: ClientFor,
        olga: User,
        rosa: User,
        rita: User,
        alice: User,
        alice_ws: Workspace,
        lines: list[audit.Act],
    ) -> None:
        with platform():
            to = Reseller.objects.get(slug="rita")
            brand = Brand.objects.create(reseller=alice_ws.reseller, workspace=alice_ws, name="Own")
        team = client_for(alice)
        assert team.get("/inbox/").status_code == 200
        client = client_for(olga)
        assert "Rosa&#x27;s loses sight of it" in client.get(url(alice_ws, "move")).content.decode()
        assert client.post(url(alice_ws, "move"), {"reseller": to.id}).status_code == 302
        assert client_for(rosa).get(url(alice_ws)).status_code == 404
        assert client_for(rita).get(url(alice_ws)).status_code == 200
        with platform():
            brand.refresh_from_db()
            assert (brand.reseller_id, Domain.objects.get(workspace=alice_ws).reseller_id) == (to.id, to.id)
        told = [(line.action, line.detail["reseller"], line.detail["other"]) for line in lines]
        assert told == [
            ("workspace.leave", str(alice_ws.reseller_id), "Rita's"),
            ("workspace.arrive", str(to.id), "Rosa's"),
        ]
        site = resolve(world.ALICE_HOST)
        assert site is not None
        assert (site.reseller_id, team.get("/inbox/").status_code) == (to.id, 302)

    def test_it_checks_permission(self, client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
        assert client_for(rosa).post(url(alice_ws, "move")).status_code == 404


def test_a_move_names_nobody_beforehand(client_for: ClientFor, olga: User, alice_ws: Workspace) -> None:
    client, path = client_for(olga), url(alice_ws, "move")
    assert '<option value="" selected>Choose a reseller</option>' in client.get(path).content.decode()
    answer = client.post(path, {"reseller": ""}, headers=HTMX)
    said = "Choose the reseller whose client it becomes."
    assert (answer.status_code, said in answer.content.decode()) == (422, True)


def test_a_step_keeps_its_words_without_its_template(
    client_for: ClientFor, rosa: User, alice_ws: Workspace
) -> None:
    with platform():
        for key in ("starter-roles", "starter-brand"):
            SetupStep.objects.create(
                workspace=alice_ws, key=key, state=SetupStep.State.DONE, finished_at=timezone.now()
            )
    page = client_for(rosa).get(url(alice_ws)).content.decode()
    words = ["Apply the starter template: roles", "Apply the starter template: brand", "starter-"]
    assert [page.count(one) for one in words] == [1, 1, 0]


ACTS = [("rename",), ("domains", "new"), *[("domains", "ID", act) for act in ("primary", "remove", "move")]]


class TestAll:
    @pytest.mark.parametrize("parts", ACTS)
    @pytest.mark.parametrize("role", ["support", "billing"])
    def test_it_checks_permission(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, second: Domain, parts: tuple[str, ...],
        role: str,
    ) -> None:  # fmt: skip
        with platform():
            Staff.objects.filter(user_id=rosa.id).update(role=role)
        path = url(alice_ws, *[second.id if part == "ID" else part for part in parts])
        client = client_for(rosa)
        form = {"name": "x", "host": "x.test", "workspace": alice_ws.id}
        assert (client.get(path).status_code, client.post(path, form).status_code) == (403, 403)
        page = client.get(url(alice_ws)).content.decode()
        assert [word for word in ("Add a domain", "Make primary", "Rename") if word in page] == []

    @pytest.mark.parametrize("parts", ACTS)
    def test_other_workspace_gets_404(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, mallory_ws: Workspace,
        parts: tuple[str, ...],
    ) -> None:  # fmt: skip
        with platform():
            foreign = Domain.objects.get(workspace=mallory_ws)
        form = {"name": "x", "host": "x.test", "workspace": alice_ws.id}
        for row in (mallory_ws, alice_ws):
            path = url(row, *[foreign.id if part == "ID" else part for part in parts])
            if row == mallory_ws or "ID" in parts:
                assert client_for(rosa).post(path, form).status_code == 404
        assert hosts(mallory_ws) == [("mallory.test", True)]
