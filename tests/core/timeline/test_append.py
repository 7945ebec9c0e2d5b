"""A line of the log: what it holds, that the database lets nobody change it, that the chain would tell."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, connections, transaction
from django.test import RequestFactory
from psycopg import sql

from core.accounts.acting import acting
from core.accounts.models import User
from core.timeline.models import AuditEntry
from core.timeline.queries import Checked, verify_chain
from core.timeline.rules import hash_of, keepable
from tenants.audit import record
from tenants.context import NoContext, Place, place_of, platform, workspace
from tenants.models import Reseller, Workspace
from tenants.sites import resolve
from tests import world


def lines() -> list[tuple[int, str, str]]:
    return list(AuditEntry.objects.order_by("seq").values_list("seq", "action", "actor_name"))


class TestAppend:
    def test_it_works(self, in_alice: Place) -> None:
        before = AuditEntry.objects.count()
        record("thing.do", target=7, label="Seven", actor="A task", detail={"count": 2})
        row = AuditEntry.objects.get(seq=before + 1)
        assert (row.action, row.target, row.label, row.actor_name) == ("thing.do", "7", "Seven", "A task")
        assert (row.detail, row.address, row.behind, row.support_id) == ({"count": 2}, "", "", None)
        assert row.hash == hash_of(row.__dict__)

    def test_each_place_has_its_own(self, alice_ws: Workspace, mallory_ws: Workspace) -> None:
        with workspace(mallory_ws):
            before = lines()
        with workspace(alice_ws):
            record("thing.do", actor="A task")
        with workspace(mallory_ws):
            assert lines() == before

    def test_it_goes_with_its_act(self, in_alice: Place) -> None:
        before = lines()
        with transaction.atomic():
            record("thing.do", actor="A task")
            transaction.set_rollback(True)
        assert lines() == before

    def test_without_a_place_there_is_no_log(self) -> None:
        with pytest.raises(NoContext):
            record("thing.do")

    def test_bad_input_is_kept_as_it_can_be(self, in_alice: Place) -> None:
        record(
            "thing.do", label="a\0b\ud800" + "x" * 300, actor="y" * 400, detail={"ratio": 1e22, "who": {3, 1}}
        )
        row = AuditEntry.objects.latest("seq")
        assert (row.label, len(row.actor_name)) == ("ab" + "x" * 248, 250)
        assert row.detail == {"ratio": "1e+22", "who": [1, 3]}
        assert verify_chain().broken_at is None

    @pytest.mark.parametrize(
        ("value", "kept"),
        [
            (True, True),
            (None, None),
            (0.5, "0.5"),
            (("a", 1), ["a", 1]),
            ({1: UUID(int=0)}, {"1": str(UUID(int=0))}),
        ],
    )
    def test_details_are_plain(self, value: object, kept: object) -> None:
        assert keepable(value) == kept

    def test_the_hash_does_not_hang_on_the_zone(self) -> None:
        values: dict[str, Any] = dict.fromkeys(
            ("id", "actor_id", "support_id", "reseller_id"), None
        ) | dict.fromkeys(("actor_name", "behind", "action", "target", "label", "address", "prev_hash"), "")
        moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
        first = hash_of({**values, "seq": 1, "detail": {"b": 1, "a": 2}, "at": moment})
        assert first == hash_of({**values, "seq": 1, "detail": {"a": 2, "b": 1}, "at": moment.astimezone()})
        assert first != hash_of({**values, "seq": 2, "detail": {"a": 2, "b": 1}, "at": moment})


class TestWhoseMatter:
    """Which reseller may read a line of the platform's log."""

    def owner_of_last(self) -> str | None:
        found = AuditEntry.objects.latest("seq").reseller_id
        return Reseller.objects.get(id=found).slug if found else None

    def test_it_works(self, on_platform: Place, alice_ws: Workspace) -> None:
        record("workspace.suspend", target=alice_ws.id, actor="Somebody")
        assert self.owner_of_last() == "rosa"
        record("reseller.suspend", target=Reseller.objects.get(slug="rita").id, actor="Somebody")
        assert self.owner_of_last() == "rita"
        record("staff.invite", detail={"reseller": Reseller.objects.get(slug="rosa").id}, actor="Somebody")
        assert self.owner_of_last() == "rosa"

    @pytest.mark.parametrize("act", ["workspace.suspend", "fleet.migrate"])
    def test_others_are_the_operators_own(self, on_platform: Place, act: str) -> None:
        record(act, target="nonsense", actor="Somebody")
        assert self.owner_of_last() is None


