"""Files in the chat on somebody's site, both ways and live, under a policy that allows the one host."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from deploy.dev.stack import Stack
from tests.core.files.uploads import EXE, PDF, photo, picture
from tests.e2e.conftest import Arrive
from tests.e2e.other_site import Shop
from tests.e2e.test_chat import answer, bubble, say, set_up
from tests.e2e.test_files import HALF_NAMED
from tests.world import ALICE_HOST

# What a page that stood open over night knows: each address has ended.
GROWN_OLD = """() => {
    const real = window.fetch
    window.fetch = async (...asked) => {
        const answer = await real(...asked)
        if (!/messages\\?(?!only)/.test(String(asked[0]))) return answer
        const page = await answer.json()
        for (const message of page.messages) {
            message.until = 1
            for (const file of message.files) {
                file.url = "/chat/files/over/"
                file.small = file.small && file.url
            }
        }
        return new Response(JSON.stringify(page), { status: answer.status })
    }
}"""


PASTE = """(box, bytes) => {
    const data = new DataTransfer()
    data.items.add(new File([new Uint8Array(bytes)], "pasted.png", { type: "image/png" }))
    box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }))
}"""
DROP = """(box) => {
    const data = new DataTransfer()
    data.items.add(new File(["a;b\\n1;2\\n"], "list.csv", { type: "text/csv" }))
    for (const type of ["dragenter", "dragover", "drop"]) {
        box.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }))
    }
}"""
# The server has the file, and the page never learns it from the answer.
LOSE_AN_ANSWER = """() => {
    const real = Object.getOwnPropertyDescriptor(XMLHttpRequest.prototype, "responseText")
    let loses = true
    Object.defineProperty(XMLHttpRequest.prototype, "responseText", {
        configurable: true,
        get() {
            if (!loses) return real.get.call(this)
            loses = false
            return ""
        },
    })
}"""


def test_files_go_both_ways(arrives: Arrive, site: Stack, shop: Shop, tmp_path: Path) -> None:
    alice = arrives("alice", ALICE_HOST)
    alice.sign_in("alice@alice.test")
    set_up(alice.open("/settings/chat/"), shop, site)
    inbox, page = alice.open("/inbox/"), arrives("fiona", "shop.test").page
    page.goto(shop.origin)
    page.get_by_role("button", name="Ask the shop").click()
    say(page, "May I see the plan of the orangery?")
    row = inbox.locator("#conversation-list .row").filter(has_text="plan of the orangery")
    row.locator("a").click()
    check_answer(page, inbox, tmp_path)
    check_choosing(page, tmp_path)
    check_sent(page, inbox)
    check_failures(page, inbox, tmp_path)
    check_slow(page, inbox, tmp_path)
    check_found(inbox)
    check_switch(alice.open("/settings/chat/"), page)


def check_answer(page: Page, inbox: Page, folder: Path) -> None:
    """An agent's files are at the visitor at once, and after a reload."""
    for name, data in (("orangery.pdf", PDF), ("orangery.jpg", photo())):
        (folder / name).write_bytes(data)
    inbox.locator("#attach-files").set_input_files([folder / "orangery.pdf", folder / "orangery.jpg"])
    expect(inbox.locator(".draft-files [data-draft-file]")).to_have_count(2)
    answer(inbox, "Here it is.")
    expect(bubble(page, "Here it is.")).to_be_visible()
    check_shown(page)
    page.reload()
    check_shown(page)
    page.add_init_script(f"({GROWN_OLD})()")
    page.reload()
    check_shown(page)


def check_shown(page: Page) -> None:
    file = page.get_by_role("link", name="orangery.pdf")
    expect(file).to_contain_text("17 B")
    picture = page.get_by_role("img", name="orangery.jpg")
    expect(picture).to_have_attribute("width", "135")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    check_opens(page)


def check_opens(page: Page) -> None:
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="orangery.jpg").click()
    expect(opened.value.locator("img")).to_be_visible()
    opened.value.close()
    with page.expect_event("download") as started:  # also where it begins in a tab of its own
        page.get_by_role("link", name="orangery.pdf").click()
    assert started.value.suggested_filename == "orangery.pdf"
    assert started.value.path().read_bytes() == PDF


def choose(page: Page, *paths: Path) -> None:
    page.locator("input[type=file]").set_input_files(list(paths))


def ahead(page: Page) -> Locator:
    return page.get_by_role("list", name="Files to send").get_by_role("listitem")


def written(folder: Path, **files: bytes) -> list[Path]:
    paths = [folder / name.replace("_", ".") for name in files]
    for path, data in zip(paths, files.values(), strict=True):
        path.write_bytes(data)
    return paths


