"""Making people, the command line, and what the database itself refuses."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from core import limits
from core.accounts.domain import users
from core.accounts.housekeeping import sweep
from core.accounts.models import Counter, User
from core.accounts.queries import person_with, teammates
from core.accounts.sessions import SessionStore
from core.limits import Decision
from tenants.context import Place, platform, workspace
from tenants.fields import NO_ADDRESS
from tenants.models import Workspace

pytestmark = pytest.mark.usefixtures("db")


class TestCreate:
    def test_it_works(self, in_alice: Place) -> None:
        user = users.create_user(email=" Erin@ALICE.test ", name=" Erin ", role="agent", password="x" * 12)
        assert person_with("ERIN@alice.test") == user
        assert (user.email, user.name, user.initials, user.hue) == (
            "erin@alice.test",
            "Erin",
            "E",
            int.from_bytes(user.id.bytes[-2:]) % 360,
        )

    def test_the_same_address_is_refused_in_any_spelling(self, in_alice: Place) -> None:
        with pytest.raises(ValidationError, match="already belongs to somebody here"):
            users.create_user(email="BOB@Alice.test", name="B", role="agent")

    def test_the_same_person_elsewhere_is_another_row(self, in_alice: Place, mallory_ws: Workspace) -> None:
        here = users.create_user(email="erin@x.test", name="Erin", role="agent")
        with workspace(mallory_ws):
            assert users.create_user(email="erin@x.test", name="Erin", role="admin").id != here.id

    @pytest.mark.parametrize("role", ["operator", "staff", "owner", ""])
    def test_roles_of_the_platform_are_refused_in_a_workspace(self, in_alice: Place, role: str) -> None:
        with pytest.raises(ValidationError, match="There is no role"):
            users.create_user(email="erin@x.test", name="Erin", role=role)

    @pytest.mark.parametrize("role", ["admin", "manager", "agent"])
    def test_and_the_other_way_round(self, on_platform: Place, role: str) -> None:
        with pytest.raises(ValidationError, match="There is no role"):
            users.create_user(email="erin@x.test", name="Erin", role=role)

    def test_a_full_plan_is_refused(self, in_alice: Place) -> None:
        with plan(seats=0), pytest.raises(ValidationError, match="no free seat"):
            users.create_user(email="erin@x.test", name="Erin", role="agent")
        assert person_with("erin@x.test") is None

    def test_a_seat_is_counted(self, in_alice: Place) -> None:
        with plan(seats=1) as counted:
            users.create_user(email="erin@x.test", name="Erin", role="agent")
        assert counted == [("seats", 1)]

    def test_operators_take_none(self, on_platform: Place) -> None:
        with plan(seats=0) as counted:
            users.create_user(email="oz@x.test", name="Oz", role="operator")
        assert counted == []


class TestSeats:
    """A seat belongs to who has access, not to who ever had."""

    def test_taken_access_frees_one(self, in_alice: Place, bob: User) -> None:
        with plan(seats=0) as counted:
            users.deactivate(bob)
            users.deactivate(bob)
            users.create_user(email="erin@x.test", name="Erin", role="agent")
        assert counted == [("seats", -1), ("seats", 1)]

    def test_access_given_back_takes_one(self, in_alice: Place, bob: User) -> None:
        with plan(seats=0) as counted:
            users.deactivate(bob)
            users.reactivate(bob)
            users.reactivate(bob)
        assert counted == [("seats", -1), ("seats", 1)]

    def test_a_full_plan_gives_nothing_back(self, in_alice: Place, bob: User) -> None:
        users.deactivate(bob)
        with plan(seats=0) as counted, pytest.raises(ValidationError, match="no free seat"):
            users.reactivate(bob)
        bob.refresh_from_db()
        assert (bob.is_active, counted) == (False, [])

    def test_who_was_not_taken_away_frees_none(self, in_alice: Place, alice: User) -> None:
        with plan(seats=0) as counted, pytest.raises(ValidationError, match="has to be admin"):
            users.deactivate(alice)
        assert counted == []

    def test_operators_free_none(self, on_platform: Place, olga: User) -> None:
        with plan(seats=0) as counted:
            users.deactivate(olga)
            users.reactivate(olga)
        assert counted == []


@contextmanager
def plan(*, seats: int) -> Iterator[list[tuple[str, int]]]:
    """A plan with so many free seats; gives what was counted and what was given back."""
    counted: list[tuple[str, int]] = []

    class Plan(limits.Unlimited):
        def may(self, what: str, *, amount: int) -> Decision:
            return Decision(allowed=amount <= seats - sum(used for _, used in counted))

        def add(self, what: str, *, amount: int) -> None:
            counted.append((what, amount))

        def release(self, what: str, *, amount: int) -> None:
            counted.append((what, -amount))

    limits.register_backend(Plan())
    try:
        yield counted
    finally:
        limits.register_backend(limits.Unlimited())


class TestDatabase:
    @pytest.mark.parametrize(
        "row", [{"email": "Erin@x.test", "role": "agent"}, {"email": "e@x.test", "role": "god"}]
    )
    def test_it_says_no(self, in_alice: Place, row: dict[str, str]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.create(**row)

    @pytest.mark.parametrize("where", ["platform", "workspace"])
    def test_there_are_no_groups_and_permissions(self, alice_ws: Workspace, where: str) -> None:
        with platform() if where == "platform" else workspace(alice_ws), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'auth\\_%'")
            assert cursor.fetchone() == (0,)

    def test_librarys_keys_fit_a_distributed_database(self, alice_ws: Workspace) -> None:
        """bigint from the start: an identity column cannot change its type later in a sharded cluster."""
        with workspace(alice_ws), connection.cursor() as cursor:
            cursor.execute(
                "SELECT table_name, column_name, data_type FROM information_schema.columns "
                "WHERE table_schema = current_schema() AND (column_name, table_name) IN "
                "(('id', 'account_emailaddress'), ('id', 'account_emailconfirmation'), "
                "('email_address_id', 'account_emailconfirmation')) ORDER BY 1, 2"
            )
            assert cursor.fetchall() == [
                ("account_emailaddress", "id", "bigint"),
                ("account_emailconfirmation", "email_address_id", "bigint"),
                ("account_emailconfirmation", "id", "bigint"),
            ]


class TestCommands:
    def test_an_operator(self) -> None:
        out = io.StringIO()
        call_command("createoperator", email="Oz@x.test", password="a-long-enough-phrase", stdout=out)
        assert out.getvalue() == "oz@x.test can sign in as operator.\n"
        with platform():
            assert User.objects.get(email="oz@x.test").role == "operator"

    def test_somebody_in_a_workspace(self, alice_ws: Workspace) -> None:
        options = {"email": "erin@x.test", "password": "a-long-enough-phrase", "role": "manager"}
        call_command("create_user", workspace="alice.test", stdout=io.StringIO(), **options)
        with workspace(alice_ws):
            assert list(teammates().values_list("email", flat=True)) == [
                "erin@x.test",
                "alice@alice.test",
                "bob@alice.test",
                "charlie@alice.test",
            ]

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"email": "nonsense"}, NO_ADDRESS),
            ({"password": "short"}, "This password is too short."),
            ({"email": "bob@alice.test"}, "already belongs to somebody here"),
            ({"role": "operator"}, "There is no role “operator” here."),
        ],
    )
    def test_bad_input_is_a_clear_error(self, wrong: dict[str, str], said: str) -> None:
        good = {"email": "erin@x.test", "password": "a-long-enough-phrase", "role": "manager"}
        with pytest.raises(CommandError, match=said):
            call_command("create_user", workspace="alice.test", stdout=io.StringIO(), **{**good, **wrong})


def test_what_is_over_is_swept_away(in_alice: Place) -> None:
    past, future = "2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z"
    for key, when in (("old", past), ("new", future)):
        Counter.objects.create(key=key, value=1, expires_at=when)
        store = SessionStore()
        store["key"] = key
        store.save()
        table = store.get_model_class().objects
        table.filter(session_key=store.session_key).update(expire_date=when)
    sweep()
    assert list(Counter.objects.values_list("key", flat=True)) == ["new"]
    assert [row.get_decoded()["key"] for row in table.all()] == ["new"]
