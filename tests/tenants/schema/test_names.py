"""Names of schemas: opaque, in order of their making, and always such as need no quoting."""

import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenants.context import is_schema_name
from tenants.ids import uuid7
from tenants.schema.names import TEMPLATE, new_schema_name, ulid

IDS = st.uuids()


def test_it_works() -> None:
    name = new_schema_name()
    assert (len(name), name[:2], is_schema_name(name)) == (28, "w_", True)
    assert is_schema_name(TEMPLATE)


def test_known_ids() -> None:
    assert ulid(uuid.UUID(int=0)) == "0" * 26
    assert ulid(uuid.UUID(int=2**128 - 1)) == "7" + "z" * 25
    assert ulid(uuid.UUID(int=32)) == "0" * 24 + "10"


@settings(max_examples=30)
@given(IDS, IDS)
def test_no_two_ids_share_a_name_and_their_order_is_kept(one: uuid.UUID, other: uuid.UUID) -> None:
    assert (ulid(one) < ulid(other), ulid(one) == ulid(other)) == (one.int < other.int, one == other)


def test_ids_of_one_process_come_in_order_and_once() -> None:
    made = [uuid7() for _ in range(200)]
    assert made == sorted(set(made))
    assert {(one.version, one.variant) for one in made} == {(7, uuid.RFC_4122)}


@pytest.mark.parametrize(
    "name",
    ["", "public", "w_", "w_abc", "W_abcd", "w_ab-cd", "w_abcd\n", 'w_ab"cd', "w_" + "a" * 41, "pg_w_abcd"],
)
def test_what_is_no_schema_of_a_workspace(name: str) -> None:
    assert is_schema_name(name) is False
