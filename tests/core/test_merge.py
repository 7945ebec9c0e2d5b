"""core/merge.py: tags are names and nothing more, read once."""

import re

import pytest
from django.core.exceptions import ValidationError

from core.merge import check_tags, merge

VALUES = {"contact.name": "Zoë", "contact.company": " ", "agent.name": "{{ contact.name }}"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hi {{ contact.name }},", "Hi Zoë,"),
        ("Hi {{contact.name|there}},", "Hi Zoë,"),
        ("At {{ contact.company | your company }}", "At your company"),
        ("At {{ contact.company }}.", "At ."),
        ("{{ agent.name }}", "{{ contact.name }}"),  # a value is never read again
        ("{{ settings.SECRET_KEY | no }}", "no"),
        ("{{ contact.name.__class__ }}{% load x %}{{ 7*7 }}", "{% load x %}"),
        ("{{{ contact.name }}}", "{Zoë}"),
        ("{{ unclosed", "{{ unclosed"),
    ],
)
def test_it_works(text: str, said: str) -> None:
    assert merge(text, VALUES) == said


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ contact.secret }}", "“{{ contact.secret }}” is no tag. There are: agent.name, contact.company"),
        ("{{ }}", "is no tag"),
        ("{{ contact.name", "not written whole"),
        ("contact.name }}", "not written whole"),
        ("{{ {{ contact.name }} }}", "not written whole"),
        ("{{ contact.name|{x} }}", "not written whole"),
    ],
)
def test_bad_input_is_a_clear_error(text: str, why: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(why)):
        check_tags(text, known=VALUES)


def test_good_input_passes() -> None:
    check_tags("Hi {{ contact.name | there }}, {x} {{agent.name}}", known=VALUES)
