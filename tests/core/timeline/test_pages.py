"""The pages of the log: a workspace's for its admins, the consoles' for operators and resellers' people."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.accounts.models import User
from core.timeline import queries
from core.timeline.models import AuditEntry
from tenants import lifecycle
from tenants.audit import record
from tenants.context import platform, workspace
from tenants.models import Domain, Staff, Workspace
from tests.support import REASON, enter, stay_in

pytestmark = pytest.mark.usefixtures("redis")

ClientFor = Callable[..., Client]
ACTIVITY, LOG = "/settings/activity/", "/log/"


def write(row: Workspace, number: int, *, kind: str = "thing") -> None:
    with workspace(row):
        for index in range(number):
            record(f"{kind}.do", label=f"Number {index:03}", actor="A task")


def shown(client: Client, path: str) -> list[str]:
    """What the lines say, without markup."""
    found = re.findall(r'class="log-said">(.*?)</span>', client.get(path).content.decode(), re.S)
    return [" ".join(re.sub("<.*?>", "", line).split()) for line in found]


@pytest.mark.usefixtures("db")
class TestActivity:
    def test_it_works(self, client_for: ClientFor, alice: User, bob: User) -> None:
        client = client_for(alice)
        client.post(f"/settings/team/{bob.id}/role/", {"role": "agent"})
        client.post(f"/settings/team/{bob.id}/access/")
        assert shown(client, ACTIVITY)[:2] == [
            "Alice Archer took access away from Bob Baker",
            "Alice Archer made Bob Baker agent, before manager",
        ]

    def test_both_identities_are_plain(
        self, client_for: ClientFor, rosa: User, alice: User, alice_ws: Workspace
    ) -> None:
        inside = enter(rosa, alice_ws)
        inside.get("/inbox/")
        page = client_for(alice).get(ACTIVITY).content.decode()
        assert '<strong class="font-medium">Rosa (Rosa&#x27;s support)</strong> opened the inbox' in page
        assert page.count("Rosa &lt;rosa@rosa.test&gt;, Rosa&#x27;s") == 1  # the stay
        assert page.count('<span class="sub">rosa@rosa.test</span>') == 2  # its two lines
        assert (f"“{REASON}”" in page, "Inside now" in page, "End now" in page) == (True, True, True)
        inside.post("/support/leave/")
        page = client_for(alice).get(ACTIVITY).content.decode()
        assert ("Inside now" in page, "End now" in page, f"“{REASON}”" in page) == (False, False, True)

    def test_it_checks_permission(self, client_for: ClientFor, bob: User, charlie: User) -> None:
        assert [client_for(user).get(ACTIVITY).status_code for user in (bob, charlie)] == [403, 403]

    def test_other_workspaces_lines_are_not_in_it(
        self, client_for: ClientFor, mallory: User, alice_ws: Workspace, rosa: User
    ) -> None:
        write(alice_ws, 1, kind="canary")
        enter(rosa, alice_ws)
        page = client_for(mallory).get(f"{ACTIVITY}?stay={stay_in(alice_ws).id}").content.decode()
        assert re.findall("canary|Rosa|Archer", page) == []

    def test_filters(
        self, client_for: ClientFor, alice: User, bob: User, rosa: User, alice_ws: Workspace
    ) -> None:
        client = client_for(alice)
        client.post(f"/settings/team/{bob.id}/role/", {"role": "agent"})
        enter(rosa, alice_ws).get("/inbox/")
        write(alice_ws, 1)
        assert shown(client, f"{ACTIVITY}?kind=team") == ["Alice Archer made Bob Baker agent, before manager"]
        assert shown(client, f"{ACTIVITY}?person={alice.id}") == shown(client, f"{ACTIVITY}?kind=team")
        stay = shown(client, f"{ACTIVITY}?stay={stay_in(alice_ws).id}")
        assert stay == [
            "Rosa (Rosa&#x27;s support) opened the inbox",
            f"Rosa (Rosa&#x27;s support) came in for support: “{REASON}”",
        ]
        assert shown(client, f"{ACTIVITY}?person={stay_in(alice_ws).user.id}") == stay
        assert "Nothing like this" in client.get(f"{ACTIVITY}?kind=api_key").content.decode()

    @pytest.mark.parametrize(
        "query", ["kind=%00", "person=x", "stay=%00", "kind=nothing", "before=x", "before=²"]
    )
    def test_bad_input_shows_everything(
        self, client_for: ClientFor, alice: User, alice_ws: Workspace, query: str
    ) -> None:
        write(alice_ws, 1)
        assert len(shown(client_for(alice), f"{ACTIVITY}?{query}")) >= 1

    def test_the_next_page_begins_where_this_ends(
        self, client_for: ClientFor, alice: User, alice_ws: Workspace
    ) -> None:
        write(alice_ws, queries.PAGE + 3)
        client, seen, path = client_for(alice), [], ACTIVITY
        while path:
            seen += shown(client, path)
            more = re.search(r'id="log-more" hx-get="([^"]+)"', client.get(path).content.decode())
            path = more[1].replace("&amp;", "&") if more else ""
        with workspace(alice_ws):
            assert len(seen) == AuditEntry.objects.count()
        assert seen[:2] == [f"A task thing do Number {number:03}" for number in (52, 51)]

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_number_of_queries_stays(
        self,
        client_for: ClientFor,
        rosa: User,
        olga: User,
        alice: User,
        alice_ws: Workspace,
        warm: None,
        number: int,
    ) -> None:
        for index in range(number):
            enter((rosa, olga)[index % 2], alice_ws)
        client = client_for(alice)
        client.get(ACTIVITY)
        with CaptureQueriesContext(connection) as captured:
            client.get(ACTIVITY)
        assert len(captured) == 9  # with the counts of the bell and of mail that is held back


def test_nothing_yet(fresh_workspace: Callable[..., Workspace], client_for: ClientFor) -> None:
    row = fresh_workspace()
    with platform():
        host = Domain.objects.get(workspace=row).host
    with workspace(row):
        owner = User.objects.get()
        assert AuditEntry.objects.count() == 0
    page = client_for(owner, host=host).get(ACTIVITY).content.decode()
    assert ("Nothing has happened yet" in page, "Nobody from support has been here" in page) == (True, True)


@pytest.mark.usefixtures("db")
class TestConsoles:
    def test_a_reseller_reads_its_own(
        self,
        client_for: ClientFor,
        rosa: User,
        rita: User,
        olga: User,
        alice_ws: Workspace,
        mallory_ws: Workspace,
    ) -> None:
        client_for(rosa).post("/staff/new/", {"name": "Sam", "email": "sam@rosa.test", "role": "support"})
        client_for(olga).post(f"/workspaces/{alice_ws.id}/state/", {"state": "suspended"})
        client_for(olga).post(f"/workspaces/{mallory_ws.id}/state/", {"state": "suspended"})
        assert shown(client_for(rosa), LOG)[:2] == [
            "Olga Operator suspended Alice&#x27;s",
            "Rosa invited sam@rosa.test to the staff as support",
        ]
        page = client_for(rita).get(LOG).content.decode()
        assert re.findall("Alice|Rosa|sam@", page) == []
        assert shown(client_for(rita), LOG)[0] == "Olga Operator suspended Mallory&#x27;s"

    def test_operators_read_all(
        self, client_for: ClientFor, rosa: User, rita: User, olga: User, alice_ws: Workspace
    ) -> None:
        for person, name in ((rosa, "sam"), (rita, "sue")):
            client_for(person).post(
                "/staff/new/", {"name": name, "email": f"{name}@x.test", "role": "support"}
            )
        with platform():
            lifecycle.suspend_reseller(alice_ws.reseller)
        assert shown(client_for(olga), LOG)[:3] == [
            "The system suspended the reseller Rosa&#x27;s",
            "Rita invited sue@x.test to the staff as support",
            "Rosa invited sam@x.test to the staff as support",
        ]

    def test_the_next_page_tells_nothing_of_the_platform(
        self, client_for: ClientFor, rosa: User, rita: User, alice_ws: Workspace, mallory_ws: Workspace
    ) -> None:
        """The cursor is the line's own id; with one of another reseller's lines there is no next page."""
        with platform():
            for number in range(queries.PAGE + 1):
                record("workspace.suspend", target=alice_ws.id, label=f"No. {number}", actor="A task")
                record("workspace.suspend", target=mallory_ws.id, label=f"No. {number}", actor="A task")
            last = AuditEntry.objects.get(label="No. 1", reseller_id=alice_ws.reseller_id)
        page = client_for(rosa).get(LOG).content.decode()
        assert re.findall(r'id="log-more" hx-get="[^"]*before=([^"]+)"', page) == [str(last.id)]
        assert shown(client_for(rosa), f"{LOG}?before={last.id}")[:1] == ["A task suspended No. 0"]
        assert shown(client_for(rita), f"{LOG}?before={last.id}") == []

    @pytest.mark.parametrize(
        ("words", "found"), [("SUE@", 1), ("rosa", 1), ("staff.invite", 2), ("%", 0), ("zzz", 0)]
    )
    def test_searching(
        self, client_for: ClientFor, rosa: User, rita: User, olga: User, words: str, found: int
    ) -> None:
        for person, name in ((rosa, "sam"), (rita, "sue")):
            client_for(person).post(
                "/staff/new/", {"name": name, "email": f"{name}@x.test", "role": "support"}
            )
        assert len(shown(client_for(olga), f"{LOG}?q={words.replace('%', '%25')}")) == found

    def test_addresses_that_are_not_shown_are_not_searched(
        self, client_for: ClientFor, rosa: User, olga: User, alice_ws: Workspace
    ) -> None:
        """An operator's network address stands in lines that the reseller reads."""
        suspended = {"state": "suspended"}
        client_for(olga).post(f"/workspaces/{alice_ws.id}/state/", suspended, REMOTE_ADDR="203.0.113.9")
        assert [len(shown(client_for(who), f"{LOG}?q=203.0.113")) for who in (olga, rosa)] == [1, 0]
        assert shown(client_for(rosa), LOG)[:1] == shown(client_for(olga), f"{LOG}?q=203.0.113")

    @pytest.mark.parametrize(
        ("role", "status"), [("owner", 200), ("admin", 200), ("support", 403), ("billing", 403)]
    )
    def test_it_checks_permission(self, client_for: ClientFor, rosa: User, role: str, status: int) -> None:
        with platform():
            Staff.objects.filter(user_id=rosa.id).update(role=role)
        assert client_for(rosa).get(LOG).status_code == status

    def test_it_is_no_page_of_a_workspace(self, client_for: ClientFor, alice: User) -> None:
        assert client_for(alice).get(LOG).status_code == 404

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_number_of_queries_stays(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, warm: None, number: int
    ) -> None:
        for _ in range(number):
            with platform():
                record("workspace.suspend", target=alice_ws.id, label="Alice's", actor="A task")
        client = client_for(rosa)
        client.get(LOG)
        with CaptureQueriesContext(connection) as captured:
            client.get(LOG)
        assert len(captured) == 6
