"""Nobody takes the name of a support person, by whatever form they are named."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.accounts.models import User
from tenants.context import platform, workspace
from tenants.models import Staff, Workspace

pytestmark = pytest.mark.usefixtures("db", "redis")

ClientFor = Callable[..., Client]
FALSE = "Olga (Platform support)"
SAID = "Only the names of support people say so in brackets."


@pytest.mark.parametrize(
    ("who", "path", "data"),
    [
        ("bob", "/account/profile/", {"name": FALSE}),
        ("alice", "/settings/team/add/", {"name": FALSE, "email": "o@o.test", "role": "agent"}),
        ("rosa", "/staff/new/", {"name": FALSE, "email": "o@o.test", "role": "admin"}),
        ("rosa", "/account/profile/", {"name": FALSE}),
    ],
)
def test_bad_input_is_a_clear_error(
    client_for: ClientFor,
    request: pytest.FixtureRequest,
    alice_ws: Workspace,
    who: str,
    path: str,
    data: dict[str, Any],
) -> None:
    answer = client_for(request.getfixturevalue(who)).post(path, data)
    assert (answer.status_code, SAID in answer.content.decode()) == (422, True)
    with workspace(alice_ws):
        assert not User.objects.filter(name=FALSE).exists()
    with platform():
        assert not Staff.objects.filter(invited_name=FALSE).exists()
        assert not User.objects.filter(name=FALSE).exists()
