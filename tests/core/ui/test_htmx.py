"""When a view answers with a part, and what an answer can say in the corner."""

import json

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from core.ui.htmx import wants_partial
from core.ui.toasts import toast

PART = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "section#reading"}


@pytest.mark.parametrize(
    ("headers", "target", "expected"),
    [
        (PART, "", True),
        (PART, "reading", True),
        (PART, "inbox-list", False),
        ({}, "", False),
        (PART | {"HX-Request-Type": "full"}, "", False),
        (PART | {"HX-History-Restore-Request": "true"}, "reading", False),
        ({"HX-Target": "section#reading", "HX-Request-Type": "partial"}, "reading", False),
    ],
)
def test_wants_partial(headers: dict[str, str], target: str, expected: bool) -> None:
    assert wants_partial(RequestFactory().get("/", headers=headers), target) is expected


def test_a_toast_travels_with_the_answer() -> None:
    response = toast(HttpResponse(), "Resolved", undo_url="/inbox/1/resolve/")
    told = json.loads(response.headers["HX-Trigger"])
    assert told == {"toast": {"text": "Resolved", "level": "success", "undo": "/inbox/1/resolve/"}}


def test_a_toast_leaves_other_triggers_alone() -> None:
    response = HttpResponse(headers={"HX-Trigger": '{"close-sheet": true}'})
    told = json.loads(toast(response, "Saved", level="info").headers["HX-Trigger"])
    assert told == {"close-sheet": True, "toast": {"text": "Saved", "level": "info", "undo": ""}}
