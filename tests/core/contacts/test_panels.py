"""core/contacts/panels.py: panels in order, for those who may see them, each failing by itself."""

from typing import Any

import pytest
from django.test import RequestFactory

from core.accounts.models import User
from core.accounts.rules import Action
from core.contacts import panels
from core.contacts.models import Contact
from core.contacts.panels import Beside, Drawn, Panel, drawn_panels, register_panel
from tenants.context import Place

COMPANY = "contacts/panels/company.html"


@pytest.fixture(autouse=True)
def no_panels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "_panels", {})


def shown(user: User) -> list[Drawn]:
    request = RequestFactory().get("/")
    request.user = user
    return drawn_panels(request, contact=Contact(name="Zoë"), conversation=None)


def panel(key: str, *, order: int = 50, may: str | None = None, context: Any = lambda beside: {}) -> Panel:
    return Panel(key=key, title=key.title(), order=order, template=COMPANY, context=context, may=may)


def test_they_stand_in_order_and_what_has_nothing_to_show_is_left_out(in_alice: Place, bob: User) -> None:
    for one in (panel("last", order=90), panel("first"), panel("none", context=lambda beside: None)):
        register_panel(one)
    assert [one.key for one in shown(bob)] == ["first", "last"]


def test_who_may_not_see_one_does_not_have_it_read(in_alice: Place, alice: User, charlie: User) -> None:
    read: list[str] = []

    def context(beside: Beside) -> dict[str, Any]:
        read.append(beside.user.name)
        return {}

    register_panel(panel("money", may=Action.MANAGE_TEAM, context=context))
    assert (shown(charlie), read) == ([], [])
    assert ([one.key for one in shown(alice)], read) == (["money"], ["Alice Archer"])


def test_one_that_fails_says_so_in_its_place(
    in_alice: Place, bob: User, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(beside: Beside) -> dict[str, Any]:
        raise RuntimeError("nobody expected this")

    unread = Panel(key="c", title="C", order=3, template="contacts/nowhere.html", context=lambda beside: {})
    for one in (panel("a", order=1, context=broken), panel("b", order=2), unread):
        register_panel(one)
    assert [(one.key, one.html is None) for one in shown(bob)] == [("a", True), ("b", False), ("c", True)]
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        "the panel a could not be drawn",
        "the panel c could not be drawn",
    ]


def test_a_second_one_of_the_same_key_is_a_mistake() -> None:
    register_panel(panel("deals"))
    with pytest.raises(ValueError, match="already is a panel called 'deals'"):
        register_panel(panel("deals", order=1))
