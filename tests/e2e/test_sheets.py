"""Forms in the side sheet: what is refused stays there with its reason, and what is done leads on."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Arrive
from tests.e2e.test_pages import DESKTOP, PHONE, faults
from tests.world import ALICE_HOST, PLATFORM_HOST, RITA_HOST, ROSA_HOST


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
    expect(sheet.locator(".field-error").first).to_be_visible()
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
    expect(
        sheet.get_by_text(re.compile("workspaces? closes? with it, and so does its console."))
    ).to_be_visible()
    assert faults(page) == []
    sheet.get_by_role("button", name=re.compile("Suspend [0-9]+ workspace")).click()
    expect(page.get_by_role("button", name="Reactivate")).to_be_visible()
    stranger = arrives("stranger", RITA_HOST, viewport=size)
    expect(stranger.open("/").get_by_role("heading", name="is not available at the moment")).to_be_visible()
    page.get_by_role("button", name="Reactivate").click()
    expect(page.get_by_text("Suspend", exact=True)).to_be_visible()


def test_the_role_that_somebody_has_is_where_the_keyboard_begins(arrives: Arrive) -> None:
    alice = arrives("alice", ALICE_HOST, viewport=DESKTOP)
    alice.sign_in("alice@alice.test")
    sheet = open_sheet(alice.open("/settings/team/"), "/role/choose/")
    expect(sheet.get_by_text("May do everything here")).to_be_visible()
    expect(sheet.locator("input[type=radio]:focus")).to_be_checked()
    assert faults(alice.page) == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_new_workspace_is_in_the_list_behind(arrives: Arrive, size: dict[str, int]) -> None:
    rosa = arrives("rosa", ROSA_HOST, viewport=size)
    rosa.sign_in("rosa@rosa.test")
    page = rosa.open("/workspaces/")
    before = int(page.locator("#workspaces-total").inner_text())
    sheet = open_sheet(page, "/workspaces/new/")
    name = f"Halden & Söhne {'Phone' if size == PHONE else 'Desk'}"
    slug = f"halden-sohne-{'phone' if size == PHONE else 'desk'}"
    sheet.get_by_label("Client’s name").fill(name)
    expect(sheet.locator("[data-address-below]")).to_have_text(f"{slug}.localhost")
    sheet.get_by_label("Owner’s name").fill("Hanna")
    sheet.get_by_label("Owner’s e-mail").fill("hanna@halden.test")
    place = sheet.locator("[name=address]")
    sheet.get_by_label("Address").select_option("domain")
    expect(sheet.get_by_label("Domain")).to_have_value("")
    expect(sheet.get_by_text("Such as crm.example.com.")).to_be_visible()
    sheet.get_by_label("Address").select_option("subdomain")
    expect(place).to_have_value(slug)
    expect(sheet.get_by_text("One word: letters, digits and hyphens")).to_be_visible()
    place.fill(f"x-{slug}")
    sheet.get_by_label("Client’s name").press("End")
    expect(sheet.locator("[data-address-below]")).to_have_text(f"x-{slug}.localhost")
    assert faults(page) == []
    sheet.get_by_role("button", name="Create workspace").click()
    expect(sheet.get_by_role("heading", name=name)).to_be_visible()
    expect(sheet.get_by_text(re.compile(r"Ready in \d+\.\d\d s\."))).to_be_visible()
    expect(sheet.get_by_role("link", name="Open it")).to_be_visible()
    expect(page.locator("#workspaces .row-link", has_text=name)).to_have_count(1)
    expect(page.locator("#workspaces-total")).to_have_text(str(before + 1))


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_page_of_a_form_has_a_way_back(arrives: Arrive, size: dict[str, int]) -> None:
    rosa = arrives("rosa", ROSA_HOST, viewport=size)
    rosa.sign_in("rosa@rosa.test")
    page = rosa.open("/workspaces/new/")
    assert faults(page) == []
    page.get_by_role("link", name="Cancel").click()
    expect(page).to_have_url(re.compile("/workspaces/$"))


def test_a_form_on_a_page_of_its_own_works_without_the_sheet(arrives: Arrive) -> None:
    rosa = arrives("rosa", ROSA_HOST, viewport=DESKTOP)
    rosa.sign_in("rosa@rosa.test")
    page = rosa.open("/workspaces/new/")
    page.get_by_label("Client’s name").fill("Opened by itself")
    page.get_by_role("button", name="Create workspace").click()
    expect(page.locator(".field-error").first).to_be_visible()
    page.get_by_label("Owner’s name").fill("Hanna")
    page.get_by_label("Owner’s e-mail").fill("hanna@halden.test")
    page.get_by_role("button", name="Create workspace").click()
    expect(page).to_have_url(re.compile(r"/workspaces/[0-9a-f-]{36}/$"))
    expect(page.get_by_role("heading", name="Opened by itself")).to_be_visible()


def test_the_list_is_searched_while_somebody_types(arrives: Arrive) -> None:
    rosa = arrives("rosa", ROSA_HOST, viewport=DESKTOP)
    rosa.sign_in("rosa@rosa.test")
    page = rosa.open("/workspaces/")
    page.get_by_label("Search workspaces").press_sequentially("nobody is called so")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    expect(page.locator("#workspaces-total")).to_have_text("0")
    expect(page.get_by_label("Search workspaces")).to_be_focused()
    expect(page).to_have_url(re.compile(r"q=nobody"))


def test_what_was_typed_comes_back_with_the_sheet(arrives: Arrive) -> None:
    alice = arrives("alice", ALICE_HOST, viewport=DESKTOP)
    alice.sign_in("alice@alice.test")
    page = alice.open("/inbox/")
    sheet = open_sheet(page, "/inbox/new/")
    page.keyboard.press("Escape")
    expect(page.locator("[data-toast]")).to_have_count(0)
    open_sheet(page, "/inbox/new/").get_by_label("Name").fill("Half a lead")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.get_by_role("button", name="Reopen").click()
    expect(sheet.get_by_label("Name")).to_have_value("Half a lead")
    sheet.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Reopen")).to_have_count(1)
    open_sheet(page, "/inbox/new/").get_by_label("What do they want?").fill("And her words.")
    expect(sheet.get_by_label("Name")).to_have_value("Half a lead")
    sheet.get_by_role("button", name="Add lead").click()
    expect(page.locator(".bubble")).to_have_text("And her words.")
    resolved_and_back(page)


def resolved_and_back(page: Page) -> None:
    """News of the same thing takes the older one's place, and nothing that is worked with is covered."""
    page.locator("#thread-head").get_by_role("button", name="Resolve").click()
    expect(page.locator("[data-toast]")).to_contain_text(["Resolved."])
    page.locator("#thread-head").get_by_role("button", name="Reopen").click()
    expect(page.locator("[data-toast]")).to_contain_text(["Open again."])
    (_, head), (top, bottom), (composer, _) = (
        edges(page, it) for it in ("#thread-head", "[data-toast]", "#composer")
    )
    assert head <= top < bottom <= composer


def edges(page: Page, selector: str) -> tuple[float, float]:
    """Where something begins and ends, from above."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["y"], box["y"] + box["height"]


def open_sheet(page: Page, url: str) -> Locator:
    page.locator(f'[data-sheet$="{url}"] >> visible=true').first.click()
    sheet = page.locator("#sheet")
    expect(sheet.get_by_role("heading")).to_be_visible()
    return sheet
