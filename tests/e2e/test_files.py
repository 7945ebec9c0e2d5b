"""Files in both directions: attached by hand, sent, in the customer's mailbox; and back with their answer."""

import smtplib
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import Page, expect

from deploy.dev.stack import Stack
from tests.core.files.uploads import PDF, photo, picture
from tests.e2e.conftest import Arrive
from tests.e2e.test_inbox import send
from tests.e2e.test_loop import mail_to
from tests.world import ALICE_HOST

ADDRESS = "ida@files.example"
PASTE = """(bytes) => {
    const data = new DataTransfer()
    data.items.add(new File([new Uint8Array(bytes)], "pasted.png", { type: "image/png" }))
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
    document.querySelector("#reply-text").dispatchEvent(event)
}"""
DROP = """() => {
    const data = new DataTransfer()
    data.items.add(new File(["a;b\\n1;2\\n"], "list.csv", { type: "text/csv" }))
    const thread = document.querySelector(".thread")
    for (const type of ["dragenter", "dragover", "drop"]) {
        thread.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }))
    }
}"""

# A file as some disks have it: half of a surrogate pair in its name. Those that are made here never have one.
HALF_NAMED = """(input) => {
    const file = new File(["a;b"], "half.csv")
    Object.defineProperty(file, "name", { value: "half \\ud83d.csv" })
    const data = new DataTransfer()
    data.items.add(file)
    input.files = data.files
    input.dispatchEvent(new Event("change", { bubbles: true }))
}"""


def test_files_go_out_and_come_back(arrives: Arrive, site: Stack, mailbox: str, tmp_path: Path) -> None:
    alice = arrives("alice", ALICE_HOST)
    alice.sign_in("alice@alice.test")
    page = alice.open("/inbox/")
    page.goto(send(page, "/inbox/new/", name="Ida Files", email=ADDRESS, text="May I see the plan?"))
    attach(page, tmp_path)
    expect(page.locator(".draft-files [data-draft-file]")).to_have_count(4)
    page.reload()
    expect(page.locator(".draft-files [data-draft-file]")).to_have_count(4)
    page.get_by_role("button", name="Remove list.csv").click()
    expect(page.locator(".draft-files [data-draft-file]")).to_have_count(3)
    page.locator("#reply-text").fill("Here it is.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg-out.msg-sent")).to_have_count(1)
    expect(page.locator(".draft-files [data-draft-file]")).to_have_count(0)
    check_sent(page)
    mail = mail_to(page, mailbox, ADDRESS)
    names = [part["name"] for part in mail["attachments"]]  # type: ignore[attr-defined]  # a list
    assert names == ["plan.pdf", "IMG.jpg", "pasted.png"]
    check_the_way_back(page, site, mail)


def attach(page: Page, folder: Path) -> None:
    """By the button two, one that is refused, one pasted, one dropped."""
    for name, data in (("plan.pdf", PDF), ("IMG.jpg", photo()), ("setup.exe", b"MZ")):
        (folder / name).write_bytes(data)
    page.locator("#attach-files").set_input_files([folder / "plan.pdf", folder / "IMG.jpg"])
    expect(page.locator(".draft-files [data-draft-file]")).to_have_count(2)
    page.locator("#attach-files").set_input_files(folder / "setup.exe")
    expect(page.locator("#toasts")).to_contain_text("“setup.exe” is a program or a script")
    expect(page.locator(".file-coming")).to_have_count(0)
    page.evaluate(PASTE, list(picture(size=(300, 200))))
    expect(page.locator(".draft-files [data-draft-file]")).to_have_count(3)
    page.evaluate(DROP)


def check_sent(page: Page) -> None:
    message = page.locator(".msg-out.msg-sent")
    shown = message.locator(".file-picture img")
    expect(shown).to_have_count(2)
    for number in range(2):
        shown.nth(number).scroll_into_view_if_needed()
        page.wait_for_function(
            "(n) => document.querySelectorAll('.msg-out .file-picture img')[n].naturalWidth > 0", arg=number
        )
    with page.expect_download() as started:
        message.locator("a.file-chip").click()
    assert started.value.suggested_filename == "plan.pdf"
    assert started.value.path().read_bytes() == PDF
    with page.context.expect_page() as opened:
        message.locator(".file-picture").first.click()
    expect(opened.value.locator("img")).to_be_visible()
    opened.value.close()


def check_the_way_back(page: Page, site: Stack, mail: dict[str, object]) -> None:
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Subject"] = ADDRESS, str(mail["reply_to"][0]), "Re: plan"  # type: ignore[index]  # a list
    answer["Message-ID"] = "<back@files.example>"
    answer.set_content("With my marks.")
    answer.add_attachment(picture(size=(800, 400)), maintype="image", subtype="png", filename="marks.png")
    answer.add_attachment(PDF, maintype="application", subtype="pdf", filename="signed.pdf")
    with smtplib.SMTP("127.0.0.1", site.ports.inbound, local_hostname="client.test") as client:
        client.send_message(answer)
    message = page.locator(".msg-in", has_text="With my marks.")
    expect(message.locator(".file-picture img")).to_have_attribute("width", "240")
    expect(message.locator("a.file-chip")).to_contain_text("signed.pdf")
    page.wait_for_function("() => document.querySelector('.msg-in .file-picture img').naturalWidth > 0")


def test_an_upload_shows_how_far_it_is_and_can_be_stopped(arrives: Arrive, tmp_path: Path) -> None:
    alice = arrives("alice", ALICE_HOST)
    alice.sign_in("alice@alice.test")
    page = alice.open("/inbox/")
    page.goto(send(page, "/inbox/new/", name="Stella Stop", email="s@files.example", text="Hello."))
    large = tmp_path / "large.pdf"
    large.write_bytes(PDF + b"x" * 8_000_000)
    network = page.context.new_cdp_session(page)
    network.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 400_000},
    )
    page.locator("#attach-files").set_input_files(large)
    expect(page.locator(".file-coming small")).to_contain_text("%")
    page.locator("#reply-text").fill("Too early.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("still on its way")
    expect(page.locator("#reply-text")).to_have_value("Too early.")
    page.get_by_role("button", name="Stop large.pdf").click()
    expect(page.locator(".file-coming")).to_have_count(0)
    network.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    (tmp_path / "huge.pdf").write_bytes(PDF + b"x" * 16_000_000)
    page.locator("#attach-files").set_input_files(tmp_path / "huge.pdf")
    expect(page.locator("#toasts")).to_contain_text("at most 15.0 MB")
    expect(page.locator(".draft-file")).to_have_count(0)


def test_a_name_that_is_no_text_stops_nothing(arrives: Arrive) -> None:
    alice = arrives("alice", ALICE_HOST)
    alice.sign_in("alice@alice.test")
    page = alice.open("/inbox/")
    page.goto(send(page, "/inbox/new/", name="Hal Halfway", email="h@files.example", text="Hello."))
    page.locator("#attach-files").evaluate(HALF_NAMED)
    expect(page.locator(".draft-files [data-draft-file]")).to_contain_text("half _.csv")
    expect(page.locator(".file-coming")).to_have_count(0)
    page.locator("#reply-text").fill("As a table.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg-out a.file-chip")).to_contain_text("half _.csv")
