"""A form is built with a condition and a consent, filled in by somebody with a browser, confirmed by mail."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Arrive
from tests.e2e.test_loop import mail_to
from tests.e2e.test_pages import faults
from tests.world import ALICE_HOST

ADDRESS = "bella@builder-farm.example"


def add(page: Page, kind: str) -> None:
    rows = page.locator("[data-row]")
    before = rows.count()
    page.locator(".ask-add").get_by_role("button", name=kind, exact=True).click()
    expect(rows).to_have_count(before + 1)


def fill_last(page: Page, label: str, text: str) -> None:
    page.locator("[data-row]").last.get_by_label(label).fill(text)


def build(page: Page) -> None:
    """E-mail, colour, a shade of red alone, a consent, confirmed by mail."""
    page.get_by_label("Title").fill("Paint for Bella")
    for key in ("name", "phone", "company", "message"):
        row = page.locator(f"#ask-{key}")
        row.get_by_role("button", name="Remove").click()
        expect(row).to_have_count(0)
    add(page, "One of several")
    fill_last(page, "Question", "Colour")
    fill_last(page, "Answers", "Red\nBlue")
    add(page, "Short text")
    last = page.locator("[data-row]").last
    fill_last(page, "Question", "Shade")
    last.get_by_label("Must be answered").check()
    last.get_by_label("Ask it").select_option(label="If “Colour”")
    last.get_by_label("Red", exact=True).check()
    add(page, "Consent")
    fill_last(page, "What your team calls it", "News")
    fill_last(page, "What people consent to", "Write to me about paint.")
    page.get_by_label("Have people confirm their e-mail address").check()


def test_a_form_is_built_filled_in_and_confirmed(arrives: Arrive, mailbox: str) -> None:
    alice = arrives("alice", ALICE_HOST)
    alice.sign_in("alice@alice.test")
    page = alice.open("/settings/forms/new/")
    build(page)
    shown = page.frame_locator("#form-preview")
    expect(shown.get_by_text("Write to me about paint.")).to_be_visible()
    expect(shown.get_by_label("Shade")).to_be_hidden()
    shown.get_by_label("Red", exact=True).check()
    expect(shown.get_by_label("Shade")).to_be_visible()
    drag(page)
    page.get_by_role("button", name="Make the form").click()
    expect(page.get_by_text("Paint for Bella", exact=True)).to_be_visible()
    alice.open("/inbox/")

    bella = arrives("bella", ALICE_HOST)
    form = bella.open("/f/paint-for-bella/")
    assert form.locator("[data-ask]").first.get_attribute("data-ask") != "email"
    form.get_by_label("E-mail").fill(ADDRESS)
    form.get_by_label("Blue").check()
    expect(form.get_by_label("Shade")).to_be_hidden()
    form.get_by_label("Write to me about paint.").check()
    form.wait_for_timeout(1600)  # nobody is as fast as a test
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_text("Look into your mailbox")).to_be_visible()

    row = alice.page.locator(".row", has_text="Colour: Blue")
    expect(row).to_be_visible()
    expect(row.locator(".chip-warning")).to_have_count(0)  # the browser's proof was taken
    row.click()
    expect(alice.page.get_by_text("E-mail address not confirmed yet")).to_be_visible()
    found = re.search(r"http://\S+/confirm/\S+", str(mail_to(form, mailbox, ADDRESS)["text"]))
    assert found
    form.goto(found[0])
    assert faults(form) == []
    form.get_by_role("button", name="Yes, confirm").click()
    expect(form.get_by_role("heading")).to_have_text("Confirmed")
    expect(alice.page.get_by_text("E-mail address confirmed")).to_be_visible()


def test_a_form_is_sent_without_a_script(arrives: Arrive) -> None:
    """What is wrong is said, nothing typed is lost, and the lead arrives, doubted: nobody worked for it."""
    zeno = arrives("zeno", ALICE_HOST, java_script_enabled=False)
    page = zeno.open("/f/contact/")
    page.get_by_label("Name").fill("Zeno")
    page.get_by_label("Message").fill("One line\nand another")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("E-mail is needed.")).to_be_visible()
    expect(page.get_by_label("Message")).to_have_value("One line\nand another")
    page.get_by_label("E-mail").fill("zeno@scriptless.example")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading")).to_have_text("Sent")
    alice = arrives("alice", ALICE_HOST)
    alice.sign_in("alice@alice.test")
    row = alice.open("/inbox/").locator(".row", has_text="Zeno")
    expect(row.locator(".chip-warning")).to_have_count(1)


def test_a_question_that_is_done_folds_when_the_next_one_comes(arrives: Arrive) -> None:
    """And what is refused stands in the frame beside it too."""
    alice = arrives("alice", ALICE_HOST)
    alice.sign_in("alice@alice.test")
    page = alice.open("/settings/forms/new/")
    for label in ("First", "Second"):
        add(page, "Short text")
        fill_last(page, "Question", label)
    unfolded = page.locator("[data-row]:has(details[open])")
    expect(unfolded).to_have_count(1)
    expect(unfolded.get_by_label("Question", exact=True)).to_have_value("Second")
    page.get_by_role("button", name="Make the form").click()
    expect(page.get_by_text("Type the title.")).to_be_visible()
    shown = page.frame_locator("#form-preview")
    expect(shown.get_by_label("First")).to_be_visible()


def test_what_keeps_a_form_from_being_saved_is_in_view(arrives: Arrive) -> None:
    """In a folded question too; and Save says how much it is, and leads there."""
    alice = arrives("alice", ALICE_HOST, viewport={"width": 1280, "height": 700})
    alice.sign_in("alice@alice.test")
    page = alice.open("/settings/forms/new/")
    page.get_by_label("Title").fill("Paint for nobody")
    for _ in range(2):
        add(page, "Short text")
    last, first = (page.locator("[data-row]").nth(at).get_by_label("Question", exact=True) for at in (-1, -2))
    page.locator("[data-row] details[open] > summary").click()
    expect(last).to_be_hidden()
    page.get_by_role("button", name="Make the form").click()
    expect(first).to_be_focused()
    expect(first).to_be_in_viewport()
    expect(first).to_have_accessible_description("Say what is asked.")
    said = page.get_by_text("Not saved: 2 things want attention.")
    expect(said).not_to_be_in_viewport()
    first.fill("Colour")
    page.get_by_role("button", name="Make the form").click()
    expect(last).to_be_focused()
    said = page.get_by_text("Not saved: 1 thing wants attention.")
    said.scroll_into_view_if_needed()
    page.get_by_label("Words on the button").focus()
    said.get_by_role("link", name="Go to the first").click()
    expect(last).to_be_focused()
    expect(last).to_be_in_viewport()


def test_a_question_is_added_where_one_looks(arrives: Arrive) -> None:
    alice = arrives("alice", ALICE_HOST, viewport={"width": 390, "height": 844})
    alice.sign_in("alice@alice.test")
    page = alice.open("/settings/forms/new/")
    for kind in ("Consent", "Short text"):
        add(page, kind)
        expect(
            page.locator("[data-row]").last.locator("textarea, input[type=text]").first
        ).to_be_in_viewport()


def test_a_refused_form_begins_at_what_is_wrong(arrives: Arrive) -> None:
    page = arrives("yara", ALICE_HOST, viewport={"width": 390, "height": 400}).open("/f/contact/")
    page.get_by_label("Name").fill("Yara")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_label("E-mail")).to_be_focused()
    expect(page.get_by_text("E-mail is needed.")).to_be_in_viewport()


def test_the_preview_follows_what_is_changed(arrives: Arrive) -> None:
    """By itself: to the question that was added or is typed about, and to the words around the questions."""
    alice = arrives("alice", ALICE_HOST, viewport={"width": 1280, "height": 600})
    alice.sign_in("alice@alice.test")
    page = alice.open("/settings/forms/new/")
    expect(page.get_by_role("button", name="Preview")).to_be_hidden()
    shown = page.frame_locator("#form-preview")
    add(page, "Consent")
    fill_last(page, "What people consent to", "Write to me about paint.")
    expect(shown.get_by_text("Write to me about paint.")).to_be_in_viewport(ratio=1)
    expect(shown.get_by_role("heading")).not_to_be_in_viewport()
    page.get_by_label("Title").fill("Paint")
    expect(shown.get_by_role("heading", name="Paint")).to_be_in_viewport(ratio=1)
    page.get_by_label("Words on the button").fill("Paint it")
    expect(shown.get_by_role("button", name="Paint it")).to_be_in_viewport(ratio=1)


def drag(page: Page) -> None:
    """The e-mail question below the next one."""
    page.locator("#ask-email").scroll_into_view_if_needed()
    grip, target = (
        page.locator("#ask-email [data-grip]"),
        page.locator("[data-row]").nth(1).locator(".ask-more"),
    )
    grip.hover()
    page.mouse.down()
    box = target.bounding_box()
    assert box
    for step in (5, 10):  # the browser begins to drag with the first move
        page.mouse.move(box["x"] + 40, box["y"] + min(box["height"] - 4, 200) - 10 + step)
    page.mouse.up()
    expect(page.locator("[data-row]").nth(1)).to_have_id("ask-email")
