"""Every error leaves as a problem document that names the field; one of our own keeps its cause to itself."""

import json
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.http import Http404
from django.test import RequestFactory
from ninja.errors import AuthenticationError, HttpError, ValidationError

from core.api.errors import Problem, field_errors, problem_of, with_limits
from core.api.idempotency import idempotency_key, key_reused

FORESEEN = [
    (AuthenticationError(), 401, "no_valid_key"),
    (Http404("secret words"), 404, "not_found"),
    (RequestDataTooBig("secret words"), 413, "too_large"),
    (HttpError(400, "Cannot parse request body (secret words)"), 400, "bad_request"),
    (ValidationError([]), 422, "invalid_fields"),
    (key_reused(), 422, "idempotency_key_reused"),
    (ZeroDivisionError("secret words"), 500, "server_error"),
]


@pytest.mark.parametrize(("error", "status", "code"), FORESEEN, ids=lambda value: str(value)[:20])
def test_it_works(error: Exception, status: int, code: str) -> None:
    answer = problem_of(error).response()
    body = json.loads(answer.content)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert (body["type"], body["status"], body["code"]) == ("about:blank", status, code)
    assert set(body) == {"type", "title", "status", "code", "detail"}
    assert b"secret words" not in answer.content


def test_a_problem_is_passed_on_as_it_is() -> None:
    one = Problem(409, code="taken", detail="It is taken.", headers={"Retry-After": "3"})
    assert problem_of(one) is one
    assert one.response()["Retry-After"] == "3"


PATHS = [
    (("body", "body", "email"), "email"),
    (("body", "body", "people", 0, "email"), "people.0.email"),
    (("body", "body"), "body"),
    (("body",), "body"),
    (("query", "after"), "after"),
    (("path", "lead", "id"), "lead.id"),
]


@pytest.mark.parametrize(("path", "field"), PATHS)
def test_a_field_is_named_as_it_was_written(path: tuple[Any, ...], field: str) -> None:
    [found] = field_errors([{"loc": path, "type": "missing", "msg": "Field required"}])
    assert found == {"field": field, "detail": "This field is required."}


def test_words_of_our_own_come_without_the_librarys() -> None:
    said = [
        {"loc": ("body", "x", "a"), "type": "value_error", "msg": "Value error, Send an email."},
        {"loc": ("body", "x", "b"), "type": "int_type", "msg": "Input should be a valid integer"},
    ]
    assert [each["detail"] for each in field_errors(said)] == [
        "Send an email.",
        "Input should be a valid integer",
    ]


def test_the_limits_headers_are_added_and_replace_nothing(rf: RequestFactory) -> None:
    request: Any = rf.get("/")
    response = Problem(429, code="too_many_requests", detail="", headers={"Retry-After": "3"}).response()
    assert dict(with_limits(request, response).headers) == dict(response.headers)
    request.api_headers = {"Retry-After": "60", "X-RateLimit-Limit": "300"}
    answer = with_limits(request, response)
    assert (answer["Retry-After"], answer["X-RateLimit-Limit"]) == ("3", "300")


@pytest.mark.parametrize(
    ("value", "key"),
    [(None, ""), ("a", "a"), (" attempt 1 ", "attempt 1"), ("x" * 200, "x" * 200), ("~!", "~!")],
)
def test_an_idempotency_key_is_what_the_client_calls_its_attempt(
    rf: RequestFactory, value: str | None, key: str
) -> None:
    headers = {} if value is None else {"Idempotency-Key": value}
    assert idempotency_key(rf.post("/", headers=headers)) == key


@pytest.mark.parametrize("value", ["", " ", "x" * 201, "é", "a\tb", "a\x7f", "a\0"])
def test_any_other_is_refused(rf: RequestFactory, value: str) -> None:
    with pytest.raises(Problem) as refusal:
        idempotency_key(rf.post("/", headers={"Idempotency-Key": value}))
    assert (refusal.value.status, refusal.value.code) == (400, "bad_idempotency_key")
