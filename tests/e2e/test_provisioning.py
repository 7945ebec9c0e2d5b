"""A reseller makes a workspace with a starter template, and its owner comes in on their own domain.

The whole way in a browser: the form, the steps, the invitation in the mailbox, the first sign-in under the
reseller's brand, and the template's form, roles and brand inside.
"""

import re
import uuid

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Arrive
from tests.e2e.people import Person
from tests.e2e.test_loop import mail_to
from tests.e2e.test_pages import DESKTOP, faults
from tests.e2e.test_sheets import open_sheet
from tests.world import ROSA_HOST

PASSWORD = "a-long-enough-phrase"


def test_a_workspace_is_made_and_its_owner_finds_the_template(arrives: Arrive, mailbox: str) -> None:
    tail = uuid.uuid4().hex[:8]
    host, address = f"crm.halden-{tail}.test", f"hanna-{tail}@halden.test"
    rosa = arrives("rosa", ROSA_HOST, viewport=DESKTOP)
    rosa.sign_in("rosa@rosa.test")
    choose_a_brand(rosa.open("/settings/brand/"))
    make_workspace(rosa.open("/workspaces/"), host=host, owner=address)
    mail = mail_to(rosa.page, mailbox, address)
    assert mail["subject"] == "Rosa's invites you to Halden & Sons"
    link = re.search(rf"http://{re.escape(host)}:\d+/account/welcome/\S+", str(mail["text"]))
    assert link
    hanna = arrives("hanna", host, viewport=DESKTOP)
    accept(hanna, link[0])
    sign_in_again(hanna, address)
    find_the_template(hanna)
    other = arrives("stranger", host, viewport=DESKTOP)
    other.page.goto(link[0])
    expect(other.page.get_by_text("This link has been used or is too old.")).to_be_visible()


def choose_a_brand(page: Page) -> None:
    """Rosa's own, which every client of hers sees where they chose nothing themselves."""
    page.get_by_label("Footer").fill("Made with care in Ghent")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The brand is saved.")).to_be_visible()


def make_workspace(page: Page, *, host: str, owner: str) -> None:
    sheet = open_sheet(page, "/workspaces/new/")
    sheet.get_by_label("Client’s name").fill("Halden & Sons")
    sheet.get_by_label("Owner’s name").fill("Hanna Halden")
    sheet.get_by_label("Owner’s e-mail").fill(owner)
    sheet.get_by_label("Address").select_option("domain")
    sheet.get_by_label("Domain", exact=True).fill(f"https://{host}/")
    expect(sheet.get_by_role("radio", name="Sales team")).to_be_checked()
    sheet.get_by_role("radio", name="Clinic or practice").check()
    assert faults(page) == []
    sheet.get_by_role("button", name="Create workspace").click()
    expect(sheet.get_by_text(re.compile(r"Ready in \d+\.\d\d s\."))).to_be_visible()
    expect(sheet.locator(".steps li")).to_have_text(
        [
            re.compile(rf"{label}\s*\d+\.\d\d s")
            for label in (
                "Make the workspace",
                "Apply the starter template: roles",
                "Apply the starter template: web forms",
                "Apply the starter template: canned replies",
                "Apply the starter template: brand",
                "Make the first form",
                "Invite the owner",
            )
        ]
    )
    expect(sheet.locator("#new-url")).to_have_text(re.compile(rf"http://{re.escape(host)}:\d+/"))
    assert faults(page) == []


def accept(hanna: Person, link: str) -> None:
    hanna.page.goto(link)
    under_the_brand(hanna.page)
    expect(hanna.page.get_by_label("Your name")).to_have_value("Hanna Halden")
    hanna.page.get_by_label("Password", exact=True).fill(PASSWORD)
    hanna.page.get_by_role("button", name="Come in").click()
    expect(hanna.page.locator("body[data-user-id]")).to_be_visible()


def sign_in_again(hanna: Person, address: str) -> None:
    """On her own domain, as on every other morning."""
    hanna.context.clear_cookies()
    page = hanna.open("/account/login/")
    under_the_brand(page)
    expect(page.get_by_text("Here for your patients.")).to_be_visible()  # the template's line
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("body[data-user-id]")).to_be_visible()


def under_the_brand(page: Page) -> None:
    """The reseller's name and footer, and nobody else's."""
    expect(page.get_by_text("Rosa's").first).to_be_visible()
    expect(page.get_by_text("Made with care in Ghent")).to_be_visible()
    words = page.content()
    assert [word for word in ("Marque", "Rita", "Mallory") if word in words] == []


def find_the_template(hanna: Person) -> None:
    page = hanna.open("/settings/forms/")
    expect(page.get_by_role("heading", name="Ask for an appointment")).to_be_visible()
    expect(page.get_by_text("Name · E-mail · Phone · Message")).to_be_visible()
    page = hanna.open("/settings/team/roles/")
    for name in ("Practice manager", "Practitioner", "Reception"):
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    assert faults(page) == []
    page = hanna.open("/settings/team/add/")
    for name in ("Admin", "Manager", "Agent", "Practice manager", "Practitioner", "Reception"):
        expect(page.get_by_role("radio", name=re.compile(f"^{name}"))).to_have_count(1)
    page = hanna.open("/f/contact/")
    expect(page.get_by_role("button", name="Ask for an appointment")).to_be_visible()
    expect(page.locator("html")).to_have_css("--radius-field", re.compile("12px|0.75rem"))
