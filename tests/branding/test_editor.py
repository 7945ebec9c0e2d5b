"""The brand editor: what a reseller may choose for itself and its clients, and what nobody may."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branding.assets import stylesheet
from branding.forms import BrandForm
from branding.models import Brand, Picture
from branding.queries import Look
from core.accounts.models import User
from core.ui.theme import FONTS, MAX_CHROMA, MAX_RADIUS
from tenants.context import Place, platform
from tenants.models import Reseller, Staff, Workspace
from tests import world
from tests.branding.conftest import SetBrand
from tests.branding.test_assets import PLAIN
from tests.branding.test_pictures import picture

ClientFor = Callable[..., Client]
OWN = "/settings/brand/"
CHOSEN = {
    "name": "Nordlicht",
    "own_colour": "on",
    "colour": "#0a66c2",
    "radius": "12",
    "font": "figtree",
    "tagline": "Calm.",
    "privacy_url": "nordlicht.test/privacy",
}


def brands() -> list[Brand]:
    with platform():
        return list(Brand.objects.select_related("reseller").order_by("id"))


def upload(content: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/png")


@pytest.mark.usefixtures("db")
class TestOwn:
    def test_it_works(self, client_for: ClientFor, rosa: User) -> None:
        client = client_for(rosa)
        assert client.post(OWN, CHOSEN).headers["Location"] == OWN
        [brand] = brands()
        assert (brand.reseller.slug if brand.reseller else "", brand.workspace_id) == ("rosa", None)
        assert (brand.name, brand.hue, brand.chroma, brand.radius, brand.font) == (
            "Nordlicht",
            254.73,
            0.1632,
            12,
            "figtree",
        )
        assert brand.privacy_url == "https://nordlicht.test/privacy"
        assert "Nordlicht" in Client(HTTP_HOST=world.ALICE_HOST).get("/account/login/").content.decode()

    def test_left_empty_is_inherited(self, client_for: ClientFor, rosa: User) -> None:
        client_for(rosa).post(OWN, {"name": "", "colour": "#ff0000"})
        [brand] = brands()
        assert (brand.name, brand.hue, brand.chroma, brand.radius, brand.font) == ("", None, None, None, "")

    def test_again_changes_the_same_row(self, client_for: ClientFor, rosa: User) -> None:
        client = client_for(rosa)
        client.post(OWN, CHOSEN)
        client.post(OWN, {"name": "Polar"})
        assert [(brand.name, brand.hue) for brand in brands()] == [("Polar", None)]

    def test_a_logo_and_none_again(self, client_for: ClientFor, rosa: User) -> None:
        client = client_for(rosa)
        client.post(OWN, {**CHOSEN, "new_logo": upload(picture(size=(300, 300)))})
        [brand] = brands()
        assert None not in {brand.logo_id, brand.icon_id}
        client.post(OWN, CHOSEN)
        assert brands()[0].logo_id == brand.logo_id
        client.post(OWN, {**CHOSEN, "drop_logo": "on"})
        assert (brands()[0].logo_id, brands()[0].icon_id) == (None, None)
        with platform():
            assert Picture.objects.count() == 0

    @pytest.mark.parametrize("role", ["billing"])
    def test_it_checks_permission(self, client_for: ClientFor, rosa: User, role: str) -> None:
        with platform():
            Staff.objects.filter(user_id=rosa.id).update(role=role)
        client = client_for(rosa)
        assert (client.get(OWN).status_code, client.post(OWN, CHOSEN).status_code) == (403, 403)
        assert brands() == []

    def test_strangers_are_shown_the_door(self) -> None:
        response = Client(HTTP_HOST=world.ROSA_HOST).post(OWN, CHOSEN)
        assert response.headers["Location"] == "/account/login/?next=/"
        assert brands() == []

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"colour": "red;}body{display:none}"}, "Choose a colour, written like #2563eb."),
            ({"colour": ""}, "Choose a colour, written like #2563eb."),
            ({"font": "Comic Sans"}, "Select a valid choice."),
            ({"radius": "99"}, "Ensure this value is less than or equal to 24."),
            ({"radius": "-1"}, "Ensure this value is greater than or equal to 0."),
            ({"radius": "8px"}, "Enter a whole number."),
            ({"privacy_url": "javascript:alert(1)"}, "Enter a valid URL."),
            ({"terms_url": "ftp://x.test/"}, "Enter a valid URL."),
            ({"name": "x" * 61}, "Ensure this value has at most 60 characters"),
            ({"tagline": "a\0b"}, "Null characters are not allowed."),
        ],
    )
    def test_bad_input_is_a_clear_error(
        self, client_for: ClientFor, rosa: User, wrong: dict[str, str], said: str
    ) -> None:
        page = client_for(rosa).post(OWN, {**CHOSEN, **wrong})
        assert page.status_code == 422
        assert said in page.content.decode()
        assert brands() == []

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "This is not a PNG"),
            (picture() + b"\0" * 2_097_152, "larger than 2 MB"),
        ],
    )
    def test_a_bad_logo_is_a_clear_error(
        self, client_for: ClientFor, rosa: User, content: bytes, said: str
    ) -> None:
        page = client_for(rosa).post(OWN, {**CHOSEN, "new_logo": upload(content, "logo.png")})
        assert said in page.content.decode()
        assert brands() == []

    def test_nothing_else_can_be_written(
        self, client_for: ClientFor, rosa: User, mallory_ws: Workspace
    ) -> None:
        with platform():
            rita = Reseller.objects.get(slug="rita")
        more = {
            "reseller": str(rita.id),
            "workspace": str(mallory_ws.id),
            "hue": "1",
            "chroma": "0.2",
            "logo": "x",
        }
        client_for(rosa).post(OWN, {"name": "Nordlicht", **more})
        [brand] = brands()
        assert (brand.reseller.slug if brand.reseller else "", brand.workspace_id, brand.hue) == (
            "rosa",
            None,
            None,
        )

    def test_a_name_is_text_everywhere(self, client_for: ClientFor, rosa: User) -> None:
        """A branding field was the way in elsewhere: an application's name, a theme's, a logo's file name."""
        evil = "<script>alert(1)</script>\"'{{7*7}}"
        client_for(rosa).post(OWN, {"name": evil, "tagline": evil, "footer": evil})
        for path in ("/account/login/", "/account/signup/"):
            page = Client(HTTP_HOST=world.ALICE_HOST).get(path).content.decode()
            assert "<script>alert" not in page
            assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;{{7*7}}" in page


