"""Host names and headers that pretend: pages of a site with many spellings of another site's name.

Raw bytes against the real server are tests/e2e/test_hosts.py; single headers are tests/tenants/test_sites.py.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from redis import Redis

from core.accounts.models import User
from core.sending.models import Delivery
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.isolation.planted import Planted, tail
from tests.isolation.walker import text_of

THEIRS, OURS = world.MALLORY_HOST, world.ALICE_HOST

HOSTS = [
    f"{THEIRS}, {OURS}",
    f"{OURS}, {THEIRS}",
    f"{OURS} {THEIRS}",
    f"{OURS}@{THEIRS}",
    f"{THEIRS}@{OURS}",
    f"{OURS}#{THEIRS}",
    f"{OURS}/{THEIRS}",
    f"{OURS}\\{THEIRS}",
    f"{OURS}%00{THEIRS}",
    f"{OURS}\t{THEIRS}",
    f"{OURS}:80:{THEIRS}",
    f"{OURS}:x",
    f"{OURS}:-1",
    f".{OURS}",
    f"{OURS}..",
    f"*.{OURS}",
    f"www.{OURS}",
    f"evil-{OURS}",
    f"{OURS}.evil.test",
    "xn--alce-test-q5a",
    "аlice.test",
    "ａｌｉｃｅ.test",
    "alice。test",
    "127.0.0.1",
    "[::1]",
    "2130706433",
    "localhost",
    "",
    " ",
    "a" * 5000,
]

SPOOFS = {
    "X-Forwarded-Host": THEIRS,
    "X_Forwarded_Host": THEIRS,
    "X-Forwarded-Server": THEIRS,
    "X-Forwarded-For": THEIRS,
    "X-Forwarded-Port": "6666",
    "X-Forwarded-Proto": "https",
    "X-Host": THEIRS,
    "X-HTTP-Host-Override": THEIRS,
    "X-Original-Host": THEIRS,
    "X-Original-URL": f"http://{THEIRS}/",
    "X-Rewrite-URL": f"http://{THEIRS}/",
    "Forwarded": f"for=1.1.1.1;host={THEIRS};proto=https",
    "Origin": f"http://{THEIRS}",
    "Referer": f"http://{THEIRS}/",
}


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_is_not_one_learns_nothing(
    client_for: Callable[..., Client], alice: User, theirs: Planted, their_side: Planted, host: str
) -> None:
    client = client_for(alice)
    client.defaults["HTTP_HOST"] = host
    for path in ("/", "/account/login/", "/api/v1/openapi.json", "/settings/team/"):
        answer = client.get(path)
        assert answer.status_code in {400, 404}, path
        text = text_of(answer)
        assert [word for word in theirs.words + their_side.words if tail(word) in text] == []
        assert "Alice" not in text
        assert answer.cookies == {}


@pytest.mark.parametrize(
    "host", [OURS.upper(), f"{OURS}.", f"{OURS}:8000", f"{OURS}:99999999", f"{OURS}.:80"]
)
def test_another_spelling_of_ours_is_ours(client_for: Callable[..., Client], alice: User, host: str) -> None:
    client = client_for(alice)
    client.defaults["HTTP_HOST"] = host
    assert client.get("/account/profile/").status_code in {200, 404}


def test_no_header_moves_a_request(
    client_for: Callable[..., Client], alice: User, theirs: Planted, their_side: Planted, redis: Redis
) -> None:
    client = client_for(alice)
    for path in ("/", "/settings/team/", "/inbox/", "/account/profile/", "/settings/forms/"):
        plain, spoofed = client.get(path), client.get(path, headers=SPOOFS)
        assert (plain.status_code, spoofed.status_code) == (200, 200)
        assert [word for word in theirs.words + their_side.words if tail(word) in text_of(spoofed)] == []
        assert THEIRS not in spoofed.content.decode()


def test_links_in_mails_come_from_the_database(
    client_for: Callable[..., Client], alice: User, alice_ws: Workspace, redis: Redis
) -> None:
    client = client_for(alice)
    client.defaults["HTTP_HOST"] = f"{OURS}:6666"
    form = {"name": "New", "email": "new@alice.test", "role": "agent"}
    assert client.post("/settings/team/add/", form, headers=SPOOFS).status_code in {302, 204, 200}
    with workspace(alice_ws):
        payload: Any = Delivery.objects.get(to="new@alice.test").payload
    assert f"http://{OURS}:8000/account/welcome/" in str(payload)
    assert (THEIRS in str(payload), "6666" in str(payload)) == (False, False)
