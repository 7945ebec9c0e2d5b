"""A reseller's starter templates: taken from a workspace, copied, renamed, made the default, deleted."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from branding.models import Brand
from core.accounts.domain.roles import make_role
from core.accounts.models import TeamRole, User
from inbox.canned.models import CannedReply
from inbox.transports.form.models import LeadForm
from tenants import provisioning, setup, starters
from tenants.console.domain import starters as acts
from tenants.context import platform, workspace
from tenants.models import Reseller, Staff, StarterTemplate, Workspace
from tenants.starters import write_built_ins

pytestmark = pytest.mark.usefixtures("db")

ClientFor = Callable[..., Client]
STARTERS = "/starters/"
WORDS = {"name": "Like Alice's", "description": "For clients of her kind."}
BUILT_IN = ["Agency", "Clinic or practice", "Sales team"]


def own(slug: str = "rosa") -> list[StarterTemplate]:
    with platform():
        return list(StarterTemplate.objects.filter(reseller__slug=slug).order_by("name"))


def make(name: str = "Mine", *, slug: str = "rosa", parts: Any = None) -> StarterTemplate:
    with platform():
        reseller = Reseller.objects.get(slug=slug)
        parts = parts or {"roles": [{"name": f"Role of {name}", "actions": ["use_inbox"]}]}
        return StarterTemplate.objects.create(reseller=reseller, name=name, parts=parts)


def begin(starter: StarterTemplate, *, host: str = "begun.test") -> Workspace:
    with platform():
        reseller = Reseller.objects.get(slug="rosa")
    return provisioning.claim(
        reseller=reseller, name="Begun", host=host, owner_email="o@b.test", starter=starter
    )


def built_in(name: str = "Agency") -> StarterTemplate:
    with platform():
        return StarterTemplate.objects.get(reseller=None, name=name)


@pytest.fixture
def alice_as_set_up(alice_ws: Workspace) -> Workspace:
    with workspace(alice_ws):
        make_role(name="Front desk", actions=["use_inbox", "manage_forms"])
        LeadForm.objects.all().delete()
        fields = [{"key": "phone", "required": True}]
        LeadForm.objects.create(slug="call", title="Call me", fields=fields)
        LeadForm.objects.create(slug="closed", title="Closed", is_active=False)
        CannedReply.objects.create(name="Hours", code="hours", text="Nine to five.")
    with platform():
        Brand.objects.create(
            reseller_id=alice_ws.reseller_id,
            workspace=alice_ws,
            name="CANARY",
            hue=120.0,
            chroma=0.1,
            tagline="We call.",
        )
    return alice_ws


TAKEN: dict[str, Any] = {
    "roles": [{"name": "Front desk", "actions": ["use_inbox", "manage_forms"]}],
    "canned": [{"name": "Hours", "code": "hours", "text": "Nine to five."}],
    "forms": [
        {
            "slug": "call",
            "fields": [{"key": "phone", "required": True}],
            "title": "Call me",
            "intro": "",
            "button": "Send",
            "thanks": "Thank you. We have your message and will answer soon.",
        }
    ],
    "brand": {"hue": 120.0, "chroma": 0.1, "tagline": "We call."},
}

ENTRY = TAKEN["forms"][0]
PHONE = {"v": 2, "key": "phone", "kind": "phone", "label": "Phone", "help": "", "required": True}
CHOICE: dict[str, Any] = {
    **PHONE,
    "key": "q00000001",
    "kind": "one",
    "options": ["Red", "Blue"],
    "when": {"key": "phone", "op": "is", "values": ["1"]},
}


def form_with(*fields: Any, **more: Any) -> list[Any]:
    return [{**ENTRY, "fields": [*fields], **more}]


class TestList:
    def test_it_works(self, client_for: ClientFor, rosa: User) -> None:
        make()
        make("Theirs", slug="rita")
        offers = client_for(rosa).get(STARTERS).context["offers"]
        assert [offer.row.name for offer in offers] == ["Mine", *BUILT_IN]
        assert [offer.row.name for offer in offers if offer.is_default] == ["Sales team"]

    def test_it_checks_permission(self, client_for: ClientFor, rosa: User) -> None:
        row = make()
        with platform():
            Staff.objects.filter(user_id=rosa.id).update(role="support")
        client = client_for(rosa)
        for path in ("", "new/", f"{row.id}/", f"{row.id}/delete/"):
            assert client.get(f"{STARTERS}{path}").status_code == 403
        for path in ("copy/", "default/", "delete/", ""):
            assert client.post(f"{STARTERS}{row.id}/{path}").status_code == 403
        assert [template.name for template in own()] == ["Mine"]

    def test_operators_have_no_such_page(self, client_for: ClientFor, olga: User) -> None:
        assert client_for(olga).get(STARTERS).status_code == 404

    @pytest.mark.usefixtures("warm")
    @pytest.mark.parametrize("page", [STARTERS, "/workspaces/new/"])
    def test_a_longer_list_asks_no_more_questions(self, client_for: ClientFor, rosa: User, page: str) -> None:
        client, counts = client_for(rosa), []
        client.get(page)
        for number in (1, 3):
            for extra in range(number - len(own())):
                make(f"Template {number} {extra}")
            with CaptureQueriesContext(connection) as asked:
                client.get(page)
            counts.append(len(asked))
        assert counts == [6, 6]


class TestTake:
    def test_it_says_what_is_taken(
        self, client_for: ClientFor, rosa: User, alice_as_set_up: Workspace
    ) -> None:
        page = client_for(rosa).get(f"{STARTERS}from/{alice_as_set_up.id}/")
        assert page.context["taken"] == [
            ("Roles", "1 role: Front desk"),
            ("Web forms", "1 web form: “Call me” (phone)"),
            ("Canned replies", "1 canned reply: “Hours”"),
            ("Brand", "A colour of its own, tagline “We call.”"),
        ]
        assert "CANARY" not in page.content.decode()

    def test_it_works(self, client_for: ClientFor, rosa: User, alice_as_set_up: Workspace) -> None:
        client = client_for(rosa)
        url = f"{STARTERS}from/{alice_as_set_up.id}/"
        assert client.post(url, WORDS).headers["Location"] == STARTERS
        [made] = own()
        assert (made.name, made.description, made.parts) == (*WORDS.values(), TAKEN)

    def test_a_workspace_begins_with_it(
        self, client_for: ClientFor, rosa: User, alice_as_set_up: Workspace
    ) -> None:
        client_for(rosa).post(f"{STARTERS}from/{alice_as_set_up.id}/", WORDS)
        row = begin(own()[0])
        assert setup.set_up(row)
        assert starters.capture(row) == TAKEN

    def test_other_resellers_get_404(self, client_for: ClientFor, rosa: User, mallory_ws: Workspace) -> None:
        client, url = client_for(rosa), f"{STARTERS}from/{mallory_ws.id}/"
        assert [client.get(url).status_code, client.post(url, WORDS).status_code] == [404, 404]
        assert own() == []

    def test_it_offers_ones_own_open_workspaces(self, client_for: ClientFor, rosa: User) -> None:
        page = client_for(rosa).get(f"{STARTERS}new/").content.decode()
        assert ("Alice&#x27;s" in page, "Mallory" in page) == (True, False)
        nothing = client_for(rosa).get(f"{STARTERS}new/?q=mallory")
        assert "No open workspace has these words" in nothing.content.decode()

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"name": ""}, "Give the starter template a name."),
            ({"name": "x" * 81}, "at most 80 characters"),
            ({"name": " sales TEAM"}, "“Sales team” is built in already. Choose another name."),
            ({"name": "Mine"}, "You have a starter template called “Mine” already."),
            ({"description": "a\0b"}, "Null characters are not allowed."),
        ],
    )
    def test_bad_input_is_a_clear_error(
        self, client_for: ClientFor, rosa: User, alice_as_set_up: Workspace, wrong: dict[str, str], said: str
    ) -> None:
        make()
        page = client_for(rosa).post(f"{STARTERS}from/{alice_as_set_up.id}/", {**WORDS, **wrong})
        assert (page.status_code, said in page.content.decode()) == (422, True)
        assert [template.name for template in own()] == ["Mine"]

    def test_parts_cannot_be_typed(
        self, client_for: ClientFor, rosa: User, alice_as_set_up: Workspace
    ) -> None:
        more = {"parts": '{"jobs": 1}', "is_default": "1", "reseller": "", "id": str(built_in().id)}
        client_for(rosa).post(f"{STARTERS}from/{alice_as_set_up.id}/", {**WORDS, **more})
        [made] = own()
        assert (made.parts, made.is_default, made.id != built_in().id) == (TAKEN, False, True)

    def test_not_too_many(self, alice_as_set_up: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(acts, "MOST", 1)
        make()
        with platform(), pytest.raises(ValidationError, match="There are 1 starter templates already"):
            acts.take_from(alice_as_set_up, **WORDS)


class TestOne:
    def test_its_words_change(self, client_for: ClientFor, rosa: User) -> None:
        row = make()
        client_for(rosa).post(f"{STARTERS}{row.id}/", {**WORDS, "parts": "{}"})
        [changed] = own()
        assert (changed.name, changed.description, changed.parts) == (*WORDS.values(), row.parts)

    def test_a_built_in_one_is_read_only(self, client_for: ClientFor, rosa: User) -> None:
        row, client = built_in(), client_for(rosa)
        assert client.get(f"{STARTERS}{row.id}/").status_code == 200
        answers = [client.post(f"{STARTERS}{row.id}/{path}", WORDS) for path in ("", "default/", "delete/")]
        assert [answer.status_code for answer in answers] == [404, 404, 404]
        assert built_in().description == row.description

    def test_a_copy_is_ones_own(self, client_for: ClientFor, rosa: User) -> None:
        client = client_for(rosa)
        for _ in range(2):
            client.post(f"{STARTERS}{built_in().id}/copy/")
        [made] = own()
        assert (made.name, made.parts) == ("Agency (copy)", built_in().parts)

    def test_other_resellers_get_404(self, client_for: ClientFor, rosa: User) -> None:
        row, client = make(slug="rita"), client_for(rosa)
        paths = ["", "copy/", "default/", "delete/"]
        answers = [client.post(f"{STARTERS}{row.id}/{path}", WORDS) for path in paths]
        answers += [client.get(f"{STARTERS}{row.id}/{path}") for path in ("", "delete/")]
        assert [answer.status_code for answer in answers] == [404] * 6
        assert (own(), [template.name for template in own("rita")]) == ([], ["Mine"])

    def test_one_of_them_is_the_default(self, client_for: ClientFor, rosa: User) -> None:
        client, rows = client_for(rosa), [make("A"), make("B")]
        for row in (*rows, rows[0]):
            client.post(f"{STARTERS}{row.id}/default/")
        assert [template.name for template in own() if template.is_default] == ["A"]
        assert client.get("/workspaces/new/").context["form"].initial["starter"] == str(rows[0].id)

    def test_a_damaged_one_is_said_to_be(self, client_for: ClientFor, rosa: User) -> None:
        row = make(parts={"roles": [{"name": "Boss", "actions": ["manage_team"]}]})
        page = client_for(rosa).get(f"{STARTERS}{row.id}/").content.decode()
        assert "Cannot be applied: Only admins manage the team." in page


class TestDelete:
    def test_workspaces_keep_what_they_got(self, client_for: ClientFor, rosa: User) -> None:
        row = make()
        begun = begin(row)
        assert setup.set_up(begun)
        client = client_for(rosa)
        asked = client.get(f"{STARTERS}{row.id}/delete/").content.decode()
        assert "1 workspace began with it and keeps what it got." in asked
        client.post(f"{STARTERS}{row.id}/delete/")
        with platform():
            begun.refresh_from_db()
        assert (own(), begun.starter_id) == ([], None)
        with workspace(begun):
            assert [role.name for role in TeamRole.objects.all()] == ["Role of Mine"]

    def test_it_says_what_is_the_default_then(self, client_for: ClientFor, rosa: User) -> None:
        row, client = make(), client_for(rosa)
        url = f"{STARTERS}{row.id}/delete/"
        with platform():
            built_in = StarterTemplate.objects.get(reseller=None, is_default=True)
        said = f"{built_in} is the default then."
        assert said not in client.get(url).content.decode()
        client.post(f"{STARTERS}{row.id}/default/")
        assert said in client.get(url).content.decode()

    def test_not_while_one_is_being_set_up_with_it(self, client_for: ClientFor, rosa: User) -> None:
        row = make()
        begin(row)
        page = client_for(rosa).post(f"{STARTERS}{row.id}/delete/", follow=True)
        said = "1 workspace is being set up with Mine. Delete it when that is done."
        assert said in page.content.decode()
        assert [template.name for template in own()] == ["Mine"]


class TestBuiltIn:
    def test_migrate_wrote_them(self) -> None:
        with platform():
            rows = StarterTemplate.objects.filter(reseller=None).order_by("name")
            assert list(rows.values_list("name", "is_default")) == [
                ("Agency", False),
                ("Clinic or practice", False),
                ("Sales team", True),
            ]
            for row in rows:
                starters.check(row.parts)
                assert {key for key, value in row.parts.items() if value} == {
                    "roles",
                    "forms",
                    "canned",
                    "brand",
                }

    def test_writing_them_again_puts_them_right(self) -> None:
        with platform():
            before = list(StarterTemplate.objects.filter(reseller=None).order_by("id").values())
            StarterTemplate.objects.filter(reseller=None).update(description="other", is_default=False)
            StarterTemplate.objects.create(name="Gone since", parts={})
            write_built_ins()
            write_built_ins()
            assert list(StarterTemplate.objects.filter(reseller=None).order_by("id").values()) == before

    def test_every_part_is_idempotent(self, alice_as_set_up: Workspace) -> None:
        before = starters.capture(alice_as_set_up)
        for part in starters.parts():
            with workspace(alice_as_set_up):
                part.apply(alice_as_set_up, before[part.key])
                part.apply(alice_as_set_up, before[part.key])
        assert starters.capture(alice_as_set_up) == before


BAD: dict[str, list[Any]] = {
    "roles": [
        {},
        ["Boss"],
        [{"name": "Boss"}],
        [{"name": "Boss", "actions": "use_inbox"}],
        [{"name": "Boss", "actions": ["drop_everything"]}],
        [{"name": "Boss", "actions": ["manage_team"]}],
        [{"name": "Admin", "actions": []}],
        [{"name": "A", "actions": []}, {"name": "a", "actions": []}],
        [{"name": "A", "actions": [], "id": "x"}],
        [{"name": f"Role {number}", "actions": []} for number in range(31)],
    ],
    "forms": [
        {},
        ["form"],
        [{**ENTRY, "id": "x"}],
        [{**ENTRY, "slug": "no slug"}],
        [{**ENTRY, "title": " "}],
        [{**ENTRY, "title": "x" * 121}],
        [{**ENTRY, "title": "a\0b"}],
        [{**ENTRY, "fields": []}],
        [{**ENTRY, "fields": [{"key": "iban", "required": True}]}],
        [{**ENTRY, "fields": [{"key": "phone", "required": "yes"}]}],
        [ENTRY, ENTRY],
        form_with(5),
        form_with(PHONE, PHONE),
        form_with({**PHONE, "v": [2]}),
        form_with({**PHONE, "kind": []}),
        form_with({**PHONE, "kind": {"a": 1}}),
        form_with({**PHONE, "kind": "later"}),
        form_with({**PHONE, "label": 5}),
        form_with({**PHONE, "when": {"key": "name", "op": "is", "values": ["x"]}}),
        form_with({"key": "message", "required": True}),
        form_with(PHONE, {**CHOICE, "options": 5}),
        form_with(PHONE, {**CHOICE, "options": ["Red"]}),
        form_with(PHONE, {**CHOICE, "when": 5}),
        form_with(PHONE, {**CHOICE, "when": {**CHOICE["when"], "values": 5}}),
        form_with(PHONE, {**CHOICE, "when": {**CHOICE["when"], "op": ["is"]}}),
        form_with(PHONE, confirms="yes"),
        form_with(PHONE, confirms=True),
    ],
    "brand": [
        [],
        {"name": "Acme"},
        {"css": "body{}"},
        {"hue": 1.0},
        {"hue": 361.0, "chroma": 0.1},
        {"hue": True, "chroma": 0.1},
        {"hue": 1.0, "chroma": 9},
        {"radius": 1.5},
        {"radius": -1},
        {"font": "comic"},
        {"tagline": "x" * 81},
        {"footer": "a\0b"},
    ],
}


def test_a_form_of_todays_shape_is_taken() -> None:
    email = {**PHONE, "key": "email", "kind": "email"}
    forms = next(part for part in starters.parts() if part.key == "forms")
    forms.check(form_with(email, PHONE, CHOICE, confirms=True))


def test_a_damaged_form_is_taken_without_what_is_damaged(alice_as_set_up: Workspace) -> None:
    with workspace(alice_as_set_up):
        LeadForm.objects.update(fields=[None, {"key": ["x"]}, {**PHONE, "kind": []}, PHONE])
        LeadForm.objects.create(slug="broken", title="Broken", fields=5)
    forms = starters.capture(alice_as_set_up)["forms"]
    assert [form["fields"] for form in forms] == [[PHONE], []]


@pytest.mark.parametrize(("key", "content"), [(key, bad) for key, cases in BAD.items() for bad in cases])
def test_bad_content_is_refused_by_its_part(key: str, content: Any) -> None:
    part = next(part for part in starters.parts() if part.key == key)
    with pytest.raises(ValidationError):
        part.check(content)