@pytest.mark.usefixtures("db")
class TestWorkspace:
    def test_it_works(self, client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
        url = f"{OWN}{alice_ws.id}/"
        assert client_for(rosa).post(url, CHOSEN).headers["Location"] == url
        [brand] = brands()
        assert (brand.workspace_id, brand.name) == (alice_ws.id, "Nordlicht")

    def test_what_it_inherits_is_shown(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, set_brand: SetBrand
    ) -> None:
        set_brand("rosa", name="Nordlicht", tagline="Calm.")
        page = client_for(rosa).get(f"{OWN}{alice_ws.id}/").content.decode()
        assert 'placeholder="Nordlicht"' in page
        assert 'placeholder="Calm."' in page

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_other_resellers_workspace_gets_404(
        self, client_for: ClientFor, rosa: User, mallory_ws: Workspace, method: str, set_brand: SetBrand
    ) -> None:
        set_brand("rita", workspace=mallory_ws, name="CANARY")
        response = getattr(client_for(rosa), method)(f"{OWN}{mallory_ws.id}/", CHOSEN)
        assert response.status_code == 404
        assert "CANARY" not in response.content.decode()
        assert [brand.name for brand in brands()] == ["CANARY"]


@pytest.mark.usefixtures("db")
class TestPreview:
    def test_it_works(self, client_for: ClientFor, rosa: User) -> None:
        client = client_for(rosa)
        page = client.get(f"{OWN}preview/", CHOSEN)
        assert "Nordlicht" in page.content.decode()
        assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
        sheet = client.get(f"{OWN}preview.css", CHOSEN).content.decode()
        assert sheet == stylesheet(254.73, 0.1632, 12, "figtree").body
        assert brands() == []

    def test_it_checks_permission(self, client_for: ClientFor, rosa: User) -> None:
        with platform():
            Staff.objects.filter(user_id=rosa.id).update(role="billing")
        client = client_for(rosa)
        assert [client.get(OWN + path).status_code for path in ("preview/", "preview.css")] == [403, 403]

    def test_a_workspaces_own_is_shown_as_saved_and_as_typed(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, set_brand: SetBrand
    ) -> None:
        set_brand("rosa", name="Nordlicht", tagline="Calm.", radius=3)
        set_brand("rosa", workspace=alice_ws, name="Alice & Sons", tagline="Loud.", radius=20)
        client, url = client_for(rosa), f"{OWN}{alice_ws.id}/preview/"

        def shown(typed: dict[str, str]) -> tuple[str, str, int]:
            brand = client.get(url, typed).context["brand"]
            return brand.name, brand.tagline, brand.radius

        assert shown({}) == ("Alice & Sons", "Loud.", 20)
        assert shown({"name": "Alice", "tagline": "", "radius": ""}) == ("Alice", "Calm.", 3)
        css = client.get(client.get(url, {"radius": "7"}).context["brand"].css_url)
        assert css.content.decode() == stylesheet(255.0, 0.04, 7, "inter").body

    @pytest.mark.parametrize("path", ["preview/", "preview.css"])
    def test_other_resellers_workspace_gets_404(
        self, client_for: ClientFor, rosa: User, mallory_ws: Workspace, path: str
    ) -> None:
        assert client_for(rosa).get(f"{OWN}{mallory_ws.id}/{path}").status_code == 404

    @pytest.mark.parametrize(
        "typed",
        [
            {"own_colour": "1", "colour": "}body{display:none}"},
            {"radius": "999"},
            {"radius": "٣"},
            {"font": "x;}"},
            {"name": "a\0\ud800b"},
        ],
    )
    def test_what_does_not_fit_is_left_out(
        self, client_for: ClientFor, rosa: User, typed: dict[str, str]
    ) -> None:
        client = client_for(rosa)
        plain = client.get(f"{OWN}preview.css").content
        typed = {key: value.encode("utf-8", "ignore").decode() for key, value in typed.items()}
        assert client.get(f"{OWN}preview.css", typed).content == plain
        assert client.get(f"{OWN}preview/", typed).status_code == 200


anything = st.text(max_size=80) | st.sampled_from(
    [
        "</style><script>",
        "url(//evil)",
        "expression(1)",
        "#12345g",
        "1;}",
        "@import 'x'",
        "NaN",
        "1e999",
        "-1",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys((*CHOSEN, "subline", "footer", "terms_url"), anything))
)
def test_whatever_is_typed_only_tokens_are_kept(on_platform: Place, typed: dict[str, str]) -> None:
    """Only tokens are stored: no input gets out of the stylesheet, because none gets into it."""
    form = BrandForm(typed, instance=Brand(), inherited=Look(), inherited_name="Rosa's")
    if not form.is_valid():
        return
    brand = form.chosen()
    assert brand.hue is None or 0 <= brand.hue <= 360
    assert brand.chroma is None or 0 <= brand.chroma <= MAX_CHROMA
    assert brand.radius is None or 0 <= brand.radius <= MAX_RADIUS
    assert brand.font in {"", *FONTS}
    look = Look()
    shape: tuple[Any, ...] = (
        look.hue if brand.hue is None else brand.hue,
        look.chroma if brand.chroma is None else brand.chroma,
        look.radius if brand.radius is None else brand.radius,
        brand.font or look.font,
    )
    sheet = stylesheet(*shape).body
    assert [line for line in sheet.splitlines(keepends=True) if not PLAIN.fullmatch(line)] == []
