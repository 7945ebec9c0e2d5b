"""Proof of work: good for one content under one token; without it a lead is kept and doubted."""

from typing import Any

import pytest
from django.test import Client

from inbox.conversations.models import Conversation
from inbox.transports.form.models import LeadForm
from inbox.transports.form.proof import challenge, is_proof
from tenants.context import workspace
from tenants.models import Workspace
from tests.inbox.transports.form.conftest import ANSWERS, PAGE, proof_of, token_in


def doubts(row: Workspace) -> list[str]:
    with workspace(row):
        return list(Conversation.objects.order_by("created_at").values_list("doubt", flat=True))


def sent(stranger: Client, **changes: str) -> dict[str, str]:
    return {**ANSWERS, "token": token_in(stranger.get(PAGE)), **changes}


def test_it_works(alice_ws: Workspace, lead_form: LeadForm, stranger: Client, redis: Any) -> None:
    said = sent(stranger, message="One\r\ntwo")
    assert stranger.post(PAGE, {**said, "proof": proof_of(said)}).status_code == 302
    assert doubts(alice_ws) == [""]


def test_without_one_the_lead_is_kept_and_doubted(
    alice_ws: Workspace, lead_form: LeadForm, stranger: Client, redis: Any
) -> None:
    assert stranger.post(PAGE, sent(stranger)).status_code == 302
    assert doubts(alice_ws) == ["unproven"]


def test_it_is_good_for_one_content_alone(
    alice_ws: Workspace, lead_form: LeadForm, stranger: Client, redis: Any
) -> None:
    """The same again is the same lead; other words under the old work are doubted."""
    said = sent(stranger)
    proof = proof_of(said)
    for words in (said, said, {**said, "message": "Buy pills"}):
        stranger.post(PAGE, {**words, "proof": proof})
    assert doubts(alice_ws) == ["", "unproven"]


@pytest.mark.parametrize(
    "other",
    [
        {"email": ["a", "x", "b"], "y": ["c"]},
        {"email": ["a"], "x": ["b", "y", "c"]},
        {"email": ["a"], "x": ["1\0b\0y"], "y": ["c"]},
    ],
)
def test_no_two_contents_are_one_challenge(other: dict[str, list[str]]) -> None:
    first = {"email": ["a"], "x": ["b"], "y": ["c"]}
    assert challenge("token", first) != challenge("token", other)


def test_what_holds_a_nul_has_no_proof() -> None:
    said = {"token": "t", "x": "1\0a"}
    assert not is_proof(proof_of(said), token="t", sent={"token": ["t"], "x": ["1\0a"]})


def test_it_is_good_for_one_token_alone(
    alice_ws: Workspace, lead_form: LeadForm, stranger: Client, redis: Any
) -> None:
    first, second = sent(stranger), sent(stranger)
    stranger.post(PAGE, {**second, "proof": proof_of(first)})
    assert doubts(alice_ws) == ["unproven"]


@pytest.mark.parametrize(
    "proof",
    ["", "1", "1.2.3.4.5.6.7.8.9", "x.x.x.x.x.x.x.x", "-1.2.3.4.5.6.7.8", "9999999999.1.1.1.1.1.1.1", "²"],
)
def test_nonsense_is_none(proof: str) -> None:
    assert is_proof(proof, token="t", sent={"a": ["b"]}) is False


def test_each_of_its_parts_counts() -> None:
    said = {"token": "t", "a": "b"}
    numbers = proof_of(said).split(".")
    given = {name: [value] for name, value in said.items()}
    assert is_proof(".".join(numbers), token="t", sent=given) is True
    for part in range(8):
        wrong = [*numbers]
        wrong[part] = str(int(numbers[part]) + 1)
        assert is_proof(".".join(wrong), token="t", sent=given) is False
