"""The guards: what each role may do, who is refused, and that no view is without one."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver

from core.accounts import access
from core.accounts.middleware import AccountsMiddleware
from core.accounts.models import User
from core.accounts.rules import ROLE_MAY, Action, Role, role_may
from tenants.access import rule_of
from tenants.context import Place
from tests import world

EVERYDAY = {"use_inbox", "add_leads"}
CHANNELS = {"manage_forms", "manage_chat"}


class TestTable:
    def test_it_is_exactly_this(self) -> None:
        """Written out, so that a change of rights is seen by whoever reads the change."""
        assert {str(role): {str(action) for action in may} for role, may in ROLE_MAY.items()} == {
            "admin": EVERYDAY
            | CHANNELS
            | {
                "manage_labels",
                "manage_canned",
                "manage_views",
                "see_reports",
                "delete_conversations",
                "manage_api_keys",
                "manage_mail",
                "manage_team",
                "see_activity",
            },
            "manager": EVERYDAY
            | CHANNELS
            | {"manage_labels", "manage_canned", "manage_views", "see_reports", "delete_conversations"},
            "agent": EVERYDAY,
            "support": EVERYDAY | CHANNELS | {"manage_labels", "manage_canned", "manage_views"},
        }

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.STAFF, "owner", "", "ADMIN"])
    def test_unlisted_roles_may_nothing(self, role: str) -> None:
        assert [action for action in Action if role_may(role, action)] == []

    def test_unlisted_actions_are_refused(self) -> None:
        assert role_may(Role.ADMIN, "drop_everything") is False

    def test_an_unknown_action_cannot_be_required(self) -> None:
        with pytest.raises(ValueError, match="drop_everything"):
            access.requires("drop_everything")

    def test_without_access_nobody_may_anything(self) -> None:
        assert access.may(User(role=Role.ADMIN, is_active=False), Action.MANAGE_TEAM) is False
        assert access.may(User(role=Role.ADMIN, is_active=True), Action.MANAGE_TEAM) is True


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


class TestTeammate:
    def test_it_works(self, in_alice: Place, alice: User, bob: User) -> None:
        assert access.access_teammate(alice, bob.id) == bob

    def test_it_checks_permission(self, in_alice: Place, bob: User, charlie: User) -> None:
        for asking in (bob, charlie):
            with pytest.raises(PermissionDenied):
                access.access_teammate(asking, charlie.id)

    def test_other_workspace_gets_404(self, in_alice: Place, alice: User, mallory: User) -> None:
        with pytest.raises(Http404):
            access.access_teammate(alice, mallory.id)


class TestGuards:
    def ask(self, view: Any, user: Any, **headers: str) -> Any:
        request = RequestFactory().get("/there/?a=1", **headers)  # type: ignore[arg-type]  # one could be `data`
        request.user = user
        return view(request)

    def test_it_works(self) -> None:
        view = access.requires("manage_forms")(hello)
        assert self.ask(view, User(role=Role.MANAGER)).content == b"hello"

    def test_it_checks_permission(self) -> None:
        view = access.requires("manage_forms")(hello)
        with pytest.raises(PermissionDenied):
            self.ask(view, User(role=Role.AGENT))

    @pytest.mark.parametrize("guard", [access.member, access.requires("use_inbox")])
    def test_strangers_are_shown_the_door(self, guard: Any, settings: Any) -> None:
        settings.ROOT_URLCONF = "deploy.urls.workspace"
        response = self.ask(guard(hello), access_stranger())
        assert response.status_code == 302
        assert response.headers["Location"] == "/account/login/?next=/there/%3Fa%3D1"

    def test_htmx_is_told_instead_of_redirected(self, settings: Any) -> None:
        settings.ROOT_URLCONF = "deploy.urls.workspace"
        response = self.ask(access.member(hello), access_stranger(), HTTP_HX_REQUEST="true")
        assert response.status_code == 204
        assert response.headers["HX-Redirect"] == "/account/login/?next=/"


def access_stranger() -> Any:
    from django.contrib.auth.models import AnonymousUser

    return AnonymousUser()


class TestDenyUnlessListed:
    def test_an_unguarded_view_is_refused(self) -> None:
        request = RequestFactory().get("/")
        with pytest.raises(PermissionDenied):
            AccountsMiddleware(hello).process_view(request, hello, (), {})

    def test_a_guarded_one_is_not(self) -> None:
        AccountsMiddleware(hello).process_view(RequestFactory().get("/"), access.public(hello), (), {})

    @pytest.mark.parametrize("kind", ["platform", "reseller", "workspace"])
    def test_no_view_is_without_a_guard(self, kind: str) -> None:
        found = dict(views(import_module(f"deploy.urls.{kind}").urlpatterns))
        assert len(found) > 10
        assert [path for path, view in found.items() if rule_of(view) is None] == []

    @pytest.mark.usefixtures("db")
    def test_the_rule_is_in_force(
        self, client_for: Callable[..., Client], alice: User, monkeypatch: Any
    ) -> None:
        from core.accounts.views import profile

        client = client_for(alice)
        assert client.get("/account/profile/").status_code == 200
        monkeypatch.delattr(profile.profile, "marque_access")
        assert client.get("/account/profile/").status_code == 403


def views(patterns: list[URLPattern | URLResolver], *, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every address of a URLconf with its view."""
    for pattern in patterns:
        path = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns, prefix=path)
        else:
            yield path, pattern.callback


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("host", [world.ALICE_HOST, world.ROSA_HOST, world.PLATFORM_HOST])
def test_strangers_see_public_pages_only(host: str) -> None:
    """Each address behind a session, with made-up ids, as a stranger: the door or a refusal, never a page."""
    kind = {world.ALICE_HOST: "workspace", world.ROSA_HOST: "reseller", world.PLATFORM_HOST: "platform"}[host]
    client = Client(HTTP_HOST=host)
    for path, view in views(import_module(f"deploy.urls.{kind}").urlpatterns):
        if rule_of(view) in {"public", "API key"}:
            continue
        response = client.get("/" + fill(path))
        assert response.status_code in {302, 401, 404, 405}, path
        if response.status_code == 302:
            assert response.headers["Location"].startswith("/account/login/?next="), path


@pytest.mark.parametrize(
    ("who", "kind"), [("alice", "workspace"), ("rosa", "reseller"), ("olga", "platform")]
)
def test_every_view_says_how_it_may_be_called(
    client_for: Callable[..., Client], request: pytest.FixtureRequest, who: str, kind: str
) -> None:
    """Whoever may do everything still cannot do it by a method that no view has listed."""
    client = client_for(request.getfixturevalue(who))
    for path, _ in views(import_module(f"deploy.urls.{kind}").urlpatterns):
        if not path.startswith(("api/", "brand/")):  # the API answers in its own way, files have patterns
            assert client.generic("PROPFIND", "/" + fill(path)).status_code == 405, path


def fill(path: str) -> str:
    import re

    made_up = {
        "uuid": "0199aaaa-0000-7000-8000-000000000000",
        "int": "1",
        "slug": "x",
        "str": "x",
        "path": "x",
    }
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: made_up[found[1] or "str"], path)
