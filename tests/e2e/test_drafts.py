"""Words that are not sent yet: on each device of their writer, on nobody else's, never over newer ones."""

from playwright.sync_api import FilePayload, expect

from tests.core.files.uploads import PDF
from tests.e2e.conftest import Arrive
from tests.e2e.test_inbox import row
from tests.e2e.test_outbox import lead, write
from tests.world import ALICE_HOST


def test_a_draft_follows_its_writer_and_newer_words_stand(arrives: Arrive) -> None:
    """Two devices of one person, and a colleague who reads along."""
    first, page = lead(arrives, "Dora Draft")
    box = page.locator("#reply-text")
    mark = row(page, "Dora Draft").locator(".row-draft")
    with page.expect_response("**/draft/"):
        box.fill("Dear Dora, CANARY-draft")
    expect(mark).to_be_visible()

    phone = arrives("phone", ALICE_HOST)
    phone.sign_in("alice@alice.test")
    other = phone.open(page.evaluate("location.pathname"))
    expect(other.locator("#reply-text")).to_have_value("Dear Dora, CANARY-draft")
    expect(row(other, "Dora Draft").locator(".row-draft")).to_be_visible()

    bob = arrives("bob", ALICE_HOST)
    bob.sign_in("bob@alice.test")
    bobs = bob.open(page.evaluate("location.pathname"))
    expect(bobs.locator("#reply-text")).to_have_value("")

    with other.expect_response("**/draft/"):
        other.locator("#reply-text").fill("Dear Dora, from the phone")
    with page.expect_response(lambda answer: answer.status == 409):
        box.fill("Dear Dora, old words")
    notice = page.locator("#write-reply [data-draft-newer]")
    expect(notice).to_be_visible()
    expect(box).to_have_value("Dear Dora, old words")
    page.get_by_role("button", name="Use those").click()
    expect(box).to_have_value("Dear Dora, from the phone")
    expect(notice).to_be_hidden()

    write(page, "Dear Dora, sent.")
    expect(mark).to_be_hidden()
    expect(other.locator("#reply-text")).to_have_value("")
    expect(row(other, "Dora Draft").locator(".row-draft")).to_be_hidden()
    expect(bobs.locator(".row-draft:visible")).to_have_count(0)
    assert bob.received("CANARY-draft") == []
    assert [frame for frame in bob.frames if "draft_changed" in frame] == []
    assert [frame for frame in first.frames if "draft_changed" in frame] != []


def test_a_note_is_kept_and_stands_at_once_as_an_answer_does(arrives: Arrive) -> None:
    """Its words and its file follow its writer, and the line may break."""
    alice, page = lead(arrives, "Nell Noted")
    page.get_by_role("tab", name="Note").click()
    box = page.locator("#note-text")
    with page.expect_response("**/draft/?kind=note"):
        box.fill("Between us, CANARY-note")
    plan: FilePayload = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page.locator("#write-note [data-attach]").set_input_files(plan)
    expect(page.locator("#write-note [data-draft-file]")).to_have_count(1)
    expect(page.locator("#write-reply [data-draft-file]")).to_have_count(0)

    phone = arrives("phone", ALICE_HOST)
    phone.sign_in("alice@alice.test")
    other = phone.open(page.evaluate("location.pathname"))
    expect(other.locator("#note-text")).to_have_value("Between us, CANARY-note")
    expect(other.locator("#reply-text")).to_have_value("")

    alice.context.set_offline(True)
    box.press("Control+Enter")
    expect(page.locator(".msg-note.msg-pending[data-state=waiting] .bubble")).to_have_text(
        "Between us, CANARY-note"
    )
    expect(box).to_have_value("")
    alice.context.set_offline(False)
    note = page.locator(".msg-note[data-seq]")
    expect(note.locator(".bubble")).to_have_text("Between us, CANARY-note")
    expect(note.locator(".msg-files")).to_contain_text("plan.pdf")
    expect(page.locator(".msg-pending")).to_have_count(0)
    expect(other.locator("#note-text")).to_have_value("")
