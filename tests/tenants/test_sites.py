"""Host names: only registered ones are sites, and nothing a request says can change which."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from core.accounts.models import User
from tenants import sites
from tenants.context import Place, current, current_or_none, place_of, platform
from tenants.hosts.domains import check_host, subdomain
from tenants.middleware import SiteMiddleware, same_site
from tenants.models import Domain, Reseller, Workspace
from tenants.sites import host_of, primary_host, resolve, url_for

Visitor = Callable[[str], Client]


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("alice.test", "alice.test"),
        ("ALICE.test:8000", "alice.test"),
        ("alice.test:", None),  # Django refuses it later, and without a brand
        ("alice.test:٣", None),
        ("alice.test.", None),
        ("alice.test:80x", None),
        ("alice.test/evil", None),
        ("alice.test@evil.test", None),
        ("alice..test", None),
        ("-alice.test", None),
        ("[::1]", None),
        ("älice.test", None),
        ("", None),
        ("a" * 254, None),
    ],
)
def test_a_host_header_is_a_plain_name_or_nothing(header: str, host: str | None) -> None:
    assert host_of(header) == host


def test_each_host_is_its_own_site(alice_ws: Workspace, mallory_ws: Workspace) -> None:
    found = {host: resolve(host) for host in ("platform.test", "rosa.test", "alice.test", "mallory.test")}
    assert {host: (site.kind, site.place.schema) for host, site in found.items() if site} == {
        "platform.test": ("platform", "public"),
        "rosa.test": ("reseller", "public"),
        "alice.test": ("workspace", alice_ws.schema),
        "mallory.test": ("workspace", mallory_ws.schema),
    }
    assert resolve("nobody.test") is None


def test_a_workspace_being_set_up_is_no_site(alice_ws: Workspace) -> None:
    with platform():
        Workspace.objects.filter(id=alice_ws.id).update(state="building")
    assert resolve("alice.test") is None


def test_an_unknown_host_gets_a_neutral_404(db: None, visitor: Visitor) -> None:
    answer = visitor("nobody.test").get("/")
    assert answer.status_code == 404
    page = answer.content.decode()
    assert [word for word in ("Marque", "Alice", "Rosa", "Mallory", "Rita") if word in page] == []
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["HTTP_X_FORWARDED_HOST", "HTTP_X_HOST", "HTTP_FORWARDED", "SERVER_NAME"])
def test_no_other_header_names_the_site(db: None, name: str) -> None:
    def spoof(host: str) -> dict[str, Any]:
        return {name: host}

    assert Client(HTTP_HOST="nobody.test").get("/", **spoof("alice.test")).status_code == 404
    honest = Client(HTTP_HOST="alice.test").get("/account/login/").content
    spoofed = Client(HTTP_HOST="alice.test").get("/account/login/", **spoof("mallory.test")).content
    assert b"Mallory" not in spoofed
    assert (b"Alice" in spoofed) == (b"Alice" in honest)


@pytest.mark.parametrize("whose", ["workspace", "reseller"])
def test_a_suspended_site_shows_a_branded_notice(alice_ws: Workspace, visitor: Visitor, whose: str) -> None:
    with platform():
        if whose == "workspace":
            Workspace.objects.filter(id=alice_ws.id).update(state="suspended")
        else:
            Reseller.objects.filter(slug="rosa").update(state="suspended")
    answer = visitor("alice.test").get("/")
    assert answer.status_code == 403
    assert b"Alice&#x27;s" in answer.content
    assert visitor("mallory.test").get("/").status_code != 403


def test_the_place_is_left_when_the_request_is_over(alice_ws: Workspace, rf: RequestFactory) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(current().schema)

    answer = SiteMiddleware(view)(rf.get("/", headers={"host": "alice.test"}))
    assert isinstance(answer, HttpResponse)
    assert answer.content.decode() == alice_ws.schema
    assert current_or_none() is None


def test_a_streamed_answer_stays_in_its_place(alice_ws: Workspace, rf: RequestFactory) -> None:
    def view(request: HttpRequest) -> StreamingHttpResponse:
        people = User.objects.order_by("email").values_list("email", flat=True)
        return StreamingHttpResponse(f"{email} in {current().schema}\n" for email in people)

    answer = SiteMiddleware(view)(rf.get("/", headers={"host": "alice.test"}))
    assert isinstance(answer, StreamingHttpResponse)
    assert current_or_none() is None
    assert answer.getvalue().decode().splitlines() == [
        f"{name}@alice.test in {alice_ws.schema}" for name in ("alice", "bob", "charlie")
    ]


def test_addresses_come_from_the_database(alice_ws: Workspace) -> None:
    with platform():
        Domain.objects.filter(host="alice.test").update(is_primary=False)
        Domain.objects.create(
            host="crm.alice.test", kind="workspace", reseller=alice_ws.reseller, workspace=alice_ws
        )
    assert url_for("/x/", place=place_of(alice_ws)) == f"{sites.origin('crm.alice.test')}/x/"


def test_only_the_sites_own_page_may_open_its_socket(db: None, settings: object) -> None:
    site = resolve("alice.test")
    assert site is not None
    port = sites.origin("alice.test").rpartition(":")[2]
    verdicts = {
        f"http://alice.test:{port}": True,
        f"http://ALICE.test:{port}": True,
        f"https://alice.test:{port}": False,
        "http://alice.test": False,
        f"http://mallory.test:{port}": False,
        f"http://alice.test.evil.test:{port}": False,
        f"http://evil-alice.test:{port}": False,
        f"http://user@alice.test:{port}": False,
        f"http://alice.test:{port}/path": False,
        "http://alice.test:99999": False,
        "null": False,
        "": False,
    }
    assert {origin: same_site(origin, site) for origin in verdicts} == verdicts


@pytest.mark.parametrize(
    "host", ["a b.test", "localhost", "10.0.0.1", "crm", "-a.test", "a_b.test", "ä ö.test", ""]
)
def test_an_unfit_host_is_a_clear_error(host: str) -> None:
    with pytest.raises(ValidationError) as error:
        check_host(host)
    assert "Use a host name" in error.value.messages[0]


@pytest.mark.parametrize("below", ["a.platform", "a.acme", "a.b.c"])
def test_nobody_gets_a_name_below_somebody_elses(below: str) -> None:
    with pytest.raises(ValidationError, match="use a single word without dots"):
        check_host(f"{below}.{settings.BASE_HOST}")


@pytest.mark.parametrize("label", ["www", "platform", "api", "mail"])
def test_the_platforms_own_names_are_kept(label: str) -> None:
    with pytest.raises(ValidationError, match="kept for the platform"):
        subdomain(label)


def test_a_host_is_registered_in_lower_case() -> None:
    assert check_host(" CRM.Example.com. ") == "crm.example.com"


def test_the_platform_has_one_primary_domain(on_platform: Place) -> None:
    with pytest.raises(IntegrityError, match="one_primary_of_the_platform"), transaction.atomic():
        Domain.objects.create(host="second.test", kind="platform")
    Domain.objects.create(host="second.test", kind="platform", is_primary=False)
    assert primary_host(on_platform) == "platform.test"
