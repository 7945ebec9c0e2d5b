"""What is too large is refused by its header: nothing of it is read, kept or taken for a form."""

from typing import Any

import pytest
from django.test import Client

from core.ui.bodies import LARGEST, MAX_BODY, takes_body
from tests import world

SIGN_IN = "/account/login/"
pytestmark = pytest.mark.usefixtures("db")


class Untouchable:
    """A body that must not be read."""

    def read(self, *args: Any) -> bytes:
        raise AssertionError("the body was read")

    readline = readlines = __iter__ = read


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/octet-stream"])
@pytest.mark.parametrize("host", [world.ALICE_HOST, world.ROSA_HOST, world.PLATFORM_HOST])
def test_it_works(host: str, kind: str) -> None:
    headers: dict[str, Any] = {
        "CONTENT_LENGTH": str(MAX_BODY + 1),
        "CONTENT_TYPE": kind,
        "wsgi.input": Untouchable(),
    }
    answer = Client(HTTP_HOST=host, enforce_csrf_checks=True).post(SIGN_IN, **headers)
    assert (answer.status_code, "<h1>That is too large</h1>" in answer.content.decode()) == (413, True)


@pytest.mark.parametrize("length", [str(MAX_BODY), "", "x", "-1"])
def test_what_fits_or_says_nothing_goes_on(length: str) -> None:
    answer = Client(HTTP_HOST=world.ALICE_HOST).get(SIGN_IN, CONTENT_LENGTH=length)
    assert answer.status_code == 200


def test_no_view_takes_more_than_anybody_may() -> None:
    with pytest.raises(ValueError, match="no view takes more"):
        takes_body(LARGEST + 1)
