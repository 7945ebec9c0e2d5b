"""POST /api/v1/leads: one lead per submission, clear errors, and keys that open one workspace only."""

from typing import Any

import pytest

from core.accounts.models import User
from core.api import auth
from core.api.domain.keys import make_key, revoke_key
from core.api.enums import Scope
from core.api.models import ApiKey
from core.contacts.models import Contact
from inbox.conversations.models import Conversation, Message
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.inbox.transports.api.conftest import Send

LEAD = {
    "name": "Ada Byron",
    "email": "ada@acme.test",
    "phone": "+49 30 901820",
    "company": "Acme",
    "subject": "Demo",
    "message": "Hello",
}


def counts(row: Workspace) -> tuple[int, int]:
    with workspace(row):
        return Contact.objects.count(), Message.objects.count()


def problem(answer: Any) -> tuple[int, str, str]:
    body = answer.json()
    assert (body["status"], body["type"]) == (answer.status_code, "about:blank")
    return answer.status_code, answer["Content-Type"], body["code"]


def test_it_works(alice_ws: Workspace, send: Send) -> None:
    answer = send(LEAD)
    with workspace(alice_ws):
        row = Conversation.objects.select_related("contact").get()
        message = Message.objects.get()
    assert (answer.status_code, answer.json()) == (
        201,
        {
            "contact_id": str(row.contact_id),
            "conversation_id": str(row.id),
            "message_id": str(message.id),
            "duplicate": False,
        },
    )
    assert (row.channel, row.subject, row.contact.source_first) == ("api", "Demo", "api:Shop")
    assert (row.contact.email, message.body_text) == ("ada@acme.test", "Hello")
    assert "no-store" in answer["Cache-Control"]


def test_the_same_again_is_the_first_one(alice_ws: Workspace, send: Send) -> None:
    for headers in ({}, {"HTTP_IDEMPOTENCY_KEY": "attempt-1"}):
        first, again = send(LEAD, **headers), send(LEAD, **headers)
        assert (first.status_code, again.status_code) == (201, 200)
        assert again.json() == {**first.json(), "duplicate": True}
    body = {**LEAD, "external_id": "4711"}
    first, again = send(body), send({**body, "message": "Changed"})
    assert again.json() == {**first.json(), "duplicate": True}
    assert counts(alice_ws) == (1, 3)


def test_two_programs_may_choose_the_same_ids(alice_ws: Workspace, alice: User, send: Send) -> None:
    with workspace(alice_ws):
        other = make_key(name="Shop", scopes=[Scope.LEADS_WRITE], created_by=alice)[1]
    send(LEAD, HTTP_IDEMPOTENCY_KEY="attempt-1")
    answer = send({**LEAD, "message": "Other"}, bearer=other, HTTP_IDEMPOTENCY_KEY="attempt-1")
    assert answer.status_code == 201
    send({**LEAD, "external_id": "4711"})
    answer = send({**LEAD, "email": "bea@acme.test", "external_id": "4711"}, bearer=other)
    assert answer.status_code == 201
    assert counts(alice_ws) == (2, 4)


def test_an_idempotency_key_with_another_body_is_a_mistake(alice_ws: Workspace, send: Send) -> None:
    send(LEAD, HTTP_IDEMPOTENCY_KEY="attempt-1")
    answer = send({**LEAD, "message": "Other"}, HTTP_IDEMPOTENCY_KEY="attempt-1")
    assert problem(answer) == (422, "application/problem+json", "idempotency_key_reused")
    assert counts(alice_ws) == (1, 1)


@pytest.mark.parametrize("value", ["", " ", "x" * 201, "é"])
def test_a_bad_idempotency_key_is_a_clear_error(alice_ws: Workspace, send: Send, value: str) -> None:
    answer = send(LEAD, HTTP_IDEMPOTENCY_KEY=value)
    assert problem(answer) == (400, "application/problem+json", "bad_idempotency_key")


@pytest.mark.parametrize("bearer", ["", "nonsense", "crm_abc_def", "crm__", "crm_\0_x", "é", "x" * 5000])
def test_without_a_valid_key_nothing_is_taken(alice_ws: Workspace, send: Send, bearer: str) -> None:
    answer = send(LEAD, bearer=bearer)
    assert problem(answer) == (401, "application/problem+json", "no_valid_key")
    assert (answer["WWW-Authenticate"], counts(alice_ws)) == ("Bearer", (0, 0))


def test_a_key_of_another_workspace_is_refused(
    alice_ws: Workspace, mallory_ws: Workspace, key: str, send: Send
) -> None:
    answer = send(LEAD, host=world.MALLORY_HOST)
    assert problem(answer) == (401, "application/problem+json", "no_valid_key")
    assert (counts(alice_ws), counts(mallory_ws)) == ((0, 0), (0, 0))


