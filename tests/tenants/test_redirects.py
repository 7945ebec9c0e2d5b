"""Sending the browser elsewhere: a redirect, or what htmx listens to, and back where that helps."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from tenants.redirects import go_to, to_sign_in

pytestmark = pytest.mark.urls("deploy.urls.workspace")

SIGN_IN = "/account/login/"


def told(answer: HttpResponse) -> tuple[int, str | None, str | None]:
    return answer.status_code, answer.headers.get("Location"), answer.headers.get("HX-Redirect")


def test_a_browser_is_redirected(rf: RequestFactory) -> None:
    assert told(go_to(rf.get("/"), "forms:list")) == (302, "/settings/forms/", None)
    assert told(go_to(rf.get("/"), "/somewhere/")) == (302, "/somewhere/", None)


def test_a_name_takes_its_arguments(rf: RequestFactory) -> None:
    assert told(go_to(rf.get("/"), "forms:public", "contact")) == (302, "/f/contact/", None)


def test_htmx_is_told_and_swaps_nothing(rf: RequestFactory) -> None:
    request = rf.post("/", headers={"HX-Request": "true"})
    assert told(go_to(request, "forms:list")) == (204, None, "/settings/forms/")


@pytest.mark.parametrize(
    ("path", "after"),
    [
        ("/contacts/", "/contacts/"),
        ("/contacts/?after=a%26b", "/contacts/%3Fafter%3Da%2526b"),
        ("/contacts/?next=//evil.test", "/contacts/%3Fnext%3D//evil.test"),
    ],
)
def test_after_signing_in_one_is_back_on_the_page(rf: RequestFactory, path: str, after: str) -> None:
    assert told(to_sign_in(rf.get(path))) == (302, f"{SIGN_IN}?next={after}", None)


def test_nobody_is_sent_back_to_a_write_or_to_a_part_of_a_page(rf: RequestFactory) -> None:
    assert told(to_sign_in(rf.post("/contacts/"))) == (302, f"{SIGN_IN}?next=/", None)
    part = rf.get("/contacts/", headers={"HX-Request": "true"})
    assert told(to_sign_in(part)) == (204, None, f"{SIGN_IN}?next=/")