@pytest.mark.parametrize("place", ["workspace", "platform"])
class TestTheDatabaseSaysNo:
    """As the web login, in the role it takes there."""

    @pytest.fixture
    def entered(self, place: str, alice_ws: Workspace) -> Any:
        with workspace(alice_ws) if place == "workspace" else platform() as here:
            yield here

    def test_it_works(self, entered: Place) -> None:
        record("thing.do", actor="A task")
        assert AuditEntry.objects.filter(action="thing.do").count() == 1

    @pytest.mark.parametrize("table", ["timeline_auditentry", "timeline_pendingentry"])
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE {} SET label = 'never'",
            "DELETE FROM {}",
            "TRUNCATE {}",
            "INSERT INTO {0} SELECT * FROM {0} ON CONFLICT (id) DO UPDATE SET label = 'never'",
        ],
    )
    def test_nothing_is_changed(self, entered: Place, statement: str, table: str) -> None:
        with (
            pytest.raises(ProgrammingError, match=f"permission denied for table {table}"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement.format(table))

    def test_nor_by_the_models(self, entered: Place) -> None:
        record("thing.do", actor="A task")
        row = AuditEntry.objects.latest("seq")
        row.label = "never"
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            row.save(update_fields=["label"])
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            row.delete()


@pytest.fixture
def kept(fresh_workspace: Any) -> Workspace:
    """A committed workspace with five lines beside those of its set-up."""
    row: Workspace = fresh_workspace()
    with workspace(row):
        for number in range(5):
            record("thing.do", label=f"Number {number}", actor="A task")
    return row


def tamper(row: Workspace, statement: str) -> None:
    """As whoever has the owner's login could."""
    from django.conf import settings

    with psycopg.connect(settings.OWNER_DSN, autocommit=True) as owner:
        owner.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(str(row.schema))))
        owner.execute(statement.encode())


