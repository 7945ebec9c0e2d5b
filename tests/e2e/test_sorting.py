"""A label and a team are deleted: whoever looks at the inbox sees it at once, and their open menu too."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Arrive
from tests.e2e.test_inbox import row, send
from tests.world import ALICE_HOST


def delete(page: Page, where: str, name: str) -> None:
    page.goto(where)
    page.get_by_role("link", name=f"Delete the {name}").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 conversation")
    dialog.get_by_role("button", name="Delete 1").click()
    expect(page.locator("#toasts")).to_contain_text("is deleted")


def check_several_labels(page: Page) -> None:
    """The menu stays: off and on again by what is typed, and no letter of it is a key of the page's."""
    page.keyboard.press("l")
    menu, chip = page.locator("#menu"), page.locator("#panel .label-chip")
    find = menu.get_by_role("searchbox")
    for there in (0, 1):
        expect(find).to_be_focused()
        page.keyboard.type("Vanishing")
        page.keyboard.press("Enter")
        expect(chip).to_have_count(there)
        expect(find).to_have_value("")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def test_what_is_deleted_leaves_lists_threads_and_menus_live(arrives: Arrive) -> None:
    alice, bob = arrives("alice", ALICE_HOST), arrives("bob", ALICE_HOST)
    for person in (alice, bob):
        person.sign_in(f"{person.name}@alice.test")
    page, his = alice.open("/settings/labels/new/"), bob.open("/inbox/")
    page.get_by_label("Name").fill("Vanishing")
    page.get_by_role("button", name="Make the label").click()
    page.goto(f"{alice.origin}/settings/team/teams/new/")
    page.get_by_label("Name").fill("Passing")
    page.get_by_role("button", name="Make the team").click()
    address = send(his, "/inbox/new/", name="Della Deleted", email="della@sorting.example", text="Hello.")
    for kind, name in (("labels", "Vanishing"), ("assign", "Passing")):
        his.goto(f"{bob.origin}{address}menu/{kind}/")
        his.get_by_role("button", name=name).click()
    his.goto(f"{bob.origin}{address}")
    chip = row(his, "Della Deleted").locator(".label-chip")
    panel = his.locator("#panel")
    expect(chip).to_have_text("Vanishing")
    expect(panel).to_contain_text("Passing")

    check_several_labels(his)
    his.keyboard.press("l")
    offered = his.locator("#menu").get_by_role("button", name="Vanishing")
    expect(offered).to_be_visible()
    delete(page, f"{alice.origin}/settings/labels/", "label Vanishing")
    expect(offered).to_have_count(0)
    expect(chip).to_have_count(0)
    expect(panel).not_to_contain_text("Vanishing")

    delete(page, f"{alice.origin}/settings/team/teams/", "team Passing")
    expect(panel).not_to_contain_text("Passing")
    expect(his.locator("#thread-head")).not_to_contain_text("Passing")