def check_choosing(page: Page, folder: Path) -> None:
    """By the clip, pasted and dropped; what is not taken is told before, or by the server."""
    clip = page.get_by_role("button", name="Attach files")
    expect(clip).to_have_attribute("title", "Attach files: up to 5, each at most 10.0 MB")
    large, program, plan = written(folder, huge_pdf=b"x" * 10_000_001, setup_exe=EXE, marks_pdf=PDF)
    choose(page, large)
    expect(page.get_by_role("alert")).to_have_text(
        "“huge.pdf” has 10.0 MB, and a file can have at most 10.0 MB."
    )
    expect(ahead(page)).to_have_count(0)
    choose(page, program, plan)
    expect(
        page.get_by_text("“setup.exe” is a program or a script, and those cannot be attached.")
    ).to_be_visible()
    page.get_by_role("button", name="Remove setup.exe").click()
    box = page.get_by_label("Your message")
    box.evaluate(PASTE, list(picture(size=(480, 240))))
    box.evaluate(DROP)
    expect(ahead(page)).to_have_count(3)
    expect(ahead(page).nth(0)).to_contain_text("17 B")
    expect(ahead(page).nth(2)).to_contain_text("8 B")
    page.reload()  # what stands at the server still goes along
    expect(ahead(page)).to_have_count(3)
    page.get_by_role("button", name="Remove list.csv").click()
    expect(ahead(page)).to_have_count(2)
    page.locator("input[type=file]").evaluate(HALF_NAMED)
    expect(ahead(page).nth(2)).to_contain_text("3 B")
    page.get_by_role("button", name="Remove half").click()


def check_sent(page: Page, inbox: Page) -> None:
    """The visitor's files are in the thread and in the list, at once."""
    page.get_by_label("Your message").press("Enter")
    expect(ahead(page)).to_have_count(0)
    shown = page.get_by_role("img", name="pasted.png")
    expect(shown).not_to_have_js_property("naturalWidth", 0)
    message = inbox.locator(".msg-in").filter(has_text="marks.pdf")
    expect(message.locator(".file-picture img")).not_to_have_js_property("naturalWidth", 0)
    expect(message.locator(".file-chip")).to_contain_text("17 B")
    row = inbox.locator("#conversation-list .row").filter(has_text="marks.pdf, pasted.png")
    expect(row).to_have_count(1)


def check_found(inbox: Page) -> None:
    """Among what was said with files, and not among what was said without."""
    inbox.goto("/inbox/")
    inbox.keyboard.press("/")
    inbox.keyboard.type("came once has:attachment")
    expect(inbox.locator("#search-hits .hit")).to_have_count(1)
    inbox.locator("#search-text").fill("plan orangery has:attachment")
    expect(inbox.get_by_text("Nothing found")).to_be_visible()
    inbox.locator("#search-text").fill("plan orangery")
    expect(inbox.locator("#search-hits .hit")).to_have_count(1)


def check_failures(page: Page, inbox: Page, folder: Path) -> None:
    """A file that did not get through says so, and comes once, however often that is tried; so do words."""
    page.route("**/chat/files", lambda route: route.abort())
    choose(page, *written(folder, once_pdf=PDF))
    expect(ahead(page)).to_contain_text("Not sent.")
    page.unroute("**/chat/files")
    page.get_by_role("button", name="Try again").click()
    expect(ahead(page)).to_contain_text("17 B")
    page.evaluate(LOSE_AN_ANSWER)
    choose(page, *written(folder, lost_pdf=PDF))
    expect(ahead(page).nth(1)).to_contain_text("17 B", timeout=15_000)
    page.route("**/chat/messages", lambda route: route.abort())
    say(page, "These came once.")
    again = page.get_by_role("log").get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    expect(page.get_by_role("link", name="once.pdf")).to_be_visible()
    page.unroute("**/chat/messages")
    again.click()
    expect(again).to_be_hidden()
    for place in (page.get_by_role("log"), inbox.locator("#messages")):
        expect(place.get_by_text("These came once.", exact=True)).to_have_count(1)
        for name in ("once.pdf", "lost.pdf"):
            expect(place.get_by_text(name, exact=True)).to_have_count(1)


def check_slow(page: Page, inbox: Page, folder: Path) -> None:
    """How far it is, stopped; and what is sent too early goes when its file has come."""
    network = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 300_000}
    network.send("Network.emulateNetworkConditions", slow)
    stopped, kept = written(folder, stopped_pdf=PDF + b"x" * 6_000_000, kept_pdf=PDF + b"x" * 900_000)
    choose(page, stopped)
    expect(ahead(page)).to_contain_text("%")
    page.get_by_role("button", name="Stop stopped.pdf").click()
    expect(ahead(page)).to_have_count(0)
    choose(page, kept)
    say(page, "With the slow one.")
    expect(page.get_by_text("Sent as soon as the files are here.")).to_be_visible()
    expect(page.get_by_label("Your message")).to_have_value("With the slow one.")
    expect(inbox.locator(".msg-in").filter(has_text="With the slow one.")).to_contain_text(
        "kept.pdf", timeout=20_000
    )
    expect(page.get_by_label("Your message")).to_have_value("")
    network.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})


def check_switch(settings: Page, page: Page) -> None:
    """Where the team takes no files there is no clip, in the preview and on the site."""
    clip = settings.frame_locator("#chat-preview").get_by_role("button", name="Attach files")
    expect(clip).to_be_visible()
    settings.get_by_label("Visitors can send files").uncheck()
    expect(clip).to_be_hidden()
    settings.get_by_role("button", name="Save the chat").click()
    expect(settings.get_by_text("The chat is saved.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Your message")).to_be_visible()
    expect(page.get_by_role("button", name="Attach files")).to_be_hidden()
    settings.get_by_label("Visitors can send files").check()
    settings.get_by_role("button", name="Save the chat").click()
    expect(settings.get_by_text("The chat is saved.")).to_be_visible()