class TestChain:
    def test_it_works(self, kept: Workspace) -> None:
        with workspace(kept):
            last = AuditEntry.objects.latest("seq")
            assert verify_chain() == Checked(last.seq, last.hash)

    @pytest.mark.parametrize(
        ("statement", "fault"),
        [
            ("UPDATE timeline_auditentry SET label = 'x' WHERE label = 'Number 2'", "was changed"),
            (
                "UPDATE timeline_auditentry SET at = at - interval '1 us' WHERE label = 'Number 2'",
                "was changed",
            ),
            ("UPDATE timeline_auditentry SET detail = '{\"a\": 1}' WHERE label = 'Number 2'", "was changed"),
            ("DELETE FROM timeline_auditentry WHERE label = 'Number 2'", "is missing"),
            (
                "UPDATE timeline_auditentry SET prev_hash = repeat('0', 64) WHERE label = 'Number 2'",
                "does not follow the line before it",
            ),
            (
                "UPDATE timeline_auditentry SET hash = repeat('0', 64) WHERE label = 'Number 2'",
                "was changed",
            ),
        ],
    )
    def test_a_changed_line_is_found(self, kept: Workspace, statement: str, fault: str) -> None:
        with workspace(kept):
            number = AuditEntry.objects.get(label="Number 2").seq
        tamper(kept, statement)
        with workspace(kept):
            found = verify_chain()
        assert (found.lines, found.fault) == (number - 1, f"line {number} {fault}")

    def test_lines_that_changed_places_are_found(self, kept: Workspace) -> None:
        with workspace(kept):
            number = AuditEntry.objects.get(label="Number 2").seq
        for old, new in ((number, 9000), (number + 1, number), (9000, number + 1)):
            tamper(kept, f"UPDATE timeline_auditentry SET seq = {new} WHERE seq = {old}")
        with workspace(kept):
            assert verify_chain().broken_at == number

    def test_the_command_says_so(self, kept: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("verify_log", workspace=str(kept.id))
        assert capsys.readouterr().out.startswith("The log is whole: ")
        tamper(kept, "UPDATE timeline_auditentry SET actor_name = 'x' WHERE label = 'Number 2'")
        with pytest.raises(CommandError, match=r"The log is broken: line \d+ was changed"):
            call_command("verify_log", workspace=str(kept.id))

    def test_many_writers_make_one_chain(self, kept: Workspace) -> None:
        place = place_of(kept)

        def write(number: int) -> None:
            with workspace(place), transaction.atomic():
                record("thing.do", label=f"Thread {number}", actor="A task")
            connections.close_all()

        with workspace(place):
            before = verify_chain().lines
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(write, range(24)))
        with workspace(place):
            assert (verify_chain().lines, verify_chain().fault) == (before + 24, "")


def test_a_request_says_who_acts(client_for: Any, alice: User, bob: User, alice_ws: Workspace) -> None:
    client = client_for(alice)
    assert (
        client.post(f"/settings/team/{bob.id}/role/", {"role": "agent"}, REMOTE_ADDR="192.0.2.7").status_code
        == 302
    )
    with workspace(alice_ws):
        row = AuditEntry.objects.latest("seq")
    assert (row.action, row.actor_id, row.actor_name, row.address) == (
        "team.role",
        alice.id,
        "Alice Archer",
        "192.0.2.7",
    )
    assert (row.target, row.label, row.detail) == (
        str(bob.id),
        "Bob Baker",
        {"from": "manager", "to": "agent"},
    )


def test_a_forged_header_is_no_address(client_for: Any, alice: User, bob: User, alice_ws: Workspace) -> None:
    client_for(alice).post(
        f"/settings/team/{bob.id}/role/", {"role": "agent"}, HTTP_X_FORWARDED_FOR="203.0.113.9"
    )
    with workspace(alice_ws):
        assert AuditEntry.objects.latest("seq").address == "127.0.0.1"


def test_behind_our_proxy_the_address_is_the_visitors(
    client_for: Any, alice: User, bob: User, alice_ws: Workspace, settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client_for(alice).post(
        f"/settings/team/{bob.id}/role/", {"role": "agent"}, HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.9"
    )
    with workspace(alice_ws):
        assert AuditEntry.objects.latest("seq").address == "203.0.113.9"


def test_without_an_address_the_act_is_written_all_the_same(
    client_for: Any, alice: User, bob: User, alice_ws: Workspace
) -> None:
    client_for(alice).post(f"/settings/team/{bob.id}/role/", {"role": "agent"}, REMOTE_ADDR="")
    with workspace(alice_ws):
        assert AuditEntry.objects.latest("seq").address == ""


def test_somebody_of_a_console_is_named_with_their_house(rosa: User, alice_ws: Workspace) -> None:
    """What a console does inside a workspace, such as its set-up, is nobody's of the team."""
    request = RequestFactory().get("/")
    request.__dict__["site"] = resolve(world.ROSA_HOST)
    request.user = rosa
    with acting(request), workspace(alice_ws):
        record("thing.do")
        row = AuditEntry.objects.latest("seq")
    assert (row.actor_id, row.actor_name, row.behind) == (
        None,
        "Rosa (Rosa's)",
        "Rosa <rosa@rosa.test>, Rosa's",
    )
