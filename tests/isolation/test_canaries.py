"""Every model has canaries: one that is added tomorrow is planted by itself, or named here."""

from typing import Any

from django.db import connection, models

from tenants.context import workspace
from tenants.models import Workspace
from tests.isolation.canaries import NOBODYS, platform_models, workspace_models
from tests.isolation.planted import TAIL, Planted, tail, texts


def labels(found: list[type[models.Model]]) -> set[str]:
    return {model._meta.label for model in found}


def has_text(model: type[models.Model]) -> bool:
    """Whether a row of it can hold a word: free text that is long enough, not chosen from a list."""
    return any(
        isinstance(column, models.CharField | models.TextField | models.JSONField | models.BinaryField)
        and not column.choices
        and not isinstance(column, models.GeneratedField)
        and (getattr(column, "max_length", None) or 99) > TAIL + 2
        for column in model._meta.concrete_fields
    )


def test_every_model_of_a_workspace_has_a_row(theirs: Planted) -> None:
    assert labels(workspace_models()) - set(theirs.rows) == set()
    wordless = [m._meta.label for m in workspace_models() if has_text(m) and not texts(theirs, m._meta.label)]
    assert wordless == []


def test_so_has_every_model_of_the_platform(their_side: Planted) -> None:
    assert labels(platform_models()) - set(their_side.rows) == set(NOBODYS)
    wordless = [
        m._meta.label
        for m in platform_models()
        if m._meta.label not in NOBODYS and has_text(m) and not texts(their_side, m._meta.label)
    ]
    assert wordless == []


def test_no_exemption_outlives_its_model() -> None:
    assert set(NOBODYS) - labels(platform_models()) == set()


def test_words_are_unmistakable(theirs: Planted, their_side: Planted) -> None:
    words = [*theirs.words, *their_side.words]
    assert len(words) == len(set(words)) == len({tail(word) for word in words})
    assert min(len(word) for word in words) > TAIL + 2


def test_they_stand_in_the_database_and_nowhere_else(
    theirs: Planted, alice_ws: Workspace, mallory_ws: Workspace
) -> None:
    def holds(row: Workspace) -> bool:
        with workspace(row), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM contacts_contact t WHERE t::text LIKE %s", ["%zq%"])
            found: Any = cursor.fetchone()
        return bool(found[0])

    assert (holds(alice_ws), holds(mallory_ws)) == (False, True)