def test_the_right_prefix_with_another_secret_is_refused(alice_ws: Workspace, key: str, send: Send) -> None:
    assert send(LEAD, bearer=key[:-1] + ("a" if key[-1] != "a" else "b")).status_code == 401


def test_a_revoked_key_is_refused_at_once(alice_ws: Workspace, send: Send) -> None:
    assert send(LEAD).status_code == 201
    with workspace(alice_ws):
        revoke_key(ApiKey.objects.get())
    assert send({**LEAD, "message": "Later"}).status_code == 401


def test_a_key_without_the_scope_is_refused(alice_ws: Workspace, alice: User, send: Send) -> None:
    with workspace(alice_ws):
        _, text = make_key(name="Reader", scopes=[], created_by=alice)
    assert problem(send(LEAD, bearer=text)) == (403, "application/problem+json", "missing_scope")


BAD_FIELDS = [
    ({"name": "x" * 201}, "name", "String should have at most 200 characters"),
    ({"message": "x" * 20_001}, "message", "String should have at most 20000 characters"),
    ({"email": "ada"}, "email", "This is not an e-mail address."),
    ({"name": "a\0b"}, "name", "This has a character that cannot be stored. Remove it and send again."),
    (
        {"company": "\ud800"},
        "company",
        "Input should be a valid string, unable to parse raw data as a unicode string",
    ),
    ({"name": 7}, "name", "Input should be a valid string"),
    ({"name": None}, "name", "Input should be a valid string"),
    ({"emial": "x"}, "emial", "There is no such field."),
]


@pytest.mark.parametrize(("change", "field", "detail"), BAD_FIELDS)
def test_bad_input_is_a_clear_error(
    alice_ws: Workspace, send: Send, change: dict[str, Any], field: str, detail: str
) -> None:
    answer = send({**LEAD, **change})
    assert problem(answer) == (422, "application/problem+json", "invalid_fields")
    assert answer.json()["errors"] == [{"field": field, "detail": detail}]
    assert counts(alice_ws) == (0, 0)


@pytest.mark.parametrize("field", ["id", "contact_id", "assignee", "state", "created_at", "role", "source"])
def test_fields_that_are_ours_are_refused(alice_ws: Workspace, send: Send, field: str) -> None:
    answer = send({**LEAD, field: "x"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert counts(alice_ws) == (0, 0)


def test_nobody_is_not_a_lead(alice_ws: Workspace, send: Send) -> None:
    answer = send({"message": "Hello", "name": "Ada"})
    assert answer.json()["errors"] == [
        {"field": "body", "detail": "Send an email or a phone, or nobody can answer."}
    ]
    assert counts(alice_ws) == (0, 0)


@pytest.mark.parametrize("body", ["", "{", "[]", '"x"', "null", "[" * 100_000, "\xff", '{"name": NaN}'])
def test_a_broken_body_is_a_clear_error(alice_ws: Workspace, send: Send, body: str) -> None:
    answer = send(body.encode("latin-1"))
    assert (answer.status_code in {400, 422}, answer["Content-Type"]) == (True, "application/problem+json")
    assert counts(alice_ws) == (0, 0)


def test_a_body_that_is_no_json_says_so(send: Send) -> None:
    assert send(b"{").json()["detail"] == "This is not valid JSON."


def test_a_large_body_is_refused(alice_ws: Workspace, send: Send) -> None:
    for size in (auth.MAX_BODY, 5_000_000):
        answer = send({**LEAD, "message": "x" * size})
        assert problem(answer) == (413, "application/problem+json", "too_large")


def test_too_many_are_told_when_to_come_back(
    alice_ws: Workspace, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth, "REQUESTS_PER_MINUTE", 2)
    answers = [send({**LEAD, "message": str(number)}) for number in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert [answer["X-RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
    assert problem(answers[2]) == (429, "application/problem+json", "too_many_requests")
    assert counts(alice_ws) == (1, 2)


def test_other_methods_and_addresses(alice_ws: Workspace, visitor: Any) -> None:
    client = visitor(world.ALICE_HOST)
    answer = client.get("/api/v1/leads")
    assert problem(answer) == (405, "application/problem+json", "method_not_allowed")
    assert answer["Allow"] == "POST"
    for path in ("/api/", "/api/v1/nothing", "/api/v2/leads", "/api/v1/docs"):
        assert problem(client.get(path)) == (404, "application/problem+json", "not_found")
    schema = client.get("/api/v1/openapi.json").json()
    assert list(schema["paths"]) == ["/api/v1/leads"]
    assert list(schema["components"]["securitySchemes"]) == ["ApiKeyAuth"]


def test_when_it_was_last_used_is_noted_coarsely(alice_ws: Workspace, send: Send) -> None:
    send(LEAD)
    with workspace(alice_ws):
        first = ApiKey.objects.get().last_used_at
    send({**LEAD, "message": "Again"})
    with workspace(alice_ws):
        assert ApiKey.objects.get().last_used_at == first
    assert first is not None
