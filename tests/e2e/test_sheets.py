"""Forms in the side sheet: what is refused stays there with its reason, and what is done leads on."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Arrive
from tests.e2e.test_pages import DESKTOP, PHONE, faults
from tests.world import ALICE_HOST, PLATFORM_HOST, RITA_HOST


@pytest.mark.parametrize(
    ("who", "host", "path", "opener", "submit"),
    [
        ("alice@alice.test", ALICE_HOST, "/settings/team/", "/settings/team/add/", "Send the invitation"),
        ("rita@rita.test", RITA_HOST, "/staff/", "/staff/new/", "Send the invitation"),
        ("rita@rita.test", RITA_HOST, "/workspaces/", "/workspaces/new/", "Create workspace"),
        ("olga@platform.test", PLATFORM_HOST, "/resellers/", "/resellers/new/", "Create reseller"),
    ],
    ids=["teammate", "staff", "workspace", "reseller"],
)
def test_a_refused_form_stays_in_the_sheet(
    arrives: Arrive, who: str, host: str, path: str, opener: str, submit: str
) -> None:
    person = arrives("somebody", host, viewport=DESKTOP)
    person.sign_in(who)
    sheet = open_sheet(person.open(path), opener)
    sheet.get_by_label("Name").first.fill("Kept while it is put right")
    with person.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        sheet.get_by_role("button", name=submit).click()
    assert answer.value.status == 422
    expect(sheet.get_by_text("This field is required.").first).to_be_visible()
    expect(sheet.locator("input[name=name]")).to_have_value("Kept while it is put right")
    expect(person.page.locator("[data-toast], .toast")).to_have_count(0)
    assert faults(person.page) == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_reseller_is_suspended_and_reactivated(arrives: Arrive, size: dict[str, int]) -> None:
    olga = arrives("olga", PLATFORM_HOST, viewport=size)
    olga.sign_in("olga@platform.test")
    page = olga.open("/resellers/")
    page.get_by_role("link", name="Rita's").click()
    expect(page.get_by_text("rita@rita.test")).to_be_visible()
    assert faults(page) == []
    sheet = open_sheet(page, "/suspend/")
    expect(sheet.get_by_text("workspace closes with it, and so does its console.")).to_be_visible()
    assert faults(page) == []
    sheet.get_by_role("button", name="Suspend 1 workspace").click()
    expect(page.get_by_role("button", name="Reactivate")).to_be_visible()
    stranger = arrives("stranger", RITA_HOST, viewport=size)
    expect(stranger.open("/").get_by_role("heading", name="is not available at the moment")).to_be_visible()
    page.get_by_role("button", name="Reactivate").click()
    expect(page.get_by_text("Suspend", exact=True)).to_be_visible()


def open_sheet(page: Page, url: str) -> Locator:
    page.locator(f'[data-sheet$="{url}"] >> visible=true').first.click()
    sheet = page.locator("#sheet")
    expect(sheet.get_by_role("heading")).to_be_visible()
    return sheet
